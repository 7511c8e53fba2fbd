"""Working days and hours of a calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import BERLIN, CAIRO, berlin

from handrail.calendar import working
from handrail.calendar.zones import FIRST_DAY, LAST_DAY
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant

off = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=20)
weekends = st.frozensets(st.integers(0, 6), max_size=6)
spring = st.dates(date(2025, 12, 1), date(2026, 5, 1))


def test_nobody_works_on_a_weekend_or_a_holiday() -> None:
    assert working.is_working_day(date(2026, 4, 2), BERLIN)
    assert not working.is_working_day(date(2026, 4, 3), BERLIN)
    assert not working.is_working_day(date(2026, 4, 4), BERLIN)


def test_sunday_is_a_working_day_where_the_weekend_is_friday_and_saturday() -> None:
    assert working.is_working_day(date(2026, 4, 5), CAIRO)
    assert not working.is_working_day(date(2026, 4, 3), CAIRO)


def test_the_next_working_day_after_good_friday_is_tuesday() -> None:
    assert working.next_working_day(date(2026, 4, 3), BERLIN) == date(2026, 4, 7)
    assert working.next_working_day(date(2026, 4, 7), BERLIN) == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2026, 3, 6), 2, date(2026, 3, 10)),
        (date(2026, 3, 7), 2, date(2026, 3, 10)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),
        (date(2026, 3, 9), -1, date(2026, 3, 6)),
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
    ],
)
def test_business_days_pass_over_weekends_and_holidays(day: date, n: int, then: date) -> None:
    assert working.add_business_days(day, n, BERLIN) == then


@given(spring, st.integers(-30, 30), off, weekends)
def test_business_days_agree_with_counting_on_fingers(
    day: date, n: int, days_off: frozenset[date], weekend: frozenset[int]
) -> None:
    cal = Calendar("any", "UTC", weekend=weekend, days_off=days_off)
    step = timedelta(days=1 if n > 0 else -1)
    worked = [step * i + day for i in range(1, 400) if working.is_working_day(step * i + day, cal)]
    assert working.add_business_days(day, n, cal) == (worked[abs(n) - 1] if n else day)


@given(spring, st.integers(-30, 30), off, weekends)
def test_counting_business_days_takes_back_adding_them(
    day: date, n: int, days_off: frozenset[date], weekend: frozenset[int]
) -> None:
    cal = Calendar("any", "UTC", weekend=weekend, days_off=days_off)
    assert working.business_days_between(day, working.add_business_days(day, n, cal), cal) == n


def test_counting_stops_at_the_last_day_there_is() -> None:
    never = Calendar("never", "UTC", weekend=frozenset(range(7)))
    assert working.add_business_days(date(9999, 12, 1), 1, never) == LAST_DAY
    assert working.add_business_days(date(1, 2, 1), -1, never) == FIRST_DAY


@pytest.mark.parametrize(
    ("now", "following", "before"),
    [
        ("2026-03-06 12:00", "2026-03-06 12:00", "2026-03-06 12:00"),
        ("2026-03-06 09:00", "2026-03-06 09:00", "2026-03-06 09:00"),
        ("2026-03-06 17:00", "2026-03-09 09:00", "2026-03-06 16:00"),
        ("2026-03-06 08:00", "2026-03-06 09:00", "2026-03-05 16:00"),
        ("2026-03-07 12:00", "2026-03-09 09:00", "2026-03-06 16:00"),
        ("2026-04-06 12:00", "2026-04-07 09:00", "2026-04-02 16:00"),
    ],
)
def test_what_falls_outside_working_hours_has_a_working_time_after_and_before_it(
    now: str, following: str, before: str
) -> None:
    assert working.is_working_time(berlin(now), BERLIN) is (now == following)
    assert working.next_working_time(berlin(now), BERLIN) == berlin(following)
    assert working.last_working_time_before(berlin(now), BERLIN) == berlin(before)


@given(some.instants, some.calendars)
def test_the_next_and_the_last_working_time_are_in_working_hours(now: Instant, cal: Calendar) -> None:
    following, before = working.next_working_time(now, cal), working.last_working_time_before(now, cal)
    assert before <= now <= following
    assert working.is_working_time(following, cal)
    assert working.is_working_time(before, cal)
    assert (following == now) == (before == now) == working.is_working_time(now, cal)
