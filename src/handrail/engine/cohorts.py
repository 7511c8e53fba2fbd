"""Cohorts that leave at a moment: at each `or_every` of their step, with whoever is there, if that is enough.

One row per (cohort, moment) says that the moment was looked at; those missed asleep are looked at once. That a cohort leaves
because it is complete is decided where somebody joins it (`deciding.closing.cohorts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handrail.calendar.schedules import moments, next_moment, parse_schedule
from handrail.engine.deciding.closing.cohorts import depart, gather_of, members_of, place
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.store.batch import Batch
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import CohortRow, SweepRow
from handrail.terms import coding
from handrail.terms.plan import Gather, StepBody
from handrail.terms.values import Instant

MISSED_MAX: Final = 1_000
_OPEN: Final = "SELECT * FROM cohort WHERE left_at IS NULL AND plan {in} ORDER BY id"
_LOOKED: Final = "SELECT max(moment) FROM sweep WHERE trigger = ?"


class Cohorts:
    """The cohorts of one organization that have a moment. `due` looks at one whose moment has come."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known = 0
        self._plans: list[int] = []

    def next_at(self) -> Instant | None:
        """The next moment of any of them."""
        return min((self._next_of(row) for row in self._gathering()), default=None)

    def due(self, now: Instant) -> int:
        """Let one leave whose moment has come, or note that too few were there. Whether there was one."""
        for row in self._gathering():
            if self._next_of(row) <= now:
                self._look_at(row, now)
                return 1
        return 0

    def _gathering(self) -> list[CohortRow]:
        by_number = self._engine.plans.by_number
        if len(by_number) != self._known:
            self._plans = [
                number for number, plan in by_number.items() if any(_has_moments(step.body) for step in plan.steps)
            ]
            self._known = len(by_number)
        if not self._plans:
            return []
        found = [CohortRow(*row) for row in self._engine.store.database.look_in(_OPEN, self._plans)]
        return [row for row in found if _has_moments(by_number[row.plan].steps[row.step].body)]

    def _key(self, row: CohortRow) -> str:
        plan = self._engine.plans.by_number[row.plan]
        return f"{plan.journey}/{plan.steps[row.step].name}@{row.id}"

    def _next_of(self, row: CohortRow) -> Instant:
        gather = gather_of(self._engine.plans.by_number[row.plan], row.step)
        organization = self._engine.worlds.organization
        calendar = organization.calendars[organization.calendar]
        return next_moment(parse_schedule(gather.or_every), self._looked_at(row), calendar)

    def _looked_at(self, row: CohortRow) -> Instant:
        """Up to when the cohort was looked at: its last moment, else when it opened."""
        looked = self._engine.store.database.look(_LOOKED, (self._key(row),))[0][0]
        return to_instant(row.opened if looked is None else int(looked))

    def _look_at(self, row: CohortRow, now: Instant) -> None:
        engine = self._engine
        gather = gather_of(engine.plans.by_number[row.plan], row.step)
        calendar = engine.worlds.organization.calendars[engine.worlds.organization.calendar]
        came = moments(parse_schedule(gather.or_every), self._looked_at(row), now, calendar, MISSED_MAX)
        members = members_of(engine.store.database, [row.id])[row.id]
        there = sum(each.counts for each in members)
        counts = coding.pack({"there": there})
        looked = SweepRow(self._key(row), to_millis(came[-1]), 0, to_millis(now), counts)

        def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
            batch.sweeps.append(looked)
            if there >= gather.at_least:
                place(batch, *depart(batch, row, members, self._number, gather.count))

        engine.take((), now, more)

    def _number(self, kind: str) -> int:
        return self._engine.store.numbers(kind, 1)[0]


def _has_moments(body: StepBody) -> bool:
    return isinstance(body, Gather) and bool(body.or_every)
