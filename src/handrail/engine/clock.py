"""The real clock: UTC, in whole milliseconds, and never back within a process."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from handrail.terms.values import Instant


class RealClock:
    """`now` as the machine has it; when its clock is set back, the last moment stands until it is passed."""

    def __init__(self) -> None:
        self._last = datetime.fromtimestamp(0, UTC)
        self._guard = threading.Lock()

    def __call__(self) -> Instant:
        now = datetime.now(UTC)
        now = now.replace(microsecond=now.microsecond // 1000 * 1000)
        with self._guard:
            self._last = max(self._last, now)
            return self._last


def slept(before: Instant, now: Instant, at_most: timedelta = timedelta(minutes=10)) -> bool:
    """Whether the clock is so far ahead of the last tick that the machine slept or was set."""
    return now - before > at_most
