"""One module a kind of step: what it says of itself. `TOLD` is the table of kinds; what all steps have in common is told in `frame`."""

from __future__ import annotations

from typing import Final

from handrail.literacy.explaining.parts import StepTeller
from handrail.literacy.explaining.steps import (
    ask,
    check,
    choose,
    do,
    gather,
    pause,
    record,
    run,
    tell,
    together,
    turns,
    wait,
)
from handrail.terms import plan

TOLD: Final[dict[type, StepTeller]] = {
    plan.Do: do.told,
    plan.Ask: ask.told,
    plan.Wait: wait.told,
    plan.Tell: tell.told,
    plan.Check: check.told,
    plan.Choose: choose.told,
    plan.Together: together.told,
    plan.Gather: gather.told,
    plan.Pause: pause.told,
    plan.Run: run.told,
    plan.RecordStep: record.told,
    plan.GoBackStep: turns.back,
    plan.EndStep: turns.end,
}
