"""Local time and instants, on ordinary days and on the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import utc
from whenever import Instant as Theirs
from whenever import PlainDateTime, RepeatedTime, SkippedTime

from handrail.calendar import zones
from handrail.calendar.zones import (
    FIRST_INSTANT,
    LAST_DAY,
    LAST_INSTANT,
    MOMENT,
    at_local,
    end_of_day,
    local_day,
    local_time,
    start_of_day,
)
from handrail.terms.values import Instant

times = st.times().map(lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000))


def test_nine_in_berlin_is_eight_in_winter_and_seven_in_summer_by_universal_time() -> None:
    assert at_local(date(2026, 1, 15), time(9), "Europe/Berlin") == utc("2026-01-15 08:00")
    assert at_local(date(2026, 7, 15), time(9), "Europe/Berlin") == utc("2026-07-15 07:00")


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Berlin", date(2026, 3, 29), time(2, 30), "2026-03-29 01:00"),
        ("America/New_York", date(2026, 3, 8), time(2, 1), "2026-03-08 07:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 10), "2026-10-03 15:30"),
        ("Africa/Cairo", date(2026, 4, 24), time(0), "2026-04-23 22:00"),
        ("Pacific/Apia", date(2011, 12, 30), time(12), "2011-12-30 10:00"),
    ],
)
def test_a_local_time_that_does_not_exist_is_the_first_after_it(zone: str, day: date, at: time, instant: str) -> None:
    assert at_local(day, at, zone) == utc(instant)


@pytest.mark.parametrize(
    ("zone", "day", "at", "instant"),
    [
        ("Europe/Berlin", date(2026, 10, 25), time(2, 30), "2026-10-25 00:30"),
        ("America/New_York", date(2026, 11, 1), time(1, 30), "2026-11-01 05:30"),
        ("Australia/Lord_Howe", date(2026, 4, 5), time(1, 45), "2026-04-04 14:45"),
        ("Africa/Cairo", date(2026, 10, 29), time(23, 30), "2026-10-29 20:30"),
    ],
)
def test_a_local_time_that_comes_twice_is_the_first_of_the_two(zone: str, day: date, at: time, instant: str) -> None:
    assert at_local(day, at.replace(fold=1), zone) == utc(instant)
    assert at_local(day, at, zone) == utc(instant)


@given(some.days, times, some.zones)
def test_an_independent_library_reckons_the_same_moment(day: date, at: time, zone: str) -> None:
    plain = PlainDateTime(datetime.combine(day, at))
    ours = at_local(day, at, zone)
    try:
        theirs = plain.assume_tz(zone, disambiguation="raise")
    except RepeatedTime:
        theirs = plain.assume_tz(zone, disambiguation="earlier")
    except SkippedTime:
        assert _shows(ours - MOMENT, zone) < datetime.combine(day, at) < _shows(ours, zone)
        return
    assert ours == theirs.to_instant().to_stdlib()


@given(some.instants, some.zones)
def test_an_independent_library_reads_the_same_clock(instant: Instant, zone: str) -> None:
    assert datetime.combine(local_day(instant, zone), local_time(instant, zone)) == _shows(instant, zone)


@given(some.days, some.zones)
def test_a_day_ends_where_the_next_begins_and_lasts_about_a_day(day: date, zone: str) -> None:
    assert end_of_day(day, zone) == start_of_day(day + timedelta(days=1), zone)
    assert timedelta(0) <= end_of_day(day, zone) - start_of_day(day, zone) <= timedelta(hours=25)


def test_a_day_whose_midnight_is_skipped_begins_when_the_gap_ends() -> None:
    begin = start_of_day(date(2026, 4, 24), "Africa/Cairo")
    assert local_time(begin, "Africa/Cairo") == time(1)
    assert local_day(begin - MOMENT, "Africa/Cairo") == date(2026, 4, 23)


def test_a_wall_clock_time_is_kept_to_the_millisecond() -> None:
    assert at_local(date(2026, 1, 1), time(9, 0, 0, 123_999), "UTC") == datetime(2026, 1, 1, 9, 0, 0, 123_000, UTC)


def test_a_contract_that_ends_in_the_year_9999_can_be_reckoned_with() -> None:
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert end_of_day(date.max, zone) <= LAST_INSTANT + timedelta(days=1)
        assert local_day(datetime.max.replace(tzinfo=UTC), zone) <= LAST_DAY
        assert local_day(start_of_day(date.min, zone), zone) >= date.min
    assert zones.shift_day(date.max, 1) == LAST_DAY
    assert zones.shift_instant(LAST_INSTANT, timedelta.max) == LAST_INSTANT
    assert zones.shift_instant(FIRST_INSTANT, timedelta.min) == FIRST_INSTANT


@pytest.mark.parametrize("name", ["Europe/Berln", "", "../zone", "Europe", "berlin\0"])
def test_an_unknown_time_zone_is_named_with_what_to_write_instead(name: str) -> None:
    with pytest.raises(ValueError, match=r'There is no time zone ".*"\. Write a name .* such as "Europe/Berlin"'):
        at_local(date(2026, 1, 1), time(9), name)


def _shows(instant: Instant, zone: str) -> datetime:
    return Theirs(instant).to_tz(zone).to_plain().to_stdlib()
