"""`tell`: a message. Over when its receiver's box has it; nobody reachable is a failure."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.handing import find_owner, owner_path
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import complete
from handrail.core.moves.sending import tell
from handrail.terms.plan import NONE, Tell


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Put the message into the box, or climb `if_fails`."""
    here = d.step(step)
    assert isinstance(here.body, Tell), f"{here.name} is no `tell`"
    opened = d.open_pass(step, items, "nothing")
    if tell(d, opened, here.body.to, here.body.message, here.body.by, news=True):
        d.say("told", here.place, opened.number)
        complete(d, d.passes[opened.number], "done")
        return
    d.say("nobody reachable", here.place, opened.number)
    failing = here.contract.if_fails
    if failing == NONE:
        complete(d, d.passes[opened.number], "skipped")
    else:
        owner = find_owner(d, opened, owner_path(d, step))
        climb(d, d.put(d.passes[opened.number], owner=owner, failed=True), failing, 0, d.now)
