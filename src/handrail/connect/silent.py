"""What a system cannot do: the answers of a connector to a system without lists, polls or webhooks.

A connector inherits these and says only what its system can. Nothing here asks anybody anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handrail.connect.port import BadSignature, Connector, Item, ItemOutcome, Listed, Polled, Told
from handrail.terms.catalog import EventType
from handrail.terms.values import Instant


class Silent:
    """Tells nothing, lists nothing, and cannot be read back."""

    asks_nobody = False

    def events(self) -> tuple[EventType, ...]:
        """None."""
        return ()

    def shared(self, action: str) -> tuple[str, ...]:  # noqa: ARG002 - the protocol names it
        """Items need have nothing in common."""
        return ()

    def lists(self, action: str) -> bool:  # noqa: ARG002 - the protocol names it
        """No."""
        return False

    def already(self, action: str, object_: str) -> Listed:
        """Never asked, since `lists` says no."""
        raise NotImplementedError(f"There is no list for {action} {object_}: lists() says so.")

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """Never asked, since no action says `read_back`."""
        raise NotImplementedError(f"{items[0].action} cannot be read back: its action type says so.")

    def poll(self, watermark: str) -> Polled:
        """Nothing new, ever."""
        return Polled((), watermark)

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:  # noqa: ARG002 - the protocol names them
        """It takes no deliveries."""
        raise BadSignature("This connection takes no deliveries.")


def can_be_asked(connector: Connector) -> bool:
    """Whether the system can be asked what happened: its connector has a poll of its own."""
    return getattr(type(connector), "poll", None) is not Silent.poll
