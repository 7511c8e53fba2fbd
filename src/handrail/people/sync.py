"""A file of a source, from its arrival to its end: staged, judged, applied; held, released, rejected, superseded.

Staging keeps the file; judging looks at the whole of it; applying goes row by row, in slices. Each step is a commit of
the directory, and whoever finds a sync in the middle goes on with `resume`. Nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial
from pathlib import Path

import msgspec
from msgspec import Struct

from handrail.calendar.zones import start_of_day
from handrail.people.canonical import RowReader, mapped_columns
from handrail.people.compare import Told
from handrail.people.mappings.mapping import SourceMapping, date_in_name
from handrail.people.ports import Alert, Directory, FieldWithheld, Sum, SyncRecord
from handrail.people.rows import Layout, Row, inspect, rows
from handrail.people.syncing.alerts import alerts_of
from handrail.people.syncing.applying import Applying, Going
from handrail.people.syncing.judge import Against, Scan, against, fill_of, scan, unreadable, whole, withheld_fields
from handrail.people.syncing.leaving import NEVER_RELEASED, SyncRefused, leaving_by, must_be_counted
from handrail.people.syncing.link import InFile, Links, addresses, newcomers
from handrail.terms.values import Instant


class Moment(Struct, frozen=True):
    """When it happens, and the organization's zone."""

    now: Instant
    zone: str


def _nothing_more(_: SyncRecord) -> None:
    """Nobody asked to be told after each slice."""


class _Judged(Struct, frozen=True):
    """A file that was looked at, with what applying it needs."""

    record: SyncRecord
    layout: Layout
    reader: RowReader
    told: Told
    scan: Scan
    stands: Against


