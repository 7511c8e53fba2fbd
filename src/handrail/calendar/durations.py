"""The small grammars of time: durations, retries, reminders and start limits, read and reckoned.

Each `parse_…` takes the text as written in a journey and raises `ValueError` with a sentence that names the
allowed forms; where it stands is added by who knows the file. Schedules have a module of their own, and
what a duration comes to on a calendar is in `dates` and `limits`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from typing import Final, Literal, TypeAlias, cast, get_args

from handrail.calendar.zones import local_day, local_time, zone_of
from handrail.terms.effect import RetryRule
from handrail.terms.plan import Remind, StartLimit
from handrail.terms.values import Duration, Instant, Unit

Period: TypeAlias = Literal["hour", "day", "week", "month", "quarter", "year"]

YEARS_MAX: Final = 100
TRIES_MAX: Final = 100

_UNITS: Final[dict[str, Unit]] = {unit[:-1]: unit for unit in get_args(Unit)}
_DAY: Final = 86_400
_SECONDS: Final[dict[Unit, int]] = {
    "minutes": 60,
    "hours": 3_600,
    "days": _DAY,
    "weeks": 7 * _DAY,
    "months": 2_629_746,  # a twelfth of the mean Gregorian year
    "years": 31_556_952,  # 365.2425 days
    "business days": 7 * _DAY // 5,
}
_DURATION: Final = re.compile(r"([0-9]+) ((?:business )?[a-z]+?)(s?)")
_RETRY: Final = re.compile(r"([0-9]+) times? over (.*)")
_LIMIT: Final = re.compile(r"([0-9]+) (person|people) an? (hour|day|week)")
_DURATION_FORMS: Final = (
    'Write a number and minutes, hours, days, weeks, months, years or business days: "14 days", "1 business day".'
)


def parse_duration(text: str) -> Duration:
    """`14 days`, `1 business day`: at least 1 of its unit and at most 100 years, singular for 1."""
    match = _DURATION.fullmatch(text)
    unit = _UNITS.get(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError(f'"{text}" is not a duration. {_DURATION_FORMS}')
    count = _number(match[1])
    if count == 0:
        raise ValueError(f'"{text}" is no time at all. A duration is at least 1 {match[2]}.')
    duration = Duration(count, unit)
    if approximate_seconds(duration) > YEARS_MAX * _SECONDS["years"]:
        raise ValueError(f'"{text}" is too long. A duration is at most {YEARS_MAX} years.')
    if str(duration) != text:
        raise ValueError(f'"{text}" is not a duration. Write "{duration}".')
    return duration


def parse_retry(text: str) -> RetryRule:
    """`6 times over 4 hours`: 1 to 100 tries over minutes, hours, days or weeks, on average at most one a minute."""
    match = _RETRY.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" does not say how often to try again. Write it as in "6 times over 4 hours".')
    retry = RetryRule(_number(match[1]), parse_duration(match[2]))
    if not 1 <= retry.times <= TRIES_MAX:
        raise ValueError(f'"{text}": {match[1]} tries cannot be made. Write 1 to {TRIES_MAX} times.')
    if retry.over.unit in ("months", "years", "business days"):
        raise ValueError(
            f'"{text}": {retry.over.unit} have no fixed length. Write minutes, hours, days or weeks after "over".'
        )
    if approximate_seconds(retry.over) < 60 * retry.times:
        raise ValueError(
            f'"{text}" would try more than once a minute. Write at least "{retry.times} times over {Duration(retry.times, "minutes")}".'
        )
    written = f"{retry.times} {'time' if retry.times == 1 else 'times'} over {retry.over}"
    if written != text:
        raise ValueError(f'"{text}" does not say how often to try again. Write "{written}".')
    return retry


def retry_delays(retry: RetryRule) -> tuple[timedelta, ...]:
    """How long to wait before each further try; they add up to `retry.over` (a day of it is 24 hours).

    Each is longer than the one before: they grow as 1, 4, 9, 16 …, so `6 times over 4 hours` waits 3, 11, 24, 42,
    66 and 95 minutes. Nothing is random, so that a replay reckons the same.
    """
    whole = 1000 * approximate_seconds(retry.over)
    sums = [n * (n + 1) * (2 * n + 1) // 6 for n in range(retry.times + 1)]
    moments = [whole * part // max(sums[-1], 1) for part in sums]
    return tuple(timedelta(milliseconds=later - sooner) for sooner, later in pairwise(moments))


def parse_remind(text: str) -> Remind:
    """`after 1 business day` (the opening), `4 hours before` (the limit)."""
    if text.startswith("after "):
        return Remind("after", parse_duration(text.removeprefix("after ")))
    if text.endswith(" before"):
        return Remind("before", parse_duration(text.removesuffix(" before")))
    raise ValueError(
        f'"{text}" does not say when to remind. Write it as in "after 1 business day" (after the opening) '
        'or "4 hours before" (before the limit).'
    )


def parse_limit(text: str) -> StartLimit:
    """`200 people a day`: at least 1 person an hour, day or week."""
    match = _LIMIT.fullmatch(text)
    count = _number(match[1]) if match else 0
    if match is None or count == 0:
        raise ValueError(
            f'"{text}" is not a limit of starts. Write a number of people a day, hour or week: "200 people a day".'
        )
    return StartLimit(count, cast('Literal["hour", "day", "week"]', match[3]))


def period_of(instant: Instant, period: Period, zone: str) -> str:
    """The name of the hour, day, week (ISO 8601), month, quarter or year in `zone` that holds this moment.

    Two moments have the same name when they are in the same one; an hour that comes twice has two names.
    """
    day = local_day(instant, zone)
    match period:
        case "hour":
            return f"{day}T{local_time(instant, zone):%H}{instant.astimezone(zone_of(zone)):%z}"
        case "day":
            return f"{day}"
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{day.year}-{day.month:02}"
        case "quarter":
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case "year":  # pragma: no branch - mypy proves that there is no other
            return f"{day.year}"


def is_exact(duration: Duration) -> bool:
    """Whether it is reckoned to the millisecond (minutes, hours), not by days of a calendar."""
    return duration.unit in ("minutes", "hours")


def approximate_seconds(duration: Duration) -> int:
    """How long it is on average, to compare two durations as written: 1 business day is 1.4 days.

    Exact for minutes, hours, and days of 24 hours.
    """
    return duration.count * _SECONDS[duration.unit]


def _number(digits: str) -> int:
    """Its value; one of more than nine digits is beyond every bound here, and counts as the first that is."""
    return int(digits) if len(digits) <= 9 else 10**9
