"""`undo`: what the run itself brought about is taken back."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.actions import action_said
from handrail.literacy.explaining.words.voice import listed
from handrail.terms.plan import NONE, Do, UndoMove


def _told(t: Telling, _: Spot, move: UndoMove) -> Clause:
    return Clause(_all(t) if move.step == NONE else _one(t, move.step))


def _one(t: Telling, step: int) -> str:
    body = t.plan.steps[step].body
    taken = f": {action_said(t, body.undo, body.arguments)}" if isinstance(body, Do) and body.undo else ""
    return f"what {t.named(step)}, did is taken back{taken}"


def _all(t: Telling) -> str:
    steps = [
        t.named(number) for number, step in enumerate(t.plan.steps) if isinstance(step.body, Do) and step.body.undo
    ]
    if not steps:
        return "everything this run did is taken back (it does nothing that can be)"
    which = listed(steps, "and") if len(steps) < 4 else f"{steps[0]}, to {steps[-1]}"
    return f"whatever this run has had systems do is taken back, the latest first ({which})"


KIND = MoveKind(_told)
