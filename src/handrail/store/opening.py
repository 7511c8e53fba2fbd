"""Opens a store by its URL; what a store can do stands in the five modules that it is made of."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Final

from handrail.store.database.port import Database
from handrail.store.database.sqlite import SqliteDatabase
from handrail.store.deciding import Deciding
from handrail.store.errors import StoreError
from handrail.store.knowing import Knowing
from handrail.store.reading import Reading
from handrail.store.schema.upgrading import bring_up_to_date
from handrail.store.upkeep import Upkeep
from handrail.store.work import Work

_SQLITE: Final = "sqlite:///"
_POSTGRES: Final = ("postgresql://", "postgres://")
MEMORY: Final = "sqlite:///:memory:"


class Store(Deciding, Work, Knowing, Reading, Upkeep):
    """Everything that is kept, of one organization.

    `deciding` has the hot path, `work` what is due, `knowing` what worlds are made of, `reading` what people ask,
    `upkeep` verify, backup, resume, erase.
    """

    def close(self) -> None:
        """Let go of the database; what was not committed is not in it."""
        self.database.close()


def open_store(url: str, *, create: bool = True, read_only: bool = False, flushed: bool = True) -> Store:
    """Open `sqlite:///path`, `sqlite:///:memory:` or `postgresql://…`, and bring its tables up to date.

    A SQLite file is owned from here on; with `read_only` it is only looked at, beside its owner. One that is not
    `flushed` is twice as fast, and loses its last commits to a power cut: for what can be played again. Raises
    StoreTaken, NewerDatabase, StoreError.
    """
    database = _database(url, create=create and not read_only, read_only=read_only, flushed=flushed)
    try:
        bring_up_to_date(database, create=create and not read_only)
    except BaseException:
        database.close()
        raise
    return Store(database)


def _database(url: str, *, create: bool, read_only: bool, flushed: bool) -> Database:
    if url.startswith(_SQLITE):
        path = url.removeprefix(_SQLITE)
        if not create and path != ":memory:" and not Path(path).exists():
            raise StoreError(f"{path} is not there. Make a workspace with: handrail init, or name the right file.")
        return SqliteDatabase(path, read_only=read_only, flushed=flushed)
    if url.startswith(_POSTGRES):
        try:
            postgres = importlib.import_module("handrail.store.database.postgres")
        except ImportError as error:
            raise StoreError("PostgreSQL needs its driver: pip install 'handrail[postgres]'") from error
        database: Database = postgres.PostgresDatabase(url)
        return database
    raise StoreError(
        f"{url.split(':', 1)[0]} is no database that Handrail keeps: write sqlite:///PATH or postgresql://…"
    )
