"""What a practice system tells others unasked: signed deliveries that wait until somebody takes them.

Signed as Standard Webhooks (standardwebhooks.com, version 1) asks: `webhook-id`, `webhook-timestamp`,
`webhook-signature: v1,…`. Nothing here opens a connection; `web.Courier` does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct, json

from handrail.practice.desk import Desk
from handrail.practice.exchange import stamp
from handrail.practice.faults import Faults
from handrail.terms.values import Instant

PRACTICE_SECRET: Final = "whsec_" + base64.b64encode(b"handrail practice secret").decode()


class Told(Struct, frozen=True, tag="told"):
    """One message and when each copy of it leaves; no copy is a message that was lost."""

    id: str
    kind: str
    body: str
    leaves: tuple[Instant, ...]


class Handed(Struct, frozen=True, tag="handed"):
    """Copies that need not be sent again: taken, or given up."""

    copies: tuple[tuple[str, int], ...]


class Delivery(Struct, frozen=True):
    """One copy, signed for the moment at which it is sent. `kind` is the message's type: `course.completed`."""

    kind: str
    headers: dict[str, str]
    body: bytes
    copy: tuple[str, int]


def sign(secret: str, message_id: str, sent_at: int, body: bytes) -> str:
    """The `webhook-signature` of a body; `secret` as shared: `whsec_` and base64, `sent_at` in Unix seconds."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{sent_at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def tell(message_id: str, kind: str, payload: dict[str, Any], now: Instant, faults: Faults) -> list[Told]:
    """The message as it will leave, with what goes wrong on its way."""
    body = json.encode({"type": kind, "timestamp": stamp(now), "data": payload}).decode()
    if faults.strike(("webhook_lost",), kind, now):
        return [Told(message_id, kind, body, ())]
    late = faults.strike(("webhook_late",), kind, now)
    leaves = now + timedelta(seconds=late.seconds) if late else now
    doubled = faults.strike(("webhook_doubled",), kind, now)
    again = (leaves + timedelta(seconds=doubled.seconds),) if doubled else ()
    told = [Told(message_id, kind, body, (leaves, *again))]
    retold = faults.strike(("webhook_retold",), kind, now)
    if retold:
        told.append(Told(f"{message_id}-again", kind, body, (leaves + timedelta(seconds=retold.seconds),)))
    return told


class Outbox:
    """What has been told and not yet taken; a fold over what the journal says."""

    def __init__(self, secret: str = PRACTICE_SECRET) -> None:
        self._secret = secret
        self._waiting: dict[tuple[str, int], tuple[Instant, Told]] = {}

    def apply(self, did: Told | Handed) -> None:
        """Make it so."""
        if isinstance(did, Told):
            for copy, leaves in enumerate(did.leaves):
                self._waiting[did.id, copy] = (leaves, did)
        else:
            for taken in did.copies:
                self._waiting.pop(taken, None)

    def due(self, now: Instant, faults: Faults) -> list[Delivery]:
        """What may leave now, signed, oldest first (or in another order, by a fault). It keeps waiting until handed."""
        ready = sorted((leaves, copy) for copy, (leaves, _) in self._waiting.items() if leaves <= now)
        if len(ready) > 1 and faults.strike(("webhook_reordered",), "", now):
            faults.dice.shuffle(ready)
        return [self._signed(copy, now) for _, copy in ready]

    def next_at(self) -> Instant | None:
        """When the next copy may leave; None when nothing waits."""
        return min((leaves for leaves, _ in self._waiting.values()), default=None)

    def _signed(self, copy: tuple[str, int], now: Instant) -> Delivery:
        told = self._waiting[copy][1]
        body, sent_at = told.body.encode(), int(now.timestamp())
        headers = {
            "content-type": "application/json",
            "webhook-id": told.id,
            "webhook-timestamp": str(sent_at),
            "webhook-signature": sign(self._secret, told.id, sent_at, body),
        }
        return Delivery(told.kind, headers, body, copy)


class Outgoing:
    """The outbox at its desk: what is taken from it is written in the journal, so that a restart does not repeat it."""

    def __init__(self, desk: Desk[Any], outbox: Outbox) -> None:
        self._desk = desk
        self._outbox = outbox

    def peek(self) -> list[Delivery]:
        """What may leave now; it stays until it is settled."""
        with self._desk.lock:
            return self._outbox.due(self._desk.parts.clock(), self._desk.parts.faults)

    def settle(self, deliveries: list[Delivery]) -> None:
        """These need not be sent again."""
        if deliveries:
            self._desk.world(Handed(tuple(delivery.copy for delivery in deliveries)))

    def take(self) -> list[Delivery]:
        """What may leave now, each copy once."""
        with self._desk.lock:
            ready = self.peek()
            self.settle(ready)
            return ready

    def next_at(self) -> Instant | None:
        """When the next copy may leave; None when nothing waits."""
        with self._desk.lock:
            return self._outbox.next_at()
