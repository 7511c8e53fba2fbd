"""Lines for a step that a cohort has done once: the first to arrive does it, the others hear what came of it.

A line is a cohort row of the step itself, by the number of its cohort. It has left when the step is done; its size is then the run
that did it, where whoever comes later finds the result.
"""

from __future__ import annotations

from typing import Final

from handrail.engine.deciding.closing.cohorts import Member, keep, members_of, place, step_of
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.writing import post
from handrail.store import rows
from handrail.store.batch import MemberGone
from handrail.terms import coding
from handrail.terms.effect import JoinCohort
from handrail.terms.event import CohortEvent
from handrail.terms.plan import Gather
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Fields

_LINES: Final = "SELECT * FROM cohort WHERE plan {in}"


def close_lines(group: Group) -> None:
    """Write who stands in line, and tell who is first, and what came of what is done."""
    steps = [(working, effect, step_of(working.plan, effect.step)) for working, effect in group.places]
    steps = [
        (working, effect, step)
        for working, effect, step in steps
        if not isinstance(working.plan.steps[step].body, Gather)
    ]
    if not steps:
        return
    touched: dict[tuple[int, int, bytes], _Line] = {}
    plans = sorted({group.plans.number(working.plan) for working, _, _ in steps})
    wanted = {(group.plans.number(working.plan), step) for working, _, step in steps}
    found = [rows.CohortRow(*row) for row in group.store.database.look_in(_LINES, plans)]
    members = members_of(group.store.database, [row.id for row in found if row[1:3] in wanted])
    for row in found:
        if row[1:3] in wanted:
            touched[row[1:4]] = _Line(group, row, members[row.id])
    for working, effect, step in steps:
        if isinstance(effect, JoinCohort):
            key = (group.plans.number(working.plan), step, coding.pack(effect.alike))
            if key not in touched:
                new = rows.CohortRow(group.number("cohort"), *key, group.at, None, 0)
                keep(group.batch, new)
                touched[key] = _Line(group, new, [])
            touched[key].join(working, effect.pass_)
    for line in touched.values():
        line.write()


class _Line:
    """One line: `before` as the store has it, `members` as they stand now."""

    def __init__(self, group: Group, row: rows.CohortRow, members: list[Member]) -> None:
        self._group, self._row = group, row
        self._before = members
        self._members = list(members)
        plan = group.plans.by_number[row.plan]
        self._step = plan.steps[row.step].name
        self._number = int(coding.unpack(row.alike, Fields)["cohort"])  # type: ignore[arg-type]

    def join(self, working: Working, pass_: int) -> None:
        """Last in line; of what is done already it hears at once."""
        self._members = [each for each in self._members if each.run != working.number]
        last = max((each.joined + 1 for each in self._before), default=0)
        self._members.append(Member(0, working.number, pass_, max(self._group.at, last), working.shard, 1))

    def write(self) -> None:
        """Who stands in line now, and who is told what."""
        there = [each for each in self._members if self._waits(each.run)]
        if self._row.left_at is not None:
            self._share(self._row.size, [each for each in there if each.cohort != self._row.id])
        elif self._before and self._has_done(self._before[0].run):
            doer = self._before[0].run
            keep(self._group.batch, self._row._replace(left_at=self._group.at, size=doer))
            self._share(doer, there)
        elif there and (not self._before or there[0][1:3] != self._before[0][1:3]):
            self._tell(there[0], yours=True)
        kept = {each[1:3] for each in there}
        gone = [each for each in self._before if each[1:3] not in kept]
        self._group.batch.members_gone += [MemberGone(self._row.id, each.run, each.pass_) for each in gone]
        place(self._group.batch, self._row, there)

    def _share(self, doer: int, there: list[Member]) -> None:
        """Tell those in line what came of it."""
        result = self._result(doer) if there else NOTHING
        for each in there:
            self._tell(each, result)

    def _tell(self, each: Member, result: Fields = NOTHING, *, yours: bool = False) -> None:
        told = CohortEvent(each.pass_, self._group.now, self._number, len(self._members), self._step, result, yours)
        post(self._group, told, each.shard, run=each.run)

    def _waits(self, run: int) -> bool:
        """Whether the run still has the step open, as its own or in line; of one that is not here nothing has changed."""
        working = self._group.runs.get(run)
        return working is None or any(each.step == self._row.step for each in working.state.passes)

    def _has_done(self, run: int) -> bool:
        working = self._group.runs.get(run)
        if working is None or self._waits(run) or working.state.phase == "stopped":
            return False
        return self._step in working.state.results

    def _result(self, run: int) -> Fields:
        working = self._group.runs.get(run)
        state = working.state if working is not None else None
        if state is None:
            state = coding.unpack(self._group.store.runs_by_id([run])[run].state, State)
        return state.results.get(self._step, NOTHING)
