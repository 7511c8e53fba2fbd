"""`choose`: takes the first branch whose condition is true."""

from __future__ import annotations

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.flow import goes_on
from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import NONE, Branch, Choose


def told(t: Telling, step: int) -> StepParts:
    """The branches, each with its condition, and where it leads."""
    body = t.plan.steps[step].body
    assert isinstance(body, Choose), "the table leads here"
    return StepParts(
        does=(
            t.of_step(step, f"The journey takes one of {len(body.branches)} branches: the first that fits", "choose"),
        ),
        moves=(),
        decisions=(
            t.of_step(
                step,
                "Handrail decides, in this order:",
                "choose",
                tuple(_branch(t, step, one) for one in body.branches),
            ),
        ),
    )


def _branch(t: Telling, step: int, branch: Branch) -> Sentence:
    when = f"if {condition_said(t, branch.condition)}" if branch.condition is not None else "otherwise"
    leads_to = f"it goes on with {t.named(branch.first)}" if branch.first != NONE else f"{goes_on(t, step)}"
    return t.say(f"“{title_of(branch.name)}” {when}; {leads_to}", branch.place)
