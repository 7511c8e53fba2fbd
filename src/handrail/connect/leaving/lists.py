"""Which lists are worth reading before many calls about one object leave, and what they said.

A list shows everybody for whom an action is done already: of those no call is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from msgspec import structs

from handrail.connect.leaving.flights import Flight
from handrail.connect.port import ConnectionState, Connector, ItemOutcome, Outbox, Row
from handrail.connect.settling import NOT_SENT
from handrail.terms.values import Instant

LISTED_FOR: Final = timedelta(hours=24)
LISTED_MAX: Final = 200
COUNTED_FOR: Final = timedelta(seconds=60)


class Lists:
    """The lists of one connection. `list_from`: so many must wait about the same before its list is read."""

    def __init__(self, name: str, connector: Connector, outbox: Outbox, list_from: int) -> None:
        self._name = name
        self._connector = connector
        self._outbox = outbox
        self._list_from = list_from
        self._few: dict[tuple[str, str], Instant] = {}

    def worth(self, rows: Sequence[Row], state: ConnectionState, now: Instant) -> tuple[str, str] | None:
        """What the most urgent row is about, if so many more are about the same that it is worth a look beforehand."""
        first = rows[0] if rows else None
        if first is None or first.uncertain or not self._connector.lists(first.call.action):
            return None
        about = (first.call.action, first.call.object)
        listed = any((action, object_) == about and now - at < LISTED_FOR for action, object_, at in state.listed)
        counted = self._few.get(about)
        if listed or (counted is not None and now - counted < COUNTED_FOR):
            return None
        if len(self._outbox.waiting(self._name, *about, self._list_from)) >= self._list_from:
            return about
        if len(self._few) >= LISTED_MAX:
            self._few.clear()
        self._few[about] = now
        return None


def read_list(
    flight: Flight, outcomes: Sequence[ItemOutcome], now: Instant, state: ConnectionState
) -> tuple[dict[str, ItemOutcome], ConnectionState]:
    """Who is on the list, by the far side's key: they need no call.

    A list that could not be read is gone without, unless we came too often.
    """
    failed = next((one for one in outcomes if one.ended in ("failed", "absent")), None)
    if failed is not None and (failed.failure in ("throttled", "auth") or failed.code == NOT_SENT):
        return {}, state
    state = _listed(state, (flight.action, flight.object), now)
    return ({} if failed is not None else {one.key: one for one in outcomes}), state


def _listed(state: ConnectionState, about: tuple[str, str], now: Instant) -> ConnectionState:
    """The row of a connection that has just looked who has it; what was looked at long ago is forgotten."""
    others = [one for one in state.listed if one[:2] != about and now - one[2] < LISTED_FOR]
    return structs.replace(state, listed=(*others[1 - LISTED_MAX :], (*about, now)))
