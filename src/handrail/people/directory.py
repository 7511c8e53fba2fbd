"""People and syncs in the store: what `ports.Directory` promises, on SQLite and PostgreSQL, a slice a transaction.

A version that starts something waits in the inbox until its sync is applied as a whole; `person.appeared` and
`person.merged` are ledger rows at once and start nothing. Each slice that made versions ends in a ledger row of its own, so
that numbers of versions never fall behind the ledger after a crash. Nothing here decides or reads a clock.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from threading import get_ident
from typing import Any, BinaryIO, Final, TypeVar

import msgspec
from msgspec import Struct

from handrail.people.compare import Difference, arrived
from handrail.people.ports import Change, Known, NotApplied, RowKept, Slice, SyncRecord
from handrail.store.batch import Batch
from handrail.store.chain import SHARDS
from handrail.store.database.statements import Write
from handrail.store.errors import LostUpdate, StoreError
from handrail.store.moments import DISPOSITION, to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import InboxRow, LedgerRow, PersonKeyRow, PersonRow, SyncLineRow, SyncRow, SyncValueRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.person import Person
from handrail.terms.values import Fields, Instant

T = TypeVar("T")
Do = Callable[[Callable[[], None]], None]
"""Does a piece of writing where writing is done: at once, or in the engine's own thread."""

LEDGER_ONLY: Final = ("person.appeared", "person.merged")
APPLIED: Final = "people.applied"
"""The ledger row of a slice that made versions; it is about nobody."""

_PAGE: Final = 5_000
_CHUNK: Final = 1 << 20
_SYNC: Final = Write("sync", SyncRow, "upsert")
_RESERVED: Final = "person ids"
_KNOWN: Final = (
    "SELECT k.key, k.person, k.row_hash, p.status, k.applied_in, k.withheld "
    "FROM person_key k JOIN person p ON p.id = k.person WHERE k.source = ? AND k.key "
)
_KNOWN_BY_EMAIL: Final = (
    "SELECT p.email, k.key, k.person, k.row_hash, p.status, k.applied_in, k.withheld "
    "FROM person p JOIN person_key k ON k.person = p.id WHERE k.source = ? AND p.email "
)
# A row that was held stays in the table with its end: who asks for the past is told of it.
_LOOK_AGAIN: Final = "UPDATE sync_line SET ended = ?, became = 'looked at again' WHERE sync = ? AND ended IS NULL"
_BECAME_APPLIED: Final = (
    "UPDATE sync_line SET became = 'applied', "
    "person = (SELECT k.person FROM person_key k WHERE k.source = ? AND k.key = sync_line.key) "
    "WHERE sync = ? AND became = 'looked at again'"
)


class Made(Struct, frozen=True):
    """A version on its way into the store, with the shard of its person."""

    difference: Difference
    shard: int


