"""Where a run turns: `finish` and `stop` end it, `go_back_to` goes back to an earlier step until that is used up."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.going_back import go_back
from handrail.core.moves.passes import end_run
from handrail.terms.plan import EndStep, GoBack, GoBackStep


def end(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """End the run, well or not, with a reason; also from inside a branch."""
    here = d.step(step)
    assert isinstance(here.body, EndStep), f"{here.name} ends nothing"
    reason = d.program.reason(here.body.reason, d.scope(items, step, opening=d.now))
    end_run(d, "finished" if here.body.how == "finish" else "stopped", reason)


def back(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Go back, or go on."""
    here = d.step(step)
    body = here.body
    assert isinstance(body, GoBackStep), f"{here.name} is no `go_back_to`"
    move = GoBack(step=body.step, after=body.after, at_most=body.at_most, place=here.place)
    if not go_back(d, None, move, d.now, items):
        d.go_on(step, items, "done")
