"""What the demo says while it plays: there is always something that moves, and nothing is written over that was said."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import Final

from handrail.app.demo.progress import SAID_SECONDS, Progress, say
from handrail.engine.rehearsal import VirtualClock
from handrail.store.batch import Batch
from handrail.store.rows import LedgerRow

BEGAN: Final = date(2026, 3, 2)


class Screen(io.StringIO):
    """A terminal, as far as whoever writes to it can tell."""

    def isatty(self) -> bool:
        return True


class Watch:
    """The seconds of whoever waits."""

    def __init__(self) -> None:
        self.passed = 0.0

    def __call__(self) -> float:
        return self.passed


def entries(many: int) -> Batch:
    row = LedgerRow(*[0] * len(LedgerRow._fields))  # type: ignore[arg-type]  # only their number matters
    return Batch(at=0, ledger=[row] * many)


def test_in_a_terminal_one_line_is_written_over_and_says_week_day_and_how_much() -> None:
    out, watch, clock = Screen(), Watch(), VirtualClock(datetime(2026, 3, 31, 7, 12, tzinfo=UTC))
    progress = Progress(clock, BEGAN, "Europe/Berlin", out, watch)
    for _ in range(2):
        watch.passed += 1
        progress.committed(entries(600))
    first, second = out.getvalue().split("\r\x1b[K")[1:]
    assert first == "week 5 of 5 · Tue 31 March 09:12 · 600 entries recorded · 0 calls made"
    assert second == "week 5 of 5 · Tue 31 March 09:12 · 1,200 entries recorded · 0 calls made"
    assert "\n" not in out.getvalue()


def test_what_happened_takes_the_place_of_the_line_that_moves_and_stays() -> None:
    out = Screen()
    out.write("week 1 of 5")
    say("03-02  published the journeys of Acme", out)
    assert out.getvalue() == "week 1 of 5\r\x1b[K03-02  published the journeys of Acme\n"


def test_without_a_terminal_it_is_said_now_and_then_on_lines_of_their_own() -> None:
    out, watch, clock = io.StringIO(), Watch(), VirtualClock(datetime(2026, 3, 10, 9, tzinfo=UTC))
    progress = Progress(clock, BEGAN, "Europe/Berlin", out, watch)
    for _ in range(100):
        watch.passed += SAID_SECONDS / 10
        clock.to(clock() + timedelta(minutes=1))
        progress.committed(entries(1))
    lines = out.getvalue().splitlines()
    assert len(lines) == 10
    assert all(line.startswith("week 2 of 5 · Tue 10 March ") for line in lines)


def test_the_line_fits_a_terminal_of_eighty_columns_in_the_longest_week() -> None:
    progress = Progress(VirtualClock(datetime(2026, 3, 31, 12, tzinfo=UTC)), BEGAN, "Europe/Berlin", Screen(), Watch())
    progress.recorded, progress.calls = 199_999, 11_999
    assert len(progress.line) < 80
