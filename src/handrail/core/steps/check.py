"""`check`: a gate. Over at once, or when what it needs is known."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import wait_for_value
from handrail.terms.plan import Check
from handrail.terms.values import UNKNOWN


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Go on, climb `if_not`, or wait until the value is known."""
    here = d.step(step)
    assert isinstance(here.body, Check), f"{here.name} is no `check`"
    verdict = d.test(here.body.condition, d.scope(items, step, opening=d.now))
    if verdict is UNKNOWN:
        wait_for_value(d, step, items)
        return
    d.say("checked", here.place, 0, holds=verdict is True)
    if verdict:
        d.go_on(step, items, "done")
        return
    opened = d.open_pass(step, items, "nothing")
    climb(d, opened, here.body.if_not, 0, d.now)
