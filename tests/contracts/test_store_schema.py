"""The tables that the migrations make are the tables that the code believes in, on both databases."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from handrail.store.opening import MEMORY, open_store
from handrail.store.schema.metadata import METADATA
from handrail.store.schema.tables import TABLES
from handrail.store.schema.upgrading import HEAD, known_versions

_numbers = count(1)
SQLITE_SQL = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name <> 'alembic_version'"
POSTGRES_SQL = (
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
)


def postgres(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return url.replace("/postgres?", f"/{name}?")


def engine(url: str) -> sqlalchemy.Engine:
    return sqlalchemy.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), poolclass=sqlalchemy.NullPool
    )


@pytest.fixture(name="migrated", params=["sqlite", "postgres"])
def fixture_migrated(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    if request.param == "postgres":
        url = postgres(request.getfixturevalue("postgres_url"), f"migrated_{next(_numbers)}")
    open_store(url).close()
    return url


def test_the_migrations_add_up_to_the_tables(migrated: str) -> None:
    with engine(migrated).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, METADATA) == []


def described(url: str, sql: str) -> dict[str, Any]:
    with engine(url).connect() as connection:
        return {name: " ".join(text.split()) for name, text in connection.exec_driver_sql(sql)}


def test_every_table_and_partial_index_is_word_for_word_the_same_on_sqlite(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / name}" for name in ("migrated.db", "made.db")]
    open_store(urls[0]).close()
    METADATA.create_all(engine(urls[1]))
    assert described(urls[0], SQLITE_SQL) == described(urls[1], SQLITE_SQL)


def test_every_partial_index_is_word_for_word_the_same_on_postgresql(postgres_url: str) -> None:
    urls = [postgres(postgres_url, f"{name}_{next(_numbers)}") for name in ("indexes", "made")]
    open_store(urls[0]).close()
    METADATA.create_all(engine(urls[1]))
    assert described(urls[0], POSTGRES_SQL) == described(urls[1], POSTGRES_SQL)


def test_the_newest_migration_is_the_one_that_a_start_looks_for() -> None:
    assert max(known_versions()) == HEAD


def test_a_migration_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "half.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE audit (id INTEGER)")
    with pytest.raises(sqlalchemy.exc.OperationalError, match="already exists"):
        open_store(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("audit",)]


def test_every_database_in_memory_has_all_tables_and_no_row_of_another() -> None:
    stores = [open_store(MEMORY) for _ in range(2)]
    with stores[0].database.transaction() as transaction:
        transaction.count("INSERT INTO meta (name, value) VALUES ('mine', '1')")
    stores.append(open_store(MEMORY))
    tables = [{name for (name,) in store.database.look("SELECT name FROM sqlite_master")} for store in stores]
    assert all({table.name for table in TABLES} <= found for found in tables)
    assert [len(store.database.look("SELECT 1 FROM meta WHERE name = 'mine'")) for store in stores] == [1, 0, 0]
    for store in stores:
        store.close()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_explained(table: Any) -> None:  # noqa: ANN401
    page = Path(__file__).resolve().parents[2] / "docs" / "reference" / "store.md"
    assert f"`{table.name}`" in page.read_text(encoding="utf-8")
