"""Systems that are declared in handrail.yaml: what their answers and deliveries become."""

import json
from collections.abc import Mapping
from decimal import Decimal

import pytest
from tests.unit.connect.world import START

from handrail.connect.answers import Client
from handrail.connect.generic import ActionSettings, EventSettings, GenericConnector, GenericSettings
from handrail.connect.http import Answer
from handrail.connect.port import Item
from handrail.practice.webhooks import PRACTICE_SECRET, sign
from handrail.terms.values import Fields, Money

SETTINGS = GenericSettings(
    actions={"reserve": ActionSettings("/reservations", gives={"left": "money"}, keyed=True)},
    events={
        "document.published": EventSettings(
            "published", at="at", fields={"document": "document", "departments": "for"}, kinds={"departments": "list"}
        )
    },
    webhook_secret=PRACTICE_SECRET,
)


def answering(payload: object) -> GenericConnector:
    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:  # noqa: ARG001
        return Answer(200, {}, json.dumps(payload).encode())

    return GenericConnector(Client("quality", exchange, ""), SETTINGS, "quality")


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"amount": "110.50", "currency": "EUR"}, Money(Decimal("110.50"), "EUR")),
        ({"amount": "a lot", "currency": "EUR"}, None),
        ({"amount": "110.50"}, None),
        ("110.50 EUR", None),
    ],
)
def test_an_amount_in_an_answer_is_money_or_nothing(told: object, left: Money | None) -> None:
    (done,) = answering({"left": told}).send([Item("k", "quality.reserve", "u", "", Fields())])
    assert done.fields.get("left") == left


def test_an_event_without_a_user_is_about_nobody() -> None:
    connector = answering({})
    assert not connector.events()[0].about_person
    body = json.dumps(
        {"type": "published", "data": {"document": "SOP-014", "for": ["Quality"], "at": START.isoformat()}}
    ).encode()
    stamp = int(START.timestamp())
    headers = {
        "Webhook-Id": "m-1",
        "Webhook-Timestamp": str(stamp),
        "Webhook-Signature": sign(PRACTICE_SECRET, "m-1", stamp, body),
    }
    (told,) = connector.receive(headers, body, START)
    assert (told.kind, told.user) == ("document.published", "")
    assert told.fields == Fields({"document": "SOP-014", "departments": ("Quality",)})
