"""Files of people, from their arrival to their end, over the store: what was interrupted goes on, and who ended a hold is kept.

What becomes of a file is decided in `handrail.people.sync`. A person changed by a webhook in the middle of a slice only means
that the file is gone through again: what was applied stays applied.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from handrail.people.directory import StoreDirectory
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment, Syncs
from handrail.store.errors import LostUpdate
from handrail.store.kept.acts import Act, note

BEGUN_AGAIN_MAX: Final = 20
IN_THE_MIDDLE: Final = ("staged", "applying")
AfterSlice: TypeAlias = Callable[[SyncRecord], None]


class Filing:
    """The files of one source. `after_slice` is told the record after each commit of a file that is being applied."""

    def __init__(
        self, directory: StoreDirectory, mapping: SourceMapping, after_slice: AfterSlice | None = None
    ) -> None:
        self._directory, self._mapping = directory, mapping
        self._syncs = Syncs(directory, mapping, after_slice)

    def take_in(self, path: Path, at: Moment) -> SyncRecord:
        """Take in one file. What an earlier process left in the middle goes first; it may have been this very file."""
        kept = ""
        for record in self.interrupted():
            kept = kept or self._directory.keep_file(path)
            done = self._through(lambda number=record.id: self._syncs.resume(number, at), at)  # type: ignore[misc]
            if (record.file, record.file_hash) == (path.name, kept):
                return done
        return self._through(lambda: self._syncs.take_in(path, at), at)

    def interrupted(self) -> list[SyncRecord]:
        """The syncs that somebody was in the middle of, oldest first."""
        return [record for record in self._directory.syncs(self._mapping.source) if record.state in IN_THE_MIDDLE]

    def resume(self, at: Moment) -> list[SyncRecord]:
        """Go on with whatever was interrupted."""
        return [
            self._through(lambda number=record.id: self._syncs.resume(number, at), at)  # type: ignore[misc]
            for record in self.interrupted()
        ]

    def release(self, number: int, by: str, at: Moment, leaving: int | None = None) -> SyncRecord:
        """Let a file go that was held as a whole; `leaving` is how many people leave by it, as `by` has said.

        Raises NotCounted where that is another number; SyncRefused; KeyError when there is no such sync.
        """
        if self._directory.sync(number).state == "held":
            self._syncs.count_leaving(number, at, leaving, only_if_held=False)
        record = self._through(lambda: self._syncs.release(number, by, at), at)
        self._said("released", record, by, at)
        return record

    def reject(self, number: int, by: str, at: Moment) -> SyncRecord:
        """Refuse what is held of a file. Raises SyncRefused; KeyError when there is no such sync."""
        record = self._syncs.reject(number, by)
        self._said("rejected", record, by, at)
        return record

    def replay(
        self, number: int, at: Moment, by: str = "", leaving: int | None = None, *, mending_is_told: bool = False
    ) -> SyncRecord:
        """Look at every row again, by the mapping as it is now. Raises SyncRefused; KeyError when there is no such sync.

        What that mapping would hold again goes in the name of `by`, who says how many people leave by it. Raises NotCounted.
        A mapping that was mended since, by a command or in its file, is told in the audit here, unless that was done already.
        """
        before = self._directory.sync(number).mapping_hash
        if by:
            self._syncs.count_leaving(number, at, leaving, only_if_held=True)
        record = self._through(lambda: self._syncs.replay(number, at, by), at)
        if before != record.mapping_hash and not mending_is_told:
            self._mended(record, before, by, at)
        self._said("replayed", record, by, at)
        return record

    def _through(self, begin: Callable[[], SyncRecord], at: Moment) -> SyncRecord:
        """Begin, and go through the file again as often as somebody in it was changed meanwhile."""
        step = begin
        for _ in range(BEGUN_AGAIN_MAX):
            try:
                return step()
            except LostUpdate:
                number = self.interrupted()[-1].id
                step = lambda number=number: self._syncs.resume(number, at)  # type: ignore[misc]  # noqa: E731
        return step()

    def _mended(self, record: SyncRecord, before: str, by: str, at: Moment) -> None:
        """That the file was gone through by another mapping than before: whoever had it so answers for that."""
        why = f"F-{record.id} {record.file} was gone through again by it"
        hashes = f"mapping {before[:8]}", f"mapping {record.mapping_hash[:8]}"
        act = Act(by, "mapping mended", record.mapping, before=hashes[0], after=hashes[1], reason=why)
        note(self._directory.store, act, at.now)

    def _said(self, what: str, record: SyncRecord, by: str, at: Moment) -> None:
        """Who had it so, in the account of what people changed by hand."""
        act = Act(by, f"file {what}", f"F-{record.id} {record.file}", after=f"mapping {record.mapping_hash[:8]}")
        note(self._directory.store, act, at.now)
