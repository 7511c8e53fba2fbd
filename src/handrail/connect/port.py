"""The two sides that the dispatcher stands between: the outbox it works from, and the connector it works with.

An outbox is kept by the store and promises that each of its changing methods is one commit. A connector speaks
to one kind of system and never decides. Both are protocols: the store and the connectors fulfil them without
importing the dispatcher, and tests bring an outbox in memory.

Only shapes live here; what is done with them is `dispatcher`, `settling` and `batching`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct

from handrail.connect.breaker import Breaker
from handrail.connect.gate import Gate
from handrail.connect.standing.contact import Contact
from handrail.connect.standing.pauses import Pause
from handrail.connect.standing.usage import Usage
from handrail.terms.catalog import ActionType, EventType
from handrail.terms.effect import Call
from handrail.terms.event import FailureClass, Outcome
from handrail.terms.values import NOTHING, Fields, Instant

FOUND_DONE: Final = "It was found done when it was read back."
"""The reason of an outcome that was looked up, since nobody here knew whether it had been done."""

Key: TypeAlias = tuple[int, int, int]
"""The key of an effect: run, pass, rung."""

About: TypeAlias = tuple[int, str]
"""Person and object: of these, one call is in flight at a time."""


class Row(Struct, frozen=True, gc=False):
    """A call that waits in the outbox.

    `decided` orders calls about the same person and object; `user` is the far side's key of the person, `person`
    what the connection may know of them (name, email). `tries` counts those that failed. `uncertain`: a try may
    have reached the far side, so look before sending. `override` is the reason why somebody set it aside. `lineage` is
    empty, or names the restored copy that decided it: what came of the same key before the restore is another's.
    """

    key: Key
    about: About
    call: Call
    decided: int
    user: str
    tries: int = 0
    uncertain: bool = False
    urgent: bool = False
    override: str = ""
    person: Fields = NOTHING
    lineage: str = ""


class ConnectionState(Struct, frozen=True):
    """The one row of a connection, written with every claim and settlement.

    `throttled` counts refusals for coming too often, in a row, without a hint. `listed` says when it was last looked
    who has an (action, object) already, so that a restart does not look again. `contact` and `usage` are for people to
    read; `paused` is their word.
    """

    gate: Gate = Gate()
    breaker: Breaker = Breaker()
    throttled: int = 0
    listed: tuple[tuple[str, str, Instant], ...] = ()
    contact: Contact = Contact()
    usage: Usage = Usage()
    paused: tuple[Pause, ...] = ()


class Claim(Struct, frozen=True):
    """These calls are about to be sent, once each; nobody else takes them before `until`."""

    connection: str
    epoch: int
    keys: tuple[Key, ...]
    until: Instant
    state: ConnectionState


class Claimed(Struct, frozen=True):
    """A claim without an outcome: what was sent is not known."""

    row: Row
    epoch: int
    until: Instant


class Settled(Struct, frozen=True, gc=False):
    """What became of one try of one call.

    `outcome` is there when it is over for good and goes to the run. Otherwise `next_at` says when it is looked at
    again: `again` sends it, `uncertain` reads back first. `tries` are those used up. `looked`: it was read back and had
    not been done.
    """

    key: Key
    verdict: Literal["confirmed", "not needed", "failed", "again", "uncertain"]
    tries: int
    outcome: Outcome | None = None
    next_at: Instant | None = None
    failure: FailureClass | None = None
    code: str = ""
    reason: str = ""
    looked: bool = False


class Settlement(Struct, frozen=True):
    """Everything that one answer of the far side changes."""

    connection: str
    epoch: int
    settled: tuple[Settled, ...]
    state: ConnectionState


class Asked(Struct, frozen=True):
    """Does another open run want `action` for this person and object? `done`: only if it was confirmed.

    With `done` the arguments must be the same too, since the same badge with another date is another wish.
    """

    key: Key
    person: int
    object: str
    action: str
    arguments: Fields
    done: bool


class Fenced(Exception):
    """A newer driver has taken this connection: stop at once, without another write."""


class Outbox(Protocol):
    """Calls that wait, kept by the store; each changing method is one commit that compares the epoch."""

    def state(self, connection: str) -> ConnectionState:
        """The connection's row; a fresh one if there is none yet."""
        ...

    def due(self, connection: str, now: Instant, limit: int) -> Sequence[Row]:
        """Unclaimed, open calls whose `next_at` has come, urgent ones first, then in order of decision.

        One is left out while an earlier one about the same person and object is open and is not itself among
        those given: claimed, or put off.
        """
        ...

    def next_due(self, connection: str, after: Instant) -> Instant | None:
        """The earliest `next_at` later than `after` of an unclaimed, open call."""
        ...

    def waiting(self, connection: str, action: str, object_: str, limit: int) -> Sequence[Row]:
        """Unclaimed, open calls of this action and object, due or not, never tried and certain, in order of decision."""
        ...

    def wanted_elsewhere(self, connection: str, asked: Sequence[Asked]) -> Mapping[Key, int]:
        """For each asked key for which it is so: the number of another, open run that wants the same.

        A wish counts while it waits, is claimed, confirmed or not needed, and has not been taken back.
        """
        ...

    def clear(self, connection: str, rows: Sequence[Row], over: Collection[Key]) -> Sequence[Row]:
        """Those of `rows`, not kept yet, about whose person and object no kept call is open but those in `over`."""
        ...

    def claim(self, claim: Claim) -> frozenset[Key]:
        """Claim those that are still open and unclaimed, and write the connection's row. Raises `Fenced`."""
        ...

    def settle(self, settlement: Settlement) -> frozenset[Key]:
        """Write what came of calls that are still open, and the connection's row; which they were. Raises `Fenced`."""
        ...

    def claimed(self, connection: str, epoch: int) -> Sequence[Claimed]:
        """Claims without an outcome, of this and of earlier epochs."""
        ...


