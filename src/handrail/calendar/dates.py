"""Arithmetic with dates, moments and durations: `person.hired_on + 14 days`, `next 31 March`.

Months and years keep the day or take the last one; days added to a moment keep the local wall time.
When a limit ends or a pause wakes is said in `limits`.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from typing import Literal

from handrail.calendar.durations import approximate_seconds, is_exact
from handrail.calendar.working import add_business_days
from handrail.calendar.zones import at_local, local_day, local_time, shift_day, shift_instant, start_of_day
from handrail.terms.organization import Calendar
from handrail.terms.values import Duration, Instant


def add(base: date | Instant, sign: int, duration: Duration, cal: Calendar) -> date | Instant:
    """`base` plus (`sign` 1) or minus (-1) a duration, in the zone and the working days of `cal`.

    A date stays a date, unless minutes or hours are added: they count from the start of that day. A moment stays
    a moment; days or more keep what the local clock shows.
    """
    if is_exact(duration):
        moment = base if isinstance(base, datetime) else start_of_day(base, cal.zone)
        return shift_instant(moment, sign * timedelta(seconds=approximate_seconds(duration)))
    if isinstance(base, datetime):
        day = add_days(local_day(base, cal.zone), sign, duration, cal)
        return at_local(day, local_time(base, cal.zone), cal.zone)
    return add_days(base, sign, duration, cal)


def add_days(day: date, sign: int, duration: Duration, cal: Calendar) -> date:
    """The date that lies a duration of days or more after (`sign` 1) or before (-1) `day`.

    Business days: that many working days on, never counting `day` itself. Minutes and hours are no days: see `add`.
    """
    count = sign * duration.count
    match duration.unit:
        case "days":
            return shift_day(day, count)
        case "weeks":
            return shift_day(day, 7 * count)
        case "months":
            return _shift_months(day, count)
        case "years":
            return _shift_months(day, 12 * count)
        case "business days":
            return add_business_days(day, count, cal)
        case "minutes" | "hours":  # pragma: no branch - mypy proves that there is no other
            raise AssertionError(f"{duration} is no number of days: add it to a moment.")


def occurrence(which: Literal["next", "last"], month: int, day: int, on: date) -> date:
    """The first `day` of `month` on or after `on` (`next`), or the last on or before it (`last`).

    29 February is the 28th in other years.
    """
    this_year = _day_of(on.year, month, day)
    if which == "next":
        return this_year if this_year >= on else _day_of(on.year + 1, month, day)
    return this_year if this_year <= on else _day_of(on.year - 1, month, day)


def _shift_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return _day_of(year, month + 1, day.day)


def _day_of(year: int, month: int, day: int) -> date:
    """That date, or the last of its month where the month is shorter; years are kept in the range of dates."""
    year = min(max(year, MINYEAR), MAXYEAR)
    return date(year, month, min(day, monthrange(year, month)[1]))
