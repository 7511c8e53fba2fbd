"""Ending the hold on a file, from its page or over the API: released, rejected, or gone through again.

It is read by the mapping as it lies in the workspace now. What each of the three means is `handrail.people.sync`'s matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from handrail.intake.filing import Filing
from handrail.people.ports import SyncRecord
from handrail.people.sync import Moment

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

How: TypeAlias = Literal["release", "reject", "replay"]


class NotEnded(Exception):
    """Why a hold could not be ended, and what to do."""

    def __init__(self, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.what_to_do = what_to_do


def end_hold(runtime: Runtime, record: SyncRecord, how: How, by: str, leaving: int | None = None) -> SyncRecord:
    """End it in somebody's name; the file as it stands then. `leaving` is how many people leave by it, as they have said.

    Raises NotEnded where nothing reads it any more; SyncRefused.
    """
    mapping = runtime.mapping_of(record.source)
    if mapping is None:
        raise NotEnded(f'No mapping reads "{record.source}" any more.', "Add it to mappings/, and start serve again.")
    filing, at = Filing(runtime.directory(), mapping), Moment(runtime.clock(), runtime.engine.worlds.organization.zone)
    match how:
        case "release":
            return filing.release(record.id, by, at, leaving)
        case "reject":
            return filing.reject(record.id, by, at)
        case "replay":
            return filing.replay(record.id, at, by, leaving)