class Item(Struct, frozen=True, gc=False):
    """One call as a connector sees it. `key` is ours, and the idempotency key where the far side honors one.

    `given` is what the call that this one takes back was answered.
    """

    key: str
    action: str
    user: str
    object: str
    arguments: Fields
    given: Fields = NOTHING
    person: Fields = NOTHING


class ItemOutcome(Struct, frozen=True, gc=False):
    """What came of one item, by our key.

    `confirmed`: it is so now · `not needed`: it was so before · `failed`: by its class · `absent` (only from a read
    back): it is not so, send it. `fields` are what the action gives. `retry_after` is the far side's hint as it stood.
    """

    key: str
    ended: Literal["confirmed", "not needed", "failed", "absent"]
    fields: Fields = NOTHING
    failure: FailureClass | None = None
    code: str = ""
    reason: str = ""
    retry_after: str = ""


class Listed(Struct, frozen=True):
    """Who has it already, by the far side's key of the person, with what the action would have given; or the failure."""

    users: Mapping[str, Fields] = {}
    failed: ItemOutcome | None = None


class Told(Struct, frozen=True):
    """What a connection tells, before intake has made an event of it.

    `id` is the transport's own; `attempt` the far side's. `by_day`: `at` is only as fine as a day. `retracts`: what
    was told of this attempt is no longer so.
    """

    kind: str
    user: str
    at: Instant
    fields: Fields = NOTHING
    attempt: str = ""
    id: str = ""
    told: Instant | None = None
    by_day: bool = False
    retracts: bool = False


class Polled(Struct, frozen=True):
    """A page of what happened since the watermark, the next watermark, and whether there is more at once."""

    told: tuple[Told, ...] = ()
    watermark: str = ""
    more: bool = False
    failed: ItemOutcome | None = None


class BadSignature(Exception):
    """A delivery that did not prove where it comes from: answer 401 and keep nothing of it."""


class UnreadableDelivery(Exception):
    """A signed delivery that cannot be read: hold it, with its connection's owner."""


class Connector(Protocol):
    """Speaks to one system; `asks_nobody`: it answers without a request, so nobody need wait for it in a thread.

    `send`, `read_back`, `already` and `poll` make exactly one request each, and never raise for what the far side
    does: that is an outcome.
    """

    asks_nobody: bool

    def actions(self) -> tuple[ActionType, ...]:
        """What the system can do, for the catalog."""
        ...

    def events(self) -> tuple[EventType, ...]:
        """What the system tells, for the catalog."""
        ...

    def shared(self, action: str) -> tuple[str, ...]:
        """The arguments that all items of one bulk call must have in common."""
        ...

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One request for all items, which are of one action. An item without an outcome is uncertain."""
        ...

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One request: is it so? Items are of one action and object; several only where `lists` says so."""
        ...

    def lists(self, action: str) -> bool:
        """Whether one request shows everybody for whom the action is done, for one object."""
        ...

    def already(self, action: str, object_: str) -> Listed:
        """One request: everybody for whom the action has nothing left to do."""
        ...

    def poll(self, watermark: str) -> Polled:
        """One request: what happened since."""
        ...

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """What a webhook says. Raises `BadSignature` or `UnreadableDelivery`."""
        ...
