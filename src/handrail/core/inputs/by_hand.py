"""What a person does with an open handoff beside answering it: gives it to somebody else, or snoozes it for a while.

Both are decisions in the run, with their author and reason. Neither lets anybody wait for ever: a handoff that was given away
finds an owner by its path again when who got it is gone, and a snooze has an end that cannot be put off again and again.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from handrail.calendar.limits import at_least_a_business_day, deadline
from handrail.core.draft import IN_HANDS, Draft
from handrail.core.inputs.lives import limit_in_force
from handrail.core.moves.handing import coming_of, hand_on, lend_again, notify, path_in_force
from handrail.core.owners import can_answer
from handrail.terms.effect import Message
from handrail.terms.event import PutAside, Reassigned
from handrail.terms.plan import NONE
from handrail.terms.state import Pass
from handrail.terms.values import Duration, Instant

BEYOND: Final = Duration(5, "business days")
"""So far beyond its limit a handoff may be snoozed, all snoozes of one owner together."""

__all__ = ["BEYOND", "hindrance", "put_aside", "reassigned", "snoozed_at_most"]


def reassigned(d: Draft, given: Reassigned) -> None:
    """The handoff is `given.to`'s from now on, whatever its path says, as long as they are there."""
    each = d.passes.get(given.pass_)
    why = hindrance(d, given)
    if each is None or why:
        d.used = False
        d.say("not reassigned", 0, given.pass_, by=given.by, to=given.to, why=why)
        return
    told = len(d.effects)
    changed = hand_on(d, each, given.to, "reassigned", by=given.by, reason=given.reason)
    changed = d.put(replace(changed, given=True))
    if not any(isinstance(effect, Message) for effect in d.effects[told:]):
        notify(d, changed, "moved", "first")


def put_aside(d: Draft, given: PutAside) -> None:
    """Nobody is reminded before `given.until`. Beyond the limit, the limit is the end of the business day after it."""
    each = d.passes.get(given.pass_)
    why = hindrance(d, given)
    if each is None or why:
        d.used = False
        d.say("not put aside", 0, given.pass_, by=given.by, until=given.until, why=why)
        return
    calendar = d.calendar(each.owner)
    due = each.due
    if due is not None and given.until > due:
        due = at_least_a_business_day(given.until, due, calendar)
    place = d.step(each.step).place if each.step != NONE else 0
    d.say("put aside", place, each.number, by=given.by, until=given.until, reason=given.reason, due=due)
    changed = d.put(replace(each, due=due, aside=given.until, aside_at_most=snoozed_at_most(d, each)))
    coming = coming_of(d, changed, each.opened)
    d.put(replace(changed, reminders=tuple(moment for moment in coming if moment > given.until)))
    if due != each.due:
        lend_again(d, d.passes[each.number])


def snoozed_at_most(d: Draft, each: Pass) -> Instant | None:
    """How far the handoff may be snoozed: five business days beyond its limit; where the limit is a date, or another step's, up to it."""
    if each.aside_at_most is not None:
        return each.aside_at_most
    if each.due is None:
        return d.due_around(each)
    limit = limit_in_force(d, each)
    if limit is not None and limit.until is not None:
        return each.due
    return deadline(each.due, BEYOND, d.calendar(each.owner))


def hindrance(d: Draft, given: Reassigned | PutAside) -> str:
    """Why that cannot be done with the handoff, in words; empty: it can."""
    each = d.passes.get(given.pass_)
    if each is None:
        return "the handoff is over"
    if each.waiting not in IN_HANDS and not (each.waiting == "branches" and each.asked):
        return "nobody is asked anything now: it is being done"
    if d.phase == "paused":
        return "the run is paused: nothing is sent, and no limit runs"
    return _cannot_have(d, each, given.to) if isinstance(given, Reassigned) else _cannot_wait(d, each, given.until)


def _cannot_wait(d: Draft, each: Pass, until: Instant) -> str:
    """Why it cannot be snoozed until then."""
    at_most = snoozed_at_most(d, each)
    if until <= d.now:
        return "that moment is past"
    return "that is longer than it may wait" if at_most is not None and until > at_most else ""


def _cannot_have(d: Draft, each: Pass, to: str) -> str:
    """Why `to` cannot have the handoff."""
    if to == each.owner:
        return "they have it already"
    learner = any(path.kind == "learner" for path in path_in_force(d, each))
    if can_answer(to, d.world, d.now, learner=learner):
        return ""
    kind, _, name = to.partition(":")
    if kind == "team":
        return "there is no such team, or nobody is in it"
    if kind == "person" and name == str(d.world.person.id):
        return "it is about them"
    return "they are not there: left, or away without a delegate"
