"""What Handrail can have an assessment tool do, and what the tool tells.

A score, a corrected score and a withdrawn score of one attempt are told as the same event with another outcome; intake
makes the correction or retraction of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import structs

from handrail.connect import webhooks
from handrail.connect.answers import Client, listed, texts
from handrail.connect.assessment import client as api
from handrail.connect.assessment.settings import AssessmentSettings
from handrail.connect.port import Item, ItemOutcome, Polled, Told, UnreadableDelivery
from handrail.connect.silent import Silent
from handrail.connect.webhooks import instant, text
from handrail.terms.catalog import NUMBER, TEXT, TRUTH, ActionType, EventType
from handrail.terms.values import Fields, Instant

STATUSES: Final = ("scored", "corrected", "withdrawn")


class AssessmentConnector(Silent):
    """Speaks to one assessment tool."""

    def __init__(self, client: Client, settings: AssessmentSettings, name: str = "assessment") -> None:
        self._client = client
        self._settings = settings
        self._name = name

    def actions(self) -> tuple[ActionType, ...]:
        """`register`: opens an attempt."""
        return (
            ActionType(
                f"{self._name}.register",
                self._name,
                takes={"assessment": TEXT},
                gives={"attempt": TEXT},
                required=("assessment",),
                object="assessment",
                keyed=self._settings.keyed,
                read_back=True,
            ),
        )

    def events(self) -> tuple[EventType, ...]:
        """`assessment.scored`."""
        fields = {"assessment": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH, "attempt": TEXT}
        kind = f"{self._name}.scored"
        return (
            EventType(kind, self._name, fields, object="assessment", attempt="attempt", outcome=("score", "passed")),
        )

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One registration."""
        item = items[0]
        reply = api.register(self._client, item.user, item.object, item.key, keyed=self._settings.keyed)
        failed = reply.failure(item.key)
        return (failed or ItemOutcome(item.key, "confirmed", Fields(texts(reply.payload, "attempt"))),)

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """Whether there is an attempt that was registered and not yet scored."""
        item = items[0]
        reply = api.attempts_of(self._client, item.user, item.object)
        if reply.failed is not None:
            return (reply.failure(item.key) or reply.failed,)
        waiting = [one for one in listed(reply.payload, "attempts") if one.get("status") == "registered"]
        if not waiting:
            return (ItemOutcome(item.key, "absent"),)
        return (ItemOutcome(item.key, "confirmed", Fields(texts(waiting[-1], "attempt"))),)

    def poll(self, watermark: str) -> Polled:
        """Results since the watermark: `recorded_at result` of the last one seen."""
        since, _, after = watermark.partition(" ")
        reply = api.results(self._client, since, after, self._settings.poll_size)
        if reply.failed is not None:
            return Polled((), watermark, failed=reply.failed)
        found = listed(reply.payload, "results")
        try:
            news = tuple(structs.replace(self._result(one), id=str(one.get("result") or "")) for one in found)
        except UnreadableDelivery as error:
            failed = ItemOutcome("", "failed", failure="permanent", code="unreadable_answer", reason=str(error))
            return Polled((), watermark, failed=failed)
        last = f"{found[-1].get('recorded_at')} {found[-1].get('result')}" if found else watermark
        return Polled(news, last, more=bool(reply.payload.get("more")))

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """`assessment.scored`, `assessment.corrected`, `assessment.withdrawn`, signed."""
        delivery = webhooks.verified(headers, body, self._settings.webhook_secret, now)
        return (structs.replace(self._result(delivery.payload), id=delivery.id, told=delivery.sent),)

    def _result(self, payload: Mapping[str, Any]) -> Told:
        status = text(payload, "status")
        if status not in STATUSES:
            raise UnreadableDelivery(
                f'The status "{status}" of a result is unknown. Known: {", ".join(sorted(STATUSES))}.'
            )
        at, by_day = instant(payload.get("happened_at"), "happened_at")
        attempt = text(payload, "attempt")
        score, passed = payload.get("score"), payload.get("passed")
        fields = Fields(
            {
                "assessment": text(payload, "assessment"),
                "edition": payload["edition"] if isinstance(payload.get("edition"), str) else None,
                "score": score if isinstance(score, int | float) and not isinstance(score, bool) else None,
                "passed": passed if isinstance(passed, bool) else None,
                "attempt": attempt,
            }
        )
        kind = f"{self._name}.scored"
        return Told(kind, text(payload, "user"), at, fields, attempt, by_day=by_day, retracts=status == "withdrawn")
