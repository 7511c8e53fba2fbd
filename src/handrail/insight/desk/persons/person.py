"""One person: what is known of them and by whom, what is open about them, and everything that happened, newest first.

Why something is so is asked of `whys`; each line here says by which reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from handrail.insight.asking import Asking
from handrail.insight.desk.lines import Line, lines, soonest_first
from handrail.insight.desk.persons.people import is_formula
from handrail.insight.desk.persons.told import NotTaken, not_taken
from handrail.insight.lists import Names, RunLine, run_lines
from handrail.insight.past import Past, Version
from handrail.insight.replay import Decided, as_recorded, reasons_of
from handrail.insight.telling.wording import count_text, event_said, path_text, value_text
from handrail.insight.whys.references import event_ref, person_ref, run_ref
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow, KeptLedgerRow, RunRow
from handrail.terms.event import Event
from handrail.terms.person import FIELDS, PERSON_FIELDS, Person, field_value, origin_of
from handrail.terms.values import UNKNOWN, Instant, PersonRef

_FIRST: Final = ("title", "level", "department", "manager", "location", "country", "email", "contract", "hired_on")
_NOT_SHOWN: Final = ("name", "given_name", "family_name", "status")
_OPEN: Final = "SELECT h.* FROM handoff h WHERE h.closed IS NULL AND h.run {in}"
DISPOSED: Final = (
    "", "No journey has a use for it.", "It was known already.", "It is held.", "It waits for a value.", "It was refused.",
)  # fmt: skip
"""What became of an event, by its disposition."""


class Fact(Struct, frozen=True):
    """One value: who said so, as of when; `stale_since` when they stopped saying anything about it. `odd`: it looks like a formula."""

    name: str
    value: str
    source: str
    as_of: Instant
    stale_since: Instant | None
    person: int = 0
    odd: bool = False


class Moment(Struct, frozen=True):
    """One thing that happened: when, who told it (empty: Handrail decided it), in words, and by what to ask why."""

    seq: int
    at: Instant
    told_by: str
    title: str
    text: tuple[str, ...]
    why: str
    journey: str = ""
    run: str = ""


class OnePerson(Struct, frozen=True):
    """A person as they are known now. `missing` are the journeys they are in no run of, for "why not".

    `odd`: the name looks like a formula. `not_taken` are the values that came and could not be applied.
    """

    id: str
    name: str
    status: str
    keys: tuple[str, ...]
    facts: tuple[Fact, ...]
    open: tuple[RunLine, ...]
    handoffs: tuple[Line, ...]
    over: tuple[RunLine, ...]
    missing: tuple[tuple[str, str], ...]
    moments: tuple[Moment, ...]
    more: int
    odd: bool = False
    not_taken: tuple[NotTaken, ...] = ()


def one_person(past: Past, number: int, now: Instant, limit: int, before: int = 0) -> OnePerson | None:
    """The person, with so many moments from the one numbered `before` backwards; None: nobody has this id."""
    asking = Asking(past, number, now)
    person = past.person(number, asking.then)
    if person is None:
        return None
    runs = past.runs(number)
    past.fetch(_around(person))
    of_runs = run_lines(past, Names(past), runs)
    found = sorted(
        (each for each in _moments(asking, runs) if not before or each.seq < before), key=lambda each: -each.seq
    )
    journeys = {past.plans.journey_of(run.plan) for run in runs}
    published = ((name, past.current(name, asking.then)) for name in past.journeys() if name not in journeys)
    rows = [HandoffRow(*row) for row in past.store.database.read_in(_OPEN, [run.id for run in runs if run.phase < 3])]
    return OnePerson(
        id=person_ref(number),
        name=asking.name,
        status=str(value_text(person.status, str)),
        keys=past.keys(number),
        facts=tuple(_facts(asking, person)),
        open=tuple(line for line in of_runs if line.ended is None),
        handoffs=lines(past, soonest_first(rows), now),
        over=tuple(line for line in of_runs if line.ended is not None),
        missing=tuple((name, kept.plan.title) for name, kept in published if kept is not None),
        moments=tuple(found[:limit]),
        more=found[limit - 1].seq if len(found) > limit else 0,
        odd=is_formula(asking.name),
        not_taken=not_taken(past, number),
    )


def _around(person: Person) -> list[int]:
    return [person.id, *(each for name in PERSON_FIELDS if isinstance(each := getattr(person, name), int))]


def _facts(asking: Asking, person: Person) -> Iterator[Fact]:
    """Every value that has arrived: the ones asked for most first, the organization's own last."""
    rest = (name for name in FIELDS if name not in _FIRST and name not in _NOT_SHOWN)
    for name in (*_FIRST, *rest, *sorted(person.extra)):
        value = field_value(person, name)
        if value is UNKNOWN or value is None:
            continue
        origin = origin_of(person, name)
        somebody = value if name in PERSON_FIELDS and isinstance(value, int) else 0
        said = asking.name_of(somebody) if somebody else value_text(value, asking.name_of, asking.zone)
        odd = isinstance(value, str) and is_formula(value)
        yield Fact(path_text(f"person.{name}"), said, origin.source, origin.as_of, origin.stale_since, somebody, odd)


