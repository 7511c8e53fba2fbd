"""How often calls may leave: one stored instant for each connection, and arithmetic.

The generic cell rate algorithm (ITU-T I.371, annex A) in its virtual scheduling form. Because the whole gate
is one number in a row, it survives restarts, is committed with the claim that uses it, and says when the next
call may leave, so nobody polls.

With `burst` 1 calls leave one interval apart, so any 101 calls of `100/min` span at least 60 s: a far side that
counts in windows open at one end sees at most 100. A larger burst lengthens the interval, so that this holds for
every burst. On a real clock calls leave a little late and do not arrive as evenly as they leave: `slack_seconds`
lengthens the window. Half of it is for calls that leave late (the beat is kept, so lateness does not add up), the
other half for what the network does.

Nothing here reads a clock, stores anything or knows what a call is.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_MILLISECOND_US: Final = 1000
_RATE: Final = re.compile(r"([1-9][0-9]{0,8})/([1-9][0-9]{0,5})?(s|sec|second|min|minute|h|hour|day)")
_UNIT_SECONDS: Final = {
    "s": 1,
    "sec": 1,
    "second": 1,
    "min": 60,
    "minute": 60,
    "h": 3_600,
    "hour": 3_600,
    "day": 86_400,
}


class Rate(Struct, frozen=True, array_like=True):
    """At most `count` calls in any `per_seconds`, of which `burst` may leave at once after a quiet time."""

    count: int
    per_seconds: float
    burst: int = 1
    slack_seconds: float = 0.0

    def __post_init__(self) -> None:
        if not 1 <= self.burst <= self.count or self.per_seconds <= 0 or self.slack_seconds < 0:
            raise SettingsError(
                f"A limit of {self.count} calls in {self.per_seconds:g} s with a burst of {self.burst} cannot be kept: "
                "write at least 1 call, more than no time, and a burst between 1 and the number of calls."
            )

    @property
    def interval_us(self) -> int:
        """Microseconds from one call to the next, rounded up."""
        window_us = round((self.per_seconds + self.slack_seconds) * 1_000_000)
        return -(-window_us // (self.count - self.burst + 1))

    @property
    def slot_seconds(self) -> float:
        """Seconds from one call to the next."""
        return self.interval_us / 1_000_000


class Gate(Struct, frozen=True, array_like=True):
    """`arrival_us`: the theoretical arrival time of the next call, in microseconds since 1970."""

    arrival_us: int = 0


def parse_rate(text: str, burst: int = 1, slack_seconds: float = 0.0) -> Rate:
    """The limit that an operator writes: `100/min`, `10/s`, `5000/day`, `100/6s`. Raises `SettingsError`."""
    match = _RATE.fullmatch(text.replace(" ", ""))
    if match is None:
        raise SettingsError(
            f'"{text}" is not a limit. Write calls and time: "100/min", "10/s", "5000/day" or "100/6s".'
        )
    count, times, unit = match.groups()
    return Rate(int(count), float(int(times or 1) * _UNIT_SECONDS[unit]), burst, slack_seconds)


def next_allowed(gate: Gate, now: Instant, rate: Rate | None) -> Instant:
    """The first instant, not before `now`, at which one call may leave; without taking it. No rate: unless closed, now."""
    return _instant(max(_microseconds(now), gate.arrival_us - _tolerance_us(rate)))


def take(gate: Gate, now: Instant, rate: Rate | None, n: int = 1) -> tuple[Gate, Instant]:
    """The gate after `n` calls are let through, and the first instant at which the first of them may leave.

    Called before that instant it reserves it; the further ones follow one interval apart, but for the burst.
    """
    first = next_allowed(gate, now, rate)
    if rate is None:
        return gate, first
    at = _microseconds(first)
    # An arrival within the millisecond that `first` was rounded up by, or within the slack, keeps the beat.
    late_us = _MILLISECOND_US + round(rate.slack_seconds * 500_000)
    start = gate.arrival_us if gate.arrival_us > at - late_us else at
    return Gate(start + n * rate.interval_us), first


def close(gate: Gate, until: Instant, rate: Rate | None) -> Gate:
    """The gate when the far side asked to be left alone until then: nobody passes before, and no burst follows."""
    return Gate(max(gate.arrival_us, _microseconds(until) + _tolerance_us(rate)))


def _tolerance_us(rate: Rate | None) -> int:
    return 0 if rate is None else (rate.burst - 1) * rate.interval_us


def _microseconds(instant: Instant) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _instant(us: int) -> Instant:
    """In whole milliseconds, rounded up: never too early."""
    return _EPOCH + timedelta(milliseconds=-(-us // _MILLISECOND_US))
