"""How often somebody may try: to sign in, by login and by address. Whoever tries too often waits; nobody is locked out for good.

The generic cell rate algorithm of `connect.gate`, one row for each name, so that limits survive a restart.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from handrail.connect.gate import Gate, Rate, next_allowed, take
from handrail.store.entering.looking import change_tries, forget_tries
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms.values import Instant

BY_LOGIN: Final = Rate(10, 900.0, burst=5)
"""At most ten tries for one login in a quarter of an hour, of which five at once."""

BY_ADDRESS: Final = Rate(100, 900.0, burst=40)
"""A whole office may come from one address; only tries in vain count (`came_in`)."""

_MILLISECOND_US: Final = 1000


def tried(store: Store, names: Mapping[str, Rate], now: Instant) -> timedelta | None:
    """Count one try under each of these names. None: go on; else how long to wait, and nothing was counted.

    Names are kept as hashes: somebody types a password where the login belongs.
    """
    rates = {_hidden(name): rate for name, rate in names.items()}
    wait: list[timedelta] = []

    def counted(before: dict[str, int]) -> dict[str, int]:
        gates = {name: Gate(before[name]) for name in rates}
        late = max(next_allowed(gates[name], now, rate) - now for name, rate in rates.items())
        if late > timedelta():
            wait.append(late)
            return {}
        return {name: take(gates[name], now, rate)[0].arrival_us for name, rate in rates.items()}

    change_tries(store.database, list(rates), counted)
    return wait[0] if wait else None


def came_in(store: Store, login: str, address: str) -> None:
    """Whoever came in has not tried in vain: their login starts anew, and their address gets this try back."""
    mine, shared = _hidden(login), _hidden(address)

    def given_back(before: dict[str, int]) -> dict[str, int]:
        return {mine: 0, shared: max(before[shared] - BY_ADDRESS.interval_us, 0)}

    change_tries(store.database, [mine, shared], given_back)


def forget_old_tries(store: Store, now: Instant) -> int:
    """Rows that limit nobody any more are taken away; how many."""
    return forget_tries(store.database, to_millis(now) * _MILLISECOND_US)


def _hidden(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32]