class StoreDirectory:
    """The people and syncs of one organization.

    `on_changed` is told the ids of whoever got a new version, after the commit; `keep_files` is the folder of kept files;
    `now` tells the moment of a commit; `do` is where each commit and its `on_changed` are done.
    """

    def __init__(
        self,
        store: Store,
        on_changed: Callable[[Sequence[int]], None],
        keep_files: Path,
        now: Callable[[], Instant],
        do: Do | None = None,
    ) -> None:
        self.store = store
        self._on_changed, self._files, self._now = on_changed, keep_files, now
        self._do: Do = do or _at_once

    # People

    def known(self, source: str) -> Iterator[Known]:
        ask, after = f"{_KNOWN}> ? ORDER BY k.key LIMIT ?", ""
        while page := self.store.database.read(ask, (source, after, _PAGE)):
            yield from map(_known, page)
            after = page[-1][0]

    def by_keys(self, source: str, keys: Sequence[str]) -> Mapping[str, Known]:
        found = self.store.database.read_in(f"{_KNOWN}{{in}}", keys, (source,))
        return {row[0]: _known(row) for row in found}

    def by_emails(self, source: str, emails: Sequence[str]) -> Sequence[tuple[str, Known]]:
        found = self.store.database.read_in(f"{_KNOWN_BY_EMAIL}{{in}}", emails, (source,))
        return [(email, _known(tuple(rest))) for email, *rest in found]

    def people(self, ids: Sequence[int]) -> Mapping[int, Person]:
        found = self.store.database.read_in("SELECT id, body FROM person WHERE id {in}", ids)
        return {number: coding.unpack(body, Person) for number, body in found}

    def open_runs(self, people: Sequence[int]) -> int:
        ask = "SELECT count(*) FROM run WHERE phase < 3 AND person {in}"
        return sum(int(many) for (many,) in self.store.database.read_in(ask, people))

    def reserve_ids(self, count: int) -> int:
        with self.store.database.transaction() as transaction:
            kept = transaction.rows("SELECT value FROM meta WHERE name = ?{lock}", (_RESERVED,))
            highest = transaction.rows("SELECT coalesce(max(id), 0) FROM person")[0][0]
            first = max(int(kept[0][0]) if kept else 0, highest) + 1
            transaction.count(
                "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (_RESERVED, str(first + count - 1)),
            )
        return int(first)

    # Files

    def keep_file(self, path: Path) -> str:
        unfinished = self._files / f".{os.getpid()}-{get_ident()}.part"
        try:
            self._files.mkdir(parents=True, exist_ok=True, mode=0o700)
            name = _copied(path, unfinished)
            unfinished.chmod(0o600)
            unfinished.replace(self._files / name)
        except OSError as error:
            raise StoreError(
                f"{path.name} cannot be kept in {self._files}: {error.strerror}. Nothing of it was taken in, and nothing "
                "confirmed is lost. Make room there and let this account write, then do it again."
            ) from error
        finally:
            unfinished.unlink(missing_ok=True)
        return name

    def open_file(self, kept: str) -> BinaryIO:
        return (self._files / kept).open("rb")

    # Syncs

    def begin(self, record: SyncRecord) -> SyncRecord:
        record = msgspec.structs.replace(record, id=self.store.numbers("sync", 1)[0])
        self._keep(record)
        return record

    def sync(self, number: int) -> SyncRecord:
        found = self.store.database.read("SELECT body FROM sync WHERE id = ?", (number,))
        if not found:
            raise KeyError(number)
        return coding.unpack(found[0][0], SyncRecord)

    def syncs(self, source: str) -> Sequence[SyncRecord]:
        found = self.store.database.read("SELECT body FROM sync WHERE source = ? ORDER BY id", (source,))
        return [coding.unpack(body, SyncRecord) for (body,) in found]

    def newest_applied(self, source: str) -> Instant | None:
        """As of when the newest applied file of the source is."""
        ask = "SELECT max(as_of) FROM sync WHERE source = ? AND state = 'applied'"
        found = self.store.database.read(ask, (source,))[0][0]
        return None if found is None else to_instant(found)

    def begin_again(self, record: SyncRecord) -> None:
        self._keep(
            record,
            ("DELETE FROM sync_line WHERE sync = ? AND disposition <> 'held'", (record.id,)),
            ("DELETE FROM sync_value WHERE sync = ?", (record.id,)),
            (_LOOK_AGAIN, (self._at(), record.id)),
        )

    def publish(self, record: SyncRecord) -> None:
        self._keep(record, (_BECAME_APPLIED, (record.source, record.id)))

    def end(self, record: SyncRecord, refused: str = "") -> None:
        refuse = "UPDATE sync_line SET ended = ?, became = 'refused', by = ? WHERE sync = ? AND ended IS NULL"
        told = (self._at(), record.ended_by, record.id)
        self._keep(record, *([(refuse, told)] if refused else []))

    def kept_rows(self, number: int) -> Iterator[RowKept]:
        refusal = self.sync(number).reason
        for row in self._lines(number):
            cells = coding.unpack(row.content, tuple[str, ...]) if row.content is not None else ()
            was_held = row.disposition == "held" and row.became == "refused"
            yield RowKept(
                row.number,
                row.line,
                row.key,
                "refused" if row.became else "held",
                refusal if was_held else row.reason,
                row.owner,
                row.field,
                cells,
            )

    def not_applied(self, number: int) -> Iterator[NotApplied]:
        after = (-1, "")
        while page := self.store.sync_values(number, after, _PAGE):
            yield from (coding.unpack(row.body, NotApplied) for row in page)
            after = (page[-1].number, page[-1].field)

    # A slice

    def apply(self, part: Slice) -> None:
        self._do(lambda: self._apply(part))

    def _apply(self, part: Slice) -> None:
        """Look and commit in one piece of writing, so that nobody's version comes between."""
        source, batch = part.record.source, Batch(at=self._at(), syncs=[_sync_row(part.record)])
        fresh = self._fresh(source, part.changes)
        numbers = self.store.numbers("ledger", len(fresh) + 1) if fresh else ()
        for made, seq in zip(fresh, numbers, strict=False):
            self._make(batch, made, seq, part.record.id)
        if fresh:
            batch.ledger.append(_slice_row(part.record, len(fresh), numbers[-1], batch.at))
        batch.person_keys = [key_row(source, change.known) for change in part.changes]
        batch.sync_lines = [_line_row(part.record.id, row, batch.at) for row in part.kept]
        batch.sync_values = [_value_row(part.record.id, value) for value in part.not_applied]
        self.store.commit(batch)
        if fresh:
            self._on_changed([made.difference.person.id for made in fresh])

    def _fresh(self, source: str, changes: Iterable[Change]) -> list[Made]:
        """The versions that are still to be made. Raises LostUpdate when somebody else was there since they were read."""
        told = [(change.known, change.made) for change in changes if change.made is not None]
        ask = "SELECT id, shard, version, body FROM person WHERE id {in}"
        there = {row[0]: row[1:] for row in self.store.database.look_in(ask, [known.person for known, _ in told])}
        newcomers = [known.key for known, difference in told if not difference.before]
        keyed = self.store.persons_by_key(source, newcomers) if newcomers else {}
        fresh = []
        for known, difference in told:
            person = difference.person
            shard, version, body = there.get(person.id, (person.id % SHARDS, 0, b""))
            if version == person.version and body == coding.pack(person):
                continue
            if version != person.version - 1 or (not version and known.key in keyed):
                raise LostUpdate("person", (person.id,))
            fresh.append(Made(difference, shard))
        return fresh

    def _make(self, batch: Batch, made: Made, seq: int, sync: int) -> None:
        """A version with its events: into the inbox, or at once into the ledger."""
        person, events = made.difference.person, made.difference.events
        row = person_row(made, batch.at, seq)
        (batch.new_persons if person.version == 1 else batch.persons).append(row)
        for event in events:
            body = coding.pack(event)
            if event.kind in LEDGER_ONLY:
                batch.ledger.append(_ledger_row(seq, made.shard, batch.at, event, body))
            else:
                number = self.store.numbers("inbox", 1)[0]
                batch.inbox.append(InboxRow(number, made.shard, batch.at, None, person.id, sync, body))

    def _keep(self, record: SyncRecord, *more: tuple[str, tuple[object, ...]]) -> None:
        """Write the record, and what `more` says, in one transaction."""

        def keep() -> None:
            with self.store.database.transaction() as transaction:
                for sql, values in more:
                    transaction.count(sql, values)
                transaction.write(_SYNC, [_sync_row(record)])

        self._do(keep)

    def _lines(self, number: int) -> Iterator[SyncLineRow]:
        """The rows that are held, or were refused in the end."""
        after = 0
        while page := self.store.sync_lines(number, after, _PAGE):
            yield from (row for row in page if row.became in ("", "refused"))
            after = page[-1].line

    def _at(self) -> int:
        return to_millis(self._now())


