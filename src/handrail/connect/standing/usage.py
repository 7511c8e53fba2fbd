"""How many requests left within the stretch that a limit counts in: twelve small counters that move along.

For people to read. Whether a request may leave is the gate's matter, and exact; this is a twelfth of the stretch behind at most.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from handrail.terms.values import Instant

PARTS: Final = 12
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class Usage(Struct, frozen=True, array_like=True):
    """`counts`: how many left in each part of time, by its number; a part is `part_millis` long."""

    part_millis: int = 0
    counts: tuple[tuple[int, int], ...] = ()


def counted(usage: Usage, now: Instant, many: int, seconds: float) -> Usage:
    """After `many` more left, for a limit that counts in so many seconds. Of another length than before: from the beginning."""
    length = max(int(seconds * 1000 / PARTS), 1)
    part = (now - _EPOCH) // _MILLISECOND // length
    there = usage.counts if usage.part_millis == length else ()
    before = sum(count for number, count in there if number == part)
    return Usage(length, (*((at, count) for at, count in there if part - PARTS < at < part), (part, before + many)))


def used(usage: Usage, now: Instant) -> int:
    """How many left within the stretch that ends now."""
    if not usage.part_millis:
        return 0
    part = (now - _EPOCH) // _MILLISECOND // usage.part_millis
    return sum(count for at, count in usage.counts if part - PARTS < at <= part)
