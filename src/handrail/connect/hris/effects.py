"""What Handrail can have an HR system do, and what it tells of its workers.

A webhook about a worker is a *sighting*: kind `worker.hired`, `worker.changed` or `worker.left`, the worker's number as the user,
and the fields as the source names them. Intake hands it to the people room, whose mapping makes of it what a row of
a file would be; whether it becomes `person.left` is decided there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handrail.connect import webhooks
from handrail.connect.answers import Client
from handrail.connect.hris import client as api
from handrail.connect.hris.settings import HrisSettings
from handrail.connect.port import Item, ItemOutcome, Told, UnreadableDelivery
from handrail.connect.silent import Silent
from handrail.connect.webhooks import instant, text
from handrail.terms.catalog import TEXT, ActionType
from handrail.terms.values import Fields, Instant

SIGHTING: Final = "worker."
"""What the kind of every sighting begins with."""


class HrisConnector(Silent):
    """Speaks to one HR system."""

    def __init__(self, client: Client, settings: HrisSettings, name: str = "hris") -> None:
        self._client = client
        self._settings = settings
        self._name = name

    def actions(self) -> tuple[ActionType, ...]:
        """`flag` and `unflag`, each of which takes back the other."""
        return tuple(
            ActionType(
                f"{self._name}.{verb}",
                self._name,
                takes={"flag": TEXT},
                gives={},
                required=("flag",),
                undo=f"{self._name}.{other}",
                object="flag",
                keyed=True,
                read_back=True,
            )
            for verb, other in (("flag", "unflag"), ("unflag", "flag"))
        )

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """One flag."""
        item = items[0]
        if item.action.endswith(".flag"):
            reply = api.put_flag(self._client, item.user, item.object)
        else:
            reply = api.take_flag(self._client, item.user, item.object)
            if reply.status == 404 and reply.failed is not None and reply.failed.code == "no_such_flag":
                return (ItemOutcome(item.key, "not needed", reason="There was no such flag."),)
        return (reply.failure(item.key) or ItemOutcome(item.key, "confirmed"),)

    def read_back(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """Whether the worker has the flag."""
        item = items[0]
        reply = api.worker(self._client, item.user)
        if reply.failed is not None:
            return (reply.failure(item.key) or reply.failed,)
        flags = reply.payload.get("flags")
        standing = isinstance(flags, list) and item.object in flags
        return (ItemOutcome(item.key, "confirmed" if standing is item.action.endswith(".flag") else "absent"),)

    def receive(self, headers: Mapping[str, str], body: bytes, now: Instant) -> tuple[Told, ...]:
        """A worker was hired, changed or left: a sighting, with the fields that the source names."""
        delivery = webhooks.verified(headers, body, self._settings.webhook_secret, now)
        if not delivery.kind.startswith(SIGHTING):
            raise UnreadableDelivery(f'The delivery {delivery.id} is of the unknown type "{delivery.kind}".')
        at, by_day = instant(delivery.payload.get("changed_at"), "changed_at")
        given = delivery.payload.get("fields")
        fields = Fields({str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {})
        worker = text(delivery.payload, "worker")
        return (Told(delivery.kind, worker, at, fields, "", delivery.id, delivery.sent, by_day),)
