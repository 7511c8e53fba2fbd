"""What a moment does that has come: a limit passes, a reminder goes out, a pause is over. And the next moment."""

from __future__ import annotations

from msgspec.structs import replace

from handrail.calendar.zones import end_of_day
from handrail.core.draft import Draft
from handrail.core.inputs.lives import look_at_life, paused_until
from handrail.core.moves.going_back import BACK
from handrail.core.moves.handing import notify
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import complete, end_run
from handrail.core.steps.pause import wake_up
from handrail.core.steps.tell import look_again
from handrail.terms.plan import NONE, Tell
from handrail.terms.state import OVER, Pass
from handrail.terms.values import Instant


def ticked(d: Draft) -> None:
    """Everything whose moment has come, each once: a ladder never climbs two rungs in one tick."""
    if d.phase == "waiting for release":
        if d.state.wake_at is not None and d.now >= d.state.wake_at:
            end_run(d, "not released", "nobody released it")
        else:
            d.used = False
        return
    before = len(d.reasons)
    reminded: set[tuple[str, int]] = set()
    if (d.plan.looks_at_today or d.phase == "paused") and not d.over:
        look_at_life(d)
    for number in list(d.passes):
        each = d.passes.get(number)
        if each is not None and d.phase != "paused":
            _look_at(d, each, reminded)
    d.used = len(d.reasons) > before


def _look_at(d: Draft, each: Pass, reminded: set[tuple[str, int]]) -> None:
    if each.due is not None and d.now >= each.due:
        _passed(d, each)
    elif each.aside is not None and d.now >= each.aside:
        _take_up(d, each)
    elif each.reminders and d.now >= each.reminders[0]:
        _remind(d, each, reminded)


def _take_up(d: Draft, each: Pass) -> None:
    """A snooze is over: its owner hears of the handoff again."""
    d.say("snooze is over", d.step(each.step).place if each.step != NONE else 0, each.number, owner=each.owner)
    coming = tuple(moment for moment in each.reminders if moment > d.now)
    notify(d, d.put(replace(each, aside=None, reminders=coming)), "reminder", "reminder")


def _remind(d: Draft, each: Pass, reminded: set[tuple[str, int]]) -> None:
    """One reminder, however many moments have passed: two about one thing help nobody.

    Of a limit that several waits have from their `together` each owner is reminded once in a moment.
    """
    coming = tuple(moment for moment in each.reminders if moment > d.now)
    lender = d.lender_of(each) if each.due is None else each
    about = (each.owner, each.number if lender is None else lender.number)
    if about in reminded:
        d.put(replace(each, reminders=coming))
        return
    reminded.add(about)
    d.say("reminded", d.step(each.step).place if each.step != NONE else 0, each.number, owner=each.owner)
    notify(d, d.put(replace(each, reminders=coming)), "reminder", "reminder")


def _passed(d: Draft, each: Pass) -> None:
    """The limit, or what a rung gave, has passed."""
    if each.waiting == "time":
        if each.ladder == BACK:
            d.close(each.number, "time passed")
            d.go_on(each.step, each.items, "open")
        elif isinstance(d.step(each.step).body, Tell):
            look_again(d, each)
        else:
            wake_up(d, each)
        return
    if each.beside is not None:
        _give_up_beside(d, each)
        return
    late = d.put(replace(each, late=True, reminders=(), aside=None, aside_at_most=None))
    place = d.step(each.step).place if each.step != NONE else 0
    d.say("late", place, each.number, due=each.due)
    if each.ladder >= 0:
        climb(d, late, each.ladder, each.rung + 1, each.due or d.now)
        return
    ladder = d.step(each.step).contract.if_late if each.step != NONE else NONE
    if ladder == NONE:
        complete(d, late, "skipped")
    else:
        climb(d, late, ladder, 0, each.due or d.now)


def _give_up_beside(d: Draft, each: Pass) -> None:
    d.say("nobody looked at it", d.step(each.step).place if each.step != NONE else 0, each.number)
    d.close(each.number, "nobody looked at it")


def next_moment(d: Draft) -> Instant | None:
    """When the run is to be looked at again; None when it is over or waits for outcomes only."""
    if not d.passes and d.phase in OVER:
        return None
    if d.phase == "waiting for release":
        return d.state.wake_at
    if d.phase == "paused":
        return paused_until(d)
    moments: list[Instant] = []
    for each in d.passes.values():
        if each.due is not None:
            moments.append(each.due)
        if each.reminders:
            moments.append(each.reminders[0])
        if each.aside is not None:
            moments.append(each.aside)
    if d.plan.looks_at_today and not d.over:
        scope = d.scope()
        moments.append(end_of_day(scope.today, scope.zone))
    return min(moments) if moments else None
