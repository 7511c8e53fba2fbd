"""When limits end and pauses wake, and how what was left runs on."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import BERLIN, berlin

from handrail.calendar import limits
from handrail.calendar.durations import parse_duration
from handrail.calendar.limits import Left
from handrail.calendar.working import is_working_time
from handrail.terms.organization import Calendar
from handrail.terms.values import Duration, Instant, Unit

UNITS: list[Unit] = ["minutes", "hours", "days", "weeks", "months", "years", "business days"]
durations = st.builds(Duration, st.integers(1, 40), st.sampled_from(UNITS))


@pytest.mark.parametrize(
    ("opened", "within", "due"),
    [
        ("2026-03-06 16:00", "2 business days", "2026-03-10 17:00"),
        ("2026-03-06 20:00", "2 business days", "2026-03-10 17:00"),
        ("2026-03-07 10:00", "2 business days", "2026-03-10 17:00"),
        ("2026-03-09 08:00", "2 business days", "2026-03-11 17:00"),
        ("2026-04-02 16:00", "1 business day", "2026-04-07 17:00"),
        ("2026-03-06 16:00", "3 days", "2026-03-10 00:00"),
        ("2026-03-06 16:00", "1 week", "2026-03-14 00:00"),
        ("2026-01-31 16:00", "1 month", "2026-03-01 00:00"),
        ("2026-03-06 16:00", "4 hours", "2026-03-06 20:00"),
        ("2026-03-28 12:00", "24 hours", "2026-03-29 13:00"),
        ("2026-03-28 12:00", "1 day", "2026-03-30 00:00"),
    ],
)
def test_a_limit_ends_when_a_reader_of_the_journey_expects_it(opened: str, within: str, due: str) -> None:
    assert limits.deadline(berlin(opened), parse_duration(within), BERLIN) == berlin(due)


@given(some.instants, durations, some.calendars)
def test_nothing_is_late_before_it_opened(opened: Instant, within: Duration, cal: Calendar) -> None:
    assert limits.deadline(opened, within, cal) > opened


@given(some.instants, st.integers(1, 60), st.sampled_from(UNITS), some.calendars)
def test_a_longer_limit_never_ends_sooner(opened: Instant, count: int, unit: Unit, cal: Calendar) -> None:
    assert limits.deadline(opened, Duration(count, unit), cal) <= limits.deadline(
        opened, Duration(count + 1, unit), cal
    )


def test_until_a_date_is_until_the_end_of_that_day() -> None:
    assert limits.deadline_of(date(2026, 3, 31), BERLIN) == berlin("2026-04-01 00:00")
    assert limits.deadline_of(berlin("2026-03-31 12:00"), BERLIN) == berlin("2026-03-31 12:00")


def test_a_pause_wakes_at_opening_time_of_its_day_or_of_the_next_working_day() -> None:
    assert limits.wake(date(2026, 4, 2), BERLIN) == berlin("2026-04-02 09:00")
    assert limits.wake(date(2026, 4, 3), BERLIN) == berlin("2026-04-07 09:00")
    assert limits.wake(berlin("2026-04-02 15:00"), BERLIN) == berlin("2026-04-02 09:00")


@pytest.mark.parametrize(
    ("duration", "woken"),
    [("2 days", "2026-03-09 09:00"), ("2 business days", "2026-03-10 09:00"), ("90 minutes", "2026-03-06 17:30")],
)
def test_a_pause_of_days_wakes_in_the_morning_and_one_of_minutes_to_the_minute(duration: str, woken: str) -> None:
    assert limits.wake_after(berlin("2026-03-06 16:00"), parse_duration(duration), BERLIN) == berlin(woken)


@pytest.mark.parametrize(
    ("within", "due", "rest", "resumed"),
    [
        ("5 business days", "2026-03-13 17:00", Left("business days", 3), "2026-04-10 17:00"),
        ("10 days", "2026-03-16 00:00", Left("days", 5), "2026-04-13 00:00"),
        ("48 hours", "2026-03-11 16:00", Left("milliseconds", 26 * 3_600_000), "2026-04-08 17:00"),
        ("5 business days", "2026-03-10 17:00", Left("business days", 0), "2026-04-07 17:00"),
        ("10 days", "2026-03-11 00:00", Left("days", 0), "2026-04-08 00:00"),
        ("10 days", "2026-03-10 00:00", Left("milliseconds", 0), "2026-04-07 15:00"),
        ("5 business days", "2026-03-10 14:00", Left("milliseconds", 0), "2026-04-07 15:00"),
    ],
)
def test_what_was_left_of_a_limit_runs_on_in_its_own_unit(within: str, due: str, rest: Left, resumed: str) -> None:
    left = limits.left(berlin("2026-03-10 14:00"), berlin(due), parse_duration(within), BERLIN)
    assert left == rest
    assert limits.resume(berlin("2026-04-07 15:00"), left, BERLIN) == berlin(resumed)


def test_a_limit_whose_unit_is_not_known_is_counted_exactly() -> None:
    rest = limits.left(berlin("2026-03-10 14:00"), berlin("2026-03-10 14:01"), None, BERLIN)
    assert rest == Left("milliseconds", 60_000)


def test_a_last_business_day_is_given_whole_when_the_run_goes_on_after_closing() -> None:
    assert limits.resume(berlin("2026-04-02 17:00"), Left("business days", 0), BERLIN) == berlin("2026-04-07 17:00")
    assert limits.resume(berlin("2026-04-04 12:00"), Left("business days", 0), BERLIN) == berlin("2026-04-07 17:00")


@given(some.instants, durations, some.calendars)
def test_a_pause_of_no_time_moves_no_limit(now: Instant, within: Duration, cal: Calendar) -> None:
    due = limits.deadline(now, within, cal)
    assert limits.resume(now, limits.left(now, due, within, cal), cal) == due


@given(some.instants, durations, some.calendars, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_limit_that_was_not_over_is_not_over_on_resuming(
    opened: Instant, within: Duration, cal: Calendar, away: timedelta
) -> None:
    due = limits.deadline(opened, within, cal)
    back = some.ms(opened + away)
    assert limits.resume(back, limits.left(opened, due, within, cal), cal) > back


def test_what_is_left_can_be_kept_in_a_state() -> None:
    rest = Left("business days", 3)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(rest), type=Left) == rest
    assert (rest.unit, rest.count) == tuple(msgspec.json.decode(msgspec.json.encode(rest)))


def test_a_new_owner_has_at_least_a_business_day() -> None:
    now = berlin("2026-03-06 15:00")
    assert limits.at_least_a_business_day(now, berlin("2026-03-06 17:00"), BERLIN) == berlin("2026-03-09 17:00")
    assert limits.at_least_a_business_day(now, berlin("2026-03-12 17:00"), BERLIN) == berlin("2026-03-12 17:00")


@given(some.days, some.calendars)
def test_a_pause_always_wakes_in_working_hours(day: date, cal: Calendar) -> None:
    assert is_working_time(limits.wake(day, cal), cal)
