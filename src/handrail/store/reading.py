"""What people ask of the store: ledgers, handoffs, runs, what is held, sums. By readers, page by page.

A page is asked for with the last key of the one before (`after`), so that it costs the same wherever it lies.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from handrail.store.database.port import Database, Rows
from handrail.store.rows import (
    AuditRow,
    HandoffRow,
    HeldRow,
    IncidentRow,
    KeptLedgerRow,
    MeasureRow,
    RunRow,
    SyncLineRow,
    SyncRow,
    SyncValueRow,
)

PAGE: Final = 100
NEVER: Final = 2**62


class Runs(NamedTuple):
    """Which runs: of a journey, in phases, of a person."""

    journey: str | None = None
    phases: tuple[int, ...] = ()
    person: int | None = None


class Handoffs(NamedTuple):
    """Which handoffs: of an owner, of a journey, about a person, due before a moment, open ones or all."""

    owner: str | None = None
    journey: str | None = None
    person: int | None = None
    due_before: int | None = None
    open_only: bool = True


class _Where:
    """Conditions put together from constants, and their values."""

    def __init__(self) -> None:
        self.conditions, self.values = ["1 = 1"], list[Any]()

    def when(self, condition: str, *values: object) -> None:
        """Add a condition unless its one value is empty."""
        if None not in values:
            self.conditions.append(condition)
            self.values += values

    def __str__(self) -> str:
        return " AND ".join(self.conditions)


def _of_runs(which: Runs) -> _Where:
    where = _Where()
    where.when("r.plan IN (SELECT p.id FROM plan p WHERE p.journey = ?)", which.journey)
    where.when("r.person = ?", which.person)
    if which.phases:
        where.when(f"r.phase IN ({', '.join('?' * len(which.phases))})", *which.phases)
    return where


def _of_handoffs(which: Handoffs) -> _Where:
    where = _Where()
    where.when("h.owner = ?", which.owner)
    where.when("h.person = ?", which.person)
    where.when("h.due < ?", which.due_before)
    where.when("h.run IN (SELECT r.id FROM run r JOIN plan p ON p.id = r.plan WHERE p.journey = ?)", which.journey)
    if which.open_only:
        where.when("h.closed IS NULL")
    return where


class Reading:
    """Pages and sums."""

    database: Database

    def ledger_of_run(self, run: int, after: int = 0, limit: int = PAGE) -> list[KeptLedgerRow]:
        """What happened in a run, oldest first."""
        return self._ledger("run = ? AND seq > ?", (run, after, limit))

    def ledger_of_person(self, person: int, after: int = 0, limit: int = PAGE) -> list[KeptLedgerRow]:
        """What happened about a person, in any run or in none, oldest first."""
        ask = (
            "SELECT * FROM (SELECT * FROM ledger WHERE run IS NULL AND person = ? AND seq > ? "
            "UNION ALL SELECT l.* FROM run r JOIN ledger l ON l.run = r.id WHERE r.person = ? AND l.seq > ?) AS both_ "
            "ORDER BY seq LIMIT ?"
        )
        found = self.database.read(ask, (person, after, person, after, limit))
        return [KeptLedgerRow(*row) for row in found]

    def ledger_since(self, after: int, limit: int = PAGE) -> list[KeptLedgerRow]:
        """The whole ledger, in order."""
        return self._ledger("seq > ?", (after, limit))

    def ledger_rows(self, seqs: Sequence[int]) -> dict[int, KeptLedgerRow]:
        """Ledger rows by their numbers."""
        found = self.database.read_in("SELECT * FROM ledger WHERE seq {in}", seqs)
        return {row[0]: KeptLedgerRow(*row) for row in found}

    def dispositions(self, kinds: Sequence[str]) -> dict[tuple[str, int], int]:
        """How many events of each kind came to each disposition: each telling once, held ones as they stand now.

        The row of a duplicate names its twin as its cause. That of a held event which turned out to be one names the held
        row, which is counted already.
        """
        ask = (
            "SELECT l.kind, coalesce(h.became, l.disposition), count(*) FROM ledger l LEFT JOIN held h ON h.seq = l.seq "
            "LEFT JOIN held again ON again.seq = l.cause AND again.became = 2 AND again.ended = l.at "
            "WHERE (l.cause IS NULL OR (l.disposition = 2 AND again.seq IS NULL)) AND l.kind {in} GROUP BY 1, 2"
        )
        return {(kind, disposition): many for kind, disposition, many in self.database.read_in(ask, kinds)}

    def runs(self, which: Runs, after: int = 0, limit: int = PAGE) -> list[RunRow]:
        """Runs, oldest first."""
        where = _of_runs(which)
        ask = f"SELECT r.* FROM run r WHERE {where} AND r.id > ? ORDER BY r.id LIMIT ?"
        return [RunRow(*row) for row in self.database.read(ask, (*where.values, after, limit))]

    def run_counts(self) -> dict[tuple[str, int], int]:
        """How many runs of each journey are in each phase."""
        ask = (
            "SELECT p.journey, c.phase, sum(c.many) FROM (SELECT plan, phase, count(*) AS many FROM run GROUP BY plan, phase) c "
            "JOIN plan p ON p.id = c.plan GROUP BY 1, 2"
        )
        return {(journey, phase): int(many) for journey, phase, many in self.database.read(ask)}

    def count_runs(self, which: Runs) -> int:
        """How many runs there are of that kind; of whole journeys `run_counts` knows it without looking at each."""
        where = _of_runs(which)
        return int(self.database.read(f"SELECT count(*) FROM run r WHERE {where}", where.values)[0][0])

    def handoffs(
        self, which: Handoffs, after: tuple[int, int, int] = (-1, 0, 0), limit: int = PAGE
    ) -> list[HandoffRow]:
        """Handoffs, the soonest due first; `after` is the last one's (due or NEVER, run, pass)."""
        where = _of_handoffs(which)
        order = f"coalesce(h.due, {NEVER}), h.run, h.pass"
        ask = f"SELECT h.* FROM handoff h WHERE {where} AND ({order}) > (?, ?, ?) ORDER BY {order} LIMIT ?"
        return [HandoffRow(*row) for row in self.database.read(ask, (*where.values, *after, limit))]

    def count_handoffs(self, which: Handoffs) -> int:
        """How many handoffs there are of that kind."""
        where = _of_handoffs(which)
        return int(self.database.read(f"SELECT count(*) FROM handoff h WHERE {where}", where.values)[0][0])

    def handoffs_of_run(self, run: int) -> list[HandoffRow]:
        """Every handoff of a run, in the order of its passes."""
        found = self.database.read("SELECT * FROM handoff WHERE run = ? ORDER BY pass", (run,))
        return [HandoffRow(*row) for row in found]

    def held(self, owner: str | None = None, after: int = 0, limit: int = PAGE) -> list[HeldRow]:
        """Events that wait, oldest first."""
        where = _Where()
        where.when("owner = ?", owner)
        ask = f"SELECT * FROM held WHERE ended IS NULL AND {where} AND seq > ? ORDER BY seq LIMIT ?"
        return [HeldRow(*row) for row in self.database.read(ask, (*where.values, after, limit))]

    def syncs(self, source: str | None = None, limit: int = PAGE) -> list[SyncRow]:
        """Syncs, newest first."""
        where = _Where()
        where.when("source = ?", source)
        found = self.database.read(f"SELECT * FROM sync WHERE {where} ORDER BY id DESC LIMIT ?", (*where.values, limit))
        return [SyncRow(*row) for row in found]

    def sync_lines(self, sync: int, after: int = 0, limit: int = PAGE, *, open_only: bool = False) -> list[SyncLineRow]:
        """The rows of a sync that were held or refused, in the order of the file."""
        only = "AND ended IS NULL " if open_only else ""
        ask = f"SELECT * FROM sync_line WHERE sync = ? AND line > ? {only}ORDER BY line LIMIT ?"
        return [SyncLineRow(*row) for row in self.database.read(ask, (sync, after, limit))]

    def sync_values(self, sync: int, after: tuple[int, str] = (-1, ""), limit: int = PAGE) -> list[SyncValueRow]:
        """The values of a sync that were not applied to people who were; `after` is the last one's (number, field)."""
        ask = "SELECT * FROM sync_value WHERE sync = ? AND (number, field) > (?, ?) ORDER BY number, field LIMIT ?"
        return [SyncValueRow(*row) for row in self.database.read(ask, (sync, *after, limit))]

    def incidents(self, *, open_only: bool = True) -> list[IncidentRow]:
        """Incidents, oldest first."""
        only = "WHERE ended IS NULL " if open_only else ""
        return [IncidentRow(*row) for row in self.database.read(f"SELECT * FROM incident {only}ORDER BY id")]

    def measures(self, run: int) -> list[MeasureRow]:
        """What a run recorded for the reports."""
        return [MeasureRow(*row) for row in self.database.read("SELECT * FROM measure WHERE run = ?", (run,))]

    def audit(self, after: int = 0, limit: int = PAGE) -> list[AuditRow]:
        """Who changed what by hand, oldest first."""
        found = self.database.read("SELECT * FROM audit WHERE id > ? ORDER BY id LIMIT ?", (after, limit))
        return [AuditRow(*row) for row in found]

    def _ledger(self, where: str, values: Sequence[object]) -> list[KeptLedgerRow]:
        found: Rows = self.database.read(f"SELECT * FROM ledger WHERE {where} ORDER BY seq LIMIT ?", values)
        return [KeptLedgerRow(*row) for row in found]
