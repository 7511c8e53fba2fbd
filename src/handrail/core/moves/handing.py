"""Handing a step to somebody: owner, limit, reminders, first notice; and handing it on when owners change.

Reckoned once and kept: a limit moves only by a pause, an extension, a date of the person that it was made from,
and once per handoff when a new owner has less than a business day left.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace

from handrail.calendar.durations import is_exact
from handrail.calendar.limits import at_least_a_business_day, deadline, deadline_of
from handrail.calendar.reminders import remind_at
from handrail.calendar.working import next_working_time
from handrail.calendar.zones import MOMENT
from handrail.core.draft import Draft
from handrail.core.moves.finding import led_to, owner_of, owner_path, spelled_out
from handrail.core.owners import calendar_of, can_answer, why_gone
from handrail.terms.effect import Message
from handrail.terms.organization import Calendar
from handrail.terms.plan import NONE, Ask, HandTo, Limit, Owner, Remind
from handrail.terms.state import Pass, Pending
from handrail.terms.values import Duration, Instant, Value

LOOK_AGAIN = Duration(30, "days")
"""How long something waits at most whose date is not known: a far wake-up, never none."""

SLACK: Final = timedelta(hours=1)
"""How late the moment of a passed limit may come and still count as then, also where people work at all hours."""


def hand_out(d: Draft, opened: Pass, owner: str, limit: Limit | None, remind: tuple[Remind, ...]) -> Pass:
    """The open pass with its owner, limit and reminders."""
    if limit is None:
        borrowed = d.put(replace(opened, owner=owner, due=None, limit=None, aside=None, aside_at_most=None))
        return d.put(replace(borrowed, reminders=coming_of(d, borrowed, d.now)))
    due = reckon(d, limit, opened, d.calendar(owner))
    coming = reminders(remind, d.now, due, calendar_of(owner, d.world), d.now) if remind else ()
    return d.put(
        replace(opened, owner=owner, due=due, limit=limit.within, reminders=coming, aside=None, aside_at_most=None)
    )


def coming_of(d: Draft, each: Pass, opened: Instant) -> tuple[Instant, ...]:
    """The reminders still to come, counted from `opened`: the step's own, or with the limit of its `together` also its."""
    remind = d.step(each.step).contract.remind if each.step != NONE else ()
    due = each.due
    if due is None:
        lender = d.lender_of(each)
        if lender is None:
            return ()
        due, remind = lender.due, remind or d.step(lender.step).contract.remind
    return reminders(remind, opened, due, calendar_of(each.owner, d.world), d.now)


def lend_again(d: Draft, lender: Pass) -> None:
    """The limit of a `together` moved: what has it is reminded by it anew."""
    if lender.step == NONE or lender.step not in d.program.parents:
        return
    for other in list(d.passes.values()):
        if other.waiting == "event" and other.due is None and d.lender_of(other) == lender:
            d.put(replace(other, reminders=coming_of(d, other, other.opened)))


def counted_from(d: Draft, each: Pass | None, calendar: Calendar) -> Instant:
    """The moment from which a rung counts its days: the end of the day that ended with the passed limit, else now.

    A limit `until` 31 March passes at midnight, and `14 days` more end on 14 April. When more than an hour and working
    time went by since (the engine slept), it is now: nobody loses it.
    """
    passed = None if each is None else each.due
    if passed is None or passed > d.now or max(next_working_time(passed, calendar), passed + SLACK) < d.now:
        return d.now
    return passed - MOMENT


def reckon(d: Draft, limit: Limit, of: Pass, calendar: Calendar) -> Instant:
    """The moment from which the pass is late. A date that is not known is looked for again in 30 days."""
    if limit.within is not None:
        return not_too_soon(d, ends_after(d, limit.within, of, calendar))
    assert limit.until is not None, "a limit is a duration or a date"
    value = d.program.value(limit.until, d.scope(of.items, of.step, opening=of.opened))
    if isinstance(value, date | datetime):
        return not_too_soon(d, deadline_of(value, calendar))
    d.say("date not known", d.step(of.step).place if of.step != NONE else 0, of.number)
    return deadline(d.now, LOOK_AGAIN, calendar)


def ends_after(d: Draft, within: Duration, of: Pass, calendar: Calendar) -> Instant:
    """When that much time has passed: hours exactly from now, days from the limit that passed."""
    return deadline(d.now if is_exact(within) else counted_from(d, of, calendar), within, calendar)


