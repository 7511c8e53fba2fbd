"""When a limit ends, when a pause wakes, and how what was left of a limit runs on.

How days are counted. The day on which a step opens is day 0, so `2 business days` from Friday 16:00 end on Tuesday at
closing time. On a day off, the next working day counts as the first: from Saturday they end on Tuesday too. Days, weeks,
months and years are days of the calendar on the wall, working or not, and end with their last day; minutes and
hours are exact. A limit once reckoned is an instant and is kept: nothing here looks again.
Reminders are in `reminders`.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from handrail.calendar.dates import add_days
from handrail.calendar.durations import approximate_seconds, is_exact
from handrail.calendar.working import add_business_days, business_days_between, closing, next_working_day, opening
from handrail.calendar.zones import MOMENT, end_of_day, local_day, shift_day, shift_instant
from handrail.terms.organization import Calendar
from handrail.terms.values import Duration, Instant

ONE_BUSINESS_DAY: Final = Duration(1, "business days")


class Left(Struct, frozen=True, array_like=True):
    """What was left of a limit when its run was paused, in the limit's own unit; kept in the run's state."""

    unit: Literal["milliseconds", "days", "business days"]
    count: int


def deadline(opened: Instant, within: Duration, cal: Calendar) -> Instant:
    """The moment from which a step that opened at `opened` is late."""
    if is_exact(within):
        return _exactly(opened, within)
    return _end_of(add_days(local_day(opened, cal.zone), 1, within, cal), within, cal)


def deadline_of(until: date | Instant, cal: Calendar) -> Instant:
    """The moment from which a step is late that waits `until` a date (to its end in the calendar's zone) or a moment."""
    return until if isinstance(until, datetime) else end_of_day(until, cal.zone)


def wake(until: date | Instant, cal: Calendar) -> Instant:
    """When a pause until a date wakes: at opening time of that day, or of the next working day.

    A moment counts as its day in the calendar's zone: `exam.at + 14 days` wakes in the morning of that day.
    """
    day = local_day(until, cal.zone) if isinstance(until, datetime) else until
    return opening(next_working_day(day, cal), cal)


def wake_after(opened: Instant, duration: Duration, cal: Calendar) -> Instant:
    """When a pause of that duration wakes: minutes and hours exactly, else as `wake` on its last day."""
    if is_exact(duration):
        return _exactly(opened, duration)
    return wake(add_days(local_day(opened, cal.zone), 1, duration, cal), cal)


def left(now: Instant, due: Instant, within: Duration | None, cal: Calendar) -> Left:
    """What is left at `now` of a limit that ends at `due` and was written as `within` (None: count it exactly).

    Business days are left as business days, other days as days, minutes and hours to the millisecond; today is
    not counted. Of a limit that has passed nothing is left.
    """
    if within is None or is_exact(within) or due <= now:
        return Left("milliseconds", max(due - now, timedelta(0)) // MOMENT)
    today, last = local_day(now, cal.zone), local_day(due - MOMENT, cal.zone)
    if within.unit == "business days":
        return Left("business days", business_days_between(today, last, cal))
    return Left("days", (last - today).days)


def resume(now: Instant, rest: Left, cal: Calendar) -> Instant:
    """When a limit ends of which `rest` was left, now that its run goes on.

    Paused on its last business day, it ends at the next closing; on its last day, at the end of today.
    """
    today = local_day(now, cal.zone)
    match rest.unit:
        case "milliseconds":
            return shift_instant(now, rest.count * MOMENT)
        case "days":
            return end_of_day(shift_day(today, rest.count), cal.zone)
        case "business days":  # pragma: no branch - mypy proves that there is no other
            if rest.count > 0:
                return closing(add_business_days(today, rest.count, cal), cal)
            tonight = closing(next_working_day(today, cal), cal)
            return tonight if tonight > now else deadline(now, ONE_BUSINESS_DAY, cal)


def at_least_a_business_day(now: Instant, due: Instant, cal: Calendar) -> Instant:
    """`due`, or, where a new owner would have less time than `within: 1 business day` gives from now, the end of that."""
    return max(due, deadline(now, ONE_BUSINESS_DAY, cal))


def _exactly(opened: Instant, duration: Duration) -> Instant:
    return shift_instant(opened, timedelta(seconds=approximate_seconds(duration)))


def _end_of(day: date, within: Duration, cal: Calendar) -> Instant:
    return closing(day, cal) if within.unit == "business days" else end_of_day(day, cal.zone)
