"""CloudEvents: what can be read becomes an item, and each that cannot says what to mend."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from handrail.intake.cloudevents import BATCH_MAX, BODY_BYTES_MAX, TooLarge, Unfit, Unreadable, read
from handrail.intake.told import Item
from handrail.terms.values import Fields

GOOD: dict[str, Any] = {
    "specversion": "1.0",
    "id": "e-1",
    "source": "/lms",
    "type": "lms.completed",
    "subject": "hris:010134",
    "time": "2026-03-09T13:00:00.1239+01:00",
    "data": {"course": "MGR-101", "score": 82, "tags": ["a", "b"], "nested": {"x": 1}},
}


def one(**changed: Any) -> Item | Unfit:  # noqa: ANN401 - whatever JSON may hold
    (found,) = read(json.dumps({**GOOD, **changed}).encode())
    return found


def test_an_event_is_read_to_the_millisecond_with_its_fields() -> None:
    fields = Fields({"course": "MGR-101", "score": 82, "tags": ("a", "b")})
    at = datetime(2026, 3, 9, 12, 0, 0, 123_000, tzinfo=UTC)
    assert one() == Item("lms.completed", "hris:010134", at, fields, "", "/lms e-1")


def test_a_day_alone_is_a_moment_as_fine_as_a_day() -> None:
    found = one(time="2026-03-09", attempt="A1", retracts=True)
    assert isinstance(found, Item)
    assert (found.by_day, found.attempt, found.retracts) == (True, "A1", True)


def test_a_batch_is_read_in_its_order_and_a_bad_one_spoils_no_other() -> None:
    body = json.dumps([GOOD, {**GOOD, "id": ""}, GOOD]).encode()
    first, bad, last = read(body)
    assert isinstance(first, Item)
    assert first == last
    assert bad == Unfit(1, "", '"id" is missing, or no text')


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": 7}, '"id" is missing, or no text'),
        ({"type": None}, '"type" is missing, or no text'),
        ({"specversion": "0.3"}, '"specversion" must be "1.0"'),
        ({"time": None}, '"time" is missing: it says when it happened, as in 2026-03-31T09:00:00Z'),
        ({"time": "yesterday"}, '"time" must be a moment with its zone, as in 2026-03-31T09:00:00Z'),
        ({"time": "2026-03-09T12:00:00"}, '"time" must be a moment with its zone, as in 2026-03-31T09:00:00Z'),
        ({"time": "2026-02-30"}, '"time" must be a moment with its zone, as in 2026-03-31T09:00:00Z'),
        ({"time": "0001-01-01T00:00:00+23:00"}, '"time" must be a moment with its zone, as in 2026-03-31T09:00:00Z'),
        ({"subject": ["x"]}, '"subject" must be text'),
        ({"data": "text"}, '"data" must be a JSON object'),
        ({"data_base64": "eA=="}, '"data" must be a JSON object, and this event has "data_base64"'),
        ({"data": {"course": "x" * 1_100_000}}, "it has 1,100,156 bytes, at most 1,048,576 are taken"),
    ],
)
def test_an_event_that_cannot_be_read_says_what_is_wrong_with_it(changed: dict[str, Any], why: str) -> None:
    found = one(**changed)
    assert isinstance(found, Unfit)
    assert found.why == why


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1,"])
def test_a_body_that_is_no_json_says_what_to_send(body: bytes) -> None:
    with pytest.raises(Unreadable, match="Send one CloudEvent, or a list of them"):
        read(body)


@pytest.mark.parametrize("body", [b" " * (BODY_BYTES_MAX + 1), json.dumps([1] * (BATCH_MAX + 1)).encode()])
def test_too_much_at_once_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(TooLarge, match="Send smaller batches"):
        read(body)


def test_what_is_no_object_is_no_event() -> None:
    assert read(b"[1, null]") == [Unfit(0, "", "an event is a JSON object"), Unfit(1, "", "an event is a JSON object")]
