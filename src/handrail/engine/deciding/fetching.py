"""Fetches all that a group of items will need, a query a kind: runs, people, versions, records, what waits.

What is fetched is as the store has it; what the group then changes lies in the group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeGuard

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.letters import Begin
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.records import TEACHES
from handrail.engine.items import Arrived, ForRun, Item, Move, PersonMade, Posted, Swept, TryAgain, Unfit
from handrail.store import rows
from handrail.store.moments import DISPOSITION, PHASE
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.person import Person
from handrail.terms.state import State

_OVER = PHASE["finished"]
_IDENTIFIED: Final = (Arrived, PersonMade)
_TELLING: Final = (Arrived, Posted, PersonMade)
_RECORDS = "SELECT * FROM record WHERE person {in}"
_VERSIONS = "SELECT * FROM person_version WHERE person {in}"
_DEFERRED = "SELECT * FROM held WHERE disposition = ? AND ended IS NULL AND person {in} ORDER BY seq"


def fetch(group: Group, items: Sequence[Item]) -> None:
    """Fill the group with what `items` need. What is for one run needs no more than the run and whom it is about."""
    group.numbers.at_once = max(len(items), 8)
    runs = {item.run for item in items if type(item) is ForRun}
    others = [item for item in items if type(item) is not ForRun]
    for item in others:
        runs.update(_runs_of(item))
    if runs:
        _have_runs(group, sorted(runs))
    whom = [person_in(item) for item in others]
    about = {number for number in whom if number is not None}
    persons = about | {working.person for working in group.runs.values()}
    _fetch_people(group, persons)
    _fetch_their_runs(group, others, whom)
    teaching = {item.event.person for item in others if _teaches(item) and item.event.person is not None}
    if group.plans.need_records or teaching:
        _fetch_records(group, persons if group.plans.need_records else teaching)
    keys = [key for item in others if isinstance(item, _IDENTIFIED) for key, _ in item.identities]
    group.identities = group.store.identities(keys) if keys else {}
    if others:
        _fetch_about_lives(group, others)


def _have_runs(group: Group, numbers: Sequence[int]) -> None:
    """Have these runs at hand, in this order; those that are not are read from the store, as far as they are there."""
    # Revisions are not compared: there is no row to compare with, and to read it is what is saved here. If another had
    # written one of these runs, they would hold a later epoch, and this group's commit would fail and forget all of them.
    at_hand = {number: working for number in numbers if (working := group.recent.take(number)) is not None}
    if len(at_hand) < len(numbers):
        found = group.store.runs_by_id([number for number in numbers if number not in at_hand])
        at_hand |= {number: _working(group, row) for number, row in found.items()}
        at_hand = {number: at_hand[number] for number in numbers if number in at_hand}
    group.runs.update(at_hand)


def _load_runs(group: Group, found: Iterable[rows.RunRow]) -> None:
    """Have these runs at hand, unless they are."""
    for row in found:
        if row.id not in group.runs:
            working = group.recent.take(row.id)
            # The row was read anyway, for whoever it is about: where it differs it is what counts, and asking costs nothing.
            group.runs[row.id] = _working(group, row) if working is None or working.before != row.rev else working


def _working(group: Group, row: rows.RunRow) -> Working:
    return Working(coding.unpack(row.state, State), group.plans.by_number[row.plan], row.shard, row)


def person_in(item: Item) -> int | None:
    """Whom an item is about, if it says so itself."""
    match item:
        case Arrived():
            return item.event.person
        case Posted(letter=Event() | Begin() as letter):
            return letter.person
        case Swept() | TryAgain() | Unfit():
            return item.person
        case PersonMade():
            return item.person.id
        case _:
            return None


def _runs_of(item: Item) -> tuple[int, ...]:
    match item:
        case Move():
            return (item.run,)
        case Posted(letter=Begin() as letter):
            return (letter.run,)
        case Posted() | Unfit() if item.run is not None:
            return (item.run,)
        case _:
            return ()


def _may_start(item: Item, group: Group) -> bool:
    match item:
        case Arrived():
            return item.event.kind in group.plans.by_event
        case Posted(letter=Event() as letter):
            return letter.kind in group.plans.by_event or letter.kind.startswith("person.")
        case Posted(letter=Begin()) | Swept() | PersonMade() | TryAgain():
            return True
        case _:
            return False


def _teaches(item: Item) -> TypeGuard[Arrived]:
    return isinstance(item, Arrived) and item.event.kind in TEACHES


def _fetch_people(group: Group, persons: set[int]) -> None:
    ordered = sorted(persons)
    group.worlds.fetch_around(ordered)
    group.people.update(group.worlds.shards(ordered))


def _fetch_their_runs(group: Group, others: Sequence[Item], whom: Sequence[int | None]) -> None:
    """The runs of those whom something is told about; those that are over too, where they may count."""
    starting: set[int] = set()
    told: set[int] = set()
    for item, number in zip(others, whom, strict=True):
        if number is None:
            continue
        if _may_start(item, group):
            starting.add(number)
        elif isinstance(item, _TELLING):
            told.add(number)
    if starting:
        _load_people_runs(group, group.store.runs_by_person(sorted(starting), open_only=False))
    if told - starting:
        _load_people_runs(group, group.store.runs_by_person(sorted(told - starting)))
    going = any(isinstance(item, Move) and group.plans.by_number[item.plan].needs.record for item in others)
    recording = {working.person for working in group.runs.values() if going or working.plan.needs.record} - starting
    if recording:
        _load_people_runs(group, group.store.runs_by_person(sorted(recording), open_only=False))


def _load_people_runs(group: Group, found: dict[int, list[rows.RunRow]]) -> None:
    for person, of_person in found.items():
        _load_runs(group, (row for row in of_person if row.phase < _OVER))
        here = group.of_person.setdefault(person, [])
        here += [row.id for row in of_person if row.id in group.runs and row.id not in here]
        group.over[person] = [row for row in of_person if row.id not in group.runs]


def _fetch_records(group: Group, persons: set[int]) -> None:
    for row in group.store.database.look_in(_RECORDS, sorted(persons)):
        group.records.setdefault(row[0], []).append(rows.RecordRow(*row))


def _fetch_about_lives(group: Group, items: Sequence[Item]) -> None:
    """For what is told of people's lives: older versions it joins, starts that waited for it, who watches them."""
    wanted: dict[int, set[int]] = {}
    changed = {item.person.id for item in items if isinstance(item, PersonMade)}
    changed |= {item.person for item in items if isinstance(item, TryAgain)}
    for item in items:
        event = item.letter if isinstance(item, Posted) else None
        if isinstance(event, Event) and event.person is not None and event.kind.startswith("person."):
            changed.add(event.person)
            wanted.setdefault(event.person, set()).update((event.before_version, event.after_version))
    if changed:
        ordered = sorted(changed)
        away = {each for number in ordered for each in group.worlds.stood_in_for(number)}
        group.watchers = group.store.watchers(sorted(changed | away))
        for row in group.store.database.look_in(_DEFERRED, ordered, (DISPOSITION["deferred"],)):
            held = rows.HeldRow(*row)
            group.deferred.setdefault(held.person or 0, []).append(held)
            event = coding.unpack(held.body, Event) if held.body is not None else None
            if event is not None and event.before_version:
                wanted.setdefault(event.person or 0, set()).add(event.before_version)
    if wanted:
        for row in group.store.database.look_in(_VERSIONS, sorted(wanted)):
            kept = rows.PersonVersionRow(*row)
            if kept.version in wanted[kept.person]:
                group.versions[kept.person, kept.version] = coding.unpack(kept.body, Person)
