"""When to leave a failing system alone, and how to find out that it is back.

Closed: calls leave. Open: none does, until a stated instant. After it the breaker is half open: one call at a
time is tried; its success closes the breaker, its failure opens it again for twice as long.

The breaker is a value kept in the connection's row, so a restart does not forget it and a page can show it.
Who records what counts as a failure is `settling`; nothing here reads a clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from msgspec import Struct, structs

from handrail.terms.values import Instant


class BreakerRule(Struct, frozen=True):
    """Opens when at least `calls_min` calls were made in the window and `share` of them failed."""

    share: float = 0.5
    calls_min: int = 5
    window_seconds: float = 60.0
    open_seconds: float = 30.0
    open_seconds_max: float = 900.0


class Breaker(Struct, frozen=True, array_like=True):
    """Calls and failures since the window began; `until` while it is open; how often it opened in a row."""

    since: Instant | None = None
    calls: int = 0
    failures: int = 0
    until: Instant | None = None
    opened: int = 0


CLOSED = Breaker()


def position(breaker: Breaker, now: Instant) -> Literal["closed", "open", "half open"]:
    """How the breaker stands."""
    if breaker.until is None:
        return "closed"
    return "open" if now < breaker.until else "half open"


def succeeded(breaker: Breaker, now: Instant, rule: BreakerRule, calls: int = 1) -> Breaker:
    """After calls that were answered, be it with a refusal. One that left before the breaker opened proves nothing."""
    match position(breaker, now):
        case "half open":
            return CLOSED if calls == 1 else _counted(CLOSED, now, rule, calls - 1)
        case "open":
            return breaker
        case "closed":
            return _counted(breaker, now, rule, calls)


def failed(breaker: Breaker, now: Instant, rule: BreakerRule) -> Breaker:
    """After a call that was not answered, or with an error of the far side's own."""
    match position(breaker, now):
        case "half open":
            return trip(breaker, now, rule)
        case "open":
            return breaker
        case "closed":
            counted = _counted(breaker, now, rule, 1, failures=1)
            too_many = counted.calls >= rule.calls_min and counted.failures >= rule.share * counted.calls
            return trip(counted, now, rule) if too_many else counted


def trip(breaker: Breaker, now: Instant, rule: BreakerRule) -> Breaker:
    """Open at once: our own key was refused, or the call that was to prove it failed."""
    if position(breaker, now) == "open":
        return breaker
    seconds = min(rule.open_seconds * 2 ** min(breaker.opened, 20), rule.open_seconds_max)
    return Breaker(until=now + timedelta(seconds=seconds), opened=breaker.opened + 1)


def _counted(breaker: Breaker, now: Instant, rule: BreakerRule, calls: int, failures: int = 0) -> Breaker:
    since = breaker.since
    if since is None or now - since >= timedelta(seconds=rule.window_seconds):
        return Breaker(since=now, calls=calls, failures=failures)
    return structs.replace(breaker, calls=breaker.calls + calls, failures=breaker.failures + failures)
