"""Every directory of people passes the one suite: in memory, on SQLite, on PostgreSQL; and what only a store promises."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import msgspec
import psycopg
import pytest
from tests.contracts.directory import NOW, RECORD, DirectoryContract, Subject, change, later, made
from tests.unit.people.directory import MemoryDirectory

from handrail.people.directory import APPLIED, StoreDirectory, due_people
from handrail.people.ports import Slice, SyncRecord
from handrail.store.errors import LostUpdate
from handrail.store.opening import Store, open_store
from handrail.terms import coding
from handrail.terms.event import Event

_numbers = count(1)


def stored(store: Store, folder: Path) -> StoreDirectory:
    return StoreDirectory(store, lambda _: None, folder / "kept", lambda: NOW)


def visible(store: Store) -> Callable[[], list[str]]:
    return lambda: [coding.unpack(row.body, Event).kind for row in store.inbox(10_000)]


class TestMemory(DirectoryContract):
    """The suite."""

    @pytest.fixture
    def subject(self) -> Subject:
        directory = MemoryDirectory()
        return Subject(
            directory,
            lambda: [event.kind for _, event in directory.events if event.kind != "person.appeared"],
            lambda: directory,
        )


class TestSqlite(DirectoryContract):
    """The suite."""

    @pytest.fixture
    def subject(self, tmp_path: Path) -> Iterator[Subject]:
        url = f"sqlite:///{tmp_path / 'handrail.db'}"
        stores = [open_store(url)]

        def again() -> StoreDirectory:
            stores[-1].close()
            stores.append(open_store(url))
            return stored(stores[-1], tmp_path)

        yield Subject(stored(stores[0], tmp_path), visible(stores[0]), again)
        stores[-1].close()


class TestPostgres(DirectoryContract):
    """The suite."""

    @pytest.fixture
    def subject(self, postgres_url: str, tmp_path: Path) -> Iterator[Subject]:
        name = f"directory_{next(_numbers)}"
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        url = postgres_url.replace("/postgres?", f"/{name}?")
        stores = [open_store(url)]

        def again() -> StoreDirectory:
            stores.append(open_store(url))
            return stored(stores[-1], tmp_path)

        yield Subject(stored(stores[0], tmp_path), visible(stores[0]), again)
        for store in stores:
            store.close()


class TestWhatAStorePromises:
    """Beyond the protocol."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        store = open_store("sqlite:///:memory:")
        yield store
        store.close()

    @pytest.fixture
    def directory(self, store: Store, tmp_path: Path) -> StoreDirectory:
        return stored(store, tmp_path)

    def begun(self, directory: StoreDirectory) -> tuple[SyncRecord, int]:
        return directory.begin(RECORD), directory.reserve_ids(5)

    def test_a_slice_that_is_committed_twice_changes_nothing(self, directory: StoreDirectory, store: Store) -> None:
        record, number = self.begun(directory)
        part = Slice(record, [change(made(number), record)])
        directory.apply(part)
        directory.apply(part)
        directory.publish(msgspec.structs.replace(record, state="applied"))
        assert len(store.inbox(10)) == 1

    def test_a_person_changed_by_somebody_else_since_is_not_written_over(self, directory: StoreDirectory) -> None:
        record, number = self.begun(directory)
        hired = made(number)
        directory.apply(Slice(record, [change(hired, record)]))
        directory.apply(Slice(record, [change(later(hired, department="Sales"), record)]))
        with pytest.raises(LostUpdate):
            directory.apply(Slice(record, [change(later(hired, department="Legal"), record)]))
        assert directory.people([number])[number].department == "Sales"

    def test_whom_a_webhook_took_in_meanwhile_is_not_taken_in_again(self, directory: StoreDirectory) -> None:
        record, number = self.begun(directory)
        directory.apply(Slice(record, [change(made(number), record)]))
        again = change(made(number + 1), record)
        known = msgspec.structs.replace(again.known, key=f"E-{number}")
        with pytest.raises(LostUpdate):
            directory.apply(Slice(record, [msgspec.structs.replace(again, known=known)]))

    def test_who_only_appears_is_in_the_ledger_and_starts_nothing(
        self, directory: StoreDirectory, store: Store
    ) -> None:
        record, number = self.begun(directory)
        directory.apply(Slice(record, [change(made(number, status="left"), record)]))
        directory.publish(msgspec.structs.replace(record, state="applied"))
        assert store.inbox(10) == []
        rows = store.ledger_of_person(number)
        assert [row.kind for row in rows] == ["person.appeared"]
        assert store.persons([number])[number].seq == rows[0].seq
        assert store.verify().ok

    def test_numbers_of_versions_never_fall_behind_the_ledger(self, directory: StoreDirectory, store: Store) -> None:
        record, number = self.begun(directory)
        directory.apply(Slice(record, [change(made(number), record)]))
        last = store.ledger_since(0)[-1]
        assert last.kind == APPLIED
        assert store.persons([number])[number].seq < last.seq

    def test_whoever_got_a_new_version_is_told_after_the_commit(self, store: Store, tmp_path: Path) -> None:
        told: list[int] = []
        directory = StoreDirectory(store, told.extend, tmp_path, lambda: NOW)
        record, number = self.begun(directory)
        directory.apply(Slice(record, [change(made(number), record), change(made(number + 1), record)]))
        assert told == [number, number + 1]

    def test_a_kept_file_is_named_by_its_content_and_closed_to_others(
        self, directory: StoreDirectory, tmp_path: Path
    ) -> None:
        path = tmp_path / "workers.csv"
        path.write_bytes(b"id\n1\n")
        name = directory.keep_file(path)
        assert name == hashlib.sha256(b"id\n1\n").hexdigest()
        assert (tmp_path / "kept" / name).stat().st_mode & 0o077 == 0

    def test_a_person_is_due_on_the_day_that_changes_their_status(
        self, directory: StoreDirectory, store: Store
    ) -> None:
        record, number = self.begun(directory)
        coming = NOW.date().replace(day=20)
        directory.apply(Slice(record, [change(made(number, hired_on=coming, time_zone="Asia/Tokyo"), record)]))
        assert due_people(store, NOW.replace(day=19, hour=14), "UTC", 10) == []
        (due,) = due_people(store, NOW.replace(day=19, hour=15), "UTC", 10)
        assert (due.difference.person.status, due.difference.events[0].kind) == ("active", "person.changed")