def due_people(store: Store, now: Instant, zone: str, limit: int) -> list[Made]:
    """At most `limit` people whose status a date has changed by `now`, with their next versions; `zone` is the organization's.

    Wherever they live it is at most a day later than in UTC, so a few are looked at for whom the day is still to come.
    """
    found: list[Made] = []
    day, after = now.date().toordinal() + 1, 0
    while len(found) < limit and (page := store.people_due(day, after, _PAGE)):
        after = page[-1].id
        for row in page:
            difference = arrived(coding.unpack(row.body, Person), now, zone)
            if difference is not None:
                found.append(Made(difference, row.shard))
    return found[:limit]


def person_row(made: Made, at: int, seq: int) -> PersonRow:
    """A version as the store keeps it: committed at `at` (milliseconds), numbered `seq` in the ledger."""
    person, next_day = made.difference.person, made.difference.next_day
    return PersonRow(
        person.id,
        made.shard,
        person.version,
        at,
        seq,
        person.status if isinstance(person.status, str) else "",
        None if next_day is None else next_day.toordinal(),
        person.name if isinstance(person.name, str) else None,
        person.email if isinstance(person.email, str) else None,
        coding.pack(person),
        person.manager if isinstance(person.manager, int) else None,
        person.department if isinstance(person.department, str) else None,
    )


