"""What keeps a store trustworthy: verify, backup, restore, resume, erase, and the facts that `doctor` shows.

A backup is `VACUUM INTO` on a reader (SQLite) or pg_dump (PostgreSQL, see docs/reference/store.md).
"""

from __future__ import annotations

import shutil
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from handrail.store.chain import START, linked, salted
from handrail.store.database.port import Database, Transaction
from handrail.store.database.sqlite import SqliteDatabase
from handrail.store.errors import StoreError
from handrail.store.rows import BatchRow, ChainRow, KeptLedgerRow

_PAGE: Final = 5000
_BLANKED: Final = (
    "UPDATE ledger SET event = NULL, reasons = NULL WHERE person = ? AND run IS NULL",
    "UPDATE ledger SET event = NULL, reasons = NULL WHERE person = ? AND run IN (SELECT id FROM run WHERE person = ?)",
    "UPDATE effect SET body = ?, outcome = NULL WHERE run IN (SELECT id FROM run WHERE person = ?)",
    "UPDATE message SET body = ? WHERE run IN (SELECT id FROM run WHERE person = ?)",
    "UPDATE message SET body = ? WHERE receiver = ?",
    "UPDATE run SET state = ?, once = NULL, replaces = NULL WHERE person = ?",
    "UPDATE held SET body = NULL WHERE person = ?",
    "UPDATE sync_line SET content = NULL, key = '' WHERE person = ?",
    "UPDATE sync_value SET key = '', body = ? WHERE person = ?",
    "UPDATE inbox SET body = ? WHERE person = ?",
    "UPDATE moving_run SET body = ? WHERE person = ?",
    "UPDATE override SET reason = '' WHERE person = ?",
    "DELETE FROM secret_key WHERE person = ?",
    "DELETE FROM person_version WHERE person = ?",
    "DELETE FROM person_key WHERE person = ?",
    "DELETE FROM record WHERE person = ?",
    "DELETE FROM absence WHERE person = ?",
    "DELETE FROM measure WHERE person = ?",
    "UPDATE audit SET body = NULL WHERE person = ?",
    "DELETE FROM session WHERE account IN (SELECT id FROM account WHERE person = ?)",
    "DELETE FROM account_role WHERE account IN (SELECT id FROM account WHERE person = ?)",
    "DELETE FROM account WHERE person = ?",
    "DELETE FROM link WHERE run IN (SELECT id FROM run WHERE person = ?)",
)