def not_too_soon(d: Draft, due: Instant) -> Instant:
    """`due`, or the moment before which, since the run was resumed, no limit of it ends."""
    return due if d.not_before is None else max(due, d.not_before)


def reminders(
    remind: tuple[Remind, ...], opened: Instant, due: Instant | None, calendar: Calendar, now: Instant
) -> tuple[Instant, ...]:
    """When to remind, in order, from `now` on; one that does not fit the limit is left out."""
    if due is None or not remind:
        return ()
    moments = (remind_at(each.relation, each.duration, opened, due, calendar) for each in remind)
    return tuple(sorted({moment for moment in moments if moment is not None and moment > now}))


def notify(d: Draft, to: Pass, template: str, urgency: str) -> None:
    """Put a message about the handoff into its owner's box."""
    rung = d.next_rung(to.number)
    name = d.step(to.step).name if to.step != NONE else ""
    d.effects.append(
        Message(to.number, rung, name, to.owner, template, urgency, to.number, not_after=to.due)  # type: ignore[arg-type]
    )


# Who


def read_for(d: Draft, number: int) -> frozenset[int]:
    """Everybody whom the owner path of an open handoff leads to now, besides whoever has it."""
    of = d.passes.get(number)
    if of is None:
        return frozenset()
    return led_to(d, (*path_in_force(d, of), *d.plan.accountable), of)


def path_in_force(d: Draft, of: Pass) -> Owner:
    """The owner path by which the pass has its owner now."""
    move = _handed_by(d, of)
    if move is not None:
        return spelled_out(d, of.step, move.to)
    if of.step == NONE:
        return d.plan.defaults.owner
    body = d.step(of.step).body
    if isinstance(body, Ask) and of.beside is None and of.waiting != "value":
        return body.to
    return owner_path(d, of.step)


def _handed_by(d: Draft, of: Pass) -> HandTo | None:
    """The move by which the owner has it; an extension or a retry after it leaves it with them."""
    if not of.asked or of.beside is not None:
        return None
    at: tuple[int, int] | None = (of.ladder, of.rung)
    back = of.back
    while at is not None and at[0] >= 0:
        ladder = d.plan.ladders[at[0]]
        for move in reversed(ladder.moves[: at[1] + 1]):
            if isinstance(move, HandTo):
                return move
        at, back = ((ladder.parent, ladder.parent_rung), back) if ladder.parent != NONE else (back, None)
    return None


def look_for_owners(d: Draft) -> bool:
    """Resolve every open handoff's owner again; whether one moved."""
    moved = False
    for number in list(d.passes):
        each = d.passes[number]
        if not each.owner or (each.given and can_answer(each.owner, d.world, d.now, learner=True)):
            continue
        owner = owner_of(d, path_in_force(d, each), each)
        if owner != each.owner:
            hand_on(d, each, owner, "owner changed", **why_gone(each.owner, d.world, d.now))
            moved = True
        elif each.given:
            d.put(replace(each, given=False))
    return moved


def hand_on(d: Draft, each: Pass, owner: str, rule: str, **seen: Value) -> Pass:
    """The handoff is `owner`'s from now on. While the run is paused nothing is sent and no limit runs: they are told when it goes on."""
    place = d.step(each.step).place if each.step != NONE else 0
    d.say(rule, place, each.number, before=each.owner, after=owner, **seen)
    asked = (*each.asked, owner) if each.asked and each.waiting not in ("time", "outcome") else each.asked
    changed = d.put(replace(each, owner=owner, asked=asked, given=False, aside=None, aside_at_most=None))
    if changed.waiting in ("time", "outcome"):
        return changed
    if d.phase != "paused":
        return welcome(d, changed)
    d.drop(lambda task: task.how == "tell" and task.pass_ == each.number)
    d.pending += (Pending(each.step, each.items, "tell", each.number),)
    return changed


def welcome(d: Draft, each: Pass) -> Pass:
    """Whoever came to have the handoff is told, and reminded anew, with a business day at least, once."""
    due = each.due
    if due is not None and not each.graced:
        due = at_least_a_business_day(d.now, due, d.calendar(each.owner))
    changed = d.put(replace(each, due=due, graced=each.graced or due != each.due))
    changed = d.put(replace(changed, reminders=coming_of(d, changed, d.now)))
    if changed.due != each.due:
        lend_again(d, changed)
    if changed.waiting == "answer" or changed.asked:
        notify(d, changed, "moved", "first")
    return d.passes[changed.number]
