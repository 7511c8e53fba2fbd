"""The tables of docs/reference/time.md hold."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from tests.unit.calendar.calendars import BERLIN, berlin

from handrail.calendar.durations import parse_duration, parse_remind
from handrail.calendar.limits import deadline, wake_after
from handrail.calendar.reminders import remind_at
from handrail.calendar.schedules import next_moment, parse_schedule
from handrail.terms.values import Instant

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "time.md"


def rows(heading: str) -> list[list[str]]:
    """The cells of the table under that heading, without its head."""
    section = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = next(part for part in section if part.startswith(f"{heading}\n"))
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def moment(cell: str) -> Instant:
    """`Fri 2026-03-06 16:00` in Berlin; the weekday must be right too."""
    assert datetime.fromisoformat(cell[4:]).strftime("%a") == cell[:3]
    return berlin(cell[4:])


def expected() -> Iterator[tuple[str, Instant | None, Instant | None]]:
    """Each row, what it says and what is reckoned."""
    for opened, within, late in rows("Limits"):
        yield f"{within} from {opened}", moment(late), deadline(moment(opened), parse_duration(within), BERLIN)
    for begun, duration, wakes in rows("Pauses"):
        yield (
            f"a pause of {duration} from {begun}",
            moment(wakes),
            wake_after(moment(begun), parse_duration(duration), BERLIN),
        )
    for opened, late, text, out in rows("Reminders"):
        remind = parse_remind(text)
        at = remind_at(remind.relation, remind.duration, moment(opened), moment(late), BERLIN)
        yield f"{text}, {opened} to {late}", None if out == "not at all" else moment(out), at
    for schedule, after, then in rows("Schedules"):
        yield f"{schedule} after {after}", moment(then), next_moment(parse_schedule(schedule), moment(after), BERLIN)


@pytest.mark.parametrize(("row", "says", "is_so"), list(expected()))
def test_what_the_page_on_time_says_is_so(row: str, says: Instant | None, is_so: Instant | None) -> None:
    assert is_so == says, row
