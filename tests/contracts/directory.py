"""What every directory of people promises, as one suite: a subject brings the directory and shows its visible events."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from tests.unit.people.small import ANN, BEN, CAT, DAN, HEADER, TEXT, on

from handrail.people.canonical import Sighting
from handrail.people.compare import Difference, Told, difference
from handrail.people.mappings.read import read_mapping
from handrail.people.ports import Change, Directory, Known, NotApplied, RowKept, Slice, Sum, SyncRecord
from handrail.people.sync import Syncs
from handrail.terms.values import Value

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
RECORD = SyncRecord("hris", "workers", "m", "workers.csv", "f", NOW, NOW, "team:hr", rows=3)


@dataclass
class Subject:
    """A directory; `events` shows the kinds of those that are visible and start something; `again` opens it anew."""

    directory: Directory
    events: Callable[[], list[str]]
    again: Callable[[], Directory]


def made(number: int, **values: Value) -> Difference:
    """Somebody hired just now."""
    seen = Sighting(f"E-{number}", {"name": f"P{number}", "hired_on": NOW.date(), **values}, {}, {})
    found = difference(None, seen, {}, Told("hris", NOW, NOW, "UTC"), number)
    assert found is not None
    return found


def later(before: Difference, **values: Value) -> Difference:
    """The next version of somebody."""
    seen = Sighting("E", dict(values), {}, {})
    found = difference(before.person, seen, {}, Told("hris", NOW + timedelta(days=1), NOW, "UTC"), 0)
    assert found is not None
    return found


def change(difference_: Difference, sync: SyncRecord, row_hash: bytes = b"h") -> Change:
    person = difference_.person
    return Change(Known(f"E-{person.id}", person.id, row_hash, str(person.status), sync.id), difference_)


class DirectoryContract:
    """The suite. A fixture `subject` brings one."""

    def test_ids_that_were_reserved_are_never_given_out_again(self, subject: Subject) -> None:
        first = subject.directory.reserve_ids(10)
        assert subject.directory.reserve_ids(1) == first + 10

    def test_reserved_ids_outlive_the_process_that_reserved_them(self, subject: Subject) -> None:
        first = subject.directory.reserve_ids(10)
        assert subject.again().reserve_ids(1) >= first + 10

    def test_a_sync_is_kept_as_it_was_told(self, subject: Subject) -> None:
        record = subject.directory.begin(msgspec.structs.replace(RECORD, header=("id", "né"), fill={"name": 0.5}))
        assert record.id > 0
        assert subject.directory.sync(record.id) == record
        assert list(subject.directory.syncs("hris")) == [record]
        assert list(subject.directory.syncs("other")) == []

    def test_a_sync_that_is_not_there_is_said_so(self, subject: Subject) -> None:
        with pytest.raises(KeyError):
            subject.directory.sync(99)

    def test_a_slice_makes_versions_and_remembers_their_keys(self, subject: Subject) -> None:
        directory = subject.directory
        record, number = directory.begin(RECORD), directory.reserve_ids(1)
        hired = made(number)
        directory.apply(Slice(record, [change(hired, record)]))
        assert directory.people([number]) == {number: hired.person}
        known = directory.by_keys("hris", [f"E-{number}", "nobody"])
        assert list(known.values()) == [Known(f"E-{number}", number, b"h", "active", record.id)]
        assert list(directory.known("hris")) == list(known.values())
        assert list(directory.known("other")) == []

    def test_people_of_a_source_are_found_by_their_addresses(self, subject: Subject) -> None:
        directory = subject.directory
        record, number = directory.begin(RECORD), directory.reserve_ids(3)
        told = [change(made(number + nth, email=email), record) for nth, email in enumerate(("a@x", "a@x", "b@x"))]
        directory.apply(Slice(record, told))
        found = directory.by_emails("hris", ["a@x", "c@x"])
        assert {email for email, _ in found} == {"a@x"}
        assert sorted(known.key for _, known in found) == sorted(change_.known.key for change_ in told[:2])
        assert list(directory.by_emails("other", ["a@x"])) == []

    def test_a_later_version_takes_the_place_of_the_one_before(self, subject: Subject) -> None:
        directory = subject.directory
        record, number = directory.begin(RECORD), directory.reserve_ids(1)
        hired = made(number)
        moved = later(hired, department="Sales")
        directory.apply(Slice(record, [change(hired, record)]))
        directory.apply(Slice(record, [change(moved, record, b"i")]))
        assert directory.people([number])[number].department == "Sales"
        assert directory.by_keys("hris", [f"E-{number}"])[f"E-{number}"].row_hash == b"i"

    def test_what_is_withheld_is_remembered_with_its_moment(self, subject: Subject) -> None:
        directory = subject.directory
        record, number = directory.begin(RECORD), directory.reserve_ids(1)
        told = change(made(number), record)
        known = msgspec.structs.replace(told.known, withheld={"manager": NOW})
        directory.apply(Slice(record, [Change(known, told.made)]))
        directory.apply(Slice(record, [Change(known)]))
        assert directory.by_keys("hris", [known.key])[known.key].withheld == {"manager": NOW}

    def test_events_of_a_sync_become_visible_together(self, subject: Subject) -> None:
        directory = subject.directory
        record, number = directory.begin(RECORD), directory.reserve_ids(2)
        directory.apply(Slice(record, [change(made(number), record)]))
        assert subject.events() == []
        directory.apply(Slice(record, [change(made(number + 1), record)]))
        directory.publish(msgspec.structs.replace(record, state="applied"))
        assert subject.events() == ["person.hired", "person.hired"]

    def test_rows_and_values_not_applied_are_kept_in_the_order_they_came(self, subject: Subject) -> None:
        directory, record = subject.directory, subject.directory.begin(RECORD)
        held = RowKept(2, 3, "E-2", "held", "no name", "team:hr", "name", ("E-2", "", "a\nb"))
        refused = RowKept(1, 2, "", "refused", "it has 2 columns", "team:hr", "", ("E-1",))
        values = [
            NotApplied(3, 4, "E-3", 7, "manager", "nobody has this key", "E-9", "team:hr", NOW),
            NotApplied(3, 4, "E-3", 7, "sponsor", "nobody has this key", "E-8", "team:hr", NOW),
        ]
        directory.apply(Slice(record, (), [held, refused], values))
        assert list(directory.kept_rows(record.id)) == [refused, held]
        assert list(directory.not_applied(record.id)) == values

    def test_a_sync_that_begins_again_forgets_what_it_kept(self, subject: Subject) -> None:
        directory, record = subject.directory, subject.directory.begin(RECORD)
        held = RowKept(2, 3, "E-2", "held", "no name", "team:hr")
        value = NotApplied(3, 4, "E-3", 7, "manager", "nobody", "E-9", "team:hr", NOW)
        directory.apply(Slice(record, (), [held], [value]))
        directory.begin_again(record)
        assert list(directory.kept_rows(record.id)) == []
        assert list(directory.not_applied(record.id)) == []
        directory.apply(Slice(record, (), [held]))
        directory.publish(msgspec.structs.replace(record, state="applied", stands=Sum(held=1)))
        assert list(directory.kept_rows(record.id)) == [held]

    def test_held_rows_end_refused_with_the_reason(self, subject: Subject) -> None:
        directory, record = subject.directory, subject.directory.begin(RECORD)
        directory.apply(Slice(record, (), [RowKept(2, 3, "E-2", "held", "no name", "team:hr")]))
        ended = msgspec.structs.replace(record, state="applied", reason="rejected by Ada", ended_by="Ada")
        directory.end(ended, "rejected by Ada")
        (row,) = directory.kept_rows(record.id)
        assert (row.disposition, row.reason) == ("refused", "rejected by Ada")
        assert directory.sync(record.id).ended_by == "Ada"

    def test_a_file_is_kept_whole_and_read_again_and_again(self, subject: Subject, tmp_path: Path) -> None:
        path = tmp_path / "workers.csv"
        path.write_bytes(b"id\n1\n")
        name = subject.directory.keep_file(path)
        path.unlink()
        for _ in range(2):
            with subject.directory.open_file(name) as stream:
                assert stream.read() == b"id\n1\n"

    def test_a_file_with_its_held_row_goes_the_whole_way(self, subject: Subject, tmp_path: Path) -> None:
        syncs = Syncs(subject.directory, read_mapping(TEXT, "small.yaml"))

        def take_in(day: str, *rows: str) -> SyncRecord:
            path = tmp_path / f"people-2026-{day}.csv"
            path.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
            return syncs.take_in(path, on(day))

        first = take_in("03-02", ANN, BEN, CAT)
        assert (first.state, first.stands.applied) == ("applied", 3)
        second = take_in("03-09", ANN, BEN.replace("FIN", "ENG"), CAT, DAN.replace("ENG", "???"))
        assert (second.stands.applied, second.stands.no_change, second.stands.held) == (1, 2, 1)
        assert subject.events() == ["person.changed"]
        (held,) = subject.directory.kept_rows(second.id)
        assert (held.key, held.field) == ("4", "department")
        third = take_in("03-16", ANN, BEN.replace("FIN", "ENG"), CAT, DAN)
        assert third.stands.new == 1
        assert subject.directory.sync(second.id).stands.refused == 1
        assert subject.events() == ["person.changed", "person.hired"]
