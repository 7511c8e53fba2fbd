"""A directory of people in memory: what the store does with SQLite and PostgreSQL, for tests of the room's logic."""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from handrail.people.ports import Change, Known, NotApplied, RowKept, Slice, SyncRecord
from handrail.terms.event import Event
from handrail.terms.person import Person


class MemoryDirectory:
    """Keeps everything in dictionaries. `fail_after` slices it breaks down, as a killed process does."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], Known] = {}
        self.versions: dict[int, list[Person]] = {}
        self.files: dict[str, bytes] = {}
        self.records: dict[int, SyncRecord] = {}
        self.rows: dict[int, dict[int, RowKept]] = {}
        self.values: dict[int, dict[tuple[int, str], NotApplied]] = {}
        self.hidden: list[tuple[int, Event]] = []
        self.events: list[tuple[int, Event]] = []
        self.running: list[int] = []
        self.next_id = 1
        self.slices = 0
        self.fail_after = 1_000_000

    def known(self, source: str) -> Iterator[Known]:
        return iter([self._with_status(known) for (of, _), known in self.keys.items() if of == source])

    def by_keys(self, source: str, keys: Sequence[str]) -> Mapping[str, Known]:
        found = [self.keys[(source, key)] for key in keys if (source, key) in self.keys]
        return {known.key: self._with_status(known) for known in found}

    def by_emails(self, source: str, emails: Sequence[str]) -> Sequence[tuple[str, Known]]:
        found = [(self.versions[known.person][-1].email, known) for known in self.known(source)]
        return [(email, known) for email, known in found if isinstance(email, str) and email in emails]

    def people(self, ids: Sequence[int]) -> Mapping[int, Person]:
        return {number: self.versions[number][-1] for number in ids}

    def open_runs(self, people: Sequence[int]) -> int:
        """Each run stands in `running` with its person."""
        return sum(person in people for person in self.running)

    def reserve_ids(self, count: int) -> int:
        first = self.next_id
        self.next_id += count
        return first

    def keep_file(self, path: Path) -> str:
        content = path.read_bytes()
        name = hashlib.sha256(content).hexdigest()
        self.files[name] = content
        return name

    def open_file(self, kept: str) -> BinaryIO:
        return io.BytesIO(self.files[kept])

    def begin(self, record: SyncRecord) -> SyncRecord:
        record = msgspec.structs.replace(record, id=len(self.records) + 1)
        self.records[record.id] = record
        return record

    def sync(self, number: int) -> SyncRecord:
        return self.records[number]

    def syncs(self, source: str) -> Sequence[SyncRecord]:
        return [record for record in self.records.values() if record.source == source]

    def apply(self, part: Slice) -> None:
        self.slices += 1
        if self.slices > self.fail_after:
            raise ConnectionError("killed")
        for change in part.changes:
            self._apply(part.record, change)
        self.rows.setdefault(part.record.id, {}).update({row.number: row for row in part.kept})
        values = self.values.setdefault(part.record.id, {})
        values.update({(value.number, value.field): value for value in part.not_applied})
        self.records[part.record.id] = part.record

    def _apply(self, record: SyncRecord, change: Change) -> None:
        if change.made is not None:
            kept = self.versions.setdefault(change.made.person.id, [])
            assert change.made.person.version == len(kept) + 1, "a version joins on to the one before"
            kept.append(change.made.person)
            self.hidden.extend((record.id, event) for event in change.made.events)
        self.keys[(record.source, change.known.key)] = change.known

    def begin_again(self, record: SyncRecord) -> None:
        self.rows[record.id], self.values[record.id] = {}, {}
        self.records[record.id] = record

    def publish(self, record: SyncRecord) -> None:
        self.events.extend(self.hidden)
        self.hidden.clear()
        self.records[record.id] = record

    def end(self, record: SyncRecord, refused: str = "") -> None:
        if refused:
            kept = self.rows.setdefault(record.id, {})
            for number, row in kept.items():
                kept[number] = msgspec.structs.replace(row, disposition="refused", reason=refused)
        self.records[record.id] = record

    def kept_rows(self, number: int) -> Iterator[RowKept]:
        return iter(sorted(self.rows.get(number, {}).values(), key=lambda row: row.number))

    def not_applied(self, number: int) -> Iterator[NotApplied]:
        return iter(self.values.get(number, {}).values())

    # What tests ask beside the protocol

    def person(self, source: str, key: str) -> Person:
        """The newest version of whom the source calls `key`."""
        return self.versions[self.keys[(source, key)].person][-1]

    def events_of(self, number: int, kind: str = "") -> list[Event]:
        """The visible events of a sync, of one kind or all."""
        return [event for of, event in self.events if of == number and kind in ("", event.kind)]

    def _with_status(self, known: Known) -> Known:
        return msgspec.structs.replace(known, status=str(self.versions[known.person][-1].status))
