"""Where a run turns: back to an earlier step, or to its end."""

from __future__ import annotations

from handrail.literacy.explaining.flow import goes_on
from handrail.literacy.explaining.moves.go_back import back_said
from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import text_said
from handrail.terms.plan import EndStep, GoBackStep


def back(t: Telling, step: int) -> StepParts:
    """Where it goes back to, and how often."""
    body = t.plan.steps[step].body
    assert isinstance(body, GoBackStep), "the table leads here"
    said = back_said(t, step, body.step, after=f"{body.after}" if body.after else "", at_most=body.at_most)
    used_up = f"When that is used up, {goes_on(t, step)}"
    return StepParts(does=(t.of_step(step, said, "go_back_to"), t.of_step(step, used_up, "at_most")), moves=())


def end(t: Telling, step: int) -> StepParts:
    """That the run ends here, and why."""
    body = t.plan.steps[step].body
    assert isinstance(body, EndStep), "the table leads here"
    how = "finished" if body.how == "finish" else "stopped"
    said = f"The run is {how} here, whatever else is open: {text_said(t, body.reason)}"
    return StepParts(does=(t.of_step(step, said, body.how),), moves=())
