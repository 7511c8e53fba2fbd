"""What the store asks of a database. Two answer it: `sqlite` and `postgres`.

Statements are written once, with `?` for a value and `{in}` for a set of keys; each database reads them its own way.
Nothing here knows what the rows mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from handrail.store.database.statements import Write

Rows: TypeAlias = list[tuple[Any, ...]]
Written: TypeAlias = tuple[Write, Sequence[tuple[Any, ...]]]


class Transaction(Protocol):
    """One transaction of the writer; all of it is kept, or nothing."""

    def rows(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """What a statement answers; empty for one that answers nothing."""

    def rows_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        """As `rows`, for a statement with one `{in}`, after `values`. Keys are all integers, bytes or text."""

    def count(self, sql: str, values: Sequence[object] = ()) -> int:
        """How many rows a statement changed."""

    def write(self, statement: Write, rows: Sequence[tuple[Any, ...]]) -> int:
        """Write many rows by one constant statement; how many were changed.

        Raises AlreadyThere, PoisonRow, StoreFull; NotAll for a statement of which `every` row must be found.
        """

    def write_all(self, writes: Sequence[Written]) -> list[int]:
        """`write` one after the other, none of which needs to know what came of another; how many rows each changed.

        Raises what `write` raises, of the first that fails; the transaction is to be left then, for others may be written.
        """


class Database(Protocol):
    """A database: one writer, shared under a lock, and readers."""

    where: str
    dialect: str

    def transaction(self) -> AbstractContextManager[Transaction]:
        """The writer's next transaction; left by an exception, it is undone."""

    def look(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """What the writer sees, outside a transaction."""

    def look_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        """As `look`, for a statement with one `{in}`."""

    def read(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """What a reader sees: it never waits for the writer."""

    def read_in(self, sql: str, keys: Sequence[object], values: Sequence[object] = ()) -> Rows:
        """As `read`, for a statement with one `{in}`."""

    def numbers(self, kind: str, many: int) -> Sequence[int]:
        """The next `many` numbers of a kind (schema.tables.NUMBERED), one after another; some may stay unused."""

    def tables_version(self) -> str | None:
        """The migration the database is at; None: it is new."""

    def migrating(self) -> AbstractContextManager[Any]:
        """A connection that SQLAlchemy knows, for migrations; nothing else works on the database meanwhile."""

    def checkpoint(self) -> None:
        """Move what is in SQLite's write-ahead log into the file; PostgreSQL sees to it by itself."""

    def facts(self) -> dict[str, object]:
        """What `doctor` wants to know about it."""

    def close(self) -> None:
        """Let go of everything; a SQLite file has no owner then."""