def _at_once(work: Callable[[], None]) -> None:
    work()


def _known(row: tuple[Any, ...]) -> Known:
    key, person, row_hash, status, applied_in, withheld = row
    fields = coding.unpack(withheld, dict[str, Instant]) if withheld else {}
    return Known(key, person, row_hash, status, applied_in, fields)


def key_row(source: str, known: Known) -> PersonKeyRow:
    """What is known of a key of a source, as the store keeps it."""
    withheld = coding.pack(dict(known.withheld)) if known.withheld else None
    return PersonKeyRow(source, known.key, known.person, known.row_hash, known.applied_in, withheld)


def _ledger_row(seq: int, shard: int, at: int, event: Event, body: bytes) -> LedgerRow:
    ignored = DISPOSITION["ignored"]
    return LedgerRow(seq, shard, at, None, None, event.person, event.kind, ignored, body, None, None, None)


def _slice_row(record: SyncRecord, versions: int, seq: int, at: int) -> LedgerRow:
    fields = Fields({"sync": record.id, "file_hash": record.file_hash, "cursor": record.cursor, "versions": versions})
    event = Event(APPLIED, to_instant(at), source=record.source, fields=fields, told=record.as_of)
    return _ledger_row(seq, 0, at, event, coding.pack(event))


def _sync_row(record: SyncRecord) -> SyncRow:
    record = msgspec.structs.replace(
        record, file=_plain(record.file), header=tuple(_plain(name) for name in record.header)
    )
    return SyncRow(
        record.id,
        record.source,
        record.file,
        record.file_hash.encode(),
        record.mapping_hash,
        to_millis(record.as_of),
        to_millis(record.arrived),
        record.state,
        record.cursor,
        None if record.reported is None else coding.pack(record.reported),
        coding.pack(record.stands),
        coding.pack(record.alerts) if record.alerts else None,
        record.ended_by,
        coding.pack(record),
    )


def _line_row(sync: int, row: RowKept, at: int) -> SyncLineRow:
    refused = row.disposition == "refused"
    return SyncLineRow(
        sync,
        row.line,
        _plain(row.key),
        row.disposition,
        _plain(row.reason),
        row.owner,
        row.field,
        None,
        coding.pack(tuple(map(_plain, row.cells))),
        at if refused else None,
        "refused" if refused else "",
        "",
        row.number,
    )


def _value_row(sync: int, value: NotApplied) -> SyncValueRow:
    body = coding.pack(msgspec.structs.replace(value, seen=_plain(value.seen)))
    return SyncValueRow(sync, value.number, value.field, value.line, value.person, value.key, value.owner, body)


def _plain(text: str) -> str:
    """The text with what no database takes written out: NUL characters, bytes that were no characters."""
    if "\0" not in text and text.isprintable():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\0")


def _copied(source: Path, target: Path) -> str:
    """Copy a file until it is on the disk; the hash of its content (hex)."""
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("wb") as copy:
        while chunk := read.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()
