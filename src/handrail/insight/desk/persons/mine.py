"""What concerns somebody themself: as a learner, what is next, why, by when and whom to ask; as a manager, what I owe and what they owe.

Whoever looks sees their own here, and nothing that their rights would not show them elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.owners import owner_of
from handrail.core.program import program_of
from handrail.insight.asking import Asking
from handrail.insight.desk.lines import Line, lines
from handrail.insight.lists import Names, RunLine, run_lines
from handrail.insight.past import Past
from handrail.insight.replay import as_recorded
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow, RecordRow, RunRow
from handrail.terms import coding
from handrail.terms.state import State
from handrail.terms.values import Instant

SHOWN_MAX: Final = 100
_OPEN_OF_RUNS: Final = "SELECT h.* FROM handoff h WHERE h.closed IS NULL AND h.run {in}"
_MINE: Final = (
    "SELECT * FROM handoff WHERE closed IS NULL AND owner = ? ORDER BY coalesce(due, 9000000000000000), run LIMIT ?"
)
_REPORTS: Final = "SELECT id, name, status FROM person WHERE manager = ? AND status <> 'left' ORDER BY name, id"
_LEARNED: Final = (
    "SELECT * FROM record WHERE person = ? AND kind IN ('completed', 'passed', 'certificate') ORDER BY at DESC LIMIT 50"
)


class MyJourney(Struct, frozen=True):
    """One journey that somebody is in: what is up to them, what waits for others, why they are in it, whom to ask."""

    run: RunLine
    mine: tuple[Line, ...]
    others: tuple[Line, ...]
    why: str
    ask: str


class Learned(Struct, frozen=True):
    """Something that is known to be learned: a course, an exam, a certificate."""

    kind: str
    what: str
    at: Instant


class MyLearning(Struct, frozen=True):
    """What concerns a learner. `due` are the handoffs that are up to them in any journey, the soonest first."""

    name: str
    journeys: tuple[MyJourney, ...]
    due: tuple[Line, ...]
    over: tuple[RunLine, ...]
    learned: tuple[Learned, ...]


class Report(Struct, frozen=True):
    """One of somebody's people: what is open about them, and of it what is up to them and what is late."""

    person: int
    name: str
    status: str
    lines: tuple[Line, ...]
    late: int


class MyPeople(Struct, frozen=True):
    """What concerns a manager: what they owe, and what their people have open. `more` are their own beyond those shown."""

    owe: tuple[Line, ...]
    more: int
    people: tuple[Report, ...]


def my_learning(past: Past, person: int, now: Instant) -> MyLearning:
    """What is next for this learner."""
    asking, names = Asking(past, person, now), Names(past)
    past.told(person)
    runs = past.runs(person)
    still = [run for run in runs if run.phase < 3]
    rows = _handoffs(past, [run.id for run in still])
    every = lines(past, rows, now)
    shown = run_lines(past, names, runs)
    by_run = {line.run: line for line in shown}
    journeys = tuple(_journey(asking, names, run, by_run[f"R-{run.id}"], every) for run in still)
    mine = tuple(line for line in every if line.owner == f"person:{person}")
    return MyLearning(
        asking.name,
        journeys,
        mine,
        tuple(reversed([line for line in shown if line.ended is not None])),
        tuple(_learned(past, person)),
    )


def my_people(past: Past, person: int, now: Instant) -> MyPeople:
    """What this manager owes, and what their people have open."""
    mine = [HandoffRow(*row) for row in past.store.database.read(_MINE, (f"person:{person}", SHOWN_MAX + 1))]
    reports = past.store.database.read(_REPORTS, (person,))
    numbers = [int(number) for number, _, _ in reports]
    runs = past.store.runs_by_person(numbers) if numbers else {}
    rows = _handoffs(past, [run.id for found in runs.values() for run in found])[:SHOWN_MAX]
    wanted = {(row.run, row.pass_): row for row in (*mine[:SHOWN_MAX], *rows)}
    every = lines(past, list(wanted.values()), now)
    return MyPeople(
        tuple(line for line in every if line.owner == f"person:{person}"),
        max(0, len(mine) - SHOWN_MAX),
        tuple(_report(int(number), str(name or f"P-{number}"), str(status), every) for number, name, status in reports),
    )


def _handoffs(past: Past, runs: Sequence[int]) -> list[HandoffRow]:
    """The open handoffs of these runs, the soonest due first."""
    found = [HandoffRow(*row) for row in past.store.database.read_in(_OPEN_OF_RUNS, list(runs))] if runs else []
    return sorted(found, key=lambda row: (row.due is None, row.due or 0, row.run))


def _journey(asking: Asking, names: Names, run: RunRow, line: RunLine, every: Sequence[Line]) -> MyJourney:
    of_run = [each for each in every if each.run == run.id]
    own = f"person:{asking.person}"
    return MyJourney(
        line,
        tuple(each for each in of_run if each.owner == own),
        tuple(each for each in of_run if each.owner != own),
        _why(asking, run),
        _accountable(asking, names, run),
    )


def _why(asking: Asking, run: RunRow) -> str:
    """Why somebody is in a journey: how its run began."""
    recorded = as_recorded(asking.past, run)
    first = recorded[0] if recorded else None
    reason = next((each for each in first.reasons if each.rule == "started"), None) if first is not None else None
    if first is None or reason is None:
        return ""
    return asking.say(reason, first.kept, first.at).text


def _accountable(asking: Asking, names: Names, run: RunRow) -> str:
    """Whoever is accountable for the journey, as it is resolved for this run."""
    kept, past = asking.past.plans[run.plan], asking.past
    person = past.person(asking.person, asking.then)
    if person is None or not run.state:
        return ""
    state = coding.unpack(run.state, State)
    world = past.world(person, kept.plan, asking.then, state)
    program = program_of(kept.plan)
    return names.owner(owner_of((), program, Draft(program, state, world, asking.at).scope(), world))


def _learned(past: Past, person: int) -> Iterator[Learned]:
    words = {"completed": "course", "passed": "exam passed", "certificate": "certificate"}
    for found in past.store.database.read(_LEARNED, (person,)):
        row = RecordRow(*found)
        yield Learned(words.get(row.kind, row.kind), row.object, to_instant(row.at))


def _report(number: int, name: str, status: str, every: Sequence[Line]) -> Report:
    about = tuple(line for line in every if line.person == number)
    return Report(number, name, status, about, sum(line.late for line in about))
