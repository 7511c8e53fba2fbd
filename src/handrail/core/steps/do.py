"""`do`: a connected system acts. Open until the call's outcome is known; the tries are the dispatcher's."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.owners import owner_of
from handrail.core.sending import call_for
from handrail.terms.plan import Do
from handrail.terms.state import Pass, Sent


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Send the call; its limit counts from its first try, which is the dispatcher's to say."""
    contract = d.step(step).contract
    scope = d.scope(items, step, opening=d.now)
    owner = owner_of(contract.owner or d.plan.defaults.owner, d.program, scope, d.world)
    opened = d.open_pass(step, items, "outcome", owner=owner)
    d.say("opened", d.step(step).place, opened.number)
    send(d, opened)


def send(d: Draft, each: Pass) -> None:
    """Send the step's call, anew if it was sent before; the pass waits for its outcome."""
    body = d.step(each.step).body
    assert isinstance(body, Do), f"{d.step(each.step).name} is no `do`"
    arguments = d.program.arguments(body.arguments, d.scope(each.items, each.step, opening=each.opened))
    rung = call_for(d, each, body.action, arguments, body.object)
    if body.undo:
        d.sent.append(Sent(each.number, rung, each.step, arguments))
    d.put(d.passes[each.number], waiting="outcome", call=rung, due=None, failed=False)
