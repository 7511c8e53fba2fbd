"""The hot path: what a group of events is decided from, and the one transaction that keeps the decisions.

Everything is fetched and written by sets. Nothing here reads a clock: `batch.at` is the engine's.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice
from typing import Final, NamedTuple

from handrail.store.batch import HEADS, LEDGER, LINKS, SECRETS, STARTS, Batch, lists
from handrail.store.chain import SALT_BYTES, kept, links
from handrail.store.database.port import Database, Transaction, Written
from handrail.store.database.statements import NotAll, poison
from handrail.store.errors import LimitReached, LostUpdate, StaleDriver
from handrail.store.rows import (
    ChainRow,
    GateRow,
    LedgerRow,
    PersonRow,
    RunRow,
    SecretKeyRow,
    StartsRow,
)

_SALTS_MAX: Final = 50_000
_ARCHIVE: Final = (
    "INSERT INTO person_version (person, version, at, seq, body) "
    "SELECT id, version, at, seq, body FROM person WHERE id {in}"
)


class Committed(NamedTuple):
    """What a commit did: its number in the chains (0: no ledger row), and how many effects ended by it."""

    number: int
    effects_done: int


class Known(NamedTuple):
    """What was received under an identity before: ledger row, and hash of how it came out."""

    seq: int
    outcome: bytes


class PersonAt(NamedTuple):
    """A person as a source knows them, and what is kept with the key."""

    person: PersonRow
    row_hash: bytes
    applied_in: int
    withheld: bytes | None


class Deciding:
    """Look-ups by set, and `commit`."""

    database: Database

    def __init__(self, database: Database) -> None:
        self.database = database
        self._salts: dict[int | None, bytes] = {}
        self.people_written = 0
        """Raised with whatever writes people or their keys: who keeps something of them compares it."""

    def numbers(self, kind: str, many: int) -> Sequence[int]:
        """The next `many` numbers of `ledger`, `run`, `person`, `inbox` …, rising; unused ones are lost."""
        return self.database.numbers(kind, many)

    def identities(self, keys: Sequence[bytes]) -> dict[bytes, Known]:
        """Which of these identities were received before."""
        found = self.database.look_in("SELECT key, seq, outcome FROM identity WHERE key {in}", keys)
        return {key: Known(seq, outcome) for key, seq, outcome in found}

    def runs_by_id(self, ids: Sequence[int]) -> dict[int, RunRow]:
        """Runs by their ids; what is not there is left out."""
        return {row[0]: RunRow._make(row) for row in self.database.look_in("SELECT * FROM run WHERE id {in}", ids)}

    def runs_by_person(self, persons: Sequence[int], *, open_only: bool = True) -> dict[int, list[RunRow]]:
        """The runs of each of these people, oldest first; earlier starts of `once` are those that are over too."""
        only = "phase < 3 AND " if open_only else ""
        runs: dict[int, list[RunRow]] = {}
        for row in self.database.look_in(f"SELECT * FROM run WHERE {only}person {{in}} ORDER BY id", persons):
            runs.setdefault(row[2], []).append(RunRow._make(row))
        return runs

    def persons(self, ids: Sequence[int]) -> dict[int, PersonRow]:
        """The newest version of each of these people."""
        return {
            row[0]: PersonRow._make(row) for row in self.database.look_in("SELECT * FROM person WHERE id {in}", ids)
        }

    def persons_by_key(self, source: str, keys: Sequence[str]) -> dict[str, PersonAt]:
        """People by what a source calls them."""
        found = self.database.look_in(
            "SELECT k.key, k.row_hash, k.applied_in, k.withheld, p.* FROM person_key k JOIN person p ON p.id = k.person "
            "WHERE k.source = ? AND k.key {in}",
            keys,
            (source,),
        )
        return {row[0]: PersonAt(PersonRow(*row[4:]), *row[1:4]) for row in found}

    def gates(self) -> dict[str, GateRow]:
        """The limit and breaker of every connection."""
        return {row[0]: GateRow(*row) for row in self.database.look("SELECT * FROM gate")}

    def starts(self, journey: str, period: str) -> int:
        """How many runs of the journey began in the period."""
        found = self.database.look("SELECT many FROM starts WHERE journey = ? AND period = ?", (journey, period))
        return int(found[0][0]) if found else 0

    def commit(self, batch: Batch) -> Committed:
        """Keep everything in the batch in one transaction, or nothing.

        Raises StaleDriver, LostUpdate (runs by their ids), AlreadyThere (`identity`: a duplicate), LimitReached,
        PoisonRow, StoreFull.
        """
        try:
            with self.database.transaction() as transaction:
                _check_drivers(transaction, batch.drivers)
                number, salts, appended = self._append(transaction, batch.ledger, batch.at)
                _begin_runs(transaction, batch)
                done = _write_lists(transaction, batch, appended)
        except NotAll as signal:
            raise LostUpdate(signal.write.table, self._lost(signal)) from signal
        finally:  # and not before: who looked meanwhile has seen what was there
            if batch.new_persons or batch.persons or batch.person_keys:
                self.people_written += 1
        self._adopt(salts)
        return Committed(number, done)

    def _append(
        self, transaction: Transaction, rows: Sequence[LedgerRow], at: int
    ) -> tuple[int, dict[int | None, bytes], list[Written]]:
        """What the ledger and its chains get; with the commit's number, and the salts that memory may keep."""
        if not rows:
            return 0, {}, []
        # Numbered once the heads are locked, so that the numbers of a shard's links rise along its chain.
        heads = _heads(transaction, {row.shard for row in rows}, self.database)
        number = self.database.numbers("batch", 1)[0]
        keys, salts = self._keys_of(transaction, {row.person for row in rows if row.person is not None})
        appended = kept(rows, keys, number)
        try:
            added, after = links(appended, heads, number, at)
        except (TypeError, UnicodeEncodeError, OverflowError) as error:
            raise poison(LEDGER, appended) or error from error
        return number, salts, [(LEDGER, appended), (LINKS, added), (HEADS, after)]

    def _keys_of(
        self, transaction: Transaction, persons: set[int]
    ) -> tuple[dict[int | None, bytes], dict[int | None, bytes]]:
        """The key of each of these people, and of those whose key memory has not; one who has none gets one."""
        known = self._salts.get
        keys: dict[int | None, bytes] = {person: key for person in persons if (key := known(person)) is not None}
        missing = sorted(persons.difference(keys))
        if not missing:
            return keys, {}
        ask = "SELECT person, key FROM secret_key WHERE person {in}"
        salts: dict[int | None, bytes] = dict(transaction.rows_in(ask, missing))
        if new := [person for person in missing if person not in salts]:
            transaction.write(SECRETS, [SecretKeyRow(person, os.urandom(SALT_BYTES)) for person in new])
            salts.update(transaction.rows_in(ask, new))
        keys.update(salts)
        return keys, salts

    def _adopt(self, salts: dict[int | None, bytes]) -> None:
        """Keep keys in memory once they are in the database, so many at most."""
        self._salts.update(salts)
        for person in list(islice(self._salts, max(0, len(self._salts) - _SALTS_MAX))):
            del self._salts[person]

    def _lost(self, signal: NotAll) -> tuple[object, ...]:
        """Which rows had changed: those that do not stand as they were read."""
        ids = [row[0] for row in signal.rows]
        if signal.write.table not in ("run", "person"):
            return tuple(ids)
        column = "rev" if signal.write.table == "run" else "version"
        ask = f"SELECT id, {column} FROM {signal.write.table} WHERE id {{in}}"
        there: dict[object, object] = dict(self.database.look_in(ask, ids))
        before = {row[0]: row[1] if column == "rev" else row[2] - 1 for row in signal.rows}
        return tuple(key for key in ids if there.get(key) != before[key])


