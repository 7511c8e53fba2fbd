"""What a run sends out: a call, a message, a journey begun. Wishes only; the engine sees to them.

A run never sends mail: a message goes into its receiver's box, and that is the end of a `tell`.
"""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own, find_owner
from handrail.core.moves.handing import hand_out, notify
from handrail.core.moves.undoing import retry_of
from handrail.terms.effect import BeginRun, Call, Message, RetryRule
from handrail.terms.plan import NONE, Do, DoMove, Limit, Owner
from handrail.terms.state import Pass, Sent
from handrail.terms.values import Duration, Fields
from handrail.terms.world import World

BESIDE_LIMIT = Duration(5, "business days")
"""How long the owner of a handoff beside the run has, where the journey's defaults give no limit."""


def call_for(
    d: Draft,
    each: Pass,
    rung: int,
    do: Do | DoMove,
    arguments: Fields,
    more: tuple[RetryRule | None, Duration | None] = (None, None),
) -> None:
    """Have a connected system act: an effect of the pass, with a rung of its own. `more` are a rule and a limit other than the step's."""
    step = d.plan.steps[each.step] if each.step != NONE else None
    contract = step.contract if step is not None else d.plan.defaults
    action, about = do.action, do.object
    retry, within = more
    if within is None and contract.limit is not None:
        within = contract.limit.within
    d.effects.append(
        Call(
            each.number,
            rung,
            step.name if step is not None else "",
            action.partition(".")[0],
            action,
            d.state.person,
            str(arguments.get(about, "")) if about else "",
            arguments,
            retry or retry_of(d, contract.if_fails),
            within=within,
        )
    )


def tell(d: Draft, each: Pass, to: Owner, message: str, by: str, *, news: bool) -> bool:
    """Put a message into the receiver's box; whether there is anybody who can be reached."""
    receiver = find_owner(d, each, to)
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


def note_sent(d: Draft, each: Pass, rung: int, arguments: Fields) -> None:
    """Keep the account of a call that can be undone. What a cohort had done once is never undone for one."""
    step = d.step(each.step)
    if isinstance(step.body, Do) and step.body.undo and not step.once_for:
        d.sent += (Sent(each.number, rung, each.step, arguments, items=each.items),)


def hand_beside(d: Draft, of: tuple[int, int], step: int, items: tuple[int, ...]) -> Pass:
    """A handoff beside the run: what could not be done and the run went on without, or a correction to look at."""
    opened = d.open_pass(step, items, "answer")
    owner = find_own(d, opened)
    limit = (d.step(step).contract if step != NONE else d.plan.defaults).limit
    if limit is None or limit.within is None:
        limit = Limit(BESIDE_LIMIT)
    hand_out(d, d.put(replace(opened, beside=of, failed=True, asked=(owner,))), owner, limit, ())
    d.say("beside the run", d.step(step).place if step != NONE else 0, opened.number, owner=owner)
    notify(d, d.passes[opened.number], "handoff", "first")
    return d.passes[opened.number]
