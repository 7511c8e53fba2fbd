"""Starts above a journey's limit: together one handoff to whoever is accountable, open as long as any waits.

The handoff is kept under the first run that waited, as pass 0, which no step has. The list is the runs themselves,
and they are let go through `Engine.release`.
"""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.finding import owner_of
from handrail.core.program import program_of
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running_copy import Working
from handrail.store import rows
from handrail.store.moments import to_millis
from handrail.terms.plan import NONE

PASS = 0
_OPEN = (
    "SELECT h.* FROM handoff h JOIN run r ON r.id = h.run JOIN plan p ON p.id = r.plan "
    "WHERE h.closed IS NULL AND h.pass = 0 AND p.journey = ?"
)
_WAITING = "SELECT count(*) FROM run r JOIN plan p ON p.id = r.plan WHERE r.phase = 0 AND p.journey = ?"


def look_after_waiting(group: Group) -> None:
    """Open the handoff of each journey that has runs waiting now, and close that of one that has none any more."""
    born = {working.number: working for working in group.waiting if working.state.phase == "waiting for release"}
    by_journey: dict[str, list[Working]] = {}
    for working in born.values():
        by_journey.setdefault(working.plan.journey, []).append(working)
    for journey in by_journey.keys() | group.released.keys():
        waiting = by_journey.get(journey, [])
        found = [rows.HandoffRow(*row) for row in group.store.database.look(_OPEN, (journey,))]
        if waiting and not found:
            _open(group, waiting[0])
        elif found and not waiting and not _others(group, journey):
            row = found[0]
            group.handoffs[row.run, PASS] = row._replace(closed=group.at, ended="released")


def _others(group: Group, journey: str) -> int:
    """How many runs of the journey still wait, besides those that this group let go."""
    return int(group.store.database.look(_WAITING, (journey,))[0][0]) - group.released.get(journey, 0)


def owner_of_list(group: Group, first: Working) -> str:
    """Whoever is accountable for a journey's list now; `first` is the run under which it is kept."""
    person = group.worlds.newest(first.person)
    assert person is not None, f"person {first.person} has a run"
    world = group.worlds.world(person, first.plan, first.state)
    return owner_of(Draft(program_of(first.plan), first.state, world, group.now), ())


def _open(group: Group, first: Working) -> None:
    owner = owner_of_list(group, first)
    due = to_millis(first.state.wake_at) if first.state.wake_at is not None else None
    group.handoffs[first.number, PASS] = rows.HandoffRow(
        first.number, PASS, NONE, first.person, owner, group.at, due, 0, None, "", None
    )
