"""How far a bulk is, when it will be over, and that its sum is right: arithmetic over counts and the gate.

Nothing here counts: the counts are the store's, of one moment.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from handrail.connect.gate import Gate, Rate, next_allowed
from handrail.terms.values import Instant


class Progress(Struct, frozen=True):
    """What became of the items of a bulk; every one is in exactly one of the columns after `wanted`.

    `held` wait for a person, `uncertain` for a look, `waiting` for their turn. `over_at` is when the last call leaves,
    if nothing else uses the connection; None when nothing is left or nothing is limited.
    """

    wanted: int
    confirmed: int
    not_needed: int
    waiting: int
    uncertain: int
    held: int
    failed: int
    over_at: Instant | None = None

    @property
    def done(self) -> int:
        """Those that need no more call."""
        return self.confirmed + self.not_needed + self.failed

    @property
    def left(self) -> int:
        """Those that still need one."""
        return self.waiting + self.uncertain

    @property
    def adds_up(self) -> bool:
        """Nobody is lost: the columns make up what was wanted."""
        return self.wanted == self.done + self.left + self.held

    def sentence(self) -> str:
        """`5,116 wanted = 3,050 confirmed + 40 not needed + 2,014 waiting + 12 held`."""
        columns = {
            "confirmed": self.confirmed,
            "not needed": self.not_needed,
            "waiting": self.waiting,
            "uncertain": self.uncertain,
            "held": self.held,
            "failed": self.failed,
        }
        parts = [f"{count:,} {name}" for name, count in columns.items() if count]
        return f"{self.wanted:,} wanted = " + (" + ".join(parts) or "0")


def calls_for(items: int, batch: int) -> int:
    """How many calls take `items` in calls of at most `batch`."""
    return -(-items // batch)


def floor_seconds(items: int, batch: int, rate: Rate | None) -> float:
    """The least time from the first call to the last within the limit, without slack: no bulk can be faster."""
    if rate is None:
        return 0.0
    spacing = rate.per_seconds / (rate.count - rate.burst + 1)
    return max(calls_for(items, batch) - rate.burst, 0) * spacing


def over_at(left: int, batch: int, gate: Gate, rate: Rate | None, now: Instant) -> Instant | None:
    """When the last of the calls for what is `left` leaves, by the gate's arithmetic."""
    calls = calls_for(left, batch)
    if not calls or rate is None:
        return None
    waits = timedelta(microseconds=(calls - 1) * rate.interval_us)
    return next_allowed(gate, now, rate) + waits
