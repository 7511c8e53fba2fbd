"""The small grammars of time."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar.calendars import utc

from handrail.calendar import durations
from handrail.calendar.durations import Period
from handrail.terms.effect import RetryRule
from handrail.terms.plan import Remind, StartLimit
from handrail.terms.values import Duration, Unit

UNITS: list[Unit] = ["minutes", "hours", "days", "weeks", "months", "years", "business days"]


@given(st.integers(1, 100), st.sampled_from(UNITS))
def test_a_duration_reads_back_as_it_was_written(count: int, unit: Unit) -> None:
    assert durations.parse_duration(str(Duration(count, unit))) == Duration(count, unit)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("soon", 'is not a duration. Write a number and minutes, hours, .*"14 days", "1 business day"'),
        ("2 working days", "business days"),
        ("two days", "is not a duration"),
        ("2  days", "is not a duration"),
        ("-2 days", "is not a duration"),
        ("1.5 hours", "is not a duration"),
        ("٣ days", "is not a duration"),
        ("3 fortnights", "is not a duration"),
        ("1 days", 'Write "1 day"'),
        ("14 day", 'Write "14 days"'),
        ("007 days", 'Write "7 days"'),
        ("0 days", "is no time at all. A duration is at least 1 day"),
        ("101 years", "is too long. A duration is at most 100 years"),
        ("9" * 5000 + " days", "is too long"),
        ("", "is not a duration"),
    ],
)
def test_what_is_no_duration_is_refused_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice) as refused:
        durations.parse_duration(text)
    assert f'"{text}"' in str(refused.value)


def test_a_retry_says_how_often_and_over_how_long() -> None:
    assert durations.parse_retry("6 times over 4 hours") == RetryRule(6, Duration(4, "hours"))
    assert durations.parse_retry("1 time over 1 hour") == RetryRule(1, Duration(1, "hours"))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("6 times", 'Write it as in "6 times over 4 hours"'),
        ("6 times over lunch", "is not a duration"),
        ("0 times over 4 hours", "0 tries cannot be made. Write 1 to 100 times"),
        ("101 times over 4 weeks", "Write 1 to 100 times"),
        ("6 times over 2 business days", "have no fixed length. Write minutes, hours, days or weeks"),
        ("6 times over 5 minutes", 'more than once a minute. Write at least "6 times over 6 minutes"'),
        ("1 times over 1 hour", 'Write "1 time over 1 hour"'),
    ],
)
def test_what_is_no_retry_is_refused_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        durations.parse_retry(text)


@given(st.integers(1, 100), st.integers(100, 40_000))
def test_tries_come_ever_more_slowly_and_fill_the_time_given(times: int, minutes: int) -> None:
    delays = durations.retry_delays(RetryRule(times, Duration(minutes, "minutes")))
    assert len(delays) == times
    assert sum(delays, timedelta(0)) == timedelta(minutes=minutes)
    assert delays[0] > timedelta(0)
    assert all(sooner < later for sooner, later in pairwise(delays))


def test_six_tries_over_four_hours_begin_within_minutes() -> None:
    delays = durations.retry_delays(RetryRule(6, Duration(4, "hours")))
    assert [round(delay.total_seconds() / 60) for delay in delays] == [3, 11, 24, 42, 66, 95]


def test_no_further_try_has_no_delay() -> None:
    assert durations.retry_delays(RetryRule(0, Duration(4, "hours"))) == ()


def test_a_reminder_is_after_the_opening_or_before_the_limit() -> None:
    assert durations.parse_remind("after 1 business day") == Remind("after", Duration(1, "business days"))
    assert durations.parse_remind("4 hours before") == Remind("before", Duration(4, "hours"))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("4 hours", 'Write it as in "after 1 business day"'),
        ("after lunch", "is not a duration"),
        ("1 days before", 'Write "1 day"'),
    ],
)
def test_what_is_no_reminder_is_refused_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        durations.parse_remind(text)


def test_a_limit_of_starts_says_how_many_people_in_which_time() -> None:
    assert durations.parse_limit("200 people a day") == StartLimit(200, "day")
    assert durations.parse_limit("1 person an hour") == StartLimit(1, "hour")
    assert durations.parse_limit("40 people a week") == StartLimit(40, "week")


@pytest.mark.parametrize(
    "text", ["200 people", "0 people a day", "200 people a month", "200 a day", "many people a day"]
)
def test_what_is_no_limit_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match=r'is not a limit of starts\. Write .* "200 people a day"'):
        durations.parse_limit(text)


@pytest.mark.parametrize(
    ("period", "name"),
    [
        ("hour", "2027-01-01T00+0100"),
        ("day", "2027-01-01"),
        ("week", "2026-W53"),
        ("month", "2027-01"),
        ("quarter", "2027-Q1"),
        ("year", "2027"),
    ],
)
def test_a_period_is_named_by_the_organizations_own_clock(period: Period, name: str) -> None:
    assert durations.period_of(utc("2026-12-31 23:30"), period, "Europe/Berlin") == name


def test_an_hour_that_comes_twice_counts_as_two() -> None:
    first, second = (
        durations.period_of(utc(at), "hour", "Europe/Berlin") for at in ("2026-10-25 00:30", "2026-10-25 01:30")
    )
    assert (first, second) == ("2026-10-25T02+0200", "2026-10-25T02+0100")


def test_durations_can_be_compared_roughly_for_the_checker() -> None:
    seconds = [
        durations.approximate_seconds(Duration(1, unit))
        for unit in ("hours", "days", "business days", "weeks", "months", "years")
    ]
    assert seconds == sorted(seconds)
    assert durations.approximate_seconds(Duration(5, "business days")) == durations.approximate_seconds(
        Duration(1, "weeks")
    )
