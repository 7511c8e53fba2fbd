"""What is left with whoever leaves and is no run's to decide: lists that wait for release, what is held, incidents.

Handoffs of runs find their owner by a letter to each run (`telling`); here goes what has a row of its own.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.engine.deciding.closing.releasing import PASS, owner_of_list
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running_copy import Working
from handrail.store import rows
from handrail.store.batch import LinesPassedOn
from handrail.terms import coding
from handrail.terms.incident import Incident
from handrail.terms.state import State

_LISTS: Final = f"SELECT h.* FROM handoff h WHERE h.closed IS NULL AND h.pass = {PASS} AND h.owner {{in}}"  # noqa: S608 - a constant
_INCIDENTS: Final = "SELECT * FROM incident WHERE ended IS NULL AND owner {in}"
_HELD: Final = "SELECT * FROM held WHERE ended IS NULL AND owner {in}"


def pass_on(group: Group) -> None:
    """Give what leavers of this group had to whoever is accountable, or to the organization's owner."""
    owners = sorted({f"person:{number}" for number in group.leavers})
    if not owners:
        return
    for row in [rows.HandoffRow(*found) for found in group.store.database.look_in(_LISTS, owners)]:
        run = group.store.runs_by_id([row.run])[row.run]
        working = Working(coding.unpack(run.state, State), group.plans.by_number[run.plan], run.shard, run)
        if (row.run, PASS) not in group.handoffs:
            group.handoffs[row.run, PASS] = row._replace(owner=owner_of_list(group, working))
    instead = group.worlds.organization.owner
    if instead not in owners:
        ended = {each.seq for each in group.batch.held} | {each.seq for each in group.batch.held_ended}
        held = [rows.HeldRow(*found) for found in group.store.database.look_in(_HELD, owners)]
        group.batch.held += [row._replace(owner=instead) for row in held if row.seq not in ended]
        group.batch.sync_lines_passed_on += [LinesPassedOn(owner, instead) for owner in owners]
        group.batch.incidents += [
            _untold(rows.IncidentRow(*row), instead) for row in group.store.database.look_in(_INCIDENTS, owners)
        ]


def _untold(row: rows.IncidentRow, owner: str) -> rows.IncidentRow:
    """The incident with its new owner, who has yet to be written to."""
    known = structs.replace(coding.unpack(row.body, Incident), told=None)
    return row._replace(owner=owner, body=coding.pack(known))
