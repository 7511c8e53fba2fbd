"""`choose`: takes the first branch whose `if` is true. Over when the branch is over."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.passes import wait_for_value
from handrail.terms.plan import NONE, Choose
from handrail.terms.values import UNKNOWN


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Go on in the branch, behind the step where none is taken, or wait until the value is known."""
    here = d.step(step)
    assert isinstance(here.body, Choose), f"{here.name} is no `choose`"
    scope = d.scope(items, step, opening=d.now)
    for branch in here.body.branches:
        verdict = True if branch.condition is None else d.test(branch.condition, scope)
        if verdict is UNKNOWN:
            wait_for_value(d, step, items)
            return
        if verdict:
            d.say("chose", branch.place, 0, branch=branch.name)
            if branch.first == NONE:
                d.go_on(step, items, "done")
            else:
                d.go_on(branch.first, items, "open")
            return
    d.say("chose nothing", here.place)
    d.go_on(step, items, "done")
