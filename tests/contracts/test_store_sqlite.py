"""The store on SQLite passes the suite of every store, and what only a file can do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contracts.store import CommitContract, SchemaContract, WorkContract

from handrail.store.opening import Store, open_store


@pytest.fixture(name="url")
def fixture_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'handrail.db'}"


@pytest.fixture(name="store")
def fixture_store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


class TestCommitOnSqlite(CommitContract):
    """The suite."""


class TestWorkOnSqlite(WorkContract):
    """The suite."""


class TestSchemaOnSqlite(SchemaContract):
    """The suite."""