def _moments(asking: Asking, runs: list[RunRow]) -> Iterator[Moment]:
    """Everything in the ledger about the person, in no order."""
    told = {row.seq: row for row in asking.past.told(asking.person)}
    for row in told.values():
        if row.run is None:
            yield _of_event(asking, row)
    for run in runs:
        for decided in as_recorded(asking.past, run):
            yield of_run(asking, run, decided)


def _of_event(asking: Asking, row: KeptLedgerRow) -> Moment:
    """What was told and moved no run."""
    event = asking.past.event_of(row)
    title, source = _title(asking, row.kind, event if isinstance(event, Event) else None)
    said = tuple(text for reason in reasons_of(row) if (text := str(reason.seen.get("why", ""))))
    shown = tuple(text for text in (DISPOSED[row.disposition], *said) if text)
    return Moment(row.seq, to_instant(row.at), source, title, shown, event_ref(row.seq))


def of_run(asking: Asking, run: RunRow, decided: Decided) -> Moment:
    """One row of a run's ledger, in words."""
    event = decided.event if isinstance(decided.event, Event) else None
    title, source = _title(asking, decided.kind, event)
    journey = decided.kept.plan
    text = tuple(asking.say(reason, decided.kept, decided.at, event).text for reason in decided.reasons)
    return Moment(decided.seq, decided.at, source, title, text, run_ref(run.id), journey.title, run_ref(run.id))


_TITLES: Final = {
    "outcome": "A call was answered",
    "answer": "Somebody answered",
    "tick": "A moment came",
    "ownerschanged": "Its owner changed",
    "reassigned": "A handoff was given to somebody else",
    "putaside": "A handoff was snoozed",
    "released": "It was released",
    "journeyended": "A journey that it waited for ended",
    "cohortevent": "Its cohort moved on",
    "stopped": "It was stopped",
    "moved": "It goes on by a new version",
    "start": "It began",
}


def _title(asking: Asking, kind: str, event: Event | None) -> tuple[str, str]:
    """What happened, in a few words, and who told it."""
    if event is None:
        return _TITLES.get(kind, kind), ""
    if event.kind.startswith("person.") and event.after_version:
        changes = _changes(asking, event)
        if changes:
            return changes, event.source
    said = event_said(event.kind, event.fields)
    return f"{said[:1].upper()}{said[1:]}", event.source


def _changes(asking: Asking, event: Event) -> str:
    """What the two versions that the event joins differ in."""
    versions = {version.person.version: version for version in asking.past.versions(asking.person)}
    before, after = versions.get(event.before_version), versions.get(event.after_version)
    if after is None or before is None:
        return ""
    parts = list(_differences(asking, before, after))
    shown = parts[:_SHOWN_MAX]
    more = f"; and {count_text(len(parts) - len(shown), 'other value')}" if len(parts) > len(shown) else ""
    said = "; ".join(shown)
    return f"{said[:1].upper()}{said[1:]}{more}" if said else ""


_SHOWN_MAX: Final = 3


def _differences(asking: Asking, before: Version, after: Version) -> Iterator[str]:
    for name in (*(each for each in FIELDS if each not in ("given_name", "family_name")), *sorted(after.person.extra)):
        old, new = field_value(before.person, name), field_value(after.person, name)
        if old != new and new is not UNKNOWN:
            said = [_said(asking, name, value) for value in (old, new)]
            yield (
                f"{path_text(f'person.{name}')}: {said[0]} → {said[1]}"
                if old is not UNKNOWN
                else f"{path_text(f'person.{name}')}: {said[1]}"
            )


def _said(asking: Asking, name: str, value: object) -> str:
    if name in PERSON_FIELDS and isinstance(value, int):
        value = PersonRef(value)
    return value_text(value, asking.name_of, asking.zone)
