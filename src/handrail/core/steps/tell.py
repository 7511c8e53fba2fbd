"""`tell`: a message. Over when its receiver's box has it; nobody reachable is a failure."""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import complete
from handrail.core.moves.sending import tell
from handrail.terms.plan import NONE, Tell
from handrail.terms.state import Pass


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Put the message into the box, or climb `if_fails`."""
    here = d.step(step)
    assert isinstance(here.body, Tell), f"{here.name} is no `tell`"
    opened = d.open_pass(step, items, "nothing")
    if _told(d, opened, here.body):
        return
    failing = here.contract.if_fails
    if failing == NONE:
        complete(d, d.passes[opened.number], "skipped")
    else:
        owner = find_own(d, opened)
        climb(d, d.put(replace(d.passes[opened.number], owner=owner, failed=True)), failing, 0, d.now)


def look_again(d: Draft, each: Pass) -> None:
    """The moment of a `retry` has come: put the message into the box, or go on at the rung where it stands."""
    body = d.step(each.step).body
    assert isinstance(body, Tell), "only a `tell` looks for an address again"
    if not _told(d, each, body):
        climb(d, each, each.ladder, each.rung, d.now)


def _told(d: Draft, each: Pass, body: Tell) -> bool:
    place = d.step(each.step).place
    if not tell(d, each, body.to, body.message, body.by, news=True):
        d.say("nobody reachable", place, each.number)
        return False
    d.say("told", place, each.number, message=body.message)
    complete(d, d.passes[each.number], "done")
    return True
