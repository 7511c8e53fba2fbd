"""Mending a mapping from the console: what is proposed for a file that is held, and accepting it, with who said so.

The mapping's file in the workspace is written anew, the mapping is read again, and the file is gone through again by it.
What could be proposed is decided in `handrail.people.syncing.mending`.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from handrail.intake.filing import Filing
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import RowKept, SyncRecord
from handrail.people.rows import inspect, rows
from handrail.people.sync import Moment
from handrail.people.syncing.mending import Mending, propose_mending, with_values
from handrail.store.kept.acts import Act, note

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

ROWS_LOOKED_AT: Final = 5_000
Chosen = Mapping[tuple[str, str], str]


class NotMended(Exception):
    """Why nothing was changed, and what to do."""

    def __init__(self, why: str, what_to_do: str) -> None:
        super().__init__(why)
        self.what_to_do = what_to_do


class Proposal(Struct, frozen=True):
    """A mending with the file of the workspace that it would change, the lines that differ, and the mapping (by hash) that it was made for."""

    mending: Mending
    file: str
    difference: tuple[str, ...]
    of: str


def proposal_of(runtime: Runtime, record: SyncRecord, chosen: Chosen | None = None) -> Proposal | None:
    """What is proposed for what is held of this file; None where no mapping reads its source any more, or the kept file is gone."""
    mapping = runtime.mapping_of(record.source)
    if mapping is None:
        return None
    file, text = runtime.workspace.mapping_texts[mapping.name]
    try:
        held, other = _rows(runtime, record, mapping)
    except FileNotFoundError:
        return None
    kept = islice(runtime.directory().not_applied(record.id), ROWS_LOOKED_AT)
    mending = with_values(propose_mending(mapping, text, record, held, other, chosen), mapping.name, kept)
    return Proposal(
        mending, f"mappings/{Path(file).name}", _difference(text, mending.text) if mending.text else (), mapping.hash
    )


def accept(runtime: Runtime, record: SyncRecord, of: str, chosen: Chosen, by: str) -> SyncRecord:
    """Write the mended mapping and go through the file again by it. Raises NotMended; SyncRefused."""
    proposal = proposal_of(runtime, record, chosen)
    if proposal is None or proposal.of != of:
        if not _still_held(runtime, record):
            raise NotMended("This was mended already: nothing of the file is held any more.", "See what came of it.")
        raise NotMended(
            "The mapping was changed since this was proposed.",
            "Look at the proposal again, and accept it as it is now.",
        )
    if not proposal.mending.text:
        raise NotMended("Nothing is proposed for this file.", f"Mend {proposal.file} by hand, then replay the file.")
    mapping = runtime.mapping_of(record.source)
    assert mapping is not None, "a proposal is for a mapping that is there"
    before = runtime.workspace.mapping_texts[mapping.name][1]
    path = runtime.workspace.folder / "mappings" / Path(proposal.file).name
    _write(path, before, proposal.mending.text)
    runtime.read_again()
    mended = runtime.mapping_of(record.source)
    assert mended is not None, "what was proposed was read before"
    at = Moment(runtime.clock(), runtime.engine.worlds.organization.zone)
    act = Act(by, "mapping mended", proposal.file, before=mapping.hash, after="\n".join(proposal.difference))
    runtime.do(lambda engine, now: note(engine.store, act, now))
    return Filing(runtime.directory(), mended).replay(record.id, at, by, mending_is_told=True)


def _still_held(runtime: Runtime, record: SyncRecord) -> bool:
    kept = runtime.directory().kept_rows(record.id)
    return record.state == "held" or any(row.disposition == "held" for row in kept)


def _rows(runtime: Runtime, record: SyncRecord, mapping: SourceMapping) -> tuple[list[RowKept], list[tuple[str, ...]]]:
    """What is held of the file, and its first rows."""
    directory = runtime.directory()
    held = [row for row in directory.kept_rows(record.id) if row.disposition == "held"]
    numbers = {row.number for row in held}
    opened = partial(directory.open_file, record.file_hash)
    layout = inspect(opened, record.header, mapping.encoding, mapping.delimiter)
    first = islice(rows(opened, layout), ROWS_LOOKED_AT)
    return held, [tuple(cells) for number, _, cells, problem in first if not problem and number not in numbers]


def _difference(before: str, after: str) -> tuple[str, ...]:
    """The lines that differ, as `- old` and `+ new`."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    return tuple(line for line in lines if line[:1] in "+-" and not line.startswith(("+++", "---")))


def _write(path: Path, before: str, after: str) -> None:
    """Write the file anew as a whole, unless somebody has changed it. Raises NotMended."""
    advice = f"Write the lines into {path.name} by hand, then replay the file."
    try:
        if path.read_text("utf-8") != before:
            raise NotMended(f"{path.name} was changed since it was read.", "Look at the proposal again.")
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(after, "utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise NotMended(f"{path.name} cannot be written: {error.strerror}.", advice) from error
