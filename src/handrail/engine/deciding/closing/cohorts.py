"""Cohorts: places taken and given up in this group, and the cohorts that leave because enough are in them, oldest first.

A cohort is kept by plan, step and what its people have alike. Whoever is on the way when it leaves is told by a letter; who is
too many, or paused, stays for the next. Leaving at a moment is `engine.cohorts`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.letters import seal
from handrail.engine.deciding.running_copy import Working
from handrail.store import rows
from handrail.store.batch import Batch, MemberGone
from handrail.store.database.port import Database
from handrail.store.moments import PHASE, to_instant
from handrail.terms import coding
from handrail.terms.effect import JoinCohort
from handrail.terms.event import CohortEvent
from handrail.terms.plan import Gather, Plan

_OPEN: Final = "SELECT * FROM cohort WHERE left_at IS NULL AND plan {in}"
_MEMBERS: Final = (
    "SELECT m.cohort, m.run, m.pass, m.joined, r.shard, r.phase FROM cohort_member m "
    "JOIN run r ON r.id = m.run WHERE m.cohort {in} ORDER BY m.joined, m.run, m.pass"
)
_PAUSED: Final = PHASE["paused"]
Numbered = Callable[[str], int]
"""The next number of a kind."""


class Member(NamedTuple):
    """A run that holds a place: `cohort` is where the store has it (0: it came in this group)."""

    cohort: int
    run: int
    pass_: int
    joined: int
    shard: int
    phase: int

    @property
    def counts(self) -> bool:
        """A paused run is not counted."""
        return self.phase == PHASE["open"]


def members_of(database: Database, cohorts: Iterable[int]) -> dict[int, list[Member]]:
    """Who holds a place in each of these cohorts, oldest first."""
    found: dict[int, list[Member]] = {number: [] for number in cohorts}
    for row in database.look_in(_MEMBERS, sorted(found)):
        found[row[0]].append(Member(*row))
    return found


def gathers(plan: Plan, step: int) -> bool:
    """Whether the step is a `gather`, and not one that a cohort has done once (`lines`)."""
    return isinstance(plan.steps[step].body, Gather)


def gather_of(plan: Plan, step: int) -> Gather:
    """The step's body, which is a `gather`."""
    body = plan.steps[step].body
    assert isinstance(body, Gather), f"{plan.steps[step].name} is no `gather`"
    return body


def close_cohorts(group: Group) -> None:
    """Write who joined and who gave up a place, and let leave whatever cohort is complete now."""
    resumed = [each for each in group.runs.values() if each.phase == _PAUSED and _goes_on_in_line(each)]
    places = [(each, effect) for each, effect in group.places if gathers(each.plan, step_of(each.plan, effect.step))]
    if not places and not resumed:
        return
    lines = _Lines(group, [*(working for working, _ in places), *resumed])
    for working, effect in places:
        if isinstance(effect, JoinCohort):
            lines.join(working, effect)
    lines.write()


def _goes_on_in_line(working: Working) -> bool:
    return working.state.phase == "open" and any(each.waiting == "cohort" for each in working.state.passes)


