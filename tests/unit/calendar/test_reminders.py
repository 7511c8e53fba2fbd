"""When reminders go out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calendar import calendars as some
from tests.unit.calendar.calendars import BERLIN, LORD_HOWE, berlin, utc

from handrail.calendar.durations import parse_remind
from handrail.calendar.limits import Left, deadline
from handrail.calendar.reminders import Relation, remind_again, remind_at
from handrail.calendar.working import is_working_time
from handrail.terms.organization import Calendar
from handrail.terms.values import Duration, Instant, Unit

UNITS: list[Unit] = ["minutes", "hours", "days", "weeks", "months", "business days"]
RELATIONS: list[Relation] = ["after", "before"]
durations = st.builds(Duration, st.integers(1, 40), st.sampled_from(UNITS))


def reminded(text: str, opened: str, due: str) -> Instant | None:
    remind = parse_remind(text)
    return remind_at(remind.relation, remind.duration, berlin(opened), berlin(due), BERLIN)


@pytest.mark.parametrize(
    ("text", "opened", "due", "at"),
    [
        ("after 1 business day", "2026-03-06 16:00", "2026-03-11 17:00", "2026-03-09 09:00"),
        ("after 2 days", "2026-03-02 16:00", "2026-03-11 17:00", "2026-03-04 09:00"),
        ("1 day before", "2026-03-02 16:00", "2026-03-12 00:00", "2026-03-10 09:00"),
        ("2 business days before", "2026-03-02 16:00", "2026-03-10 17:00", "2026-03-06 09:00"),
        ("1 week before", "2026-03-02 16:00", "2026-03-13 17:00", "2026-03-06 09:00"),
    ],
)
def test_a_reminder_in_days_goes_out_at_nine_of_its_day(text: str, opened: str, due: str, at: str) -> None:
    assert reminded(text, opened, due) == berlin(at)


def test_a_reminder_that_falls_on_a_weekend_goes_out_on_monday() -> None:
    assert reminded("after 5 days", "2026-03-02 16:00", "2026-03-11 17:00") == berlin("2026-03-09 09:00")
    assert reminded("7 days before", "2026-03-02 16:00", "2026-03-15 00:00") == berlin("2026-03-09 09:00")


def test_a_reminder_before_a_limit_on_sunday_goes_out_on_friday_and_is_not_lost() -> None:
    assert reminded("1 day before", "2026-03-02 16:00", "2026-03-09 00:00") == berlin("2026-03-06 09:00")


def test_a_reminder_waits_until_its_receiver_opens() -> None:
    remind = parse_remind("after 1 day")
    opened, due = utc("2026-07-06 23:00"), utc("2026-07-20 00:00")
    assert remind_at(remind.relation, remind.duration, opened, due, LORD_HOWE) == utc("2026-07-07 23:30")


@pytest.mark.parametrize(
    ("text", "opened", "due", "at"),
    [
        ("4 hours before", "2026-03-02 16:00", "2026-03-10 17:00", "2026-03-10 13:00"),
        ("after 2 hours", "2026-03-02 10:00", "2026-03-10 17:00", "2026-03-02 12:00"),
        ("4 hours before", "2026-03-02 16:00", "2026-03-10 12:30", "2026-03-10 09:00"),
        ("4 hours before", "2026-03-02 16:00", "2026-03-11 00:00", "2026-03-10 16:00"),
        ("60 hours before", "2026-03-02 16:00", "2026-03-09 10:00", "2026-03-06 16:00"),
        ("24 hours before", "2026-03-02 16:00", "2026-03-09 10:00", "2026-03-09 09:00"),
        ("after 4 hours", "2026-03-06 15:00", "2026-03-10 17:00", "2026-03-09 09:00"),
        ("after 4 hours", "2026-03-06 15:00", "2026-03-09 08:00", "2026-03-06 16:00"),
    ],
)
def test_a_reminder_in_hours_goes_out_at_its_hour_or_the_nearest_working_hour(
    text: str, opened: str, due: str, at: str
) -> None:
    assert reminded(text, opened, due) == berlin(at)


@pytest.mark.parametrize(
    ("text", "opened", "due"),
    [
        ("after 4 hours", "2026-03-06 10:00", "2026-03-06 12:00"),
        ("4 hours before", "2026-03-06 10:00", "2026-03-06 12:00"),
        ("7 days before", "2026-03-06 10:00", "2026-03-10 00:00"),
        ("after 7 days", "2026-03-06 10:00", "2026-03-10 00:00"),
        ("after 1 day", "2026-03-06 16:30", "2026-03-08 00:00"),
        ("after 4 hours", "2026-03-06 16:30", "2026-03-07 08:00"),
        ("after 5 hours", "2026-03-06 15:00", "2026-03-06 19:00"),
        ("after 3 days", "2026-03-04 10:00", "2026-03-06 12:00"),
    ],
)
def test_a_reminder_that_does_not_fit_its_limit_is_left_out(text: str, opened: str, due: str) -> None:
    assert reminded(text, opened, due) is None


@given(st.sampled_from(RELATIONS), durations, some.instants, durations, some.calendars)
def test_a_reminder_comes_in_working_hours_after_the_opening_and_before_the_limit(
    relation: Relation, duration: Duration, opened: Instant, within: Duration, cal: Calendar
) -> None:
    due = deadline(opened, within, cal)
    at = remind_at(relation, duration, opened, due, cal)
    assert at is None or (opened < at < due and is_working_time(at, cal))


@pytest.mark.parametrize(
    ("rest", "now", "at"),
    [
        (Left("days", 3), "2026-04-08 12:00", "2026-04-13 09:00"),
        (Left("business days", 2), "2026-04-01 12:00", "2026-04-07 09:00"),
        (Left("days", 0), "2026-04-08 12:00", "2026-04-08 12:00"),
        (Left("milliseconds", 3_600_000), "2026-04-08 16:30", "2026-04-09 09:00"),
    ],
)
def test_a_reminder_that_was_paused_goes_out_in_working_hours(rest: Left, now: str, at: str) -> None:
    assert remind_again(berlin(now), rest, BERLIN) == berlin(at)
