"""`pause`: lets time pass. A duration stands still while the run is paused; a date does not move."""

from __future__ import annotations

from datetime import date, datetime

from msgspec.structs import replace

from handrail.calendar.limits import wake, wake_after
from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.passes import done_at_once, wait_for_value
from handrail.terms.plan import Pause
from handrail.terms.state import Pass
from handrail.terms.values import Instant


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Sleep until the moment; one that has passed is over at once. A date that is not there is somebody's to find."""
    body = d.step(step).body
    assert isinstance(body, Pause), f"{d.step(step).name} is no `pause`"
    moment = wakes_at(d, step, items)
    if moment is None:
        wait_for_value(d, step, items)
    elif moment <= d.now:
        done_at_once(d, step, items)
    else:
        opened = d.open_pass(step, items, "time")
        d.put(replace(opened, owner=find_own(d, opened), due=moment, limit=body.limit.within))
        d.say("opened", d.step(step).place, opened.number, until=moment)


def wakes_at(d: Draft, step: int, items: tuple[int, ...]) -> Instant | None:
    """When the pause is over; None where its date is not known, or there is none."""
    body = d.step(step).body
    assert isinstance(body, Pause), f"{d.step(step).name} is no `pause`"
    calendar = d.calendar(f"person:{d.world.person.id}")
    if body.limit.within is not None:
        return wake_after(d.now, body.limit.within, calendar)
    assert body.limit.until is not None, "a pause has a duration or a date"
    value = d.program.value(body.limit.until, d.scope(items, step, opening=d.now))
    return wake(value, calendar) if isinstance(value, date | datetime) else None


def wake_up(d: Draft, each: Pass) -> None:
    """The moment has come, unless its date moved on meanwhile."""
    moment = wakes_at(d, each.step, each.items) if each.limit is None else None
    if moment is not None and moment > d.now:
        d.put(replace(each, due=moment))
        return
    d.say("time passed", d.step(each.step).place, each.number)
    d.close(each.number, "done")
    done_at_once(d, each.step, each.items)
