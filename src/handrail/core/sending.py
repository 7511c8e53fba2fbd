"""What a run sends out: a call, a message, a journey begun. Wishes only; the engine sees to them.

A run never sends mail: a message goes into its receiver's box, and that is the end of a `tell`.
"""

from __future__ import annotations

from handrail.calendar.limits import deadline
from handrail.core.draft import Draft
from handrail.core.handing import notify
from handrail.core.owners import owner_of
from handrail.core.undoing import retry_of
from handrail.terms.effect import BeginRun, Call, Message, RetryRule
from handrail.terms.plan import NONE, Owner
from handrail.terms.state import Pass
from handrail.terms.values import Duration, Fields
from handrail.terms.world import World

BESIDE_LIMIT = Duration(5, "business days")
"""How long the owner of a handoff beside the run has, where the journey's defaults give no limit."""


def call_for(d: Draft, each: Pass, action: str, arguments: Fields, about: str, retry: RetryRule | None = None) -> int:
    """Have a connected system act; the rung of the call. `about` names the argument that says about what."""
    rung = d.next_rung(each.number)
    contract = d.step(each.step).contract if each.step != NONE else d.plan.defaults
    d.effects.append(
        Call(
            each.number,
            rung,
            d.step(each.step).name if each.step != NONE else "",
            action.partition(".")[0],
            action,
            d.state.person,
            str(arguments.get(about, "")) if about else "",
            arguments,
            retry or retry_of(d, contract.if_fails),
            within=contract.limit.within if contract.limit is not None else None,
        )
    )
    return rung


def tell(d: Draft, each: Pass, to: Owner, message: str, by: str, *, news: bool) -> bool:
    """Put a message into the receiver's box; whether there is anybody who can be reached."""
    scope = d.scope(each.items, each.step, opening=each.opened)
    receiver = owner_of(to, d.program, scope, d.world)
    if not reachable(receiver, d.world):
        return False
    rung = d.next_rung(each.number)
    name = d.step(each.step).name if each.step != NONE else ""
    urgency = "news" if news else "escalation"
    d.effects.append(Message(each.number, rung, name, receiver, message, urgency, 0, by, tell=True))  # type: ignore[arg-type]
    return True


def reachable(receiver: str, world: World) -> bool:
    """Whether there is an address: a person's, or a team's or contact's that the organization knows."""
    kind, _, name = receiver.partition(":")
    if kind != "person":
        return bool(name)
    number = int(name)
    person = world.person if number == world.person.id else world.people.get(number)
    return person is not None and any(isinstance(a, str) and a for a in (person.email, person.personal_email))


def begin_journey(d: Draft, each: Pass, journey: str, arguments: Fields, *, tied: bool) -> int:
    """Begin another journey for the same person; the rung of the effect."""
    rung = d.next_rung(each.number)
    name = d.step(each.step).name if each.step != NONE else ""
    d.effects.append(BeginRun(each.number, rung, name, journey, d.state.person, arguments, tied))
    return rung


def hand_beside(d: Draft, of: tuple[int, int], step: int, items: tuple[int, ...], place: int) -> Pass:
    """A handoff beside the run: what a ladder could not get done and went on without."""
    contract = d.step(step).contract if step != NONE else d.plan.defaults
    scope = d.scope(items, step)
    owner = owner_of(contract.owner or d.plan.defaults.owner, d.program, scope, d.world)
    opened = d.open_pass(step, items, "answer", owner=owner, beside=of, failed=True, asked=(owner,))
    limit = contract.limit.within if contract.limit is not None and contract.limit.within is not None else BESIDE_LIMIT
    d.say("beside the run", place, opened.number, owner=owner)
    changed = d.put(opened, due=deadline(d.now, limit, d.calendar(owner)))
    notify(d, changed, "handoff", "first")
    return d.passes[opened.number]
