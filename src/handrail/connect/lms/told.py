"""What an LMS tells: who enrolled, completed or withdrew, by webhook or by poll, in the same words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from msgspec import structs

from handrail.connect.port import Told, UnreadableDelivery
from handrail.connect.webhooks import Delivery, instant, text
from handrail.terms.catalog import NUMBER, TEXT, TRUTH, EventType
from handrail.terms.values import Fields

KINDS: Final = {"course.enrolled": "enrolled", "course.completed": "completed", "course.withdrawn": "withdrawn"}
MOMENTS: Final = {"enrolled": "at", "completed": "completed_at", "withdrawn": "removed_at"}


def event_types(name: str) -> tuple[EventType, ...]:
    """The kinds of a connection called `name`."""
    fields = {"course": TEXT, "edition": TEXT, "score": NUMBER, "passed": TRUTH}
    return tuple(
        EventType(
            f"{name}.{kind}",
            name,
            fields,
            object="course",
            outcome=("score", "passed") if kind == "completed" else (),
        )
        for kind in KINDS.values()
    )


def told(name: str, delivery: Delivery) -> tuple[Told, ...]:
    """What a delivery says. Raises `UnreadableDelivery`."""
    kind = KINDS.get(delivery.kind)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise UnreadableDelivery(
            f'The delivery {delivery.id} is of the unknown type "{delivery.kind}". Known: {known}.'
        )
    return (structs.replace(_told(name, kind, delivery.payload), id=delivery.id, told=delivery.sent),)


def completion(name: str, payload: Mapping[str, Any]) -> Told:
    """One completion of a poll; its id is the far side's own, since a poll gives no other."""
    found = _told(name, "completed", payload)
    return structs.replace(found, id=found.attempt)


def _told(name: str, kind: str, payload: Mapping[str, Any]) -> Told:
    at, by_day = instant(payload.get(MOMENTS[kind]), MOMENTS[kind])
    score, passed, edition = payload.get("score"), payload.get("passed"), payload.get("edition")
    fields = Fields(
        {
            "course": text(payload, "course"),
            "edition": edition if isinstance(edition, str) and edition else None,
            "score": score if isinstance(score, int | float) and not isinstance(score, bool) else None,
            "passed": passed if isinstance(passed, bool) else None,
        }
    )
    attempt = payload.get("completion") or payload.get("enrollment") or ""
    return Told(f"{name}.{kind}", text(payload, "user"), at, fields, str(attempt), by_day=by_day)
