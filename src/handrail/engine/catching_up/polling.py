"""Asks a connection's system what happened since we last asked, for systems that tell nothing by themselves.

A page and the watermark it leads to are one commit, so that a page whose commit failed is asked for again. Each page is a
request like any other: within the limit, and noted by gate and breaker. A restored copy asks nothing until it is resumed,
and then from the watermark it was copied with. When to ask is the host's matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.port import Connector, Polled
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.intake.arrivals import arrivals
from handrail.intake.told import Channel
from handrail.store.batch import Batch
from handrail.store.kept.marks import HAPPENED
from handrail.store.moments import to_millis
from handrail.store.rows import WatermarkRow
from handrail.terms.values import Instant


class Poller:
    """Asks one connection. `people_by` is by what it knows people, `owner` who answers for what is held."""

    def __init__(self, engine: Engine, driver: ConnectionDriver, connector: Connector, channel: Channel) -> None:
        self._engine = engine
        self._driver = driver
        self._connector = connector
        self._channel = channel

    def poll(self, now: Instant) -> bool:
        """Ask for one page, if one may leave now, and take in what it tells; whether there is more to ask for at once."""
        watermark = self.may_ask(now)
        if watermark is None:
            return False
        return self.take_in(self.ask(watermark), now)

    def may_ask(self, now: Instant) -> str | None:
        """The watermark to ask from, with a permit taken for it; None: not now."""
        store = self._engine.store
        if store.restored() or not self._driver.permit(now):
            return None
        row = store.watermark(self._driver.name, HAPPENED)
        return "" if row is None else row.body.decode()

    def ask(self, watermark: str) -> Polled:
        """The request alone: it touches no store, so any thread may make it."""
        return self._connector.poll(watermark)

    def take_in(self, polled: Polled, now: Instant) -> bool:
        """Note how it went and commit what was told with its watermark; whether there is more to ask for at once."""
        self._driver.note(polled.failed, now)
        if polled.failed is not None:
            return False
        self._take_in(polled, now)
        return polled.more

    def _take_in(self, polled: Polled, now: Instant) -> None:
        came = Channel(self._channel.connection, self._channel.owner, now, self._channel.zone, self._channel.people_by)
        items = arrivals(self._engine.store, self._engine.catalog, polled.told, came)
        mark = WatermarkRow(self._driver.name, HAPPENED, to_millis(now), polled.watermark.encode())

        def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
            batch.watermarks.append(mark)

        self._engine.take(items, now, more)
