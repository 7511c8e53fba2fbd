"""`run`: another journey for the same person. Over when that run ended, or one that stands in for it."""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import hand_out
from handrail.core.moves.sending import begin_journey
from handrail.terms.plan import Run


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Begin the journey and wait for its end."""
    here = d.step(step)
    assert isinstance(here.body, Run), f"{here.name} is no `run`"
    opened = d.open_pass(step, items, "journey")
    owner = find_own(d, opened)
    d.say("opened", here.place, opened.number, owner=owner, journey=here.body.journey)
    handed = hand_out(d, opened, owner, here.contract.limit, here.contract.remind)
    arguments = d.arguments(step, items, here.body.arguments)
    rung = begin_journey(d, handed, here.body.journey, arguments, tied=True)
    d.put(replace(d.passes[opened.number], call=rung))
