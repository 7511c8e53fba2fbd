"""A run beside its person's life: `pause_while`, `while`, dates that move, owners who change.

`pause_while` is looked at before `while`, and `while` not at all during a pause. Where a condition comes out
unknown, it stays as it was. Leaving the company ends a pause.
"""

from __future__ import annotations

from datetime import date, datetime

from handrail.calendar.limits import Left, deadline, left, resume, wake
from handrail.core.draft import Draft
from handrail.core.handing import LOOK_AGAIN, look_for_owners, reckon, reminders
from handrail.core.ladders import climb
from handrail.core.owners import calendar_of
from handrail.core.passes import end_run
from handrail.core.steps.pause import wakes_at
from handrail.core.told import try_again
from handrail.terms.plan import NONE, HandTo, Limit, Pause
from handrail.terms.state import Pass


def look_at_life(d: Draft) -> bool:
    """Look at the person as they are now; whether the run pauses, resumes or leaves its scope."""
    before = d.phase, d.out, d.over
    pause = _holds(d, d.plan.pause_while, default=d.phase == "paused")
    if d.phase == "paused":
        if not pause or d.world.person.status == "left":
            _resume(d)
    elif pause and d.phase == "open":
        _pause(d)
    if d.phase == "open":
        _look_at_scope(d)
    return before != (d.phase, d.out, d.over)


def _holds(d: Draft, condition: object, *, default: bool) -> bool:
    if condition is None:
        return False
    verdict = d.test(condition, d.scope())  # type: ignore[arg-type]
    return default if not isinstance(verdict, bool) else verdict


def _look_at_scope(d: Draft) -> None:
    """`while`: false sets off `when_no_longer`, once until it was true again."""
    if _holds(d, d.plan.while_, default=not d.out) or d.plan.while_ is None:
        d.out = False
        return
    if d.out:
        return
    d.out = True
    d.say("no longer in scope", 0, 0, status=d.world.person.status)
    if d.plan.when_no_longer == NONE:
        end_run(d, "stopped", "left the company" if d.world.person.status == "left" else "no longer in scope")
        return
    opened = d.open_pass(NONE, (), "answer", owner="")
    climb(d, opened, d.plan.when_no_longer, 0, d.now)


def _pause(d: Draft) -> None:
    """Stop every clock: what was left of each limit is kept in its own unit."""
    d.phase = "paused"
    d.paused_at = d.now
    d.say("paused", 0, 0, status=d.world.person.status)
    for each in list(d.passes.values()):
        if each.due is not None and each.limit is not None:
            rest = left(d.now, each.due, each.limit, d.calendar(each.owner))
            d.put(each, left=(rest.count, rest.unit))


def _resume(d: Draft) -> None:
    """Let every clock run on, then the moves of `when_resumed`, then the steps."""
    d.phase = "open"
    d.paused_at = None
    d.say("resumed", 0, 0, status=d.world.person.status)
    for each in list(d.passes.values()):
        if each.left is not None:
            _run_on(d, each)
    if d.plan.when_resumed != NONE and d.world.person.status != "left":
        climb(d, d.open_pass(NONE, (), "nothing"), d.plan.when_resumed, 0, d.now)
    d.todo.extend(d.pending)
    d.pending.clear()
    try_again(d)


def _run_on(d: Draft, each: Pass) -> None:
    assert each.left is not None, "nothing was stopped"
    count, unit = each.left
    due = resume(d.now, Left(count=count, unit=unit), d.calendar(each.owner))  # type: ignore[arg-type]
    remind = d.step(each.step).contract.remind if each.step != NONE and each.ladder == NONE else ()
    coming = reminders(remind, each.opened, due, calendar_of(each.owner, d.world), d.now)
    d.put(each, due=due, left=None, reminders=coming)


def person_changed(d: Draft) -> None:
    """The person is another version now: life, then dates, owners, and what waited for a value."""
    changed = look_at_life(d)
    if d.over:
        return
    if d.phase == "open":
        changed = _reckon_dates(d) or changed
        changed = look_for_owners(d) or changed
        changed = _look_for_values(d) or changed
    d.used = d.used and changed


def _reckon_dates(d: Draft) -> bool:
    """Limits that are a date of the person are reckoned again; whether one moved."""
    moved = False
    for each in list(d.passes.values()):
        limit = limit_in_force(d, each)
        if limit is None or limit.until is None or each.due is None:
            continue
        if each.waiting == "time":
            due = wakes_at(d, each.step, each.items)[0]
        else:
            due = reckon(d, limit, each, d.calendar(each.owner)) or each.due
        if due != each.due and not _only_looking(d, each):
            d.say("date moved", d.step(each.step).place, each.number, before=each.due, after=due)
            remind = d.step(each.step).contract.remind if each.ladder == NONE else ()
            coming = reminders(remind, each.opened, due, calendar_of(each.owner, d.world), d.now)
            d.put(each, due=due, reminders=coming if each.waiting != "time" else ())
            moved = True
    return moved


def _only_looking(d: Draft, each: Pass) -> bool:
    """Whether the date is still not known: looking again in 30 days does not begin anew."""
    limit = limit_in_force(d, each)
    if limit is None or limit.until is None:
        return False
    value = d.program.value(limit.until, d.scope(each.items, each.step, opening=each.opened))
    return not isinstance(value, date | datetime)


def limit_in_force(d: Draft, each: Pass) -> Limit | None:
    """The limit that `due` was reckoned from: the rung's, or the step's own."""
    if each.step == NONE:
        return None
    if each.ladder >= 0 and each.rung >= 0:
        move = d.plan.ladders[each.ladder].moves[each.rung]
        return move.limit if isinstance(move, HandTo) else None
    body = d.step(each.step).body
    return body.limit if isinstance(body, Pause) else d.step(each.step).contract.limit


def _look_for_values(d: Draft) -> bool:
    """Steps that wait for a value are opened again; whether there was one whose value has come."""
    tried = False
    for each in list(d.passes.values()):
        if each.waiting == "value" and value_has_come(d, each):
            d.say("value came", d.step(each.step).place, each.number)
            d.close(each.number, "value came")
            d.go_on(each.step, each.items, "open")
            tried = True
    early = len(d.early)
    try_again(d)
    return tried or len(d.early) != early


def value_has_come(d: Draft, each: Pass) -> bool:
    """Whether none of the step's conditions is unknown any more."""
    step = d.step(each.step)
    scope = d.scope(each.items, each.step, opening=each.opened)
    conditions = [step.only_if, getattr(step.body, "condition", None)]
    conditions += [branch.condition for branch in getattr(step.body, "branches", ())]
    return all(isinstance(d.test(each, scope), bool) for each in conditions if each is not None)


def paused_until(d: Draft) -> datetime:
    """When a paused run looks again: the day after the leave, or in 30 days."""
    leave_to = d.world.person.leave_to
    calendar = calendar_of(f"person:{d.world.person.id}", d.world)
    look = deadline(d.now, LOOK_AGAIN, calendar)
    if isinstance(leave_to, date):
        back = wake(date.fromordinal(leave_to.toordinal() + 1), calendar)
        return min(back, look) if back > d.now else look
    return look
