"""PostgreSQL over psycopg 3: binary parameters, one array for each column, prepared statements.

One writer's connection a process, shared under a lock, and readers as they are needed. A connection that broke is
made anew at the next question; whether its last commit is in the database is found by looking.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from struct import Struct
from typing import Any, Final, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Dumper
from psycopg.pq import Format, TransactionStatus

from handrail.store.database.port import Rows, Written
from handrail.store.database.statements import Write, for_postgres, found_all, places, poison, refuse_nul
from handrail.store.errors import AlreadyThere, PoisonRow, StoreError, StoreFull, StoreGone
from handrail.store.schema.tables import BY_NAME, columns

T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]

_NUMBERS_LOCK: Final = 0x68616E64
_AHEAD: Final = {"run": 32}
"""Numbers of these kinds are fetched so many at a time; a process that ends leaves some of them unused."""

_HEAD: Final = Struct("!iiIii")
_LENGTH: Final = Struct("!i").pack
_NULL: Final = _LENGTH(-1)
_BYTEA, _TEXT = 17, 25
"""What every PostgreSQL calls these types (pg_type.dat)."""

_ARRAYS: Final = {int: "int8", bytes: "bytea", str: "text"}


@cache
def _statement(sql: str, array: str = "") -> bytes:
    """The statement as psycopg reads it: `?` for a value, `{in}` for an array of keys."""
    text = (
        sql.replace("%", "%%")
        .replace("{in}", f"= ANY({places(array)})")
        .replace("{share}", " FOR SHARE")
        .replace("{lock}", " FOR UPDATE")
    )
    return text.replace("?", "%b").encode()


class PostgresTransaction:
    """The writer's connection within a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        return _rows(self._connection, sql, values)

    def rows_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        return _rows_in(self._connection, sql, keys, values)

    def count(self, sql: str, values: Sequence[object] = ()) -> int:
        with self._connection.cursor(binary=True) as cursor:
            return cursor.execute(_statement(sql), tuple(values)).rowcount

    def write(self, statement: Write, rows: Sequence[tuple[Any, ...]]) -> int:
        return self.write_all([(statement, rows)])[0]

    def write_all(self, writes: Sequence[Written]) -> list[int]:
        """In a pipeline: PostgreSQL carries out a statement while the next is made. Its end waits for all that came of them."""
        sent: list[Cursor] = []
        try:
            with self._connection.pipeline():
                for statement, rows in writes:
                    sent.append(self._send(statement, rows))
        except (psycopg.Error, PoisonRow, TypeError, UnicodeEncodeError, OverflowError) as error:
            _counts(writes, sent)
            raise _refused(writes, error) from error
        return _counts(writes, sent)

    def _send(self, statement: Write, rows: Sequence[tuple[Any, ...]]) -> Cursor:
        refuse_nul(statement, rows)
        if statement.kind == "upsert":
            rows = _last_of_each(statement, rows)
        found = zip(*rows, strict=True) if rows else ((),) * len(columns(statement.row))
        arrays = [
            _AS_ARRAY.get(column.kind, list)(values)
            for column, values in zip(columns(statement.row), found, strict=True)
        ]
        cursor = self._connection.cursor(binary=True)
        return cursor.execute(for_postgres(statement).encode(), arrays, prepare=True)


def _counts(writes: Sequence[Written], sent: Sequence[Cursor]) -> list[int]:
    """How many rows each of the statements changed; of one that was not carried out -1. Raises NotAll."""
    counts = []
    for (statement, rows), cursor in zip(writes, sent, strict=False):
        counts.append(cursor.rowcount if cursor.rowcount < 0 else found_all(statement, rows, cursor.rowcount))
    return counts


def _refused(writes: Sequence[Written], error: Exception) -> Exception:
    """What kept the statements from being carried out, in our words."""
    match error:
        case errors.UniqueViolation():
            return AlreadyThere(error.diag.table_name or "", error.diag.message_detail or "")
        case errors.DataError() | errors.NotNullViolation() | TypeError() | UnicodeEncodeError() | OverflowError():
            return next((found for each in writes if (found := poison(*each))), error)
        case _:
            return error


