"""An outbox in memory that keeps every promise of `port.Outbox`, and can be crashed around a commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from handrail.connect.port import (
    Asked,
    Claim,
    Claimed,
    ConnectionState,
    Fenced,
    Key,
    Row,
    Settled,
    Settlement,
)
from handrail.terms.values import Instant


@dataclass
class Kept:
    """An effect as the outbox has it."""

    row: Row
    next_at: Instant
    claimed: tuple[int, Instant] | None = None
    settled: Settled | None = None
    history: list[Settled] = field(default_factory=list)

    @property
    def open(self) -> bool:
        return self.settled is None


class MemoryOutbox:
    """One connection's calls. `closed_runs` are those whose wishes no longer count."""

    def __init__(self, epoch: int = 1) -> None:
        self.epoch = epoch
        self.kept: dict[Key, Kept] = {}
        self.row = ConnectionState()
        self.closed_runs: set[int] = set()
        self.commits = 0

    def add(self, row: Row, now: Instant) -> None:
        """A decision wants this call."""
        self.kept[row.key] = Kept(row, now)

    def withdraw(self, key: Key) -> None:
        """It is no longer wanted, if it was not yet sent."""
        if self.kept[key].claimed is None and self.kept[key].open:
            self.kept[key].settled = Settled(key, "not needed", 0)

    def state(self, connection: str) -> ConnectionState:  # noqa: ARG002 - one connection only
        return self.row

    def due(self, connection: str, now: Instant, limit: int) -> Sequence[Row]:  # noqa: ARG002
        open_ones = sorted((one for one in self.kept.values() if one.open), key=lambda one: one.row.decided)
        blocked: set[tuple[int, str]] = set()
        found: list[Row] = []
        for one in open_ones:
            if one.row.about in blocked:
                continue
            if one.claimed is None and one.next_at <= now:
                found.append(one.row)
            else:
                blocked.add(one.row.about)
        return sorted(found, key=lambda row: (not row.urgent, row.decided))[:limit]

    def next_due(self, connection: str, after: Instant) -> Instant | None:  # noqa: ARG002
        return min((one.next_at for one in self._free() if one.next_at > after), default=None)

    def waiting(self, connection: str, action: str, object_: str, limit: int) -> Sequence[Row]:  # noqa: ARG002
        rows = [
            one.row
            for one in self._free()
            if (one.row.call.action, one.row.call.object) == (action, object_)
            and not one.row.tries
            and not one.row.uncertain
        ]
        return sorted(rows, key=lambda row: row.decided)[:limit]

    def clear(self, connection: str, rows: Sequence[Row], over: Collection[Key]) -> Sequence[Row]:  # noqa: ARG002
        taken = {one.row.about for key, one in self.kept.items() if one.open and key not in over}
        return [row for row in rows if row.about not in taken]

    def wanted_elsewhere(self, connection: str, asked: Sequence[Asked]) -> Mapping[Key, int]:  # noqa: ARG002
        return {one.key: run for one in asked if (run := self._wanted(one)) is not None}

    def claim(self, claim: Claim) -> frozenset[Key]:
        self._fence(claim.epoch)
        free = frozenset(key for key in claim.keys if self.kept[key].open and self.kept[key].claimed is None)
        for key in free:
            self.kept[key].claimed = (claim.epoch, claim.until)
        self.row = claim.state
        self.commits += 1
        return free

    def settle(self, settlement: Settlement) -> frozenset[Key]:
        self._fence(settlement.epoch)
        changed: set[Key] = set()
        for one in settlement.settled:
            kept = self.kept[one.key]
            if not kept.open:
                continue
            changed.add(one.key)
            kept.history.append(one)
            kept.claimed = None
            if one.outcome is not None:
                kept.settled = one
                continue
            assert one.next_at is not None
            kept.next_at = one.next_at
            kept.row = structs.replace(kept.row, tries=one.tries, uncertain=one.verdict == "uncertain")
        self.row = settlement.state
        self.commits += 1
        return frozenset(changed)

    def claimed(self, connection: str, epoch: int) -> Sequence[Claimed]:  # noqa: ARG002
        return [
            Claimed(one.row, *one.claimed)
            for one in self.kept.values()
            if one.open and one.claimed is not None and one.claimed[0] <= epoch
        ]

    def _free(self) -> list[Kept]:
        return [one for one in self.kept.values() if one.open and one.claimed is None]

    def _fence(self, epoch: int) -> None:
        if epoch != self.epoch:
            raise Fenced(f"epoch {epoch} is over: {self.epoch} has taken the connection")

    def _wanted(self, asked: Asked) -> int | None:
        taken_back = {
            (one.row.key[0], *one.row.call.undoes)
            for one in self.kept.values()
            if one.row.call.undoes and one.settled and one.settled.verdict in ("confirmed", "not needed")
        }
        for key, one in sorted(self.kept.items()):
            call = one.row.call
            if key[0] == asked.key[0] or key[0] in self.closed_runs or key in taken_back:
                continue
            if (call.person, call.object, call.action) != (asked.person, asked.object, asked.action):
                continue
            ended = one.settled.verdict if one.settled else "waiting"
            if asked.done:
                if ended == "confirmed" and call.arguments == asked.arguments:
                    return key[0]
            elif ended != "failed":
                return key[0]
        return None
