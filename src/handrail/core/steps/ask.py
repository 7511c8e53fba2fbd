"""`ask`: a decision, a form, a task or a signature is somebody's. Open until the first valid answer."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_owner
from handrail.core.moves.handing import hand_out, notify
from handrail.terms.plan import Ask


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Hand it to whoever is asked, and tell them."""
    here = d.step(step)
    assert isinstance(here.body, Ask), f"{here.name} is no `ask`"
    opened = d.open_pass(step, items, "answer")
    owner = find_owner(d, opened, here.body.to)
    d.say("opened", here.place, opened.number, owner=owner)
    handed = hand_out(d, opened, owner, here.contract.limit, here.contract.remind)
    notify(d, handed, "handoff", "first")