class PostgresDatabase:
    """A database by its URL, with the rights to make tables in it."""

    dialect = "postgresql"

    def __init__(self, url: str) -> None:
        self._url = url
        self._guard = threading.RLock()
        self._idle: list[Connection] = []
        self._left: dict[str, list[int]] = {}
        self._writer = self._connect()
        self.where = f"{self._writer.info.host}/{self._writer.info.dbname}"

    @contextmanager
    def transaction(self) -> Iterator[PostgresTransaction]:
        with self._guard, _in_our_words():
            connection = self._alive()
            with connection.transaction():
                yield PostgresTransaction(connection)

    def look(self, sql: str, values: Sequence[object] = ()) -> Rows:
        with self._guard, _in_our_words():
            return _rows(self._alive(), sql, values)

    def look_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        with self._guard, _in_our_words():
            return _rows_in(self._alive(), sql, keys, values)

    def read(self, sql: str, values: Sequence[object] = ()) -> Rows:
        return self._reading(lambda connection: _rows(connection, sql, values))

    def read_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        return self._reading(lambda connection: _rows_in(connection, sql, keys, values))

    def numbers(self, kind: str, many: int) -> Sequence[int]:
        if kind not in _AHEAD:
            return self._numbers(kind, many)
        with self._guard, _in_our_words():
            self._alive()
            left = self._left.get(kind, [])
            if many > len(left):
                left = self._numbers(kind, max(many, _AHEAD[kind]))
            self._left[kind] = left[many:]
            return left[:many]

    def _numbers(self, kind: str, many: int) -> list[int]:
        # The lock lasts as long as the statement, so that the numbers of one caller follow one another. It need not
        # wait for the disk: a commit that uses the numbers writes them there before itself. Within a transaction that
        # must not be said: it would be said of that commit.
        with self._guard, _in_our_words():
            alone = self._alive().info.transaction_status == TransactionStatus.IDLE
        unflushed = ", set_config('synchronous_commit', 'off', true)" if alone else ""
        ask = (
            f"WITH alone AS MATERIALIZED (SELECT pg_advisory_xact_lock(?){unflushed}) "
            f"SELECT nextval('handrail_{kind}') FROM alone, generate_series(1, ?)"
        )
        return [row[0] for row in self.look(ask, (_NUMBERS_LOCK, many))]

    def tables_version(self) -> str | None:
        there = self.look("SELECT to_regclass('alembic_version')::text")
        found = self.look("SELECT version_num FROM alembic_version") if there != [(None,)] else []
        return str(found[0][0]) if found else None

    def migrating(self) -> AbstractContextManager[Connection]:
        return closing(psycopg.connect(self._url))

    def checkpoint(self) -> None:
        """Nothing: the server does it in its own time."""

    def facts(self) -> dict[str, object]:
        version, size = self.look("SELECT current_setting('server_version'), pg_database_size(current_database())")[0]
        return {"database": "PostgreSQL", "version": version, "bytes": size}

    def close(self) -> None:
        with self._guard:
            for connection in [*self._idle, self._writer]:
                connection.close()
            self._idle.clear()

    def _connect(self) -> Connection:
        with _in_our_words():
            connection = psycopg.connect(self._url, autocommit=True)
            connection.adapters.register_dumper(_Array, _ArrayDumper)
            return connection

    def _alive(self) -> Connection:
        """The writer's connection. With one that broke, numbers ahead are lost: a server that fell may give them out again."""
        if self._writer.closed:
            self._left.clear()
            self._writer = self._connect()
        return self._writer

    def _reading(self, ask: Callable[[Connection], T]) -> T:
        with _in_our_words():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
                connection.execute("SET default_transaction_read_only = on")
            found = ask(connection)
            self._idle.append(connection)
            return found


def _rows(connection: Connection, sql: str, values: Sequence[object]) -> Rows:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_statement(sql), tuple(values))
        return cursor.fetchall() if cursor.description else []


def _rows_in(connection: Connection, sql: str, keys: Sequence[object], values: Sequence[object]) -> Rows:
    if not keys:
        return []
    array = _ARRAYS[type(keys[0])]
    found = _whole_numbers(keys) if array == "int8" else list(keys)
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_statement(sql, array), (*values, found), prepare=True)
        return cursor.fetchall() if cursor.description else []


def _whole_numbers(values: Sequence[object]) -> str:
    """An array of whole numbers as PostgreSQL writes it: for a list psycopg looks at each number, which costs three times as much."""
    return "{" + str(list(values))[1:-1].replace("None", "NULL") + "}"


class _Array(bytes):
    """An array as PostgreSQL sends it in binary (array_send in arrayfuncs.c); of which kind, the statement says."""


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: _Array) -> Buffer:
        return obj


def _array(oid: int, values: Sequence[bytes | None]) -> _Array:
    """psycopg looks at each value of a list, and asks a dumper for it, which costs three times as much."""
    head = _HEAD.pack(1, 1, oid, len(values), 1)
    return _Array(head + b"".join([_NULL if value is None else _LENGTH(len(value)) + value for value in values]))


def _bytes(values: Sequence[bytes | None]) -> _Array:
    return _array(_BYTEA, values)


def _texts(values: Sequence[str | None]) -> _Array:
    return _array(_TEXT, [None if value is None else str.encode(value) for value in values])


_AS_ARRAY: Final[Mapping[str, Callable[[Sequence[Any]], object]]] = {
    "int": _whole_numbers,
    "bytes": _bytes,
    "str": _texts,
}


def _last_of_each(write: Write, rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """One row for each key, the last: PostgreSQL writes no row twice in one statement."""
    names = [column.name for column in columns(write.row)]
    places = [names.index(name) for name in BY_NAME[write.table].key]
    return list({tuple(row[place] for place in places): row for row in rows}.values())


@contextmanager
def _in_our_words() -> Iterator[None]:
    """PostgreSQL's own errors as ours: full, gone."""
    try:
        yield
    except (errors.DiskFull, errors.OutOfMemory) as error:
        raise StoreFull("The disk of PostgreSQL") from error
    except errors.UniqueViolation as error:
        raise AlreadyThere(error.diag.table_name or "", error.diag.message_detail or "") from error
    except (psycopg.OperationalError, psycopg.InterfaceError) as error:
        raise StoreGone(f"PostgreSQL cannot be reached: {error}. Look whether it runs, then try again.") from error
    except psycopg.Error as error:
        raise StoreError(f"PostgreSQL says: {error}.") from error
