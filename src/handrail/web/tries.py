"""How often somebody at one address may try what fails: so many at once, then one in a while; what succeeds costs nothing.

Kept in memory, for so many addresses at most. Nothing waits here: who tries too often is told until when.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from handrail.terms.values import Instant

AT_ONCE: Final = 20
EVERY: Final = timedelta(seconds=15)
ADDRESSES_MAX: Final = 10_000


class Tries:
    """Failures by address. Generic cell rate algorithm (ITU-T I.371, annex A): `_until` is the theoretical arrival time."""

    def __init__(self, at_once: int = AT_ONCE, every: timedelta = EVERY) -> None:
        self._at_once, self._every = at_once, every
        self._until: OrderedDict[str, datetime] = OrderedDict()
        self._lock = Lock()

    def failed(self, address: str, now: Instant) -> int:
        """Count a failure; 0, or the seconds until the next one is looked at again."""
        with self._lock:
            until = max(self._until.get(address, now), now)
            early = until - now - self._every * (self._at_once - 1)
            if early > timedelta():
                return math.ceil(early.total_seconds())
            self._until[address] = until + self._every
            self._until.move_to_end(address)
            while len(self._until) > ADDRESSES_MAX:
                self._until.popitem(last=False)
            return 0
