"""`pause`: lets time pass. A duration stands still while the run is paused; a date does not move."""

from __future__ import annotations

from datetime import date, datetime

from handrail.calendar.limits import deadline, wake, wake_after
from handrail.core.draft import Draft
from handrail.core.handing import LOOK_AGAIN, find_owner, owner_path
from handrail.core.passes import done_at_once
from handrail.terms.plan import Pause
from handrail.terms.state import Pass
from handrail.terms.values import Instant


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Sleep until the moment; one that has passed is over at once."""
    here = d.step(step)
    moment, known = wakes_at(d, step, items)
    if moment <= d.now and known:
        done_at_once(d, step, items)
        return
    body = here.body
    assert isinstance(body, Pause), f"{here.name} is no `pause`"
    opened = d.open_pass(step, items, "time", due=moment, limit=body.limit.within)
    d.put(opened, owner=find_owner(d, opened, owner_path(d, step)))
    d.say("opened" if known else "date not known", here.place, opened.number, until=moment)


def wakes_at(d: Draft, step: int, items: tuple[int, ...]) -> tuple[Instant, bool]:
    """When the pause is over, and whether its date is known; one that is not is looked for again in 30 days."""
    body = d.step(step).body
    assert isinstance(body, Pause), f"{d.step(step).name} is no `pause`"
    calendar = d.calendar(f"person:{d.world.person.id}")
    if body.limit.within is not None:
        return wake_after(d.now, body.limit.within, calendar), True
    assert body.limit.until is not None, "a pause has a duration or a date"
    value = d.program.value(body.limit.until, d.scope(items, step, opening=d.now))
    if isinstance(value, date | datetime):
        return wake(value, calendar), True
    return deadline(d.now, LOOK_AGAIN, calendar), False


def wake_up(d: Draft, each: Pass) -> None:
    """The moment has come; where the date was not known, it is looked for again."""
    moment, known = wakes_at(d, each.step, each.items)
    if each.limit is None and (not known or moment > d.now):
        d.put(each, due=moment)
        return
    d.say("time passed", d.step(each.step).place, each.number)
    d.close(each.number, "done")
    done_at_once(d, each.step, each.items)
