"""`go_back_to` as a step: back to an earlier one, until that is used up; then the next follows."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.going_back import go_back
from handrail.terms.plan import GoBack, GoBackStep


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Go back, or go on."""
    here = d.step(step)
    body = here.body
    assert isinstance(body, GoBackStep), f"{here.name} is no `go_back_to`"
    move = GoBack(step=body.step, after=body.after, at_most=body.at_most, place=here.place)
    if not go_back(d, None, move, d.now, items):
        d.go_on(step, items, "done")
