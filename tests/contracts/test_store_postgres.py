"""The store on PostgreSQL passes the suite of every store."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from tests.contracts.store import CommitContract, SchemaContract, WorkContract
from tests.contracts.store_kept import KnowingContract, ReadingContract, TrustContract

from handrail.store.opening import Store, open_store

_numbers = count(1)


@pytest.fixture(name="url")
def fixture_url(postgres_url: str) -> str:
    name = f"store_{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return postgres_url.replace("/postgres?", f"/{name}?")


@pytest.fixture(name="store")
def fixture_store(url: str) -> Iterator[Store]:
    store = open_store(url)
    yield store
    store.close()


class TestCommitOnPostgres(CommitContract):
    """The suite."""


class TestWorkOnPostgres(WorkContract):
    """The suite."""


class TestSchemaOnPostgres(SchemaContract):
    """The suite."""


class TestKnowingOnPostgres(KnowingContract):
    """The suite."""


class TestReadingOnPostgres(ReadingContract):
    """The suite."""


class TestTrustOnPostgres(TrustContract):
    """The suite."""
