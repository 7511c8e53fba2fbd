"""Who would leave by a file that is held as a whole, and that a person who lets it go must say how many.

Nothing here looks into a file: `judge` does.
"""

from __future__ import annotations

from typing import Final

from handrail.people.mappings.mapping import SourceMapping
from handrail.people.ports import Directory, Leaving, SyncRecord
from handrail.people.syncing.judge import Against

NEVER_RELEASED: Final = ("unreadable", "columns", "key column")
"""Holds of files of which no row can be told: they are mended and sent or replayed, or rejected."""


class SyncRefused(Exception):
    """What was asked cannot be done with this sync: the text says why, and what can."""


class NotCounted(SyncRefused):
    """People would leave by a file, and whoever lets it go did not say how many, or another number."""

    def __init__(self, what: str, what_to_do: str) -> None:
        super().__init__(f"{what} {what_to_do}")
        self.what, self.what_to_do = what, what_to_do


def leaving_by(stands: Against, directory: Directory, mapping: SourceMapping) -> Leaving:
    """Who would leave by a file that stands so against what is known, with their open runs."""
    absent = stands.absent_people if mapping.absent == "leaves" else []
    runs = directory.open_runs([*absent, *stands.marked_people])
    return Leaving(len(absent), stands.marked, stands.active, runs)


def would_leave(leaving: Leaving) -> str:
    """How many would leave, as a sentence without its end."""
    if not leaving.people:
        return "Nobody would leave by it"
    one = leaving.people == 1
    who = "1 person" if leaving.known == 1 else f"{leaving.people:,} of {leaving.known:,} known people"
    runs = {0: "no open run", 1: "1 open run"}.get(leaving.runs, f"{leaving.runs:,} open runs")
    return f"{who} would leave by it, and {'has' if one else 'they have'} {runs}"


def must_be_counted(record: SyncRecord, leaving: Leaving, told: int | None) -> None:
    """Raise `NotCounted` unless `told` is how many would leave; where nobody would, nothing need be told."""
    if leaving.people == (told or 0):
        return
    said = "" if told is None else f", for it was said that {told:,} would leave"
    raise NotCounted(
        f"Sync {record.id} ({record.file}) stays as it is{said}. {would_leave(leaving)}.",
        f'If that is right, say their number: --leaving {leaving.people} (over the API "leaving": {leaving.people}). '
        "If it is not, reject the file.",
    )


def who_left(record: SyncRecord) -> str:
    """Who has left by a file, as sentences; empty: nobody."""
    absent = record.stands.absent
    marked = record.leaving.marked if record.leaving is not None and record.released else 0
    said = []
    if absent:
        said.append(
            "1 person is in no row of it and has left."
            if absent == 1
            else f"{absent:,} people are in no row of it and have left."
        )
    if marked and record.state == "applied":
        said.append(
            "1 person has left by a row of it." if marked == 1 else f"{marked:,} people have left by a row of it."
        )
    return " ".join(said)