class _Lines:
    """The open cohorts of the plans that this group touches, and who still stands in each: whose pass is over has given up its place."""

    def __init__(self, group: Group, touched: Sequence[Working]) -> None:
        self._group = group
        database = group.store.database
        plans = sorted({group.plans.number(plan) for each in touched for plan in (each.plan, each.plan_before) if plan})
        found = [rows.CohortRow(*row) for row in database.look_in(_OPEN, plans)]
        found = [row for row in found if gathers(group.plans.by_number[row.plan], row.step)]
        self._cohorts = {row.id: row for row in found}
        self._members: dict[int, list[Member]] = {}
        self._joined: dict[tuple[int, int], int] = {}
        """Since when those stood in line who were moved to another plan: they keep their turn."""
        for number, members in members_of(database, self._cohorts).items():
            there = [each for each in members if self._is_there(each, self._cohorts[number].plan)]
            self._members[number] = [self._as_it_stands(each) for each in there]
            gone = [each for each in members if each not in there]
            self._joined |= {(each.run, each.pass_): each.joined for each in gone}
            group.batch.members_gone += [MemberGone(number, each.run, each.pass_) for each in gone]

    def _is_there(self, each: Member, plan: int) -> bool:
        """Whether the run still has the pass and the cohort's plan, as it stands in this group."""
        working = self._group.runs.get(each.run)
        if working is None:
            return True
        return self._group.plans.number(working.plan) == plan and _has(working, each.pass_)

    def _as_it_stands(self, each: Member) -> Member:
        working = self._group.runs.get(each.run)
        return each if working is None else each._replace(phase=PHASE[working.state.phase])

    def join(self, working: Working, effect: JoinCohort) -> None:
        """The run stands in line, last."""
        group, step = self._group, step_of(working.plan, effect.step)
        kept = (group.plans.number(working.plan), step, coding.pack(effect.alike))
        cohort = next((each.id for each in self._cohorts.values() if each[1:4] == kept), 0)
        if not cohort:
            cohort = group.number("cohort")
            self._cohorts[cohort] = row = rows.CohortRow(cohort, *kept, group.at, None, 0)
            self._members[cohort] = []
            group.batch.cohorts.append(row)
        joined = self._joined.get((working.number, effect.pass_), group.at)
        new = Member(0, working.number, effect.pass_, joined, working.shard, PHASE[working.state.phase])
        if _has(working, effect.pass_):
            self._members[cohort] = sorted([*self._members[cohort], new], key=lambda each: each[3])

    def write(self) -> None:
        """Let leave what is complete; then who is new, where they stand."""
        group = self._group
        for cohort in list(self._cohorts):
            row, members = self._cohorts[cohort], self._members[cohort]
            count = gather_of(group.plans.by_number[row.plan], row.step).count
            while sum(each.counts for each in members) >= count:
                row, members = depart(group.batch, row, members, group.number, count)
            place(group.batch, row, members)


def _has(working: Working, number: int) -> bool:
    """Whether the run still has the pass."""
    return any(each.number == number for each in working.state.passes)


def depart(
    batch: Batch, row: rows.CohortRow, members: Sequence[Member], numbered: Numbered, count: int
) -> tuple[rows.CohortRow, list[Member]]:
    """The cohort leaves with the oldest who count, at most `count`; the one that gathers next, and who stays for it."""
    going = [each for each in members if each.counts][:count]
    staying = [each for each in members if each not in going]
    keep(batch, row._replace(left_at=batch.at, size=len(going)))
    place(batch, row, going)
    for each in going:
        left = CohortEvent(each.pass_, to_instant(batch.at), row.id, len(going))
        batch.inbox.append(rows.InboxRow(numbered("inbox"), each.shard, batch.at, each.run, None, None, seal(left)))
    if not staying:
        return row, []
    after = row._replace(id=numbered("cohort"), opened=batch.at, left_at=None, size=0)
    keep(batch, after)
    batch.members_gone += [MemberGone(row.id, each.run, each.pass_) for each in staying if each.cohort == row.id]
    return after, [each._replace(cohort=0) for each in staying]


def place(batch: Batch, row: rows.CohortRow, members: Sequence[Member]) -> None:
    """Write who has a place in the cohort and had none in it before."""
    batch.members += [rows.CohortMemberRow(row.id, *each[1:4]) for each in members if each.cohort != row.id]


def keep(batch: Batch, row: rows.CohortRow) -> None:
    """One row a cohort and batch."""
    batch.cohorts = [*(each for each in batch.cohorts if each.id != row.id), row]


def step_of(plan: Plan, name: str) -> int:
    """The number of a step by its name."""
    return next(number for number, step in enumerate(plan.steps) if step.name == name)
