"""Schedules: `Monday at 06:00`, `month on the last day at 08:00`; read, written and followed.

Each day of a schedule has exactly one moment, whatever the clocks do that night: in a gap the first after it, of
two the first. What to do about a moment that was missed is decided by who follows the schedule.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import MAXYEAR, date, time
from itertools import islice, takewhile
from typing import Final, Literal

from msgspec import Struct

from handrail.calendar.dates import occurrence
from handrail.calendar.working import next_working_day
from handrail.calendar.zones import LAST_INSTANT, at_local, local_day, shift_day
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = tuple(
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - twelve lines else
)
MONTHLY_DAY_MAX: Final = 28
"""The last day of the month that every month has."""

_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd"}
_LEAP_YEAR: Final = 2000
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MONTHLY: Final = re.compile(r"month on the (?:(last) day|([1-9][0-9]?)(st|nd|rd|th))")
_YEARLY: Final = re.compile(rf"year on ([1-9][0-9]?) ({'|'.join(MONTHS)})")
_FORMS: Final = (
    'Write one of "day at 06:00", "business day at 06:00", "Monday at 06:00", "month on the 1st at 06:00", '
    '"month on the last day at 06:00", "year on 1 February at 06:00".'
)


class Schedule(Struct, frozen=True):
    """Which days, and the local time on each. `weekday`: Monday is 0; `day` is "last" only for a month.

    Fields that do not belong to the kind are None.
    """

    kind: Literal["day", "business day", "weekday", "month", "year"]
    at: time
    weekday: int | None = None
    month: int | None = None
    day: int | Literal["last"] | None = None

    def __str__(self) -> str:
        return f"{_days_written(self)} at {self.at:%H:%M}"


def parse_schedule(text: str) -> Schedule:
    """The schedule so written; `ValueError` with the allowed forms when it is none."""
    days, _, clock = text.rpartition(" at ")
    found = _TIME.fullmatch(clock)
    if found is None:
        raise ValueError(f'"{text}" does not end in a time of day such as "at 06:00" (00:00 to 23:59). {_FORMS}')
    at = time(int(found[1]), int(found[2]))
    if days == "day":
        return Schedule("day", at)
    if days == "business day":
        return Schedule("business day", at)
    if days in WEEKDAYS:
        return Schedule("weekday", at, weekday=WEEKDAYS.index(days))
    if monthly := _MONTHLY.fullmatch(days):
        return Schedule("month", at, day="last" if monthly[1] else _monthly_day(monthly, text))
    if yearly := _YEARLY.fullmatch(days):
        month = MONTHS.index(yearly[2]) + 1
        return Schedule("year", at, month=month, day=_yearly_day(int(yearly[1]), month, text))
    raise ValueError(f'"{text}" is not a schedule. {_FORMS}')


def next_moment(schedule: Schedule, after: Instant, cal: Calendar) -> Instant:
    """The first moment of the schedule strictly after `after`, in the zone and the working days of `cal`.

    `LAST_INSTANT` from the year 9998 on, where no more days are counted.
    """
    return next(_moments(schedule, after, cal), LAST_INSTANT)


def moments(schedule: Schedule, after: Instant, until: Instant, cal: Calendar, at_most: int) -> list[Instant]:
    """The moments of the schedule after `after`, up to and including `until`: the first `at_most` of them, in order."""
    return list(islice(takewhile(lambda moment: moment <= until, _moments(schedule, after, cal)), at_most))


def _moments(schedule: Schedule, after: Instant, cal: Calendar) -> Iterator[Instant]:
    """Each moment after `after` once, in order, up to the year 9998."""
    day = shift_day(local_day(after, cal.zone), -1)
    while day.year < MAXYEAR - 1:
        day = _day_from(schedule, day, cal)
        moment = at_local(day, schedule.at, cal.zone)
        if moment > after:
            yield moment
            after = moment
        day = shift_day(day, 1)


def _day_from(schedule: Schedule, day: date, cal: Calendar) -> date:
    """The first day of the schedule on or after `day`."""
    match schedule:
        case Schedule(kind="weekday", weekday=int(weekday)):
            return shift_day(day, (weekday - day.weekday()) % 7)
        case Schedule(kind="month", day=int() | "last" as wanted):
            this_month = _day_of_month(day, wanted)
            return this_month if this_month >= day else _day_of_month(shift_day(day.replace(day=1), 31), wanted)
        case Schedule(kind="year", month=int(month), day=int(wanted)):
            return occurrence("next", month, wanted, day)
        case Schedule(kind="business day"):
            return next_working_day(day, cal)
        case _:
            return day


def _day_of_month(day: date, wanted: int | Literal["last"]) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1] if wanted == "last" else wanted)


def _monthly_day(found: re.Match[str], text: str) -> int:
    day = int(found[2])
    if day > MONTHLY_DAY_MAX:
        raise ValueError(
            f'"{text}": not every month has a {found[2]}{found[3]}. Write a day up to the 28th, or "month on the last day".'
        )
    if found[3] != _ending(day):
        raise ValueError(f'"{text}" is not a schedule. Write "{day}{_ending(day)}".')
    return day


def _yearly_day(day: int, month: int, text: str) -> int:
    last = monthrange(_LEAP_YEAR, month)[1]
    if day > last:
        raise ValueError(f'"{text}": {MONTHS[month - 1]} has no day {day}. Write 1 to {last}.')
    return day


def _ending(day: int) -> str:
    return _ENDINGS.get(day, "th")


def _days_written(schedule: Schedule) -> str:
    match schedule:
        case Schedule(kind="weekday", weekday=int(weekday)):
            return WEEKDAYS[weekday]
        case Schedule(kind="month", day=int(day)):
            return f"month on the {day}{_ending(day)}"
        case Schedule(kind="month"):
            return "month on the last day"
        case Schedule(kind="year", month=int(month), day=day):
            return f"year on {day} {MONTHS[month - 1]}"
        case _:
            return schedule.kind
