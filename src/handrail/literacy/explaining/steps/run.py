"""`run`: another journey for the same person."""

from __future__ import annotations

from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import arguments_said
from handrail.terms.plan import Run


def told(t: Telling, step: int) -> StepParts:
    """Which journey begins, and what it is handed."""
    body = t.plan.steps[step].body
    assert isinstance(body, Run), "the table leads here"
    journey = t.journey(body.journey)
    given = arguments_said(t, body.arguments)
    return StepParts(
        does=(t.of_step(step, f"{journey} begins for the same person, and this step is over when that one is", "run"),),
        moves=(t.of_step(step, f"To {journey}: {given or 'only who it is for'}. Back: how it ended, and why", "with"),),
        stalled="if it has not ended {limit}",
        failed="if it cannot begin",
    )
