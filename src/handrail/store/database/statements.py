"""The constant statements of the batch writer, made once from the list of tables, for either database.

SQLite takes rows, one or many a statement; PostgreSQL takes columns, as arrays. What a row must not hold is the same for both.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple

from handrail.store.errors import PoisonRow
from handrail.store.schema.tables import BY_NAME, Column, columns

_PG_TYPES: Final = {"int": "int8", "str": "text", "bytes": "bytea", "float": "float8"}
_LARGEST: Final = 2**63
BYTES_MAX: Final = 64 * 1024 * 1024
NUL: Final = "\0"


class Write(NamedTuple):
    """A statement that writes many rows.

    insert: a key that is there is an error; ignore: it stays as it is; upsert: it gets the new values, but what stands in
    the columns `stays` is kept where the new row has nothing; add: the last
    column is added to what is there. change and delete find their rows by `find` (row field, table.column), where
    `only` holds; a change sets every column of the table that the row has, but the key; `every`: a row that is not
    found is a lost update.
    """

    table: str
    row: type[tuple[Any, ...]]
    kind: Literal["insert", "ignore", "upsert", "add", "change", "delete"]
    find: tuple[tuple[str, str], ...] = ()
    only: str = ""
    every: bool = False
    stays: tuple[str, ...] = ()


class NotAll(Exception):
    """Not every row of a write was found; whoever began the transaction says what that means."""

    def __init__(self, write: Write, rows: Sequence[tuple[Any, ...]]) -> None:
        super().__init__(write.table)
        self.write, self.rows = write, rows


def found_all(write: Write, rows: Sequence[tuple[Any, ...]], changed: int) -> int:
    """How many rows a write changed. Raises NotAll."""
    if write.every and changed != len(rows):
        raise NotAll(write, rows)
    return changed


def _conflict(write: Write) -> str:
    if write.kind == "insert":
        return ""
    if write.kind == "ignore":
        return " ON CONFLICT DO NOTHING"
    key = BY_NAME[write.table].key
    names = [column.name for column in columns(write.row)]
    if write.kind == "add":
        changed = f'"{names[-1]}" = {write.table}."{names[-1]}" + excluded."{names[-1]}"'
    else:
        changed = ", ".join(f'"{name}" = {_new(write, name)}' for name in names if name not in key)
    return f" ON CONFLICT ({_listed(key)}) DO UPDATE SET {changed}"


def _new(write: Write, name: str) -> str:
    """What an upsert puts into the column."""
    given = f'excluded."{name}"'
    return f'COALESCE({given}, {write.table}."{name}")' if name in write.stays else given


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _set_columns(write: Write) -> list[str]:
    table = BY_NAME[write.table]
    there = {column.name for column in columns(table.row)} - set(table.key)
    return [column.name for column in columns(write.row) if column.name in there]


@cache
def for_sqlite(write: Write, many: int = 1) -> str:
    """The statement for one row; one that inserts may take `many`."""
    names = [column.name for column in columns(write.row)]
    if write.kind in ("change", "delete"):
        place = {name: f"?{number}" for number, name in enumerate(names, 1)}
        found = [f"{column} = {place[field]}" for field, column in write.find]
        where = " AND ".join(found + ([write.only] if write.only else []))
        if write.kind == "delete":
            return f"DELETE FROM {write.table} WHERE {where}"
        changed = ", ".join(f'"{name}" = {place[name]}' for name in _set_columns(write))
        return f"UPDATE {write.table} SET {changed} WHERE {where}"
    row = f"({', '.join('?' * len(names))})"
    # OR FAIL: SQLite keeps no notes to undo this statement alone; whatever fails, its whole transaction is undone.
    return f"INSERT OR FAIL INTO {write.table} ({_listed(names)}) VALUES {', '.join([row] * many)}{_conflict(write)}"


def places(kind: str) -> str:
    """The place of an array of that kind, as psycopg reads it: whole numbers are handed over as text."""
    return f"%{'t' if kind == 'int8' else 'b'}::{kind}[]"


@cache
def for_postgres(write: Write) -> str:
    """The statement for all rows, with one array for each column."""
    all_columns = columns(write.row)
    arrays = ", ".join(places(_PG_TYPES[column.kind]) for column in all_columns)
    names = _listed([column.name for column in all_columns])
    if write.kind in ("change", "delete"):
        found = [f'{column} = v."{field}"' for field, column in write.find]
        where = " AND ".join(found + ([write.only] if write.only else []))
        if write.kind == "delete":
            return f"DELETE FROM {write.table} USING unnest({arrays}) AS v({names}) WHERE {where}"
        changed = ", ".join(f'"{name}" = v."{name}"' for name in _set_columns(write))
        return f"UPDATE {write.table} SET {changed} FROM unnest({arrays}) AS v({names}) WHERE {where}"
    return f"INSERT INTO {write.table} ({names}) SELECT * FROM unnest({arrays}){_conflict(write)}"


@cache
def text_columns(row: type[tuple[Any, ...]]) -> tuple[int, ...]:
    """The places of the columns that hold text."""
    return tuple(number for number, column in enumerate(columns(row)) if column.kind == "str")


def refuse_nul(write: Write, rows: Sequence[tuple[Any, ...]]) -> None:
    """PostgreSQL takes no NUL byte in a text, so neither database gets one. Raises PoisonRow."""
    for place in text_columns(write.row):
        try:
            found = NUL in "".join(filter(None, map(itemgetter(place), rows)))
        except TypeError:
            found = True
        if found:
            raise poison(write, rows) or AssertionError(f"{write.table}: refused, but every row is fit")


def poison(write: Write, rows: Sequence[tuple[Any, ...]]) -> PoisonRow | None:
    """The first row that no database takes, when a batch was refused."""
    kinds = columns(write.row)
    for index, row in enumerate(rows):
        for column, value in zip(kinds, row, strict=True):
            if why := _unfit(column, value):
                return PoisonRow(write.table, index, column.name, why)
    return None


def _unfit(column: Column, value: object) -> str:
    """Why the value cannot stand in the column; empty: it can."""
    if value is None:
        return "" if column.nullable else "it must not be empty"
    if isinstance(value, int) and column.kind == "int":
        return "" if -_LARGEST <= value < _LARGEST else "a number of more than 64 bits"
    if isinstance(value, str) and column.kind == "str":
        return _unfit_text(value)
    if isinstance(value, bytes) and column.kind == "bytes":
        return "" if len(value) <= BYTES_MAX else f"{len(value)} bytes, at most {BYTES_MAX}"
    fits = isinstance(value, int | float) and column.kind == "float"
    return "" if fits else f"{type(value).__name__} where {column.kind} belongs"


def _unfit_text(text: str) -> str:
    if NUL in text:
        return "a NUL byte in a text"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "half a character (a lone surrogate) in a text"
    return ""
