"""How a command or a request names a handoff, somebody, or a moment; what cannot be read so is refused in a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from handrail.app.answering.reading import handoff_row, who_is
from handrail.app.answering.refusing import NotTaken, WhoIsIt
from handrail.calendar.working import next_working_day, opening
from handrail.calendar.zones import at_local
from handrail.insight.finding import find
from handrail.insight.past import Past
from handrail.store.rows import HandoffRow
from handrail.terms.organization import Calendar, Organization
from handrail.terms.values import Instant, whole_number

REASON_MAX = 500


def handoff_named(past: Past, text: str) -> HandoffRow:
    """The handoff that `R-12/look`, `R-12/3` or `12.3` means. Raises NotTaken."""
    run, slash, name = text.strip().partition("/")
    if not slash:
        run, _, name = text.strip().partition(".")
    number = whole_number(run.upper().removeprefix("R-"))
    if number is None or not name:
        raise NotTaken("unknown", f'"{text[:100]}" is no handoff.', "Write its run and step, as in R-12/time_off.")
    return handoff_row(past, number, name)


def handoffs_named(past: Past, texts: Sequence[str]) -> list[HandoffRow]:
    """Each of them, once. Raises NotTaken."""
    found = [handoff_named(past, text) for text in texts]
    return list({(row.run, row.pass_): row for row in found}.values())


def owner_named(past: Past, text: str, organization: Organization, field: str = "to") -> str:
    """Somebody who may have a handoff, as owners are written: a team by `team:NAME`, a contact, an address, else a person. `field` is where they are named. Raises NotTaken."""
    kind, _, name = text.partition(":")
    known = {"team": organization.teams, "contact": organization.contacts}
    if kind in known and name not in known[kind]:
        there = ", ".join(sorted(known[kind])) or "none"
        raise NotTaken("not right", f'There is no {kind} "{name[:100]}".', f"There are: {there}.")
    return text if kind in known else who_is(past, text, field)


def author_named(past: Past, text: str) -> str:
    """Who says so: a person where one is known by that name, else the name as it was given, which is kept as it stands."""
    found = find(past, f"P-{text.removeprefix('person:')}" if text.startswith("person:") else text).persons
    return f"person:{found[0]}" if len(found) == 1 else text


def person_named(past: Past, text: str, field: str = "") -> int:
    """The own id of the one person meant; `field` is where they are named, on a page. Raises NotTaken (WhoIsIt with a field)."""
    found = find(past, f"P-{text.removeprefix('person:')}" if text.startswith("person:") else text).persons
    if len(found) == 1:
        return found[0]
    if field:
        raise WhoIsIt(field, text, len(found))
    many = f"{len(found)} people are called so" if found else "nobody is known by that name"
    raise NotTaken(
        "not right", f'"{text[:200]}": {many}.', "Name one person: P-12, a key of the HR system, or an address."
    )


def moment_named(text: str, organization: Organization) -> Instant:
    """A moment: a day (`2026-05-04`: its opening, or that of the next working day) or a time (the organization's). Raises NotTaken."""
    calendar: Calendar = organization.calendars[organization.calendar]
    try:
        if len(text) == len("2026-05-04"):
            return opening(next_working_day(date.fromisoformat(text), calendar), calendar)
        moment = datetime.fromisoformat(text)
    except ValueError:
        advice = "Write a day (2026-05-04) or a time (2026-05-04T09:00)."
        raise NotTaken("not right", f'"{text[:100]}" is no moment.', advice) from None
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return at_local(moment.date(), moment.time(), organization.zone)


def reason_given(text: str) -> str:
    """The reason, which must be one. Raises NotTaken."""
    said = " ".join(text.split())
    if not said or len(said) > REASON_MAX:
        wrong = f"The reason is longer than {REASON_MAX} characters." if said else "There is no reason."
        raise NotTaken("not right", wrong, "Say in a sentence why; it is kept, and shown to whoever asks.")
    return said
