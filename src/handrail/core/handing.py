"""Handing a step to somebody: owner, limit, reminders, first notice; and handing it on when owners change.

Reckoned once and kept: a limit moves only by a pause, an extension, a date of the person that it was made from,
and once per handoff when a new owner has less than a business day left.
"""

from __future__ import annotations

from datetime import date, datetime

from handrail.calendar.limits import at_least_a_business_day, deadline, deadline_of
from handrail.calendar.reminders import remind_at
from handrail.core.draft import Draft
from handrail.core.owners import calendar_of, owner_of
from handrail.terms.effect import Message
from handrail.terms.organization import Calendar
from handrail.terms.plan import NONE, Ask, HandTo, Limit, Owner, Remind
from handrail.terms.state import Pass
from handrail.terms.values import Duration, Instant

LOOK_AGAIN = Duration(30, "days")
"""How long something waits at most whose date is not known: a far wake-up, never none."""


def hand_out(d: Draft, opened: Pass, owner: str, limit: Limit | None, remind: tuple[Remind, ...]) -> Pass:
    """The open pass with its owner, limit and reminders."""
    calendar = d.calendar(owner)
    due = reckon(d, limit, opened, calendar)
    return d.put(
        opened,
        owner=owner,
        due=due,
        limit=limit.within if limit is not None else None,
        reminders=reminders(remind, d.now, due, calendar_of(owner, d.world), d.now),
    )


def reckon(d: Draft, limit: Limit | None, of: Pass, calendar: Calendar) -> Instant | None:
    """The moment from which the pass is late. A date that is not known is looked for again in 30 days."""
    if limit is None:
        return None
    if limit.within is not None:
        due = deadline(d.now, limit.within, calendar)
        return due if d.not_before is None else max(due, d.not_before)
    assert limit.until is not None, "a limit is a duration or a date"
    value = d.program.value(limit.until, d.scope(of.items, of.step, opening=of.opened))
    if isinstance(value, date | datetime):
        return deadline_of(value, calendar)
    d.say("date not known", d.step(of.step).place if of.step != NONE else 0, of.number)
    return deadline(d.now, LOOK_AGAIN, calendar)


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


def path_in_force(d: Draft, of: Pass) -> Owner:
    """The owner path by which the pass has its owner now."""
    if of.ladder != NONE and of.rung != NONE:
        move = d.plan.ladders[of.ladder].moves[of.rung]
        if isinstance(move, HandTo):
            return move.to
    if of.step == NONE:
        return d.plan.accountable
    step = d.step(of.step)
    if isinstance(step.body, Ask) and of.beside is None and of.waiting == "answer":
        return step.body.to
    return step.contract.owner or d.plan.defaults.owner


def look_for_owners(d: Draft) -> bool:
    """Resolve every open handoff's owner again; whether one moved."""
    moved = False
    for number in list(d.passes):
        each = d.passes[number]
        if not each.owner or each.waiting in ("time", "outcome", "branches"):
            continue
        owner = owner_of(path_in_force(d, each), d.program, d.scope(each.items, each.step), d.world)
        if owner != each.owner:
            hand_on(d, each, owner, "owner changed")
            moved = True
    return moved


def hand_on(d: Draft, each: Pass, owner: str, rule: str) -> Pass:
    """The handoff is `owner`'s from now on: reminded anew, with a business day at least, once."""
    calendar = d.calendar(owner)
    due = each.due
    if due is not None and not each.graced:
        due = at_least_a_business_day(d.now, due, calendar)
    remind = d.step(each.step).contract.remind if each.step != NONE else ()
    place = d.step(each.step).place if each.step != NONE else 0
    d.say(rule, place, each.number, before=each.owner, after=owner)
    changed = d.put(
        each,
        owner=owner,
        due=due,
        graced=each.graced or due != each.due,
        asked=(*each.asked, owner) if each.asked else (),
        reminders=reminders(remind, each.opened, due, calendar_of(owner, d.world), d.now),
    )
    if changed.waiting == "answer":
        notify(d, changed, "moved", "first")
    return d.passes[changed.number]
