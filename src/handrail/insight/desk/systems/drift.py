"""The files of each source: the newest, and its drift: what the newest files of a source hold that its mapping does not expect, by the connection that they come from.

A column that is gone or half empty, values that cannot be right, a whole file that is held: noticed by the sync, told here.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.telling.wording import count_text
from handrail.people.ports import SyncRecord
from handrail.store.moments import to_instant
from handrail.terms import coding
from handrail.terms.values import Instant

_NO_DRIFT: Final = frozenset({"unreached"})
"""Alerts of a sync that say nothing of how its columns are read."""


class Drift(Struct, frozen=True):
    """One thing in one file that the mapping does not expect, in a sentence; `sync` is the file's number, `owner` looks at it."""

    said: str
    file: str
    sync: int
    owner: str
    at: Instant


class Brought(Struct, frozen=True):
    """The newest file of a source: when it came, its rows, how many values of it were not applied and how many rows are held.

    `whole`: it is held as a whole.
    """

    file: str
    sync: int
    at: Instant
    rows: int
    not_applied: int
    held: int
    whole: bool

    @property
    def counts(self) -> str:
        """As in `12 rows, 3 values not applied, 1 row held`."""
        parts = [count_text(self.rows, "row")]
        parts += [f"{count_text(self.not_applied, 'value')} not applied"] if self.not_applied else []
        parts += [f"{count_text(self.held, 'row')} held"] if self.held else []
        parts += ["held as a whole"] if self.whole else []
        return ", ".join(parts) if len(parts) > 1 else f"{parts[0]}, nothing of it held"


def brought_by_source(past: Past) -> dict[str, Brought]:
    """The newest file of each source that was applied, or is held as a whole."""
    found = {}
    for row in past.syncs():
        if row.body is not None:
            record = coding.unpack(row.body, SyncRecord)
            values = sum(alert.people for alert in record.alerts if alert.field)
            found[row.source] = Brought(
                row.file, row.id, to_instant(row.at), record.rows, values, record.stands.held, row.state == "held"
            )
    return found


def drift_by_source(past: Past) -> dict[str, tuple[Drift, ...]]:
    """Of files that are held as a whole, and of the newest of each source that was applied; the newest file first."""
    names = Names(past)
    found: dict[str, tuple[Drift, ...]] = {}
    for row in reversed(past.syncs()):
        record = coding.unpack(row.body, SyncRecord) if row.body is not None else None
        found[row.source] = found.get(row.source, ()) + tuple(
            Drift(alert.text, row.file, row.id, names.owner(alert.owner), to_instant(row.at))
            for alert in (record.alerts if record is not None else ())
            if alert.kind not in _NO_DRIFT
        )
    return found
