"""Lines for a step that a cohort has done once: the first to arrive does it, the others hear what came of it.

A line is a cohort row of the step itself, by the number of its cohort. It has left when the step is done; its size is then the run
that did it, where whoever comes later finds the result.
"""

from __future__ import annotations

from typing import Final

from handrail.core.matching import matching_of
from handrail.engine.deciding.closing.cohorts import Member, keep, members_of, place, step_of
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.writing import post
from handrail.store import rows
from handrail.store.batch import MemberGone
from handrail.terms import coding
from handrail.terms.effect import JoinCohort
from handrail.terms.event import CohortEvent
from handrail.terms.plan import NONE, Gather, Plan
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
    journeys = {working.plan.journey for working, _, _ in steps}
    plans = sorted(number for number, plan in group.plans.by_number.items() if plan.journey in journeys)
    found = [rows.CohortRow(*row) for row in group.store.database.look_in(_LINES, plans)]
    found = [row for row in found if any(_is_of(group, row, working.plan, step) for working, _, step in steps)]
    members = members_of(group.store.database, [row.id for row in found])
    lines = [_Line(group, row, members[row.id]) for row in found]
    for working, effect, step in steps:
        if isinstance(effect, JoinCohort):
            alike = coding.pack(effect.alike)
            line = next((each for each in lines if each.is_for(working.plan, step, alike)), None)
            if line is None:
                new = rows.CohortRow(
                    group.number("cohort"), group.plans.number(working.plan), step, alike, group.at, None, 0
                )
                keep(group.batch, new)
                lines.append(line := _Line(group, new, []))
            line.join(working, effect.pass_)
    for line in lines:
        line.write()


def _is_of(group: Group, row: rows.CohortRow, plan: Plan, step: int) -> bool:
    """Whether the row is the line of this step, also where it was begun in another version of the journey."""
    began = group.plans.by_number[row.plan]
    return (row.step if began.hash == plan.hash else matching_of(began, plan).step(row.step)) == step


class _Line:
    """One line: `before` as the store has it, `members` as they stand now. Runs of every version stand in it."""

    def __init__(self, group: Group, row: rows.CohortRow, members: list[Member]) -> None:
        self._group, self._row = group, row
        self._before = members
        self._members = list(members)
        self._step = group.plans.by_number[row.plan].steps[row.step].name
        self._number = int(coding.unpack(row.alike, Fields)["cohort"])  # type: ignore[arg-type]

    def is_for(self, plan: Plan, step: int, alike: bytes) -> bool:
        """Whether it is the line of this step and cohort."""
        return self._row.alike == alike and _is_of(self._group, self._row, plan, step)

    def join(self, working: Working, pass_: int) -> None:
        """Last in line; of what is done already it hears at once. Who was moved to another version keeps its place."""
        if any(each[1:3] == (working.number, pass_) for each in self._before):
            return
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
        return working is None or any(
            each.step != NONE and _is_of(self._group, self._row, working.plan, each.step)
            for each in working.state.passes
        )

    def _has_done(self, run: int) -> bool:
        working = self._group.runs.get(run)
        if working is None or self._waits(run) or working.state.phase == "stopped":
            return False
        return self._name_in(working.plan) in working.state.results

    def _name_in(self, plan: Plan) -> str:
        """What the step is called in that version."""
        named = (step.name for number, step in enumerate(plan.steps) if _is_of(self._group, self._row, plan, number))
        return next(named, "")

    def _result(self, run: int) -> Fields:
        working = self._group.runs.get(run)
        if working is not None:
            return working.state.results.get(self._name_in(working.plan), NOTHING)
        row = self._group.store.runs_by_id([run])[run]
        name = self._name_in(self._group.plans.by_number[row.plan])
        return coding.unpack(row.state, State).results.get(name, NOTHING)
