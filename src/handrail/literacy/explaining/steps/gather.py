"""`gather`: holds people until there are enough for a cohort."""

from __future__ import annotations

from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.times import schedule_said
from handrail.literacy.explaining.words.values import field_said, value_said
from handrail.literacy.explaining.words.voice import listed
from handrail.terms.expression import Expression, Path
from handrail.terms.plan import Gather


def told(t: Telling, step: int) -> StepParts:
    """How many are waited for, when fewer may leave, and who is put together."""
    body = t.plan.steps[step].body
    assert isinstance(body, Gather), "the table leads here"
    does = [
        t.of_step(
            step, f"People are held here until there are {body.count}; then they go on together, as a cohort", "gather"
        )
    ]
    if body.or_every:
        least = f" if there are at least {body.at_least}" if body.at_least > 1 else ""
        does.append(
            t.of_step(step, f"{schedule_said(body.or_every)}, those who are here leave with fewer{least}", "or_every")
        )
    if body.alike:
        alike = listed([_alike(t, one) for one in body.alike], "and")
        does.append(t.of_step(step, f"Only people with the same {alike} are put together", "alike"))
    return StepParts(
        does=tuple(does),
        moves=(),
        decisions=(
            t.of_step(step, "Nobody decides: Handrail counts, and who has waited longest leaves first", "gather"),
        ),
        stalled="if somebody is still here {over}",
        never_fails="It cannot fail, only take too long",
    )


def _alike(t: Telling, value: Expression) -> str:
    return field_said(value.names[-1]) if isinstance(value, Path) else value_said(t, value)
