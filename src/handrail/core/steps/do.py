"""`do`: a connected system acts. Open until the call's outcome is known; the tries are the dispatcher's."""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.sending import call_for, note_sent
from handrail.terms.plan import Do


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Send the call; its limit counts from its first try, which is the dispatcher's to say."""
    here = d.plan.steps[step]
    body = here.body
    assert isinstance(body, Do), f"{here.name} is no `do`"
    opened = d.open_pass(step, items, "outcome")
    owner = find_own(d, opened)
    d.say("opened", here.place, opened.number)
    arguments = d.arguments(step, items, body.arguments, body.days)
    call_for(d, opened, 0, body, arguments)
    if body.undo:
        note_sent(d, opened, 0, arguments)
    d.put(replace(opened, owner=owner, rungs=1, call=0))
