"""One request that may leave, from its claim to what came of it: the item's outcomes by our own keys.

Who claims and settles is `dispatcher`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from msgspec import Struct, structs

from handrail.connect.port import FOUND_DONE, Claim, Connector, Item, ItemOutcome, Key, Row
from handrail.connect.settling import NOT_SENT
from handrail.terms.values import NOTHING, Instant


class Flight(Struct, frozen=True, gc=False):
    """One request that may leave until `latest`, once.

    `send` · `look`: read back · `list`: who has it already · `known`: what needs no request, since `outcomes` say it.
    """

    number: int
    kind: Literal["send", "look", "list", "known"]
    action: str
    object: str
    rows: tuple[Row, ...]
    items: tuple[Item, ...]
    latest: Instant
    connector: Connector
    outcomes: tuple[ItemOutcome, ...] = ()

    @property
    def at_once(self) -> bool:
        """Whether nothing is waited for: it needs no request, or a connector that asks nobody."""
        return self.kind == "known" or self.connector.asks_nobody

    def send(self, now: Instant) -> tuple[ItemOutcome, ...]:
        """Do it, and say what came of every item, by its key (of a list: by the far side's key of the person).

        Touches no store; safe in any thread. After `latest` nothing leaves: somebody else may have taken over.
        """
        if self.kind == "known":
            return self.outcomes
        if now > self.latest:
            reason = "It was claimed, but its moment to leave had passed before it could be sent."
            return tuple(ItemOutcome(item.key, "absent", code=NOT_SENT, reason=reason) for item in self.items)
        if self.kind == "list":
            found = self.connector.already(self.action, self.object)
            if found.failed is not None:
                return (found.failed,)
            reason = "It was so already, before any call was made."
            return tuple(ItemOutcome(user, "not needed", fields, reason=reason) for user, fields in found.users.items())
        if self.kind == "send":
            return _by_item(self.items, self.connector.send(self.items))
        return _by_item(self.items, [_found(one) for one in self.connector.read_back(self.items)])

    def unknown(self, reason: str) -> tuple[ItemOutcome, ...]:
        """What to settle when whoever was sending it died on the way: nothing is known, so it will be looked up."""
        keys = [item.key for item in self.items] or [""]
        return self.outcomes or tuple(
            ItemOutcome(key, "failed", failure="uncertain", code="sender_died", reason=reason) for key in keys
        )


class Offer(Struct, frozen=True):
    """Calls to be claimed by the commit that decides them, and the flights that leave after it."""

    claim: Claim
    flights: tuple[Flight, ...]


Landed: TypeAlias = tuple[Flight, Sequence[ItemOutcome]]
"""A flight with what `send` said of it."""


def only(flight: Flight, claimed: frozenset[Key]) -> Flight:
    """The flight without the rows that were taken back meanwhile."""
    kept = [place for place, row in enumerate(flight.rows) if row.key in claimed]
    return structs.replace(
        flight,
        rows=tuple(flight.rows[place] for place in kept),
        items=tuple(flight.items[place] for place in kept),
        outcomes=tuple(flight.outcomes[place] for place in kept) if flight.outcomes else (),
    )


def _by_item(items: Sequence[Item], told: Sequence[ItemOutcome]) -> tuple[ItemOutcome, ...]:
    """One outcome for every item, by our key and never by position; of whom nothing was said, nothing is known."""
    if len(told) == len(items):
        for item, one in zip(items, told, strict=True):
            if item.key != one.key:
                break
        else:
            return tuple(told)
    by_key = {one.key: one for one in told}
    reason = "The answer does not mention it."
    return tuple(
        by_key.get(item.key) or ItemOutcome(item.key, "failed", NOTHING, "uncertain", "not_mentioned", reason)
        for item in items
    )


def _found(outcome: ItemOutcome) -> ItemOutcome:
    """The outcome of a look; where it stands, that it was found so is its reason."""
    stands = outcome.ended == "confirmed" and not outcome.reason
    return structs.replace(outcome, reason=FOUND_DONE) if stands else outcome
