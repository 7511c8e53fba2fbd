"""Handing a step to somebody: owner, limit, reminders, first notice; and handing it on when owners change.

Reckoned once and kept: a limit moves only by a pause, an extension, a date of the person that it was made from,
and once per handoff when a new owner has less than a business day left.
"""

from __future__ import annotations

from datetime import date, datetime

from handrail.calendar.limits import at_least_a_business_day, deadline, deadline_of
from handrail.calendar.reminders import remind_at
from handrail.core.draft import Draft
from handrail.core.owners import calendar_of, first_of, owner_of
from handrail.terms.effect import Message
from handrail.terms.organization import Calendar
from handrail.terms.plan import NONE, Ask, HandTo, Limit, Owner, Remind
from handrail.terms.state import Pass
from handrail.terms.values import Duration, Instant

LOOK_AGAIN = Duration(30, "days")
"""How long something waits at most whose date is not known: a far wake-up, never none."""


def hand_out(d: Draft, opened: Pass, owner: str, limit: Limit | None, remind: tuple[Remind, ...]) -> Pass:
    """The open pass with its owner, limit and reminders."""
    due = None if limit is None else reckon(d, limit, opened, d.calendar(owner))
    coming: tuple[Instant, ...] = ()
    if remind:
        ends = due or d.due_around(opened)
        coming = reminders(remind, d.now, ends, calendar_of(owner, d.world), d.now)
    within = limit.within if limit is not None else None
    return d.put(opened, owner=owner, due=due, limit=within, reminders=coming)


def reckon(d: Draft, limit: Limit, of: Pass, calendar: Calendar) -> Instant:
    """The moment from which the pass is late. A date that is not known is looked for again in 30 days."""
    if limit.within is not None:
        return not_too_soon(d, deadline(d.now, limit.within, calendar))
    assert limit.until is not None, "a limit is a duration or a date"
    value = d.program.value(limit.until, d.scope(of.items, of.step, opening=of.opened))
    if isinstance(value, date | datetime):
        return not_too_soon(d, deadline_of(value, calendar))
    d.say("date not known", d.step(of.step).place if of.step != NONE else 0, of.number)
    return deadline(d.now, LOOK_AGAIN, calendar)


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


def owner_path(d: Draft, step: int) -> Owner:
    """The owner that the step, or else the journey's defaults, name."""
    return (d.step(step).contract.owner if step != NONE else ()) or d.plan.defaults.owner


def spelled_out(d: Draft, step: int, path: Owner) -> Owner:
    """The path with `owner` replaced by who owns the step."""
    if all(one.kind != "owner" for one in path):
        return path
    own = tuple(one for one in owner_path(d, step) if one.kind != "owner")
    return tuple(way for one in path for way in (own if one.kind == "owner" else (one,)))


def find_owner(d: Draft, of: Pass, path: Owner) -> str:
    """Who that is today; where nobody is found, whoever is accountable, and that is said."""
    scope = d.scope(of.items, of.step, opening=of.opened)
    found = first_of(spelled_out(d, of.step, path), d.program, scope, d.world)
    if found:
        return found
    owner = owner_of((), d.program, scope, d.world)
    if path:
        d.say("nobody found", d.step(of.step).place if of.step != NONE else 0, of.number, owner=owner)
    return owner


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
        if not each.owner:
            continue
        scope = d.scope(each.items, each.step, opening=each.opened)
        owner = owner_of(path_in_force(d, each), d.program, scope, d.world)
        if owner != each.owner:
            hand_on(d, each, owner, "owner changed")
            moved = True
    return moved


def hand_on(d: Draft, each: Pass, owner: str, rule: str) -> Pass:
    """The handoff is `owner`'s from now on: reminded anew, with a business day at least, once."""
    place = d.step(each.step).place if each.step != NONE else 0
    d.say(rule, place, each.number, before=each.owner, after=owner)
    if each.waiting in ("time", "outcome"):
        return d.put(each, owner=owner)
    due = each.due
    if due is not None and not each.graced:
        due = at_least_a_business_day(d.now, due, d.calendar(owner))
    remind = d.step(each.step).contract.remind if each.step != NONE else ()
    changed = d.put(
        each,
        owner=owner,
        due=due,
        graced=each.graced or due != each.due,
        asked=(*each.asked, owner) if each.asked else (),
        reminders=reminders(remind, d.now, due, calendar_of(owner, d.world), d.now),
    )
    if changed.waiting == "answer" or changed.asked:
        notify(d, changed, "moved", "first")
    return d.passes[changed.number]
