"""A run beside its person's life: `pause_while`, `while`, dates that move, owners who change.

`pause_while` is looked at before `while`, and `while` not at all during a pause. Where a condition comes out
unknown, it stays as it was. Leaving the company ends a pause.
"""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from handrail.calendar.limits import Left, deadline, left, resume, wake
from handrail.calendar.reminders import remind_again
from handrail.calendar.zones import MOMENT, end_of_day, local_day, shift_day
from handrail.core.draft import Draft
from handrail.core.inputs.told import try_again
from handrail.core.moves.going_back import BACK
from handrail.core.moves.handing import LOOK_AGAIN, lend_again, look_for_owners, reckon, reminders
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import end_run
from handrail.core.owners import calendar_of
from handrail.core.steps.pause import wakes_at
from handrail.terms.expression import Expression, Node
from handrail.terms.plan import NONE, Check, Choose, HandTo, Limit, Pause, Together
from handrail.terms.state import Pass
from handrail.terms.values import UNKNOWN, Instant


def look_at_life(d: Draft) -> bool:
    """Look at the person as they are now; whether the run pauses, resumes or leaves its scope."""
    before = d.phase, d.out
    pause = _holds(d, d.plan.pause_while, default=d.phase == "paused")
    if d.phase == "paused":
        if not pause or d.world.person.status == "left":
            _resume(d)
    elif pause and d.phase == "open" and d.world.person.status != "left":
        _pause(d)
    if d.phase == "open":
        _look_at_scope(d)
    return before != (d.phase, d.out)


def _holds(d: Draft, condition: Expression | None, *, default: bool) -> bool:
    if condition is None:
        return False
    verdict = d.test(condition, d.scope())
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
    opened = d.open_pass(NONE, (), "answer")
    climb(d, opened, d.plan.when_no_longer, 0, d.now)


def _pause(d: Draft) -> None:
    """Stop every clock: what was left of each limit is kept in its own unit."""
    d.phase = "paused"
    d.paused_at = d.now
    d.say("paused", 0, 0, status=d.world.person.status)
    for each in list(d.passes.values()):
        if each.due is not None and each.limit is not None:
            rest = left(d.now, each.due, each.limit, d.calendar(each.owner))
            d.put(replace(each, left=(rest.count, rest.unit)))


def _resume(d: Draft) -> None:
    """Let every clock run on, then the moves of `when_resumed`, then the steps."""
    since = d.paused_at or d.now
    d.phase = "open"
    d.paused_at = None
    d.say("resumed", 0, 0, status=d.world.person.status)
    for each in list(d.passes.values()):
        if each.left is not None:
            _run_on(d, each, since)
    look_for_owners(d)
    _reckon_dates(d)
    if d.plan.when_resumed != NONE and d.world.person.status != "left":
        climb(d, d.open_pass(NONE, (), "nothing"), d.plan.when_resumed, 0, d.now)
    d.todo.extend(d.pending)
    d.pending = ()
    try_again(d)


def _run_on(d: Draft, each: Pass, since: Instant) -> None:
    """The limit and the reminders of a pass run on; `since` is when they were stopped."""
    assert each.left is not None, "nothing was stopped"
    rest = Left(count=each.left[0], unit=each.left[1])  # type: ignore[arg-type]
    calendar = d.calendar(each.owner)
    due = resume(d.now, rest, calendar)
    if each.waiting == "time" and rest.unit != "milliseconds":
        due = wake(local_day(due - MOMENT, calendar.zone), calendar)
    theirs = calendar_of(each.owner, d.world)
    coming = (remind_again(d.now, left(since, moment, each.limit, theirs), theirs) for moment in each.reminders)
    d.put(replace(each, due=due, left=None, reminders=tuple(sorted({moment for moment in coming if moment < due}))))
    lend_again(d, d.passes[each.number])


def person_changed(d: Draft) -> bool:
    """The person is another version now: life, then dates, owners, and what waited for a value. Whether it made a difference."""
    changed = look_at_life(d)
    if d.phase == "open":
        changed = _reckon_dates(d) or changed
        changed = look_for_owners(d) or changed
        changed = _look_for_values(d) or changed
    return changed


def _reckon_dates(d: Draft) -> bool:
    """Limits that are a date of the person are reckoned again; whether one moved."""
    moved = False
    for each in list(d.passes.values()):
        limit = limit_in_force(d, each)
        if limit is None or limit.until is None or each.due is None or not _date_known(d, each, limit):
            continue
        if each.waiting == "time":
            due = wakes_at(d, each.step, each.items) or each.due
        else:
            due = reckon(d, limit, each, d.calendar(each.owner))
        if due != each.due:
            d.say("date moved", d.step(each.step).place, each.number, before=each.due, after=due)
            remind = d.step(each.step).contract.remind if each.waiting != "time" else ()
            coming = reminders(remind, each.opened, due, calendar_of(each.owner, d.world), d.now)
            lend_again(d, d.put(replace(each, due=due, reminders=coming)))
            moved = True
    return moved


def _date_known(d: Draft, each: Pass, limit: Limit) -> bool:
    """Whether there is a date to reckon from; where there is none, looking again in 30 days does not begin anew."""
    assert limit.until is not None, "a limit that is a date"
    value = d.program.value(limit.until, d.scope(each.items, each.step, opening=each.opened))
    return isinstance(value, date | datetime)


def limit_in_force(d: Draft, each: Pass) -> Limit | None:
    """The limit that `due` was reckoned from: the rung's, or the step's own."""
    if each.step == NONE or each.ladder == BACK or each.beside is not None:
        return None
    move = d.move_in_force(each)
    if move is not None:
        return move.limit if isinstance(move, HandTo) else None
    body = d.step(each.step).body
    return body.limit if isinstance(body, Pause) and each.waiting == "time" else d.step(each.step).contract.limit


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
    """Whether what the step must know to go on is known now, asked in the order in which the step asks."""
    step = d.step(each.step)
    scope = d.scope(each.items, each.step, opening=each.opened)
    if step.only_if is not None:
        wanted = d.test(step.only_if, scope)
        if wanted is not True:
            return wanted is False
    match step.body:
        case Check(condition=condition):
            return d.test(condition, scope) is not UNKNOWN
        case Choose(branches=branches):
            asked = (branch.condition for branch in branches)
            verdicts = (True if one is None else d.test(one, scope) for one in asked)
            return next((verdict for verdict in verdicts if verdict is not False), False) is not UNKNOWN
        case Together(items=Node() as items):
            return d.program.value(items, scope) is not UNKNOWN
        case Pause():
            return wakes_at(d, each.step, each.items) is not None
        case _:
            return True


def paused_until(d: Draft) -> Instant:
    """When a paused run looks again: the day after the leave, or in 30 days; each day where the day is asked for."""
    person = d.world.person
    calendar = calendar_of(f"person:{person.id}", d.world)
    moments = [deadline(d.now, LOOK_AGAIN, calendar)]
    if isinstance(person.leave_to, date):
        moments.append(wake(shift_day(person.leave_to, 1), calendar))
    if d.plan.looks_at_today:
        scope = d.scope()
        moments.append(end_of_day(scope.today, scope.zone))
    return min(moment for moment in moments if moment > d.now)
