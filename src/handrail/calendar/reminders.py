"""When a reminder goes out, in the working hours of whoever receives it.

One in days goes at 9:00 of its day, one in hours at its hour. Outside working hours it moves to the next
working time; when that is no longer before the limit, to the last one before it. One in hours before the limit takes
the nearer of the two. One that does not fit between opening and limit is left out.
Whether and to whom it is sent is decided elsewhere.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final, Literal, TypeAlias

from handrail.calendar.dates import add_days
from handrail.calendar.durations import approximate_seconds, is_exact
from handrail.calendar.limits import Left
from handrail.calendar.working import add_business_days, is_working_time, last_working_time_before, next_working_time
from handrail.calendar.zones import MOMENT, at_local, local_day, shift_day, shift_instant
from handrail.terms.organization import Calendar
from handrail.terms.values import Duration, Instant

Relation: TypeAlias = Literal["after", "before"]

NINE: Final = time(9)


def remind_at(relation: Relation, duration: Duration, opened: Instant, due: Instant, cal: Calendar) -> Instant | None:
    """When to remind, `duration` after the opening or before the limit; `cal` is the receiver's.

    None when that does not come after `opened` and before `due`.
    """
    choose = _by_hour if is_exact(duration) else _by_day
    for moment in choose(relation, duration, opened, due, cal):
        if opened < moment < due:
            return moment
    return None


def remind_again(now: Instant, rest: Left, cal: Calendar) -> Instant:
    """When a reminder goes out of whose time `rest` was left (see `limits.left`), now that its run goes on; never before `now`."""
    today = local_day(now, cal.zone)
    match rest.unit:
        case "milliseconds":
            moment = shift_instant(now, rest.count * MOMENT)
        case "days":
            moment = at_local(shift_day(today, rest.count), NINE, cal.zone)
        case "business days":  # pragma: no branch - mypy proves that there is no other
            moment = at_local(add_business_days(today, rest.count, cal), NINE, cal.zone)
    return next_working_time(max(moment, now), cal)


def _by_day(
    relation: Relation, duration: Duration, opened: Instant, due: Instant, cal: Calendar
) -> tuple[Instant, ...]:
    """9:00 of its day moved into working hours, then of the working day before. A limit at midnight ends the day before."""
    if relation == "after":
        day = add_days(local_day(opened, cal.zone), 1, duration, cal)
    else:
        day = add_days(local_day(due - MOMENT, cal.zone), -1, duration, cal)
    if not opened < at_local(day, NINE, cal.zone) < due:
        return ()
    return _morning(day, cal), _morning(add_business_days(day, -1, cal), cal)


def _by_hour(
    relation: Relation, duration: Duration, opened: Instant, due: Instant, cal: Calendar
) -> tuple[Instant, ...]:
    length = timedelta(seconds=approximate_seconds(duration))
    moment = shift_instant(opened, length) if relation == "after" else shift_instant(due, -length)
    if not opened < moment < due:
        return ()
    if is_working_time(moment, cal):
        return (moment,)
    later, sooner = next_working_time(moment, cal), last_working_time_before(moment, cal)
    return (sooner, later) if relation == "before" and moment - sooner < later - moment else (later, sooner)


def _morning(day: date, cal: Calendar) -> Instant:
    return next_working_time(at_local(day, NINE, cal.zone), cal)
