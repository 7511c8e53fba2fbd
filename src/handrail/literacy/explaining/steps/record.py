"""`record`: writes measures for the reports."""

from __future__ import annotations

from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import measures_said
from handrail.terms.plan import RecordStep


def told(t: Telling, step: int) -> StepParts:
    """What the reports get."""
    body = t.plan.steps[step].body
    assert isinstance(body, RecordStep), "the table leads here"
    said = measures_said(t, body.values, body.phase)
    return StepParts(
        does=(t.of_step(step, f"Handrail writes down for the reports: {said}", "record"),),
        moves=(t.of_step(step, "Into the reports: these values, and for whom", "record"),),
    )