class Syncs:
    """The syncs of one source, by its mapping as it is now. `after_slice` is told the record after each commit."""

    def __init__(
        self,
        directory: Directory,
        mapping: SourceMapping,
        after_slice: Callable[[SyncRecord], None] | None = None,
    ) -> None:
        self._directory, self._mapping = directory, mapping
        self._after_slice = after_slice or _nothing_more

    def take_in(self, path: Path, at: Moment) -> SyncRecord:
        """Take in one file: applied, or held or refused as a whole. The record says which, with the sum."""
        return self._go(self._stage(path, at), at)

    def resume(self, number: int, at: Moment) -> SyncRecord:
        """Go on with a sync that was interrupted; one that is not in the middle is given back as it is."""
        record = self._directory.sync(number)
        if record.state == "applying" or record.state == "staged":
            return self._go(record, at)
        return record

    def replay(self, number: int, at: Moment, by: str = "") -> SyncRecord:
        """Look at every row of a kept file again, by the mapping as it is now, in the order they came.

        What the mended mapping would make of an applied file is judged anew; when it would hold it, only a named person
        (`by`) can have it so.
        """
        record = self._open(number)
        if record.state == "applied" and self._newer_applied(record):
            raise SyncRefused(f"Sync {number} is older than {self._applied()[-1].file}, which was applied after it.")
        begun = msgspec.structs.replace(
            record,
            state="staged",
            hold="",
            reason="",
            cursor=0,
            mapping_hash=self._mapping.hash,
            released=bool(by) or record.released,
            ended_by=by or record.ended_by,
        )
        if record.state == "applied" and (hold := self._judge(begun, at).record.reason):
            raise SyncRefused(f"Sync {number} stays as it is. By the mapping as it is now {hold}.")
        return self._go(begun, at)

    def release(self, number: int, by: str, at: Moment) -> SyncRecord:
        """Let a file go that was held as a whole; `by` names the person who answers for it."""
        record = self._open(number)
        if record.state != "held":
            raise SyncRefused(f"Sync {number} is {record.state}, not held as a whole: there is nothing to release.")
        if record.hold in NEVER_RELEASED:
            raise SyncRefused(
                f"Sync {number} cannot be released, for no row of it can be told: {record.reason}. "
                "Mend the mapping and replay it, or reject it and ask for the file again."
            )
        return self._go(msgspec.structs.replace(record, state="staged", released=True, ended_by=by), at)

    def count_leaving(self, number: int, at: Moment, told: int | None, *, only_if_held: bool) -> None:
        """Raise NotCounted unless `told` is how many would leave; `only_if_held`: by a file that would be held again."""
        record = self._open(number)
        judged = self._judge(msgspec.structs.replace(record, state="staged", released=False), at)
        leaving = leaving_by(judged.stands, self._directory, self._mapping)
        if judged.record.hold in NEVER_RELEASED or (only_if_held and not judged.record.hold):
            return
        if record.state == "held" and record.leaving != leaving:
            self._directory.end(msgspec.structs.replace(record, leaving=leaving))
        must_be_counted(record, leaving, told)

    def reject(self, number: int, by: str) -> SyncRecord:
        """Refuse what is held of a sync: the whole file, or the rows that still are."""
        record = self._open(number)
        if record.stands.held == 0 and record.state != "held":
            raise SyncRefused(f"Sync {number} holds nothing: there is nothing to reject.")
        return self._refuse_held(record, f"rejected by {by}", "rejected", by)

    # The steps

    def _stage(self, path: Path, at: Moment) -> SyncRecord:
        """Keep the file, and a record of it."""
        mapping, applied = self._mapping, self._applied()
        day = date_in_name(mapping, path.name)
        kept = self._directory.keep_file(path)
        record = SyncRecord(
            source=mapping.source,
            mapping=mapping.name,
            mapping_hash=mapping.hash,
            file=path.name,
            file_hash=kept,
            as_of=at.now if day is None else start_of_day(day, at.zone),
            arrived=at.now,
            owner=mapping.owner,
            first=not applied,
        )
        return self._directory.begin(record)

    def _go(self, record: SyncRecord, at: Moment) -> SyncRecord:
        """Judge a staged sync, and apply it unless it is held or too old."""
        newer = [sync for sync in self._applied() if sync.id != record.id and sync.as_of > record.as_of]
        judged = self._judge(record, at)
        record = judged.record
        if newer:
            return self._refuse_whole(
                record, f"{newer[-1].file}, which is newer, was applied before it", newer[-1].file
            )
        if record.hold:
            return self._hold(judged)
        return self._apply(judged)

    def _judge(self, record: SyncRecord, at: Moment) -> _Judged:
        """Look at the whole file. On the way it gets its count of rows and, when it goes on, the ids for new people."""
        mapping, opened = self._mapping, partial(self._directory.open_file, record.file_hash)
        layout = inspect(opened, mapped_columns(mapping), mapping.encoding, mapping.delimiter)
        told = Told(mapping.source, record.as_of, at.now, at.zone, record.first)
        previous = next((sync for sync in reversed(self._applied()) if sync.id != record.id), None)
        lost = withheld_fields(mapping, layout, previous, None)
        reader = self._reader(layout, lost)
        first = unreadable(mapping, layout, reader)
        found = Scan() if layout.problem or not layout.header else scan(rows(opened, layout), layout, reader, told)
        if first is not None and not (record.released and first.hold == "empty"):
            record = msgspec.structs.replace(record, rows=found.rows, hold=first.hold, reason=first.reason, alerts=())
            known = () if record.hold in NEVER_RELEASED else self._directory.known(mapping.source)
            return _Judged(record, layout, reader, told, found, against(found, known))
        stands = against(found, self._directory.known(mapping.source))
        hold, reason = (
            ("", "") if record.released else whole(mapping, found, stands, told, begun=record.state == "applying")
        )
        withheld = withheld_fields(mapping, layout, previous, found)
        if withheld != lost:
            reader = self._reader(layout, withheld)
        fill = {**(previous.fill if previous is not None else {}), **fill_of(mapping, layout, found)}
        for field in withheld:
            fill[field.field] = previous.fill.get(field.field, 0.0) if previous is not None else 0.0
        record = msgspec.structs.replace(
            record, rows=found.rows, hold=hold, reason=reason, withheld=withheld, header=layout.header, fill=fill
        )
        return _Judged(record, layout, reader, told, found, stands)

    def _reader(self, layout: Layout, withheld: tuple[FieldWithheld, ...]) -> RowReader:
        return RowReader(self._mapping, layout.header, {field.field: field.why for field in withheld})

    def _apply(self, judged: _Judged) -> SyncRecord:
        record, directory = judged.record, self._directory
        if not record.first_id:
            record = msgspec.structs.replace(record, first_id=directory.reserve_ids(record.rows + 1))
        record = msgspec.structs.replace(record, state="applying", progress=Sum(), cursor=0)
        directory.begin_again(record)
        self._supersede(record)
        opened = partial(directory.open_file, record.file_hash)
        found, every_row = judged.scan, partial(rows, opened, judged.layout)
        new = judged.stands.new
        coming = newcomers(every_row(), judged.reader, new, found.conflicts) if new else {}
        told = addresses(every_row(), judged.reader, found.conflicts)
        in_file = InFile(coming, record.first_id, *told)
        going = Going(directory, judged.reader, judged.told, found.duplicates, found.conflicts, _there(found))
        work = Applying(record, going, Links(directory, self._mapping, in_file))
        for done in self._slices(work, every_row(), sure=not found.nameless or record.released):
            self._after_slice(done)
        return self._finish(work)

    def _slices(self, work: Applying, every_row: Iterator[Row], *, sure: bool) -> Iterator[SyncRecord]:
        """Every row, then whoever is in none; `sure`: every row tells whose it is, or a person has answered for it."""
        yield from work.rows(every_row)
        if self._mapping.absent == "leaves":
            if sure:
                yield from work.absent()
            else:
                work.spare()

    def _finish(self, work: Applying) -> SyncRecord:
        total = work.tally.sum()
        record = msgspec.structs.replace(
            work.record,
            state="applied",
            stands=total,
            reported=work.record.reported or total,
            alerts=alerts_of(work.record, work.tally, self._mapping),
        )
        assert total.rows == record.rows, f"{record.rows} rows came in, {total.rows} are accounted for"
        self._directory.publish(record)
        return record

    def _hold(self, judged: _Judged) -> SyncRecord:
        record = judged.record
        held = Sum(held=record.rows)
        record = msgspec.structs.replace(
            record,
            state="held",
            stands=held,
            reported=record.reported or held,
            alerts=(Alert(record.hold, f"{record.file} is held: {record.reason}.", record.owner),),
            leaving=leaving_by(judged.stands, self._directory, self._mapping),
        )
        self._directory.end(record)
        return record

    def _supersede(self, newer: SyncRecord) -> None:
        """What is held of older files of the source can no longer be applied: its rows are refused, saying which."""
        for record in self._directory.syncs(newer.source):
            if record.id == newer.id or record.as_of > newer.as_of or record.state not in ("held", "applied"):
                continue
            if record.state == "held" or record.stands.held:
                self._refuse_held(record, f"superseded by {newer.file}", "superseded", newer.file)

    def _refuse_held(self, record: SyncRecord, reason: str, state: str, by: str) -> SyncRecord:
        """A file held as a whole ends in `state`; of one that was applied, only the held rows end."""
        stands = record.stands
        ended = msgspec.structs.replace(stands, held=0, refused=stands.refused + stands.held)
        record = msgspec.structs.replace(
            record, stands=ended, ended_by=by, state=state if record.state == "held" else record.state, reason=reason
        )
        self._directory.end(record, reason)
        return record

    def _refuse_whole(self, record: SyncRecord, reason: str, by: str) -> SyncRecord:
        refused = Sum(refused=record.rows)
        record = msgspec.structs.replace(
            record,
            state="refused",
            hold="",
            reason=reason,
            stands=refused,
            reported=record.reported or refused,
            ended_by=by,
        )
        self._directory.end(record, reason)
        return record

    # What is asked of the directory

    def _applied(self) -> list[SyncRecord]:
        """Applied syncs of the source, by what they are of."""
        applied = [sync for sync in self._directory.syncs(self._mapping.source) if sync.state == "applied"]
        return sorted(applied, key=lambda sync: (sync.as_of, sync.id))

    def _open(self, number: int) -> SyncRecord:
        record = self._directory.sync(number)
        if record.source != self._mapping.source:
            raise SyncRefused(
                f'Sync {number} is of "{record.source}", and this mapping is of "{self._mapping.source}".'
            )
        if record.state not in ("held", "applied"):
            raise SyncRefused(
                f"Sync {number} is {record.state} ({record.reason or 'it goes on by itself'}): it is over."
            )
        return record

    def _newer_applied(self, record: SyncRecord) -> bool:
        return self._applied()[-1].id != record.id


def _there(found: Scan) -> Container[str]:
    """All keys of a file, also of rows that cannot be read otherwise."""
    return found.seen.keys() | found.spoilt if found.spoilt else found.seen
