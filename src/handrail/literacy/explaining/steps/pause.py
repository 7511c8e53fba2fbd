"""`pause`: lets time pass."""

from __future__ import annotations

from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import value_said
from handrail.terms.plan import Pause


def told(t: Telling, step: int) -> StepParts:
    """How long nothing happens."""
    body = t.plan.steps[step].body
    assert isinstance(body, Pause), "the table leads here"
    limit = body.limit
    if limit.until is None:
        text = f"Nothing happens for {limit.within}; then the journey goes on"
    else:
        text = (
            f"Nothing happens until {value_said(t, limit.until)}. If that is past already, the journey goes on at once"
        )
    return StepParts(does=(t.of_step(step, text, "pause"),), moves=())
