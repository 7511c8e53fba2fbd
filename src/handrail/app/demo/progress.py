"""How far the demo is, told while it plays: what happened as lines, and between them one line that moves.

In a terminal that line is written over; elsewhere (a log, a pipe) it is said now and then. All of it goes to the error
output, where it is in nobody's way.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Final, TextIO
from zoneinfo import ZoneInfo

from handrail.store.batch import Batch
from handrail.store.opening import Store
from handrail.terms.values import Instant

WEEKS: Final = 5
MOVES_SECONDS: Final = 0.2
"""So often the line moves in a terminal."""

SAID_SECONDS: Final = 15.0
"""So often it is said elsewhere."""

_OVER: Final = "\r\x1b[K"
"""Back to the line's beginning, and what stands there is wiped away (ECMA-48, EL)."""


def say(text: str, out: TextIO | None = None) -> None:
    """Something that happened, in the place of the line that moves."""
    to = out or sys.stderr
    to.write(f"{_OVER if to.isatty() else ''}{text}\n")
    to.flush()


class Progress:
    """The line that moves, of one engine at work: the week, the day, and how much was recorded so far.

    `began` is the first day; `clock` is the demo's own, `elapsed` the seconds of whoever waits for it.
    """

    def __init__(
        self,
        clock: Callable[[], Instant],
        began: date,
        zone: str,
        out: TextIO | None = None,
        elapsed: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._began, self._zone = clock, began, ZoneInfo(zone)
        self._out, self._elapsed = out or sys.stderr, elapsed
        self._shown = elapsed()
        self.recorded = self.calls = 0

    def go_on(self, store: Store) -> None:
        """Count on from what is there already."""
        ((self.recorded,),) = store.database.look("SELECT count(*) FROM ledger")
        ((self.calls,),) = store.database.look("SELECT count(*) FROM effect WHERE state > 1")

    def committed(self, batch: Batch) -> None:
        """Count what a commit holds, and let the line move if it is time."""
        self.recorded += len(batch.ledger)
        self.calls += len(batch.effects_done)
        moving = self._out.isatty()
        if self._elapsed() - self._shown < (MOVES_SECONDS if moving else SAID_SECONDS):
            return
        self._shown = self._elapsed()
        self._out.write(f"{_OVER}{self.line}" if moving else f"{self.line}\n")
        self._out.flush()

    @property
    def line(self) -> str:
        """`week 5 of 5 · Tue 31 March 09:12 · 110,392 entries recorded · 2,858 calls made`, within 80 characters."""
        local = self._clock().astimezone(self._zone)
        week = min((local.date() - self._began).days // 7 + 1, WEEKS)
        when = f"{local:%a} {local.day} {local:%B %H:%M}"
        return f"week {week} of {WEEKS} · {when} · {self.recorded:,} entries recorded · {self.calls:,} calls made"
