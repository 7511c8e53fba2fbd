"""One commit for everything: what was handed in, what connections answered, and the claims of what leaves next.

A turn joins the connections' drivers to the engine's commit. If that fails, every driver stands where it stood.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.leaving.flights import Flight, Landed
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Item, Receipt
from handrail.engine.outbox import Landing, StoreOutbox, driver_name, gate_row
from handrail.store.batch import Batch
from handrail.store.kept.aside import ASIDE
from handrail.store.moments import CLAIMED, to_millis
from handrail.store.rows import EffectRow
from handrail.store.schema.made import made
from handrail.terms.values import Instant

Leaving: TypeAlias = "list[tuple[ConnectionDriver, Flight]]"


def take_turn(
    engine: Engine, drivers: Sequence[ConnectionDriver], items: Sequence[Item],
    landed: Mapping[str, Sequence[Landed]], now: Instant,
) -> tuple[list[Receipt], Leaving]:  # fmt: skip
    """Decide `items` and what landed at each connection (by its name), in one commit; receipts, and what leaves now."""
    turns = [_Turn(driver, landed.get(driver.name, ()), now) for driver in drivers]
    everything = list(items)
    for turn in turns:
        everything += turn.items

    def join(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        for turn in turns:
            turn.join(batch)

    try:
        receipts = engine.take(everything, now, join)
    except BaseException:
        for turn in turns:
            turn.back()
        raise
    return receipts[: len(items)], [(turn.driver, flight) for turn in turns for flight in turn.leaving]


class _Turn:
    """One driver's part in one commit. `join` may be called again when the commit is tried in halves."""

    def __init__(self, driver: ConnectionDriver, landed: Sequence[Landed], now: Instant) -> None:
        assert isinstance(driver.outbox, StoreOutbox), "the engine's drivers work on the engine's store"
        self.driver = driver
        self.items: list[ForRun] = []
        self.leaving: tuple[Flight, ...] = ()
        self.back: Callable[[], None] = lambda: driver.back(mark)
        mark = driver.mark()
        self._outbox = driver.outbox
        self._landed = landed
        self._now = now
        self._settlement = driver.judge(landed, now) if landed else None
        self._landing: Landing | None = None
        if self._settlement is not None:
            ours = "list" not in {flight.kind for flight, _ in landed}
            self.items, self._landing = self._outbox.landing(self._settlement, surely_open=ours)

    def join(self, batch: Batch) -> None:
        """Write what landed, and claim what leaves."""
        self.back()
        self.leaving = ()  # what a commit claimed that failed since may not leave
        if self._settlement is not None and self._landing is not None:
            self._landing(batch)
            self.driver.adopt(self._landed, self._settlement)
        ours = [row for row in batch.effects if row.connection == self.driver.name and row.rank < ASIDE]
        if ours:
            self._claim(batch, ours)

    def _claim(self, batch: Batch, ours: Sequence[EffectRow]) -> None:
        calls = [batch.calls[row[:3]] for row in ours]
        over = {done[:3] for done in batch.effects_done}
        offer = self.driver.offer(self._outbox.offered(ours, calls), self._now, over)
        if offer is None:
            return
        self.leaving = offer.flights
        claim = offer.claim
        effects, until = {row[:3]: row for row in batch.effects}, to_millis(claim.until)
        for key in claim.keys:
            effects[key] = _claimed(effects[key], claim.epoch, until)
        batch.effects = list(effects.values())
        name = driver_name(claim.connection)
        batch.drivers = (*(each for each in batch.drivers if each[0] != name), (name, claim.epoch))
        batch.gates = [
            *(row for row in batch.gates if row.connection != claim.connection),
            gate_row(claim.connection, claim.state),
        ]


def _claimed(row: EffectRow, epoch: int, until: int) -> EffectRow:
    """The row of a call that the commit which keeps it claims as well."""
    run, pass_, rung, connection, action, person, object_, _, rank, tries, next_at, _, _, decided, body, outcome = row
    return made(EffectRow, (
        run, pass_, rung, connection, action, person, object_, CLAIMED, rank, tries, next_at, epoch, until,
        decided, body, outcome,
    ))  # fmt: skip