def _check_drivers(transaction: Transaction, drivers: Sequence[tuple[str, int]]) -> None:
    for name, epoch in drivers:
        found = transaction.rows("SELECT epoch FROM driver WHERE name = ?{share}", (name,))
        now_epoch = found[0][0] if found else 0
        if now_epoch != epoch:
            raise StaleDriver(name, epoch, now_epoch)


def _heads(transaction: Transaction, shards: set[int], database: Database) -> dict[int, ChainRow]:
    ask = "SELECT * FROM chain WHERE shard {in} ORDER BY shard{lock}"
    heads = {row[0]: ChainRow(*row) for row in transaction.rows_in(ask, sorted(shards))}
    assert heads.keys() == shards, f"{database.where}: shards {sorted(shards - heads.keys())} do not exist"
    return heads


def _begin_runs(transaction: Transaction, batch: Batch) -> None:
    """Raise the counters of starts, unless one would pass its limit."""
    for journey, period, more, ceiling in batch.starts:
        transaction.write(STARTS, [StartsRow(journey, period, more)])
        found = transaction.rows("SELECT many FROM starts WHERE journey = ? AND period = ?", (journey, period))
        if ceiling is not None and found[0][0] > ceiling:
            raise LimitReached(journey, period)


def _write_lists(transaction: Transaction, batch: Batch, appended: Sequence[Written]) -> int:
    """Write what is appended, and every list; how many effects ended."""
    if batch.persons:
        transaction.rows_in(_ARCHIVE, [row.id for row in batch.persons])
    writes = [*appended, *lists(batch)]
    changed = transaction.write_all(writes)
    return sum(many for (_, rows), many in zip(writes, changed, strict=True) if rows is batch.effects_done)
