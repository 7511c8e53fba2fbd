"""Schedules: read, written, and followed over the nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import BERLIN, berlin

from handrail.calendar.schedules import MONTHS, WEEKDAYS, Schedule, moments, next_moment, parse_schedule
from handrail.calendar.working import is_working_day
from handrail.calendar.zones import LAST_INSTANT, MOMENT, end_of_day, local_day, start_of_day
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant

FORMS = [
    "day at 06:00",
    "business day at 23:59",
    "Monday at 06:00",
    "Sunday at 00:00",
    "month on the 1st at 08:00",
    "month on the 12th at 08:00",
    "month on the 22nd at 08:00",
    "month on the 23rd at 08:00",
    "month on the 28th at 08:00",
    "month on the last day at 08:00",
    "year on 1 February at 06:00",
    "year on 29 February at 06:00",
]
schedules = st.sampled_from(FORMS).map(parse_schedule)


@pytest.mark.parametrize("text", FORMS)
def test_a_schedule_reads_back_as_it_was_written(text: str) -> None:
    assert str(parse_schedule(text)) == text


def test_a_schedule_says_which_days_and_when() -> None:
    assert parse_schedule("Tuesday at 06:30") == Schedule("weekday", time(6, 30), weekday=1)
    assert parse_schedule("month on the last day at 08:00") == Schedule("month", time(8), day="last")
    assert parse_schedule("year on 1 February at 06:00") == Schedule("year", time(6), month=2, day=1)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Mondays at 06:00", 'is not a schedule. Write one of "day at 06:00"'),
        ("Monday", 'does not end in a time of day such as "at 06:00"'),
        ("Monday at 6:00", 'does not end in a time of day such as "at 06:00"'),
        ("day at 24:00", "00:00 to 23:59"),
        (
            "month on the 31st at 08:00",
            'not every month has a 31st. Write a day up to the 28th, or "month on the last day"',
        ),
        ("month on the 2th at 08:00", 'Write "2nd"'),
        ("year on 30 February at 06:00", "February has no day 30. Write 1 to 29"),
        ("day on 1 February at 06:00", "is not a schedule"),
        ("", "is not a schedule|does not end in"),
    ],
)
def test_what_is_no_schedule_is_refused_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice) as refused:
        parse_schedule(text)
    assert f'"{text}"' in str(refused.value)


@pytest.mark.parametrize(
    ("text", "after", "then"),
    [
        ("day at 06:00", "2026-03-06 05:59", "2026-03-06 06:00"),
        ("day at 06:00", "2026-03-06 06:00", "2026-03-07 06:00"),
        ("business day at 06:00", "2026-04-02 06:00", "2026-04-07 06:00"),
        ("Monday at 06:00", "2026-03-06 12:00", "2026-03-09 06:00"),
        ("month on the 1st at 08:00", "2026-03-06 12:00", "2026-04-01 08:00"),
        ("month on the last day at 08:00", "2026-01-31 08:00", "2026-02-28 08:00"),
        ("month on the 28th at 08:00", "2026-01-30 08:00", "2026-02-28 08:00"),
        ("year on 1 February at 06:00", "2026-02-01 06:00", "2027-02-01 06:00"),
        ("year on 29 February at 06:00", "2026-01-01 06:00", "2026-02-28 06:00"),
        ("day at 02:30", "2026-03-28 12:00", "2026-03-29 03:00"),
        ("day at 02:30", "2026-10-25 02:30", "2026-10-26 02:30"),
    ],
)
def test_the_next_moment_of_a_schedule_is_strictly_after(text: str, after: str, then: str) -> None:
    assert next_moment(parse_schedule(text), berlin(after), BERLIN) == berlin(then)


@pytest.mark.parametrize(
    ("cal", "night"),
    [
        (some.BERLIN, date(2026, 3, 29)),
        (some.BERLIN, date(2026, 10, 25)),
        (some.NEW_YORK, date(2026, 3, 8)),
        (some.NEW_YORK, date(2026, 11, 1)),
        (some.LORD_HOWE, date(2026, 4, 5)),
        (some.LORD_HOWE, date(2026, 10, 4)),
        (some.CAIRO, date(2026, 4, 24)),
        (some.CAIRO, date(2026, 10, 30)),
    ],
)
def test_on_the_night_when_the_clocks_change_every_schedule_comes_exactly_once(cal: Calendar, night: date) -> None:
    begin, end = start_of_day(night - timedelta(days=2), cal.zone), end_of_day(night + timedelta(days=2), cal.zone)
    for minute in range(0, 24 * 60, 5):
        daily = Schedule("day", time(minute // 60, minute % 60))
        found = moments(daily, begin - MOMENT, end - MOMENT, cal, 100)
        assert [local_day(moment, cal.zone) for moment in found] == [night + timedelta(days=n) for n in range(-2, 3)]


@given(schedules, some.instants, some.calendars)
def test_a_schedule_goes_on_moment_by_moment_on_its_own_days(schedule: Schedule, after: Instant, cal: Calendar) -> None:
    then = next_moment(schedule, after, cal)
    day = local_day(then, cal.zone)
    assert then > after
    assert next_moment(schedule, then - timedelta(milliseconds=1), cal) == then
    match schedule.kind:
        case "business day":
            assert is_working_day(day, cal)
        case "weekday":
            assert day.weekday() == schedule.weekday
        case "month":
            assert day.day == schedule.day or (day + timedelta(days=1)).day == 1
        case "year":
            assert day.month == schedule.month
        case "day":
            assert then - after <= timedelta(days=1, hours=1)


@given(schedules, some.instants, st.timedeltas(timedelta(0), timedelta(days=900)), some.calendars)
def test_all_moments_up_to_a_day_are_those_found_one_by_one(
    schedule: Schedule, after: Instant, span: timedelta, cal: Calendar
) -> None:
    until = after + span
    one_by_one: list[Instant] = []
    moment = next_moment(schedule, after, cal)
    while moment <= until and len(one_by_one) < 20:
        one_by_one.append(moment)
        moment = next_moment(schedule, moment, cal)
    assert moments(schedule, after, until, cal, 20) == one_by_one


@pytest.mark.parametrize("text", FORMS)
def test_at_the_end_of_the_years_a_schedule_has_one_last_moment(text: str) -> None:
    forever = datetime.max.replace(tzinfo=UTC)
    assert next_moment(parse_schedule(text), forever, BERLIN) == LAST_INSTANT
    assert len(moments(parse_schedule(text), datetime(9997, 11, 1, tzinfo=UTC), forever, BERLIN, 100)) <= 62


def test_days_and_months_have_english_names_whatever_the_machine_speaks() -> None:
    assert (WEEKDAYS[0], MONTHS[0], len(WEEKDAYS), len(MONTHS)) == ("Monday", "January", 7, 12)