_SQLITE_FILE: Final = b"SQLite format 3\0"
_RESTORED: Final = (
    "INSERT INTO meta (name, value) VALUES ('restored', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_LINEAGE_BEGUN: Final = (
    "INSERT INTO meta (name, value) SELECT 'lineage:' || CAST(coalesce(max(seq), 0) AS TEXT), ? FROM ledger WHERE true "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_LINEAGE_RESUMED: Final = "UPDATE meta SET value = ? WHERE substr(name, 1, 8) = 'lineage:' AND value = (SELECT value FROM meta WHERE name = 'restored')"
_HELD_MESSAGES: Final = "UPDATE message SET state = 4, outcome = 'held: restored' WHERE state < 2"


class Verified(NamedTuple):
    """What `verify` found: `heads` by shard (hex), `erased` rows whose personal part is gone, `first_bad` in words."""

    rows: int
    erased: int
    heads: dict[int, str]
    first_bad: str

    @property
    def ok(self) -> bool:
        """Whether everything fits."""
        return not self.first_bad


class _Bad(Exception):
    """The first thing that does not fit."""


class Upkeep:
    """Verify, back up, resume, erase, look at oneself."""

    database: Database
    _salts: dict[int | None, bytes]
    people_written: int

    def verify(self) -> Verified:
        """Reckon every chain again from its first row; work may go on meanwhile."""
        check = _Check(self.database)
        try:
            check.everything()
        except _Bad as bad:
            return Verified(check.rows, check.erased, check.heads_hex(), str(bad))
        return Verified(check.rows, check.erased, check.heads_hex(), "")

    def backup(self, path: str) -> None:
        """A whole copy of a SQLite store in a new file, while work goes on. Raises StoreError."""
        if not isinstance(self.database, SqliteDatabase):
            raise StoreError("PostgreSQL is backed up by its own tools: pg_dump --format=custom DATABASE > FILE")
        if Path(path).exists():
            raise StoreError(f"{path} is there already: name a new file for the backup.")
        self.database.copy_to(path)

    def mark_restored(self, at: int) -> None:
        """Say of a copy that it is one: nothing leaves it until a person resumes. `restore` has done it already."""
        with self.database.transaction() as transaction:
            _mark(transaction, at)

    def resume(self, by: str, at: int) -> None:
        """A person says that this restored copy is the one that goes on; what was open is read back first.

        Messages that it wrote while it waited are held as those before: the other may have sent them, too.
        """
        with self.database.transaction() as transaction:
            transaction.count(_LINEAGE_RESUMED, (str(at),))
            transaction.count("DELETE FROM meta WHERE name = 'restored'")
            transaction.count(_HELD_MESSAGES)
            transaction.count(
                "INSERT INTO meta (name, value) VALUES ('resumed', ?) ON CONFLICT (name) DO UPDATE SET value = "
                "excluded.value",
                (f"{at} by {by}",),
            )

    def erase(self, person: int, blank: bytes) -> None:
        """Forget a person: key, parts, versions, payloads, messages. `blank` is the body that stays in their place.

        The chains hold bare facts and salted digests, so they verify as before. The person's runs must be over.
        """
        with self.database.transaction() as transaction:
            if transaction.rows("SELECT 1 FROM run WHERE person = ? AND phase < 3", (person,)):
                raise StoreError(f"Person {person} has open runs: stop them first, then erase.")
            for sql in _BLANKED:
                values: list[object] = [person] * sql.count("?")
                if "body = ?" in sql or "state = ?" in sql:
                    values[0] = b""
                if "receiver" in sql:
                    values[1] = f"person:{person}"
                transaction.count(sql, values)
            transaction.count(
                "UPDATE person SET body = ?, name = NULL, email = NULL, next_day = NULL, "
                "manager = NULL, department = NULL WHERE id = ?",
                (blank, person),
            )
        self._salts.pop(person, None)
        self.people_written += 1

    def facts(self) -> dict[str, object]:
        """What `doctor` shows: the database's version, its known faults, its size, room on the disk, a restored copy."""
        found = self.database.look("SELECT name, value FROM meta WHERE substr(name, 1, 7) <> 'secret:'")
        return {**self.database.facts(), **dict(found)}


class _Check:
    """One walk over ledger and links, side by side, in the order of both."""

    def __init__(self, database: Database) -> None:
        self._database = database
        heads = [ChainRow(*row) for row in database.read("SELECT * FROM chain")]
        self._stand = {head.shard: head for head in heads}
        self._links = self._each_link()
        self._waiting: dict[int, deque[BatchRow]] = {head.shard: deque() for head in heads}
        self._pending: dict[tuple[int, int], list[KeptLedgerRow]] = {}
        self._heads = {head.shard: START for head in heads}
        self._ends = dict.fromkeys(self._stand, 0)
        self.rows, self.erased = 0, 0
        self._linked: Counter[int] = Counter()

    def heads_hex(self) -> dict[int, str]:
        """The heads as reckoned, of the shards that have rows."""
        return {shard: head.hex() for shard, head in self._heads.items() if head}

    def everything(self) -> None:
        """Raises _Bad at the first thing that does not fit."""
        for row in self._each_row():
            self._row(row)
        for shard in list(self._waiting):
            if link := self._next_link(shard):
                raise _Bad(_stretch(link, "rows are missing"))
        for rows in self._pending.values():
            self._unlinked(rows[0])
        for shard, stand in self._stand.items():
            if (self._heads[shard], self._linked[shard], self._ends[shard]) != (stand.head, stand.many, stand.number):
                raise _Bad(f"shard {shard}: its chain does not end where the store says")

    def _row(self, row: KeptLedgerRow) -> None:
        """Rows come in the order of their numbers; a link is reckoned when its last row has passed.

        Numbers are given out before the commit, so that commits of one shard may lie across one another.
        """
        self._pending.setdefault((row.shard, row.batch), []).append(row)
        while (link := self._next_link(row.shard)) and row.seq >= link.last:
            rows = self._pending.pop((link.shard, link.number), [])
            head = linked(self._heads[link.shard], rows)
            if head != link.hash:
                raise _Bad(_stretch(link, "a row was changed, added or taken away"))
            if (link.first, link.last, link.many) != (rows[0].seq, rows[-1].seq, len(rows)):
                raise _Bad(_stretch(link, f"it is said to hold {link.many} other rows than it holds"))
            self._heads[link.shard] = head
            self._ends[link.shard] = link.number
            self._linked[link.shard] += len(rows)
            self.rows += len(rows)
            self._waiting[link.shard].popleft()

    def _unlinked(self, row: KeptLedgerRow) -> None:
        """A row of no link that we know: of a commit since we began, or nobody's."""
        stand = self._stand.get(row.shard)
        now = self._database.read("SELECT number FROM chain WHERE shard = ?", (row.shard,))
        if stand is None or row.batch <= stand.number or now == [(stand.number,)]:
            raise _Bad(f"shard {row.shard}, row {row.seq}: it belongs to no commit")

    def _next_link(self, shard: int) -> BatchRow | None:
        waiting = self._waiting.setdefault(shard, deque())
        while not waiting:
            link = next(self._links, None)
            if link is None:
                return None
            if link.number <= self._stand[link.shard].number:
                self._waiting[link.shard].append(link)
        return waiting[0]

    def _each_link(self) -> Iterator[BatchRow]:
        after = (-1, -1)
        ask = "SELECT * FROM batch WHERE (number, shard) > (?, ?) ORDER BY number, shard LIMIT ?"
        while page := self._database.read(ask, (*after, _PAGE)):
            yield from (BatchRow(*row) for row in page)
            after = page[-1][:2]

    def _each_row(self) -> Iterator[KeptLedgerRow]:
        after = -1
        while page := self._database.read("SELECT * FROM ledger WHERE seq > ? ORDER BY seq LIMIT ?", (after, _PAGE)):
            people = sorted({row[5] for row in page if row[5] is not None})
            keys = self._database.read_in("SELECT person, key FROM secret_key WHERE person {in}", people)
            found: dict[Any, bytes] = dict(keys)
            for row in (KeptLedgerRow(*row) for row in page):
                self._personal(row, found)
                yield row
            after = page[-1][0]

    def _personal(self, row: KeptLedgerRow, keys: dict[Any, bytes]) -> None:
        """The personal part against its digest; where it is gone it was erased."""
        if row.person is not None and row.person not in keys:
            self.erased += 1
        elif salted(row.event, row.reasons, keys.get(row.person, b"")) != row.salted:
            if row.event is not None or row.reasons is not None:
                raise _Bad(f"shard {row.shard}, row {row.seq}: its event or its reasons were changed")
            self.erased += 1


def _stretch(link: BatchRow, what: str) -> str:
    return f"shard {link.shard}, commit {link.number}, rows {link.first} to {link.last}: {what}"


def restore(backup: str, target: str, at: int) -> None:
    """Copy a backup to a new file, in which nothing leaves until a person resumes.

    Open effects are *uncertain* there: they may have been sent since. The file gets its name only when that is written,
    so that half a restore is never taken for the store. Raises StoreError.
    """
    for taken in (target, f"{target}-wal", f"{target}-shm"):
        if Path(taken).exists():
            raise StoreError(f"{taken} is there already. Move it away first: a restore never writes over a store.")
    if not Path(backup).exists():
        raise StoreError(f"{backup} is not there. Name the file that handrail backup wrote.")
    unfinished = f"{target}.unfinished"
    try:
        _copy_marked(backup, unfinished, at)
        Path(unfinished).replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}. Nothing was restored.") from error
    finally:
        for left in (unfinished, f"{unfinished}-wal", f"{unfinished}-shm", f"{unfinished}.owner"):
            Path(left).unlink(missing_ok=True)


def _copy_marked(backup: str, target: str, at: int) -> None:
    """The copy, in which everything that was open waits."""
    shutil.copyfile(backup, target)
    no_database = f"{backup} is no Handrail database. Name the file that handrail backup wrote."
    with Path(target).open("rb") as copy:
        if copy.read(len(_SQLITE_FILE)) != _SQLITE_FILE:
            raise StoreError(no_database)
    database = SqliteDatabase(target)
    try:
        if database.tables_version() is None:
            raise StoreError(no_database)
        with database.transaction() as transaction:
            _mark(transaction, at)
    finally:
        database.close()


def _mark(transaction: Transaction, at: int) -> None:
    """Whatever is decided from here on is of a lineage of its own; what is open is uncertain."""
    for sql in (_RESTORED, _LINEAGE_BEGUN):
        transaction.count(sql, (str(at),))
    transaction.count("UPDATE effect SET state = 1, epoch = 0, claimed_until = 0 WHERE state < 2")
