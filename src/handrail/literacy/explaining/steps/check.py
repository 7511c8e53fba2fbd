"""`check`: a gate."""

from __future__ import annotations

from handrail.literacy.explaining.flow import goes_on
from handrail.literacy.explaining.ladders import ladder_told
from handrail.literacy.explaining.parts import Spot, StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.terms.plan import Check


def told(t: Telling, step: int) -> StepParts:
    """What is looked at, and what happens if it is not so."""
    here = t.plan.steps[step]
    body = here.body
    assert isinstance(body, Check), "the table leads here"
    at = (here.place, f"{here.name}.if_not")
    return StepParts(
        does=(t.of_step(step, f"Handrail checks whether {condition_said(t, body.condition)}", "check"),),
        moves=(),
        decisions=(
            t.of_step(step, f"Handrail decides: if it is so, {goes_on(t, step)}", "check"),
            ladder_told(t, "if it is not so", body.if_not, Spot("not", step), at),
        ),
    )
