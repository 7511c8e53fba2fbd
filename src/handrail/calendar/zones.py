"""Local time and instants: which moment a wall clock in a zone means, and what it shows at a moment.

A local time that does not exist is the first after it; one that comes twice, the first. Dates and moments at
the very ends of what Python can count (the year 9999 that some HR systems write for "never") are moved a few
days inward, so that nothing here fails for want of room. Nothing here knows working days.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from handrail.terms.values import Instant

FIRST_DAY: Final = date(1, 1, 3)
LAST_DAY: Final = date(9999, 12, 29)
FIRST_INSTANT: Final = datetime(1, 1, 3, tzinfo=UTC)
LAST_INSTANT: Final = datetime(9999, 12, 29, tzinfo=UTC)
MOMENT: Final = timedelta(milliseconds=1)
"""The smallest difference between two instants."""

_SECOND: Final = timedelta(seconds=1)
_MIDNIGHT: Final = time(0)
_FIRST: Final = FIRST_DAY.toordinal()
_LAST: Final = LAST_DAY.toordinal()


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name in the IANA time zone database; `ValueError` when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(
            f'There is no time zone "{name}". Write a name of the IANA time zone database, such as "Europe/Berlin" or "UTC".'
        ) from error


@lru_cache(maxsize=16_384)
def at_local(day: date, at: time, zone: str) -> Instant:
    """The moment at which clocks in `zone` show `at` on `day`, to the millisecond.

    In a gap: the moment at which the gap ends. In an overlap: the first of the two (PEP 495, fold=0).
    """
    tz = zone_of(zone)
    exact = at.replace(microsecond=at.microsecond // 1000 * 1000, fold=0)
    local = datetime.combine(_in_range(day), exact, tzinfo=tz)
    first = local.astimezone(UTC)
    second = local.replace(fold=1).astimezone(UTC)
    return first if first <= second else _end_of_gap(second, first, tz)


@lru_cache(maxsize=16_384)
def local_day(instant: Instant, zone: str) -> date:
    """The date in `zone` at that moment."""
    return _local(instant, zone).date()


def local_time(instant: Instant, zone: str) -> time:
    """What clocks in `zone` show at that moment."""
    return _local(instant, zone).time()


def start_of_day(day: date, zone: str) -> Instant:
    """The first moment of `day` in `zone`: midnight, or the end of the gap where clocks skip midnight."""
    return at_local(day, _MIDNIGHT, zone)


def end_of_day(day: date, zone: str) -> Instant:
    """The first moment that is no longer `day` in `zone`: the start of the next."""
    return start_of_day(shift_day(day, 1), zone)


def shift_day(day: date, days: int) -> date:
    """The date `days` later (earlier when negative), at most `LAST_DAY` and at least `FIRST_DAY`."""
    ordinal = day.toordinal() + days
    return date.fromordinal(ordinal if _FIRST < ordinal < _LAST else min(max(ordinal, _FIRST), _LAST))


def shift_instant(instant: Instant, by: timedelta) -> Instant:
    """The moment that much later (earlier when negative), kept within `FIRST_INSTANT` and `LAST_INSTANT`."""
    by = min(max(by, FIRST_INSTANT - instant), LAST_INSTANT - instant)
    return instant + by


def _in_range(day: date) -> date:
    return min(max(day, FIRST_DAY), LAST_DAY)


def _local(instant: Instant, zone: str) -> datetime:
    return min(max(instant, FIRST_INSTANT), LAST_INSTANT).astimezone(zone_of(zone))


def _end_of_gap(before: Instant, after: Instant, tz: ZoneInfo) -> Instant:
    """The moment, a whole second, in `(before, after]` at which clocks jump ahead, by halving."""
    before, after = before.replace(microsecond=0), after.replace(microsecond=0)
    ahead = after.astimezone(tz).utcoffset()
    while after - before > _SECOND:
        middle = before + (after - before) // 2 // _SECOND * _SECOND
        if middle.astimezone(tz).utcoffset() == ahead:
            after = middle
        else:
            before = middle
    return after
