"""Adding durations to dates and moments."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import BERLIN, berlin
from whenever import Date

from handrail.calendar.dates import add, add_days, occurrence
from handrail.calendar.durations import parse_duration
from handrail.calendar.zones import LAST_DAY, local_time
from handrail.terms.values import Duration, Instant, Unit

MONTHS: list[Unit] = ["months", "years"]
UNITS: list[Unit] = ["minutes", "hours", "days", "weeks", "months", "years", "business days"]


@pytest.mark.parametrize(
    ("base", "sign", "duration", "then"),
    [
        (date(2026, 1, 31), 1, "1 month", date(2026, 2, 28)),
        (date(2024, 2, 29), 1, "2 years", date(2026, 2, 28)),
        (date(2026, 3, 31), -1, "1 month", date(2026, 2, 28)),
        (date(2026, 3, 1), -1, "14 days", date(2026, 2, 15)),
        (date(2026, 3, 1), 1, "2 weeks", date(2026, 3, 15)),
        (date(2026, 3, 9), -1, "2 business days", date(2026, 3, 5)),
    ],
)
def test_a_date_moves_by_days_and_months_as_people_count_them(base: date, sign: int, duration: str, then: date) -> None:
    assert add(base, sign, parse_duration(duration), BERLIN) == then


def test_hours_after_a_date_count_from_the_start_of_that_day() -> None:
    assert add(date(2026, 3, 6), 1, parse_duration("4 hours"), BERLIN) == berlin("2026-03-06 04:00")
    assert add(date(2026, 3, 6), -1, parse_duration("30 minutes"), BERLIN) == berlin("2026-03-05 23:30")


def test_hours_are_exact_over_the_night_when_the_clocks_change() -> None:
    assert add(berlin("2026-03-28 12:00"), 1, parse_duration("24 hours"), BERLIN) == berlin("2026-03-29 13:00")


def test_days_keep_what_the_clock_shows_over_the_night_when_the_clocks_change() -> None:
    assert add(berlin("2026-03-28 12:00"), 1, parse_duration("1 day"), BERLIN) == berlin("2026-03-29 12:00")
    assert add(berlin("2026-03-28 02:30"), 1, parse_duration("1 day"), BERLIN) == berlin("2026-03-29 03:00")
    assert add(berlin("2026-04-02 16:00"), 1, parse_duration("1 business day"), BERLIN) == berlin("2026-04-07 16:00")


@given(some.days, st.sampled_from([1, -1]), st.integers(1, 200), st.sampled_from(MONTHS))
def test_an_independent_library_finds_the_same_day_months_and_years_away(
    day: date, sign: int, count: int, unit: Unit
) -> None:
    ours = add_days(day, sign, Duration(count, unit), BERLIN)
    n = sign * count
    assert ours == (Date(day).add(months=n) if unit == "months" else Date(day).add(years=n)).to_stdlib()


@given(some.instants, st.integers(1, 60))
def test_a_moment_some_days_on_shows_the_same_time_except_in_a_gap(now: Instant, count: int) -> None:
    then = add(now, 1, Duration(count, "days"), BERLIN)
    assert isinstance(then, datetime)
    before, after = local_time(now, BERLIN.zone), local_time(then, BERLIN.zone)
    assert after == before or (after == time(3) and time(2) <= before < time(3))


@given(st.one_of(st.dates(), st.just(date.max), some.instants), st.sampled_from([1, -1]), st.sampled_from(UNITS))
def test_even_a_contract_that_never_ends_can_be_added_to(base: date, sign: int, unit: Unit) -> None:
    then = add(base, sign, Duration(36_525, unit), BERLIN)
    assert isinstance(then, datetime) == (isinstance(base, datetime) or unit in ("minutes", "hours"))


def test_a_day_after_the_year_9999_is_the_last_day_that_can_be_reckoned() -> None:
    assert add(date(9999, 12, 31), 1, parse_duration("1 day"), BERLIN) == LAST_DAY
    assert add(date(9999, 12, 31), 1, parse_duration("1 year"), BERLIN) == date(9999, 12, 31)


def test_hours_are_never_taken_for_days() -> None:
    with pytest.raises(AssertionError, match="4 hours is no number of days"):
        add_days(date(2026, 3, 6), 1, parse_duration("4 hours"), BERLIN)


@pytest.mark.parametrize(
    ("which", "on", "then"),
    [
        ("next", date(2026, 3, 31), date(2026, 3, 31)),
        ("next", date(2026, 4, 1), date(2027, 3, 31)),
        ("last", date(2026, 3, 31), date(2026, 3, 31)),
        ("last", date(2026, 3, 30), date(2025, 3, 31)),
    ],
)
def test_next_and_last_31_march_include_the_day_itself(which: str, on: date, then: date) -> None:
    assert occurrence("next" if which == "next" else "last", 3, 31, on) == then


def test_29_february_is_the_28th_in_other_years() -> None:
    assert occurrence("next", 2, 29, date(2026, 1, 1)) == date(2026, 2, 28)
    assert occurrence("next", 2, 29, date(2027, 3, 1)) == date(2028, 2, 29)
    assert occurrence("last", 2, 29, date(2026, 1, 1)) == date(2025, 2, 28)


@given(some.days, st.integers(1, 12), st.integers(1, 28))
def test_the_next_occurrence_is_at_most_a_year_away(on: date, month: int, day: int) -> None:
    upcoming, latest = occurrence("next", month, day, on), occurrence("last", month, day, on)
    assert latest <= on <= upcoming
    assert upcoming - on <= timedelta(days=366)
    assert (upcoming.month, upcoming.day) == (latest.month, latest.day) == (month, day)
