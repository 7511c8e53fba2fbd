"""Drift: what the newest files of a source hold that its mapping does not expect, by the connection that they come from.

A column that is gone or half empty, values that cannot be right, a whole file that is held: noticed by the sync, told here.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past
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
