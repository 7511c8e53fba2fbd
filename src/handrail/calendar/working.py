"""Working days and working hours of one calendar.

A working day is no weekend day, holiday or closure; working time runs on it from opening up to closing (closing
itself is no longer in hours). Beyond the years a calendar was built for, only its weekends are known.
Nothing here knows limits or reminders, or where holidays come from.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from handrail.calendar.zones import FIRST_DAY, LAST_DAY, at_local, local_day
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)


def is_working_day(day: date, cal: Calendar) -> bool:
    """Whether people of this calendar work on `day`."""
    return day.weekday() not in cal.weekend and day not in cal.days_off


def next_working_day(day: date, cal: Calendar) -> date:
    """`day` itself when it is a working day, else the first one after it."""
    return day if is_working_day(day, cal) else add_business_days(day, 1, cal)


def add_business_days(day: date, n: int, cal: Calendar) -> date:
    """The `n`th working day after `day`, or for a negative `n` before it; `day` itself for 0.

    `day` is never counted, so from a Saturday the first is Monday, as it is from Friday.
    """
    weekend, days_off = cal.weekend, cal.days_off
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    try:
        while left:
            day += step
            if day.weekday() not in weekend and day not in days_off:
                left -= 1
    except OverflowError:
        return LAST_DAY if n > 0 else FIRST_DAY
    return day


def business_days_between(start: date, end: date, cal: Calendar) -> int:
    """How many working days come after `start`, up to and including `end`; negative when `end` lies before.

    Takes back `add_business_days`: adding the answer to `start` gives `end` when `end` is a working day.
    """
    step, sign = (_DAY, 1) if end > start else (-_DAY, -1)
    count, day = 0, start
    while day != end:
        day += step
        count += sign * is_working_day(day, cal)
    return count


def opening(day: date, cal: Calendar) -> Instant:
    """The moment the calendar opens on `day`, whether or not it is a working day."""
    return at_local(day, cal.opens, cal.zone)


def closing(day: date, cal: Calendar) -> Instant:
    """The moment the calendar closes on `day`, whether or not it is a working day."""
    return at_local(day, cal.closes, cal.zone)


def is_working_time(instant: Instant, cal: Calendar) -> bool:
    """Whether people of this calendar work at that moment."""
    day = local_day(instant, cal.zone)
    return is_working_day(day, cal) and opening(day, cal) <= instant < closing(day, cal)


def next_working_time(instant: Instant, cal: Calendar) -> Instant:
    """`instant` itself when it is in working hours, else the next opening."""
    day = local_day(instant, cal.zone)
    if is_working_day(day, cal):
        opens = opening(day, cal)
        if instant < opens:
            return opens
        if instant < closing(day, cal):
            return instant
    return opening(add_business_days(day, 1, cal), cal)


def last_working_time_before(instant: Instant, cal: Calendar) -> Instant:
    """`instant` itself when it is in working hours, else an hour before the last closing.

    An hour, because what is told in the last moment before closing is read on the next day. Where a working
    day is shorter than that, its opening.
    """
    if is_working_time(instant, cal):
        return instant
    day = local_day(instant, cal.zone)
    if not (is_working_day(day, cal) and closing(day, cal) <= instant):
        day = add_business_days(day, -1, cal)
    return max(closing(day, cal) - _HOUR, opening(day, cal))
