"""The store on SQLite passes the suite of every store, and what only a file can do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest
from tests.contracts.store import CommitContract, SchemaContract, WorkContract
from tests.contracts.store_kept import KnowingContract, LinksContract, ReadingContract, TrustContract
from tests.contracts.store_rows import HOUR, NOW, begin, effect_row, hire, ledger_row

from handrail.store.batch import Batch
from handrail.store.errors import NotResumed, StoreError, StoreFull, StoreGone, StoreTaken
from handrail.store.opening import Store, open_store
from handrail.store.upkeep import restore
from handrail.store.work import DUE, ON_THEIR_WAY

WRITER = """
import sys
from handrail.store.opening import open_store
from handrail.store.batch import Batch
from tests.contracts.store_rows import NOW, ledger_row, run_row
store = open_store(sys.argv[1])
for _ in range(10_000):
    (number,), seqs = store.numbers("run", 1), store.numbers("ledger", 3)
    store.commit(Batch(NOW, ledger=[ledger_row(seq, run=number) for seq in seqs], new_runs=[run_row(number)]))
    print(number, flush=True)
"""


@pytest.fixture(name="path")
def fixture_path(tmp_path: Path) -> Path:
    return tmp_path / "handrail.db"


@pytest.fixture(name="url")
def fixture_url(path: Path) -> str:
    return f"sqlite:///{path}"


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


class TestKnowingOnSqlite(KnowingContract):
    """The suite."""


class TestLinksOnSqlite(LinksContract):
    """The suite."""


class TestReadingOnSqlite(ReadingContract):
    """The suite."""


class TestTrustOnSqlite(TrustContract):
    """The suite."""


def test_what_was_confirmed_before_a_kill_is_there_after_it(url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        confirmed = [int(writer.stdout.readline()) for _ in range(40)]
        os.kill(writer.pid, signal.SIGKILL)
        confirmed += [int(line) for line in writer.stdout]
    store = open_store(url, create=False)
    assert set(confirmed) <= store.runs_by_id(confirmed).keys()
    assert all(len(store.ledger_of_run(number)) == 3 for number in confirmed)
    assert store.verify().ok
    store.close()


def test_a_file_has_one_owner_and_any_number_of_readers(store: Store, url: str) -> None:
    row = begin(store)
    with pytest.raises(StoreTaken, match=str(os.getpid())):
        open_store(url)
    reader = open_store(url, read_only=True)
    assert reader.runs_by_id([row.id]) == {row.id: row}
    with pytest.raises(StoreError, match="readonly"):
        reader.commit(Batch(NOW, ledger=[ledger_row(1)]))
    reader.close()


def test_a_full_disk_is_said_and_changes_nothing(store: Store) -> None:
    row = begin(store)
    pages = store.database.look("PRAGMA page_count")[0][0]
    store.database.look(f"PRAGMA max_page_count = {pages + 2}")
    large = [ledger_row(seq, run=row.id)._replace(event=b"x" * 9000) for seq in store.numbers("ledger", 20)]
    with pytest.raises(StoreFull, match="disk is full"):
        store.commit(Batch(NOW, ledger=large, effects=[effect_row(row.id)]))
    assert (store.effects_of(row.id), len(store.ledger_of_run(row.id))) == ([], 1)
    store.database.look("PRAGMA max_page_count = 1000000")
    store.commit(Batch(NOW, ledger=large))
    assert store.verify().ok


def test_a_backup_is_taken_while_work_goes_on_and_restored_without_resuming(store: Store, path: Path) -> None:
    row = begin(store)
    store.take_driver("lms", "one", NOW, NOW + HOUR)
    store.commit(Batch(NOW, effects=[effect_row(row.id)]))
    store.backup(str(path.with_name("copy.db")))
    with pytest.raises(StoreError, match="there already"):
        store.backup(str(path.with_name("copy.db")))
    begin(store)
    target = path.with_name("restored.db")
    restore(str(path.with_name("copy.db")), str(target), NOW)
    copy = open_store(f"sqlite:///{target}", create=False)
    epoch = copy.take_driver("lms", "two", NOW + 2 * HOUR, NOW + 3 * HOUR)
    assert copy.restored()
    assert copy.due_effects("lms", NOW, 10) == []
    with pytest.raises(NotResumed):
        copy.claim(("lms", epoch), [(row.id, 1, 1)], NOW)
    copy.resume("person:1", NOW)
    assert not copy.restored()
    assert [effect.run for effect in copy.uncertain("lms", epoch, NOW)] == [row.id]
    assert copy.verify().rows == 1
    copy.close()


def test_a_restore_never_writes_over_a_store(store: Store, path: Path) -> None:
    begin(store)
    with pytest.raises(StoreError, match="Move it away"):
        restore(str(path), str(path), NOW)
    with pytest.raises(StoreError, match="is not there"):
        restore(str(path.with_name("no.db")), str(path.with_name("new.db")), NOW)


def test_a_store_in_memory_is_a_store() -> None:
    store = open_store("sqlite:///:memory:")
    row = begin(store)
    assert store.runs_by_id([row.id]) == {row.id: row}
    assert len(store.ledger_of_run(row.id)) == 1
    store.close()


def test_a_restart_needs_no_sqlalchemy(store: Store, url: str) -> None:
    begin(store)
    store.close()
    again = "import sys; from handrail.store.opening import open_store; open_store(sys.argv[1], create=False)"
    told = subprocess.run(
        [sys.executable, "-c", f"{again}; print('sqlalchemy' in sys.modules)", url],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == "False"


@pytest.mark.parametrize(("url", "said"), [("mysql://x", "no database"), ("sqlite:////nowhere/x.db", "is not there")])
def test_a_database_that_cannot_be_is_refused_with_a_sentence(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        open_store(url, create=False)


def test_a_reader_never_waits_for_the_writer(store: Store) -> None:
    row = begin(store)
    with store.database.transaction() as transaction:
        transaction.count("UPDATE run SET rev = 9")
        assert store.database.read("SELECT rev FROM run WHERE id = ?", (row.id,)) == [(1,)]
    assert store.database.read("SELECT rev FROM run WHERE id = ?", (row.id,)) == [(9,)]


def test_commits_from_many_threads_come_one_after_another(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        rows = list(threads.map(lambda person: begin(store, person=person), range(1, 41)))
    assert len(store.runs_by_id([row.id for row in rows])) == 40
    assert store.verify().ok


def test_what_may_leave_of_a_long_bulk_is_found_in_its_order_without_sorting_it(store: Store) -> None:
    found = str(store.database.read(f"EXPLAIN QUERY PLAN {DUE}", ("lms", 1, NOW, 50)))
    assert "INDEX effect_due" in found
    assert "TEMP B-TREE" not in found


def test_which_calls_are_on_their_way_is_told_without_reading_those_that_wait(store: Store) -> None:
    found = str(store.database.read(f"EXPLAIN QUERY PLAN {ON_THEIR_WAY}", ("lms",)))
    assert "COVERING INDEX effect_open" in found
    assert "SCAN" not in found


def test_a_key_that_no_text_of_ours_can_have_is_not_found_and_hides_no_other(store: Store) -> None:
    ask = "SELECT name FROM sqlite_master WHERE name {in}"
    assert store.database.read_in(ask, ["run\0", "run"]) == [("run",)]
    assert store.database.read_in(ask, ["run\0"]) == []


def test_nothing_of_who_was_erased_is_left_in_the_bytes_of_the_file(path: Path, url: str) -> None:
    secret = b"a body that nobody else has" * 400
    store = open_store(url)
    hire(store)
    with store.database.transaction() as transaction:
        transaction.count("UPDATE person SET body = ?", (secret,))
    store.close()
    assert secret[:27] in path.read_bytes()
    store = open_store(url)
    store.erase(7, b"")
    store.close()
    assert secret[:27] not in path.read_bytes()


def test_a_text_that_is_damaged_in_the_file_is_said_with_where_to_look(store: Store) -> None:
    with store.database.transaction() as transaction:
        transaction.count("INSERT INTO meta (name, value) VALUES (CAST(x'ff' AS TEXT), 'x')")

    with pytest.raises(StoreGone, match=r"no UTF-8.*handrail doctor"):
        store.database.read("SELECT name FROM meta")


class Unhurried(tuple[int, ...]):
    """The values of a question that is under way, with a reader taken for it, until somebody lets it go on."""

    out: threading.Event
    goes_on: threading.Event

    def __iter__(self) -> Iterator[int]:
        self.out.set()
        assert self.goes_on.wait(30)
        return super().__iter__()


@pytest.mark.parametrize("asked_before", [False, True])
def test_a_question_under_way_when_the_store_is_closed_is_answered_and_leaves_nothing_open(
    store: Store, path: Path, url: str, *, asked_before: bool
) -> None:
    row = begin(store)
    if asked_before:
        store.database.read("SELECT 1")
    values = Unhurried((row.id,))
    values.out, values.goes_on = threading.Event(), threading.Event()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(store.database.read, "SELECT id FROM run WHERE id = ?", values)
        assert values.out.wait(30)
        store.close()
        values.goes_on.set()
        assert answer.result() == [(row.id,)]
    # SQLite takes this file away when the last connection is closed, and not before.
    assert not path.with_name("handrail.db-wal").exists()
    again = open_store(url, create=False)
    assert again.runs_by_id([row.id]) == {row.id: row}
    again.close()


def test_who_asks_while_the_store_is_being_closed_is_told_so_and_gets_no_reader_that_is_closed_under_them(
    store: Store, path: Path
) -> None:
    begin(store)
    store.database.read("SELECT 1")  # so that there is a reader to be closed
    told: list[BaseException | None] = []

    with ThreadPoolExecutor(1) as pool:

        def ask(_: object, event: str, called: object) -> None:
            if event == "c_call" and isinstance(getattr(called, "__self__", None), apsw.Connection):
                told.append(pool.submit(store.database.read, "SELECT 1").exception(30))

        sys.setprofile(ask)  # the question comes before each connection is closed
        try:
            store.close()
        finally:
            sys.setprofile(None)
    assert [type(each) for each in told] == [StoreGone, StoreGone]
    assert all("closed here before this was asked" in str(each) for each in told)
    assert not path.with_name("handrail.db-wal").exists()
