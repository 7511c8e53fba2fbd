"""One module a kind of step: how it opens, and what ends it. `OPENERS` is the table of kinds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from handrail.core.draft import Draft
from handrail.core.steps import ask, choose, do, gather, pause, record, run, tell, together, turns, wait
from handrail.core.steps import check as check_step
from handrail.terms import plan

Opener: TypeAlias = Callable[[Draft, int, tuple[int, ...]], None]

OPENERS: Final[dict[type, Opener]] = {
    plan.Do: do.open_step,
    plan.Ask: ask.open_step,
    plan.Wait: wait.open_step,
    plan.Tell: tell.open_step,
    plan.Check: check_step.open_step,
    plan.Choose: choose.open_step,
    plan.Together: together.open_step,
    plan.Gather: gather.open_step,
    plan.Pause: pause.open_step,
    plan.Run: run.open_step,
    plan.RecordStep: record.open_step,
    plan.GoBackStep: turns.back,
    plan.EndStep: turns.end,
}
"""By the kind of step: how one opens. It may end at once, or leave an open pass."""
