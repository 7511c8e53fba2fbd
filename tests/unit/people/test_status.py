"""The status of a person on a day: what the dates say, and what the source's word adds."""

from datetime import UTC, date, datetime

import pytest

from handrail.people.status import next_status_day, status_on
from handrail.terms.person import Origin, Person
from handrail.terms.values import UNKNOWN

DAY = date(2026, 3, 16)
BEFORE, AFTER = date(2026, 3, 1), date(2026, 4, 1)


def person(**fields: object) -> Person:
    return Person(1, 1, Origin("hris", datetime(2026, 3, 2, tzinfo=UTC)), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"source_status": "active", "hired_on": BEFORE}, "active"),
        ({"source_status": "active", "hired_on": AFTER}, "preboarding"),
        ({"source_status": "preboarding"}, "preboarding"),
        ({"source_status": "preboarding", "hired_on": DAY}, "active"),
        ({"source_status": "left"}, "left"),
        ({"source_status": "left", "left_on": DAY}, "left"),
        ({"source_status": "left", "left_on": AFTER}, "active"),
        ({"source_status": "left", "left_on": BEFORE, "hired_on": AFTER}, "left"),
        ({"source_status": "active", "left_on": DAY}, "active"),
        ({"source_status": "active", "left_on": BEFORE}, "left"),
        ({"source_status": "active", "left_on": BEFORE, "hired_on": date(2026, 3, 10)}, "active"),
        ({"source_status": "on leave"}, "on leave"),
        ({"source_status": "on leave", "leave_from": AFTER}, "active"),
        ({"source_status": "on leave", "leave_from": BEFORE, "leave_to": date(2026, 3, 15)}, "active"),
        ({"source_status": "on leave", "leave_from": BEFORE, "leave_to": DAY}, "on leave"),
        ({"source_status": "on leave", "leave_to": BEFORE}, "active"),
        ({"source_status": "active", "leave_from": BEFORE, "leave_to": AFTER}, "on leave"),
        ({"source_status": "active", "leave_from": BEFORE}, "active"),
        ({"hired_on": BEFORE}, "active"),
        ({}, UNKNOWN),
    ],
)
def test_dates_decide_and_the_word_fills_what_they_leave_open(fields: dict[str, object], status: object) -> None:
    assert status_on(person(**fields), DAY) == status


def test_the_next_day_is_the_first_on_which_the_status_is_another() -> None:
    coming = person(source_status="active", hired_on=AFTER, leave_from=date(2026, 5, 1), leave_to=date(2026, 5, 31))
    assert next_status_day(coming, DAY) == AFTER
    assert next_status_day(coming, AFTER) == date(2026, 5, 1)
    assert next_status_day(coming, date(2026, 5, 1)) == date(2026, 6, 1)
    assert next_status_day(coming, date(2026, 6, 1)) is None


def test_somebody_whose_leaving_is_announced_is_looked_at_the_day_after() -> None:
    assert next_status_day(person(source_status="active", left_on=AFTER), DAY) == date(2026, 4, 2)
