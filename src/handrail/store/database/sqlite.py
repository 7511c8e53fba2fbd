"""SQLite by way of apsw: one file, one owner, one writer under a lock, readers that only look.

WAL and synchronous=FULL: what is confirmed is on the disk. Only the writer's connection checkpoints, or whoever closes
the file last and is alone with it, so the WAL-reset bug of SQLite before 3.51.3 (two connections that checkpoint or
write at once) has nothing to work on.

apsw brings a SQLite of its own beside that of Python's sqlite3 module, and two SQLites in one process do not know of
each other: when either closes a file, the operating system takes the other's locks on it away. So a process never has
one file open through both. Alembic knows only sqlite3; while it migrates, our connections are closed.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

import fcntl
import importlib
import os
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import apsw

from handrail.store.database.port import Rows, Written
from handrail.store.database.statements import NUL, Write, for_sqlite, found_all, poison, refuse_nul
from handrail.store.errors import AlreadyThere, StoreError, StoreFull, StoreGone, StoreTaken
from handrail.store.schema.tables import NUMBERED

T = TypeVar("T")

_ROWS_AT_ONCE: Final = 32
"""To begin a statement, look for it among those that are kept, and open a table and its indexes, costs as much as a row."""

_WRITER: Final = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 8000",
    "PRAGMA journal_size_limit = 67108864",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA secure_delete = ON",  # what is erased is overwritten in the file, whatever SQLite was built to do
)
_UNFLUSHED: Final = ("PRAGMA synchronous = OFF",)
_READER: Final = ("PRAGMA query_only = ON", "PRAGMA cache_size = -8192")
_BUSY_MS: Final = 10_000
_OPEN: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_NOMUTEX
"""A connection is one thread's at a time (the guard; a reader taken off the list), so SQLite need not lock it at every value."""
_STATEMENTS: Final = 24
"""The writer's: so many executions later a statement is forgotten, and each look for one goes through half of them."""
_STATEMENTS_READ: Final = 128
"""A reader's: pages ask for many things, each once."""

# SQLite adds up what memory it holds, under a lock, at every piece that it takes; nobody asks it for the sum. Where somebody
# in this process has a database open already, it goes on doing so.
with suppress(apsw.MisuseError):
    apsw.shutdown()
    apsw.config(apsw.SQLITE_CONFIG_MEMSTATUS, 0)
    apsw.initialize()

