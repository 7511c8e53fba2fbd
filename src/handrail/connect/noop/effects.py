"""Calls that are confirmed without a request. It has no client and no settings, since it asks nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handrail.connect.port import Item, ItemOutcome
from handrail.connect.silent import Silent
from handrail.terms.catalog import TEXT, ActionType, Kind


class NoopConnector(Silent):
    """Confirms whatever is asked. `verbs` are the actions it has, `bulk` how many items one call takes."""

    asks_nobody = True

    def __init__(
        self, name: str = "noop", verbs: Sequence[str] = ("do",), bulk: int = 1, takes: Mapping[str, Kind] | None = None
    ) -> None:
        self._actions = tuple(
            ActionType(f"{name}.{verb}", name, takes or {"what": TEXT}, {}, keyed=True, bulk=bulk) for verb in verbs
        )

    def actions(self) -> tuple[ActionType, ...]:
        """One for each verb."""
        return self._actions

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """It is so."""
        return [ItemOutcome(item.key, "confirmed") for item in items]
