"""*My people*: what a manager owes, what their direct reports owe, and how their journeys stand. Nothing else of them.

Asked by sets and by index, so that it costs the same in any organization: of one manager's people, never of all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.desk.away import AwayLine, away_lines
from handrail.insight.desk.lines import Line, lines, soonest_first
from handrail.insight.desk.reach import Desk
from handrail.insight.desk.waiting import Waiting, how_many, waiting
from handrail.insight.past import Past
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import HandoffRow, PersonRow
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.values import Instant

REPORTS_MAX: Final = 500
SHOWN_MAX: Final = 50
_REPORTS: Final = "SELECT * FROM person WHERE manager = ? AND status <> 'left' ORDER BY name, id LIMIT ?"
_THEIRS: Final = "SELECT h.* FROM handoff h WHERE h.closed IS NULL AND h.owner {in}"
_ABOUT: Final = (
    "SELECT r.person, count(*), sum(CASE WHEN h.late = 1 OR h.due <= ? THEN 1 ELSE 0 END), min(h.due) FROM run r "
    "JOIN handoff h ON h.run = r.id AND h.closed IS NULL WHERE r.phase < 3 AND r.person {in} GROUP BY r.person"
)
_RUNS: Final = (
    "SELECT r.person, count(*), sum(CASE WHEN r.phase = 2 THEN 1 ELSE 0 END) FROM run r "
    "WHERE r.phase < 3 AND r.person {in} GROUP BY r.person"
)


class Report(Struct, frozen=True):
    """One of my people. `journeys` are open (`paused` of them stand still); `handoffs` are open about them.

    `late` of these are past their limit, or were once. `owes` are open handoffs that they themselves have, `owes_late` of
    these; `next_due` is the soonest about them.
    """

    person: int
    name: str
    title: str
    status: str
    journeys: int
    paused: int
    handoffs: int
    late: int
    next_due: Instant | None
    owes: int
    owes_late: int


class MyPeople(Struct, frozen=True):
    """A manager's people, as of `at`.

    `own` is what I owe, the soonest due first: mine, and of those for whom I stand in; `own_total` counts all of it. `theirs`
    is what my people owe. `reports` are my people by name; `more`: there are more than are shown. `away` are my own absences.
    """

    at: Instant
    own: tuple[Line, ...]
    own_total: int
    theirs: tuple[Line, ...]
    theirs_total: int
    reports: tuple[Report, ...]
    more: bool
    away: tuple[AwayLine, ...]


def my_people(past: Past, desk: Desk) -> MyPeople:
    """What the viewer owes, and their direct reports with what these owe. Empty for whoever is nobody among the people."""
    if not desk.viewer.person:
        return MyPeople(desk.now, (), 0, (), 0, (), more=False, away=())
    mine = Waiting("mine")
    own = waiting(past, desk, mine, SHOWN_MAX).rows
    own_total = len(own) if len(own) < SHOWN_MAX else how_many(past, desk, mine)
    people = [PersonRow(*row) for row in past.store.database.read(_REPORTS, (desk.viewer.person, REPORTS_MAX + 1))]
    more, people = len(people) > REPORTS_MAX, people[:REPORTS_MAX]
    theirs = _theirs(past, [row.id for row in people])
    shown = lines(past, (*own, *theirs[:SHOWN_MAX]), desk.now)
    there = {(row.run, row.pass_) for row in own}
    return MyPeople(
        desk.now,
        tuple(line for line in shown if (line.run, line.pass_) in there),
        own_total,
        tuple(line for line in shown if (line.run, line.pass_) not in there),
        len(theirs),
        _reports(past, people, theirs, desk.now),
        more,
        tuple(line for line in away_lines(past, desk.now, desk.viewer.person) if line.stands != "over"),
    )


def _theirs(past: Past, people: Sequence[int]) -> list[HandoffRow]:
    """Every open handoff that one of them has, the soonest due first."""
    owners = [f"person:{number}" for number in people]
    rows = [HandoffRow(*row) for row in past.store.database.read_in(_THEIRS, owners)]
    return soonest_first(rows)


def _reports(past: Past, people: Sequence[PersonRow], theirs: Sequence[HandoffRow], now: Instant) -> tuple[Report, ...]:
    ids, moment = [row.id for row in people], to_millis(now)
    read_in = past.store.database.read_in
    about = {int(row[0]): row[1:] for row in read_in(_ABOUT, ids, (moment,))}
    runs = {int(row[0]): row[1:] for row in read_in(_RUNS, ids)}
    owed_by: dict[str, list[HandoffRow]] = {}
    for each in theirs:
        owed_by.setdefault(each.owner, []).append(each)
    found = []
    for row in people:
        person = coding.unpack(row.body, Person)
        owed = owed_by.get(f"person:{row.id}", [])
        journeys, paused = runs.get(row.id, (0, 0))
        handoffs, late, due = about.get(row.id, (0, 0, None))
        found.append(
            Report(
                row.id, row.name or f"P-{row.id}", person.title if isinstance(person.title, str) else "", row.status,
                int(journeys), int(paused), int(handoffs), int(late), to_instant(int(due)) if due is not None else None,
                len(owed), sum(bool(each.late) or (each.due is not None and each.due <= moment) for each in owed),
            )
        )  # fmt: skip
    return tuple(found)
