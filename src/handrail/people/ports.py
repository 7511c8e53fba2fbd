"""What a sync reads and writes: the shapes, and the protocol that keeps them.

Batches in, plain values out; a slice is one transaction. A sync that was killed is begun again from its cursor: doing
a slice twice changes nothing, for each key remembers in which sync it was last applied. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Literal, Protocol, TypeAlias

from msgspec import Struct

from handrail.people.compare import Difference
from handrail.terms.person import Person
from handrail.terms.values import Instant

Disposition: TypeAlias = Literal["applied", "no change", "held", "refused"]
SyncState: TypeAlias = Literal["staged", "held", "applying", "applied", "rejected", "superseded", "refused"]


class Known(Struct, frozen=True, array_like=True):
    """What is known of one key of a source.

    `row_hash` is of the row last looked at; `applied_in` the sync that last made a version through this key; `withheld`
    the fields whose told value was not applied, since when: such a row is looked at again, though it be the same. What
    tells something else than a row of a file (a webhook) leaves an empty `row_hash`, so that the next row is looked at.
    """

    key: str
    person: int
    row_hash: bytes
    status: str
    applied_in: int = 0
    withheld: Mapping[str, Instant] = {}


class Sum(Struct, frozen=True):
    """What became of the rows: the four columns; `new` are those applied that were new. `absent` are people, not rows."""

    applied: int = 0
    no_change: int = 0
    held: int = 0
    refused: int = 0
    new: int = 0
    absent: int = 0

    @property
    def rows(self) -> int:
        return self.applied + self.no_change + self.held + self.refused


class Leaving(Struct, frozen=True, array_like=True):
    """Who would leave by a file: `absent` are in no row of it, `marked` in a row that says so, of `known` who have not left.

    `runs` are open runs of theirs.
    """

    absent: int
    marked: int
    known: int
    runs: int

    @property
    def people(self) -> int:
        return self.absent + self.marked


class FieldWithheld(Struct, frozen=True, array_like=True):
    """A field that is taken from no row of a file. `instead` is a column that is new in the file and may be the lost one."""

    field: str
    column: str
    why: str
    instead: str = ""


class Alert(Struct, frozen=True):
    """One thing for the owner to look at, with its counts: `people` known and kept as they were, `held` new ones.

    `seen` are the commonest values that were not applied.
    """

    kind: str
    text: str
    owner: str
    field: str = ""
    people: int = 0
    held: int = 0
    seen: Mapping[str, int] = {}


class SyncRecord(Struct, frozen=True):
    """One file of one source, from its arrival to its end.

    `first`: no file of this source was applied before. `first_id`: a new person of row n gets the id `first_id + n`, so
    that a sync begun again gives the same. `hold` names why a whole file is held, `reason` says it. `reported` is the
    sum as first reported, `stands` as it is now, `progress` while the file is being applied. `header` and `fill` (part
    of rows in which a field is not blank) are what the next file is compared with. `ended_by` names who released or
    rejected it, or the newer file. `leaving` is who would leave by it, while it is held as a whole.
    """

    source: str
    mapping: str
    mapping_hash: str
    file: str
    file_hash: str
    as_of: Instant
    arrived: Instant
    owner: str
    id: int = 0
    state: SyncState = "staged"
    first: bool = False
    first_id: int = 0
    rows: int = 0
    hold: str = ""
    reason: str = ""
    reported: Sum | None = None
    stands: Sum = Sum()
    progress: Sum = Sum()
    cursor: int = 0
    header: tuple[str, ...] = ()
    fill: Mapping[str, float] = {}
    withheld: tuple[FieldWithheld, ...] = ()
    alerts: tuple[Alert, ...] = ()
    released: bool = False
    ended_by: str = ""
    leaving: Leaving | None = None


class RowKept(Struct, frozen=True):
    """A held or refused row, kept with its content until it ends in another column."""

    number: int
    line: int
    key: str
    disposition: Literal["held", "refused"]
    reason: str
    owner: str
    field: str = ""
    cells: tuple[str, ...] = ()


class NotApplied(Struct, frozen=True):
    """A told value that was not applied to somebody who was: they keep what they had, stale since `since`."""

    number: int
    line: int
    key: str
    person: int
    field: str
    reason: str
    seen: str
    owner: str
    since: Instant


class Change(Struct, frozen=True):
    """A key that is now known so. `made` is the new version with its events; None: only `known` is to be kept."""

    known: Known
    made: Difference | None = None


class Slice(Struct, frozen=True):
    """What a stretch of a file comes to: one transaction. `record` carries the cursor and the sum so far."""

    record: SyncRecord
    changes: Sequence[Change] = ()
    kept: Sequence[RowKept] = ()
    not_applied: Sequence[NotApplied] = ()


class Directory(Protocol):
    """People and syncs, as the store keeps them. Every method that writes is one transaction."""

    def known(self, source: str) -> Iterator[Known]:
        """Every key of a source, in no order, without loading them all."""

    def by_keys(self, source: str, keys: Sequence[str]) -> Mapping[str, Known]:
        """Of these keys those that are known."""

    def by_emails(self, source: str, emails: Sequence[str]) -> Sequence[tuple[str, Known]]:
        """The keys of a source whose people have one of these canonical work addresses, each with its address."""

    def people(self, ids: Sequence[int]) -> Mapping[int, Person]:
        """The newest committed version of each."""

    def open_runs(self, people: Sequence[int]) -> int:
        """How many runs of these people are open."""

    def reserve_ids(self, count: int) -> int:
        """The first of `count` person ids that nobody else will be given."""

    def keep_file(self, path: Path) -> str:
        """Keep a copy of the file; the name it is kept under."""

    def open_file(self, kept: str) -> BinaryIO:
        """A kept file, from its beginning."""

    def begin(self, record: SyncRecord) -> SyncRecord:
        """Keep a new sync; it gets its number."""

    def sync(self, number: int) -> SyncRecord:
        """The sync of that number; `KeyError` when there is none."""

    def syncs(self, source: str) -> Sequence[SyncRecord]:
        """All syncs of a source, the newest number last."""

    def apply(self, part: Slice) -> None:
        """Commit a slice: versions, events (not yet visible), kept rows, the record. Done twice it changes nothing."""

    def begin_again(self, record: SyncRecord) -> None:
        """Keep the record; forget the sync's kept rows and values not applied, which are about to be made anew."""

    def publish(self, record: SyncRecord) -> None:
        """Keep the record; the sync's events become visible, all at once."""

    def end(self, record: SyncRecord, refused: str = "") -> None:
        """Keep the record; with `refused`, each row of the sync that is still held is refused for that reason."""

    def kept_rows(self, number: int) -> Iterator[RowKept]:
        """The held and refused rows of a sync, in the order they came."""

    def not_applied(self, number: int) -> Iterator[NotApplied]:
        """The values of a sync that were not applied to people who were."""
