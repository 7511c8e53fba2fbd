"""How many requests came in any stretch of so many seconds, by the system's own clock.

A true sliding window: a request is let in when fewer than `limit` others came in the `seconds` before it.
Nothing here waits or answers.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from handrail.terms.values import Instant


class Window:
    """Counts what was let in. A stretch is open at its start: a request exactly `seconds` ago no longer counts."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._stretch = timedelta(seconds=seconds)
        self._let_in: deque[Instant] = deque()

    def take(self, now: Instant) -> bool:
        """Let a request in, or not. A limit of 0 lets everything in and remembers nothing."""
        if not self._limit:
            return True
        while self._let_in and self._let_in[0] <= now - self._stretch:
            self._let_in.popleft()
        if len(self._let_in) >= self._limit:
            return False
        self._let_in.append(now)
        return True

    def free_at(self, now: Instant) -> Instant:
        """When the next request would be let in, if none came meanwhile."""
        if not self._limit or len(self._let_in) < self._limit:
            return now
        return max(now, self._let_in[0] + self._stretch)


def busiest(moments: list[Instant], seconds: float) -> int:
    """The most moments in any stretch of `seconds`, open at its start; `moments` in any order."""
    stretch = timedelta(seconds=seconds)
    inside: deque[Instant] = deque()
    most = 0
    for at in sorted(moments):
        inside.append(at)
        while inside[0] <= at - stretch:
            inside.popleft()
        most = max(most, len(inside))
    return most
