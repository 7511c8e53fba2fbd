"""Why somebody is in a journey, said to themselves: what began it, as the ledger's first row of the run has it."""

from __future__ import annotations

from datetime import date
from typing import Final

from handrail.insight.past import PlanKept
from handrail.insight.replay import reasons_of
from handrail.insight.telling.wording import NameOf, day_of, day_text, event_said, owner_text
from handrail.store.moments import to_instant
from handrail.store.rows import KeptLedgerRow
from handrail.terms.event import Event
from handrail.terms.person import Person
from handrail.terms.plan import Start

_YOURS: Final = {
    "person.hired": "you joined",
    "person.changed": "something about your work changed",
    "person.leave_ended": "you came back from a leave",
    "person.leave_began": "your leave began",
    "lms.completed": "you completed {course}",
    "lms.enrolled": "you were enrolled in {course}",
    "assessment.scored": "you took {assessment}",
    "certificate.issued": "you got the certificate {certificate}",
    "certificate.expired": "your certificate {certificate} expired",
    "document.published": "{title} was published",
}


class _Left(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return f"the {name}"


def why_me(
    kept: PlanKept, first: KeptLedgerRow | None, event: Event | None, name_of: NameOf, person: Person, zone: str
) -> str:
    """A sentence: `You joined on Monday 2 March 2026.`; `event` is the one that the first row is about, `person` who it is about."""
    reason = next((each for each in reasons_of(first) if each.rule == "started"), None) if first is not None else None
    if first is None or reason is None:
        return ""
    when = day_of(event.at if event is not None else to_instant(first.at), zone)
    if by := str(reason.seen.get("by") or ""):
        why = str(reason.seen.get("reason") or "").rstrip(".")
        return f"{owner_text(by, name_of)} began it for you on {when}" + (f": {why}." if why else ".")
    trigger = next((each for each in kept.plan.starts if each.name == reason.seen.get("trigger")), None)
    if event is not None and event.kind == "person.hired" and isinstance(person.hired_on, date):
        joined = "Your first day is" if person.status == "preboarding" else "You joined on"
        return f"{joined} {day_text(person.hired_on)}."
    if event is not None:
        return f"{_told(event)} on {when}."
    return _of_start(trigger, when)


def _told(event: Event) -> str:
    said = _YOURS.get(event.kind)
    fields = _Left({name: str(value) for name, value in event.fields.items() if value is not None})
    text = said.format_map(fields) if said is not None else f"we were told of a {event_said(event.kind, event.fields)}"
    return f"{text[:1].upper()}{text[1:]}"


def _of_start(trigger: Start | None, when: str) -> str:
    if trigger is None:
        return f"Another of your journeys began it on {when}."
    if trigger.every:
        return f"On {when} you were among those whom it is for."
    return f"Somebody asked for it for you on {when}."
