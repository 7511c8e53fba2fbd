"""One module a kind of move: how it is told. `TOLD` is the table of kinds; lists of moves are told in `ladders`."""

from __future__ import annotations

from typing import Final

from handrail.literacy.explaining.moves import (
    assume,
    do,
    end,
    extend,
    go_back,
    hand_to,
    record,
    retry,
    run,
    tell,
    undo,
)
from handrail.literacy.explaining.parts import MoveKind
from handrail.terms import plan

TOLD: Final[dict[type, MoveKind]] = {
    plan.TellMove: tell.KIND,
    plan.DoMove: do.KIND,
    plan.RecordMove: record.KIND,
    plan.RunMove: run.KIND,
    plan.UndoMove: undo.KIND,
    plan.HandTo: hand_to.KIND,
    plan.Extend: extend.KIND,
    plan.Retry: retry.KIND,
    plan.GoBack: go_back.KIND,
    plan.Assume: assume.KIND,
    plan.Continue: end.CONTINUE,
    plan.Skip: end.SKIP,
    plan.End: end.END,
}
