"""What a told event adds to the learning record of its person: the latest known, by course, assessment, certificate."""

from __future__ import annotations

from datetime import date

from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.rows import RecordRow
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.person import Certificate

TEACHES = frozenset(
    {"lms.completed", "assessment.scored", "certificate.issued", "certificate.expired", "certificate.revoked"}
)
"""The kinds of event that say what was learned."""


def learned(batch: Batch, event: Event, records: dict[int, list[RecordRow]]) -> None:
    """Keep what the event says was learned, unless something later is known; `records` is what is known so far."""
    if event.kind not in TEACHES or (row := _row(event)) is None:
        return
    known = records.setdefault(row.person, [])
    for index, other in enumerate(known):
        if (other.kind, other.object) == (row.kind, row.object):
            if other.at > row.at:
                return
            known[index] = row
            batch.records = [each for each in batch.records if each[:3] != row[:3]]
            break
    else:
        known.append(row)
    batch.records.append(row)


def _row(event: Event) -> RecordRow | None:
    fields = event.fields
    assert event.person is not None, "a record is somebody's"
    at = to_millis(event.at)
    match event.kind:
        case "lms.completed":
            return RecordRow(event.person, "completed", str(fields.get("course", "")), at, None)
        case "assessment.scored" if fields.get("passed") is True:
            return RecordRow(event.person, "passed", str(fields.get("assessment", "")), at, None)
        case "certificate.issued" | "certificate.expired" | "certificate.revoked":
            expires = fields.get("expires_on")
            body = Certificate(event.at, expires if isinstance(expires, date) else None, event.kind.endswith("revoked"))
            return RecordRow(event.person, "certificate", str(fields.get("certificate", "")), at, coding.pack(body))
        case _:
            return None
