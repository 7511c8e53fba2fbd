"""A connection's limit in words, and when what waits for it has left: the gate's own arithmetic, said.

`100 a minute; 37 used in the last minute; 4,200 wait: at this pace until Monday 16 March 2026, 16:40`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from handrail.connect.gate import Gate, Rate
from handrail.connect.progress import calls_for, over_at
from handrail.insight.telling.wording import count_text, moment_text
from handrail.terms.values import Instant

_SPANS: Final = {1: "second", 60: "minute", 3_600: "hour", 86_400: "day"}


def rate_text(rate: Rate | None) -> str:
    """`100 a minute`, `100 in 6 seconds`, `no limit`."""
    if rate is None:
        return "no limit"
    span = _SPANS.get(round(rate.per_seconds))
    if span is None:
        return f"{rate.count:,} in {rate.per_seconds:g} seconds"
    return f"{rate.count:,} {'an' if span == 'hour' else 'a'} {span}"


def span_text(rate: Rate | None) -> str:
    """The stretch that a limit counts in: `the last minute`; without a limit a minute."""
    seconds = 60.0 if rate is None else rate.per_seconds
    return f"the last {_SPANS.get(round(seconds)) or f'{seconds:g} seconds'}"


def requests_for(waiting: Mapping[str, int], bulks: Mapping[str, int]) -> int:
    """How many requests serve so many calls of each action, where one request takes several people."""
    return sum(calls_for(many, max(bulks.get(action, 1), 1)) for action, many in waiting.items())


def until(requests: int, gate: Gate, rate: Rate | None, now: Instant) -> Instant | None:
    """When the last of so many requests leaves, if nothing else comes; None where nothing waits or nothing is limited."""
    return over_at(requests, 1, gate, rate, now)


def pace_text(
    rate: Rate | None, used: int, waiting: tuple[int, int], over: Instant | None, at: tuple[Instant, str]
) -> str:
    """The whole sentence. `waiting`: calls, and the requests that they take; `at`: now, and the zone."""
    now, zone = at
    calls, requests = waiting
    parts = [rate_text(rate), f"{used:,} used in {span_text(rate)}"]
    if calls:
        together = f" in {count_text(requests, 'request')}" if requests < calls else ""
        waits = f"{count_text(calls, 'call')} {'waits' if calls == 1 else 'wait'}{together}"
        parts.append(f"{waits}: at this pace until {_moment(over, now, zone)}" if over is not None else waits)
    return "; ".join(parts)


def _moment(moment: Instant, now: Instant, zone: str) -> str:
    return "now" if moment - now < timedelta(minutes=1) else moment_text(moment, zone)