_UNFIT: Final = (TypeError, OverflowError, UnicodeEncodeError, apsw.BindingsError, apsw.TooBigError)
_CLASHES: Final = (apsw.ConstraintError, apsw.MismatchError)
_GONE: Final = (apsw.CorruptError, apsw.ConnectionClosedError, apsw.TooBigError, apsw.BindingsError)
_MIGRATED: Final[list[bytes]] = []
"""What migrations made of the first database in memory of this process; every further one begins with it."""
WAL_RESET_FIXED: Final = (3, 51, 3)
WAL_RESET_BACKPORTS: Final = ((3, 50, 7), (3, 44, 6))


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite can lose commits when two connections checkpoint at once.

    In 3.7.0 to 3.51.2, mended in 3.51.3, 3.50.7 and 3.44.6 (https://www.sqlite.org/wal.html#walresetbug).
    """
    if version >= WAL_RESET_FIXED or version < (3, 7, 0):
        return False
    return not any(version[:2] == fixed[:2] and version >= fixed for fixed in WAL_RESET_BACKPORTS)


class SqliteTransaction:
    """The writer's connection within BEGIN IMMEDIATE."""

    def __init__(self, connection: apsw.Connection, where: str) -> None:
        self._connection, self._where = connection, where

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        return _rows(self._connection, sql, values)

    def rows_in(self, sql: str, keys: Sequence[Any], values: Sequence[Any] = ()) -> Rows:
        return _rows_in(self._connection, sql, keys, values)

    def count(self, sql: str, values: Sequence[Any] = ()) -> int:
        before = self._connection.total_changes()
        _rows(self._connection, sql, values)
        return self._connection.total_changes() - before

    def write(self, statement: Write, rows: Sequence[tuple[Any, ...]]) -> int:
        refuse_nul(statement, rows)
        try:
            before = self._connection.total_changes()
            rest = self._insert_many(statement, rows) if len(rows) >= _ROWS_AT_ONCE else rows
            self._connection.executemany(for_sqlite(statement), rest)
        except _CLASHES as error:
            if found := poison(statement, rows):
                raise found from error
            raise AlreadyThere(statement.table, str(error)) from error
        except _UNFIT as error:
            raise poison(statement, rows) or error from error
        return found_all(statement, rows, self._connection.total_changes() - before)

    def write_all(self, writes: Sequence[Written]) -> list[int]:
        return [self.write(statement, rows) for statement, rows in writes]

    def _insert_many(self, statement: Write, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
        """Insert so many rows a statement; the rows that are left to write one by one."""
        if statement.kind in ("change", "delete"):
            return rows
        whole = len(rows) - len(rows) % _ROWS_AT_ONCE
        values = list(chain.from_iterable(rows[:whole]))
        width = len(values) // whole * _ROWS_AT_ONCE
        parts = [values[first : first + width] for first in range(0, len(values), width)]
        self._connection.executemany(for_sqlite(statement, _ROWS_AT_ONCE), parts)
        return rows[whole:]


class SqliteDatabase:
    """A file, or `:memory:` for rehearsals and tests. `path` is owned from here on unless `read_only`.

    Not `flushed`: what is committed outlives the end of the process, and no power cut.
    """

    dialect = "sqlite"

    def __init__(self, path: str, *, read_only: bool = False, flushed: bool = True) -> None:
        self.where = path
        self._memory = path == ":memory:"
        self._guard = threading.RLock()
        self._door = threading.Lock()  # held for no longer than to take a reader or put it back, never for a question
        self._idle: list[apsw.Connection] = []
        self._open = True
        self._next: dict[str, int] = {}
        self._pragmas = _READER if read_only else (*_WRITER, *(() if flushed else _UNFLUSHED))
        self._owner_lock = None if self._memory or read_only else _own(path)
        try:
            with _in_our_words(path):
                self._writer = _connect(path, self._pragmas, steady=not read_only)
                if self._memory and _MIGRATED:
                    _fill(self._writer, _MIGRATED[-1])
        except BaseException:
            self._disown()
            raise

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        with self._guard, _in_our_words(self.where):
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteTransaction(self._writer, self.where)
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
                raise

    def look(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        with self._guard, _in_our_words(self.where):
            return _rows(self._writer, sql, values)

    def look_in(self, sql: str, keys: Sequence[Any], values: Sequence[Any] = ()) -> Rows:
        with self._guard, _in_our_words(self.where):
            return _rows_in(self._writer, sql, keys, values)

    def read(self, sql: str, values: Sequence[Any] = ()) -> Rows:
        return self._reading(lambda connection: _rows(connection, sql, values))

    def read_in(self, sql: str, keys: Sequence[Any], values: Sequence[Any] = ()) -> Rows:
        return self._reading(lambda connection: _rows_in(connection, sql, keys, values))

    def numbers(self, kind: str, many: int) -> Sequence[int]:
        with self._guard:
            if kind not in self._next:
                table, column = NUMBERED[kind]
                self._next[kind] = (self.look(f'SELECT max("{column}") FROM {table}')[0][0] or 0) + 1
            first = self._next[kind]
            self._next[kind] = first + many
            return range(first, first + many)

    def tables_version(self) -> str | None:
        there = self.look("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'")
        found = self.look("SELECT version_num FROM alembic_version") if there else []
        return str(found[0][0]) if found else None

    @contextmanager
    def migrating(self) -> Iterator[Any]:
        """A connection of the sqlite3 module. Those of apsw to the file are closed meanwhile; the owner's lock is held.

        Only while nobody reads yet: a reader that is out would stay open. In memory it makes a new database, and changes none.
        """
        assert not self._memory or self.tables_version() is None, "a database in memory is migrated as it is made"
        with self._guard:
            try:
                if not self._memory:
                    self._close()
                sqlite3 = importlib.import_module("sqlite3")  # only here: who need not migrate need not load it
                with closing(sqlite3.connect(self.where, timeout=_BUSY_MS / 1000, isolation_level=None)) as raw:
                    yield raw
                    if self._memory:
                        _MIGRATED[:] = [raw.serialize()]
            finally:
                if not self._memory:
                    with _in_our_words(self.where):
                        self._writer = _connect(self.where, self._pragmas, steady=True)
            if self._memory:
                _fill(self._writer, _MIGRATED[-1])

    def copy_to(self, path: str) -> None:
        """A whole, compact copy as of now, made beside the writer (VACUUM INTO); work goes on. It gets its name when whole."""
        reader = _connect(self.where, _READER[1:])  # query_only forbids even writing to another file
        unfinished = Path(f"{path}.unfinished")
        unfinished.unlink(missing_ok=True)
        try:
            with _in_our_words(path):
                reader.execute("VACUUM INTO ?", (str(unfinished),))
            with unfinished.open("rb") as copy:
                os.fsync(copy.fileno())
            unfinished.replace(path)
        finally:
            reader.close()
            unfinished.unlink(missing_ok=True)

    def checkpoint(self) -> None:
        """Move what is in the write-ahead log into the file."""
        self.look("PRAGMA wal_checkpoint(TRUNCATE)")

    def facts(self) -> dict[str, object]:
        version = apsw.sqlite_lib_version()
        major, minor, patch = map(int, version.split("."))
        room = None if self._memory else os.statvfs(Path(self.where).resolve().parent)
        return {
            "database": "SQLite",
            "version": version,
            "wal_reset_bug": has_wal_reset_bug((major, minor, patch)),
            "bytes": self.look("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")[0][0],
            "disk_free_bytes": room.f_bavail * room.f_frsize if room else None,
        }

    def close(self) -> None:
        with self._guard:
            with self._door:
                self._open = False
            try:
                self._close()
            finally:
                self._disown()

    def _close(self) -> None:
        with self._door:  # closing takes its time, and whoever asks meanwhile must not be given one of these
            idle, self._idle = self._idle, []
        for connection in [*idle, self._writer]:
            connection.close()

    def _disown(self) -> None:
        if self._owner_lock is not None:
            self._owner_lock.close()
            self._owner_lock = None

    def _reading(self, ask: Callable[[apsw.Connection], T]) -> T:
        if self._memory:
            with self._guard:
                return ask(self._writer)
        with _in_our_words(self.where):
            connection = self._idle_reader() or self._new_reader()
            try:
                return ask(connection)
            finally:
                self._put_back(connection)

    def _idle_reader(self) -> apsw.Connection | None:
        with self._door:
            self._refuse_closed()
            return self._idle.pop() if self._idle else None

    def _new_reader(self) -> apsw.Connection:
        reader = _connect(self.where, _READER)
        try:
            with self._door:
                self._refuse_closed()  # opening takes its time, and the others may have been closed meanwhile
        except StoreGone:
            reader.close()
            raise
        return reader

    def _refuse_closed(self) -> None:
        if not self._open:
            raise StoreGone(f"{self.where} was closed here before this was asked. Open it again to read it.")

    def _put_back(self, reader: apsw.Connection) -> None:
        with self._door:
            stays = self._open
            if stays:
                self._idle.append(reader)
        if not stays:  # it was out while the others were closed
            reader.close()


def _own(path: str) -> IO[str]:
    """The lock that says who owns the file; the operating system frees it by itself when the owner dies."""
    try:
        lock = Path(f"{path}.owner").open("a+", encoding="utf-8")  # noqa: SIM115 - open as long as the database
    except OSError as error:
        raise StoreError(
            f"{path} cannot be opened to write: {error.strerror} ({path}.owner). "
            "Let this account write in that folder, or name another file."
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise StoreTaken(path, holder and f"process {holder}") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _connect(path: str, pragmas: Sequence[str], *, steady: bool = False) -> apsw.Connection:
    """`steady`: a statement is planned once. Where a partial index may serve, SQLite plans anew for each value: 40 µs of 45."""
    flags, kept = (_OPEN | apsw.SQLITE_OPEN_CREATE, _STATEMENTS) if steady else (_OPEN, _STATEMENTS_READ)
    connection = apsw.Connection(path, flags=flags, statementcachesize=kept)
    connection.set_busy_timeout(_BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, steady)
    for pragma in pragmas:
        connection.execute(pragma)
    return connection


def _fill(memory: apsw.Connection, content: bytes) -> None:
    """Copy it page by page: deserialized in place, a database in memory could grow to 1 GB and no further."""
    with closing(apsw.Connection(":memory:")) as read:
        read.deserialize("main", content)
        with memory.backup("main", read, "main") as copy:
            copy.step()


def _rows(connection: apsw.Connection, sql: str, values: Sequence[Any]) -> Rows:
    try:
        return connection.execute(_plain(sql), tuple(values)).fetchall()
    except UnicodeDecodeError as error:  # we write none: the file is damaged
        raise apsw.CorruptError("a text in it is no UTF-8") from error


def _rows_in(connection: apsw.Connection, sql: str, keys: Sequence[Any], values: Sequence[Any]) -> Rows:
    many = _together(keys)
    if not many:
        return []
    return _rows(connection, _plain(sql).replace("{in}", "IN carray(?)"), (*values, apsw.carray(many)))


def _together(keys: Sequence[Any]) -> array[int] | tuple[Any, ...]:
    """The keys as one value, so that a statement has the same text, and is kept ready, however many there are."""
    first = keys[0] if keys else None
    if isinstance(first, int):
        return array("q", keys)
    if isinstance(first, str):
        return tuple(key for key in keys if NUL not in key)  # no text of ours has one, and an array cannot
    return tuple(keys)


@contextmanager
def _in_our_words(where: str) -> Iterator[None]:
    """SQLite's own errors as ours: full, taken, gone."""
    try:
        yield
    except apsw.FullError as error:
        raise StoreFull(where) from error
    except (apsw.BusyError, apsw.LockedError) as error:
        raise StoreTaken(where, "") from error
    except apsw.IOError as error:
        raise StoreFull(where, f"its disk cannot be written or read (SQLite says: {error}), and may be full") from error
    except apsw.CantOpenError as error:
        raise StoreError(
            f"{where} cannot be opened (SQLite says: {error}). "
            "See that it is a file, and that this account may read it and write in its folder."
        ) from error
    except _CLASHES as error:
        raise AlreadyThere(where, str(error)) from error
    except apsw.NotADBError as error:
        raise StoreError(
            f"{where} is no database: its first bytes are of something else. Name the right file."
        ) from error
    except _GONE as error:
        raise StoreGone(f"{where}: SQLite says: {error}. Look at it with: handrail doctor") from error
    except apsw.Error as error:
        raise StoreError(f"{where}: SQLite says: {error}.") from error


def _plain(sql: str) -> str:
    """One writer at a time needs no row locks."""
    return sql.replace("{share}", "").replace("{lock}", "") if "{" in sql else sql
