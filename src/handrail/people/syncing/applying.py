"""The rows of a file that may go on, slice by slice: what becomes of each, and the sum.

Doing it twice changes nothing: a person's id follows from the number of their row, and a key remembers in which sync it
was last applied. So a pass that was killed, or a mended mapping, begins at the first row again. Nothing here judges a
file as a whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec
from msgspec import Struct

from handrail.people.canonical import RowReader, Sighting, lacking
from handrail.people.compare import Told, absent, difference, overtaken, told_value
from handrail.people.ports import Change, Directory, Disposition, Known, NotApplied, RowKept, Slice, Sum, SyncRecord
from handrail.people.rows import Row
from handrail.people.syncing.link import Links
from handrail.people.values import Wrong
from handrail.terms.person import Person
from handrail.terms.values import UNKNOWN, Instant

T = TypeVar("T")

SLICE_ROWS: Final = 2_000
SLICE_CHANGES: Final = 250
LINES_SHOWN: Final = 5
CONFLICT: Final = "another row of the file says something else of the same key"


class Going(Struct, frozen=True):
    """What stays the same for all rows of a sync. `there` are all keys of the file, also of rows that cannot be read."""

    directory: Directory
    reader: RowReader
    told: Told
    duplicates: set[int]
    conflicts: set[str]
    there: Container[str]


class Tally(Struct):
    """The sum so far; and what was not applied, by field: to how many people, how many are held for it, values, why.

    `without` are those of the people who are new, and taken in without it; `never` those known before of whom nothing was known there; `no_address` the lines of those applied whom no letter reaches.
    """

    counts: dict[Disposition, int] = msgspec.field(
        default_factory=lambda: {"applied": 0, "no change": 0, "held": 0, "refused": 0}
    )
    new: int = 0
    absent: int = 0
    spared: int = 0
    duplicates: int = 0
    no_address: list[int] = []
    people: Counter[str] = msgspec.field(default_factory=Counter)
    without: Counter[str] = msgspec.field(default_factory=Counter)
    never: Counter[str] = msgspec.field(default_factory=Counter)
    waiting: Counter[str] = msgspec.field(default_factory=Counter)
    values: dict[str, Counter[str]] = {}
    whys: dict[str, dict[str, str]] = {}
    refused: list[str] = []

    def sum(self) -> Sum:
        counts = self.counts
        return Sum(counts["applied"], counts["no change"], counts["held"], counts["refused"], self.new, self.absent)


class _Part(Struct):
    """What one slice will commit."""

    changes: list[Change] = []
    rows: list[RowKept] = []
    not_applied: list[NotApplied] = []


class Applying:
    """One pass over the rows of one sync."""

    def __init__(self, record: SyncRecord, going: Going, links: Links) -> None:
        self.record, self.tally = record, Tally()
        self._going, self._links = going, links
        self._directory, self._reader = going.directory, going.reader

    def rows(self, rows: Iterable[Row]) -> Iterator[SyncRecord]:
        """Apply every row; gives the record after each committed slice."""
        for batch in _slices(rows, SLICE_ROWS):
            part = self._part(batch)
            while len(part.changes) > SLICE_CHANGES:
                self._directory.apply(Slice(self.record, part.changes[:SLICE_CHANGES]))
                del part.changes[:SLICE_CHANGES]
            self._commit(part, batch[-1][0])
            yield self.record

    def absent(self) -> Iterator[SyncRecord]:
        """Who is in no row has left. Those whom an earlier pass has seen off already are counted, not changed."""
        leaving = (known for known in self._missing() if known.status != "left" or known.applied_in == self.record.id)
        for batch in _slices(leaving, SLICE_CHANGES):
            self.tally.absent += len(batch)
            still = [known for known in batch if known.status != "left"]
            people = self._directory.people([known.person for known in still])
            changes = [
                Change(
                    msgspec.structs.replace(known, row_hash=b"", status="left", applied_in=self.record.id),
                    absent(people[known.person], self._going.told),
                )
                for known in still
            ]
            self._commit(_Part(changes), self.record.cursor)
            yield self.record

    def spare(self) -> None:
        """Who is in no row stays, for a row that does not tell whose it is may be theirs. How many they are is told."""
        self.tally.spared = sum(known.status != "left" for known in self._missing())

    def _missing(self) -> Iterator[Known]:
        return (known for known in self._directory.known(self.record.source) if known.key not in self._going.there)

    def _commit(self, part: _Part, cursor: int) -> None:
        self.record = msgspec.structs.replace(self.record, cursor=cursor, progress=self.tally.sum())
        self._directory.apply(Slice(self.record, part.changes, part.rows, part.not_applied))

    def _part(self, batch: Sequence[Row]) -> _Part:
        """What becomes of each row: the quick answer for one that is as it was, the others are looked at."""
        part, reader, going, counts = _Part(), self._reader, self._going, self.tally.counts
        keys = ["" if row[3] else reader.key(row[2]) for row in batch]
        known = self._directory.by_keys(self.record.source, [key for key in keys if key])
        look: list[tuple[Row, str, bytes]] = []
        for row, key in zip(batch, keys, strict=True):
            if not key:
                self._keep(part, row, "refused", row[3] or "it has no key")
            elif key in going.conflicts:
                self._keep(part, row, "held", CONFLICT)
            elif row[0] in going.duplicates:
                counts["no change"] += 1
                self.tally.duplicates += 1
            else:
                was, row_hash = known.get(key), reader.row_hash(row[2])
                if was is None or was.row_hash != row_hash or was.withheld:
                    look.append((row, key, row_hash))
                else:
                    self._count_unchanged(was)
        if look:
            self._look(look, known, part)
        return part

    def _look(self, look: Sequence[tuple[Row, str, bytes]], known: Mapping[str, Known], part: _Part) -> None:
        sightings = [self._reader.sighting(row[2]) for row, _, _ in look]
        self._links.learn(sightings)
        people = self._directory.people([known[key].person for _, key, _ in look if key in known])
        for (row, key, row_hash), seen in zip(look, sightings, strict=True):
            was = known.get(key)
            if was is None:
                self._newcomer(row, seen, row_hash, part)
            else:
                self._acquainted(row, seen, msgspec.structs.replace(was, row_hash=row_hash), people[was.person], part)

    def _newcomer(self, row: Row, seen: Sighting, row_hash: bytes, part: _Part) -> None:
        """Somebody new: taken in, or held when a value they need cannot be had."""
        missing = lacking(seen, self._reader.mapping.needed)
        if missing:
            self.tally.waiting.update(missing.keys())
            for field, wrong in missing.items():
                self._count_value(field, wrong)
            reason = "; ".join(f"{field}: {_said(wrong)}" for field, wrong in missing.items())
            self._keep(part, row, "held", reason, seen.key, next(iter(missing)))
            return
        links = self._links.of(seen)
        made = difference(None, seen, links, self._going.told, self.record.first_id + row[0])
        assert made is not None, "somebody new always makes a difference"
        withheld = self._withheld(seen, {})
        known = Known(seen.key, made.person.id, row_hash, str(made.person.status), self.record.id, withheld)
        part.changes.append(Change(known, made))
        self._count_applied(known)
        self._count_unreached(row[1], made.person)
        self._list(part, row, seen, known, made.person)

    def _acquainted(self, row: Row, seen: Sighting, was: Known, old: Person, part: _Part) -> None:
        """Somebody known; `was` has the hash of this row already."""
        told = self._going.told
        if overtaken(old, told):
            self._count_unchanged(was)
            return
        links = self._links.of(seen)
        made = difference(old, seen, links, told, old.id)
        withheld = self._withheld(seen, was.withheld)
        known = msgspec.structs.replace(was, withheld=withheld)
        if made is None or not made.fields:
            self._count_unchanged(known)
        else:
            known = msgspec.structs.replace(known, status=str(made.person.status), applied_in=self.record.id)
            self._count_applied(known)
            self._count_unreached(row[1], made.person)
        part.changes.append(Change(known, made))
        self._list(part, row, seen, known, old)

    def _withheld(self, seen: Sighting, before: Mapping[str, Instant]) -> dict[str, Instant]:
        """The fields of this row alone that are not applied, each since when."""
        return {field: before.get(field, self._going.told.as_of) for field in sorted(seen.withheld)}

    def _list(self, part: _Part, row: Row, seen: Sighting, known: Known, person: Person) -> None:
        """What of the row is not applied; `person` as known before it, or as taken in by it."""
        for field, since in known.withheld.items():
            wrong = seen.withheld[field]
            self.tally.people[field] += 1
            new = self._is_new(known)
            self.tally.without[field] += new
            self.tally.never[field] += not new and told_value(person, field) is UNKNOWN
            self._count_value(field, wrong)
            part.not_applied.append(
                NotApplied(
                    row[0], row[1], seen.key, known.person, field, wrong.why, wrong.seen, self.record.owner, since
                )
            )

    def _keep(self, part: _Part, row: Row, how: Disposition, reason: str, key: str = "", field: str = "") -> None:
        assert how in ("held", "refused"), "only these keep their content"
        if how == "refused" and len(self.tally.refused) < LINES_SHOWN:
            self.tally.refused.append(f"line {row[1]}: {reason}")
        self.tally.counts[how] += 1
        key = key or ("" if row[3] else self._reader.key(row[2]))
        cells = tuple(cell[:1_000] for cell in row[2])
        part.rows.append(RowKept(row[0], row[1], key, how, reason, self.record.owner, field, cells))

    def _count_value(self, field: str, wrong: Wrong) -> None:
        if wrong.seen:
            seen = wrong.seen[:80]
            self.tally.whys.setdefault(field, {})[seen] = wrong.why
            self.tally.values.setdefault(field, Counter())[seen] += 1

    def _count_unreached(self, line: int, person: Person) -> None:
        """Whoever was taken in or changed and has no address; who has left needs none."""
        has = any(isinstance(address, str) and address for address in (person.email, person.personal_email))
        if not has and person.status != "left":
            self.tally.no_address.append(line)

    def _count_unchanged(self, known: Known) -> None:
        """As it was; but what an earlier pass of this same sync applied stays applied."""
        if known.applied_in == self.record.id:
            self._count_applied(known)
        else:
            self.tally.counts["no change"] += 1

    def _count_applied(self, known: Known) -> None:
        self.tally.counts["applied"] += 1
        if self._is_new(known):
            self.tally.new += 1

    def _is_new(self, known: Known) -> bool:
        """Whether a row of this sync brought them in."""
        return 0 < known.person - self.record.first_id <= self.record.rows


def _said(wrong: Wrong) -> str:
    return f'{wrong.why} "{wrong.seen}"' if wrong.seen else wrong.why


def _slices(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """As `itertools.batched`, which Python 3.11 has not."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
