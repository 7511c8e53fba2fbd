"""Somebody who was named in a form, where the name is not clear: those who may be meant, of whom the viewer sees.

Whom a text names without doubt is `insight.finding`'s matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from handrail.insight.desk.reach import about_seen
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.store.rows import PersonRow
from handrail.terms import coding
from handrail.terms.person import Person

CANDIDATES_MAX: Final = 20
SUGGESTED_MAX: Final = 100
_CALLED: Final = (
    "SELECT p.* FROM person p WHERE lower(p.name) LIKE lower(?) AND p.status <> 'left'{} "
    "ORDER BY CASE WHEN lower(p.name) = lower(?) THEN 0 ELSE 1 END, p.name, p.id LIMIT ?"
)
_REPORTS: Final = "SELECT p.* FROM person p WHERE p.manager = ? AND p.status <> 'left' ORDER BY p.name, p.id LIMIT ?"


class Candidate(Struct, frozen=True):
    """Somebody who may be meant: `key` is what a form sends (`P-12`), `where` their title, department and site, as far as they are known."""

    key: str
    name: str
    where: str

    @property
    def named(self) -> str:
        """As a suggestion is written into a field, and read again: `Ana Brown (P-12)`."""
        return f"{self.name} ({self.key})"


def called_so(past: Past, viewer: Viewer, text: str) -> tuple[Candidate, ...]:
    """Those whom the viewer sees and who have the text in their name; who is called exactly so comes first."""
    seen = about_seen(viewer, "p.id")
    values = (f"%{text}%", *seen.values, text, CANDIDATES_MAX)
    return _candidates(past.store.database.read(_CALLED.format(seen.also), values))


def own_people(past: Past, viewer: Viewer) -> tuple[Candidate, ...]:
    """Who reports to the viewer, by name: whom they name most."""
    if not viewer.leads:
        return ()
    return _candidates(past.store.database.read(_REPORTS, (viewer.person, SUGGESTED_MAX)))


def _candidates(rows: Iterable[tuple[object, ...]]) -> tuple[Candidate, ...]:
    found = (PersonRow(*row) for row in rows)  # type: ignore[arg-type]
    return tuple(Candidate(f"P-{row.id}", row.name or f"P-{row.id}", _where(row.body)) for row in found)


def _where(body: bytes) -> str:
    person = coding.unpack(body, Person)
    values = (person.title, person.department, person.location)
    return ", ".join(value for value in values if isinstance(value, str) and value)
