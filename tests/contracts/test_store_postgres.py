"""The store on PostgreSQL passes the suite of every store."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import psycopg
import pytest
from tests.contracts.store import CommitContract, SchemaContract, WorkContract
from tests.contracts.store_kept import KnowingContract, LinksContract, ReadingContract, TrustContract
from tests.contracts.store_rows import NOW, begin, run_change

from handrail.store.batch import Batch
from handrail.store.errors import StoreError, StoreGone
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


class TestLinksOnPostgres(LinksContract):
    """The suite."""


class TestReadingOnPostgres(ReadingContract):
    """The suite."""


class TestTrustOnPostgres(TrustContract):
    """The suite."""


def test_a_connection_that_broke_off_is_made_anew(store: Store, url: str) -> None:
    row = begin(store)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(StoreGone, match="cannot be reached"):
        store.commit(Batch(NOW, runs=[run_change(row)]))
    store.commit(Batch(NOW, runs=[run_change(row)]))
    assert store.runs_by_id([row.id])[row.id].rev == 2


def test_a_server_that_is_not_there_is_said_in_a_sentence() -> None:
    with pytest.raises(StoreGone, match="Look whether it runs"):
        open_store("postgresql://nobody@/nothing?host=/nowhere")


def test_a_backup_names_the_tool_of_postgresql(store: Store) -> None:
    with pytest.raises(StoreError, match="pg_dump"):
        store.backup("copy.db")


@pytest.mark.parametrize("kind", ["person", "run"])
def test_two_processes_get_different_numbers_in_a_row(store: Store, url: str, kind: str) -> None:
    other = open_store(url)
    assert store.numbers(kind, 1) != other.numbers(kind, 1)
    mine, theirs = list(store.numbers(kind, 50)), list(other.numbers(kind, 50))
    other.close()
    assert mine == list(range(mine[0], mine[0] + 50))
    assert not {*mine} & {*theirs}


def test_what_is_committed_is_on_the_disk_before_it_is_confirmed(store: Store, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("CREATE TABLE waited (how text)")
        other.execute(
            "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO waited VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$"
        )
        other.execute(
            "CREATE CONSTRAINT TRIGGER note AFTER INSERT ON run DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION note()"
        )
        begin(store)
        assert other.execute("SELECT how FROM waited").fetchall() == [("on",)]


def test_numbers_that_a_fallen_server_forgot_are_given_to_one_process_only(store: Store, url: str) -> None:
    (first,) = store.numbers("run", 1)
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT setval('handrail_run', %s)", (first,))  # what a server that fell had not yet written down
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    with pytest.raises(StoreGone):
        store.identities([b"k" * 16])
    again = open_store(url)
    mine, theirs = store.numbers("run", 8), again.numbers("run", 8)
    again.close()
    assert not {*mine} & {*theirs}
