"""How instants and days stand in the tables: whole milliseconds and day numbers, and which words are small numbers.

Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

PHASES: Final = ("waiting for release", "open", "paused", "finished", "stopped", "not released")
PHASE: Final = {word: number for number, word in enumerate(PHASES)}
OVER: Final = (3, 4, 5)

DISPOSITIONS: Final = ("matched", "ignored", "duplicate", "held", "deferred", "refused")
DISPOSITION: Final = {word: number for number, word in enumerate(DISPOSITIONS)}

WAITING, CLAIMED, CONFIRMED, NOT_NEEDED, FAILED, WITHDRAWN = range(6)
EFFECT_STATES: Final = ("waiting", "claimed", "confirmed", "not needed", "failed", "withdrawn")


def to_millis(instant: datetime) -> int:
    """Whole milliseconds since 1970 of an aware instant."""
    return (instant - _EPOCH) // _MILLISECOND


def to_instant(millis: int) -> datetime:
    """The instant of so many milliseconds since 1970, in UTC."""
    return _EPOCH + millis * _MILLISECOND


def identity_key(day: date, what: bytes) -> bytes:
    """The 16 bytes by which an event is known again: the day it happened (4), then a hash of what it is (12).

    Led by the day, new keys stand at the right edge of the index and an old year can be dropped by range.
    """
    return day.toordinal().to_bytes(4, "big") + sha256(what).digest()[:12]
