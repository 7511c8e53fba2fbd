"""What files told of one person that could not be applied and still is not: they keep what was known before.

A value stands here until a file tells one that can be applied, whichever file that is; who answers for it is on the file's page.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from handrail.insight.past import Past
from handrail.insight.telling.wording import words_of
from handrail.people.ports import NotApplied
from handrail.store.moments import to_instant
from handrail.terms import coding
from handrail.terms.values import Instant

_LOOKED_AT: Final = 60
"""Each file tells such a value again: the newest are enough."""

_ASK: Final = (
    "SELECT v.sync, s.source, s.file, s.at, v.body, k.withheld FROM sync_value v JOIN sync s ON s.id = v.sync "
    "JOIN person_key k ON k.source = s.source AND k.key = v.key "
    "WHERE v.person = ? AND k.person = v.person AND k.withheld IS NOT NULL ORDER BY v.sync DESC, v.line DESC LIMIT ?"
)


class NotTaken(Struct, frozen=True):
    """A value that came and was not applied: of which field, what was `seen`, why, and in which file, the newest that told it."""

    name: str
    seen: str
    reason: str
    sync: int
    line: int
    file: str
    at: Instant


def not_taken(past: Past, person: int) -> tuple[NotTaken, ...]:
    """Each field of the person that is held back now, by name."""
    found = _newest(past, person) if past.has_withheld(person) else ()
    return tuple(sorted(found, key=lambda each: each.name))


def _newest(past: Past, person: int) -> Iterator[NotTaken]:
    told = set[tuple[str, str]]()
    for sync, source, file, at, body, withheld in past.store.database.read(_ASK, (person, _LOOKED_AT)):
        value = coding.unpack(body, NotApplied)
        which = (str(source), value.field)
        if value.field in coding.unpack(withheld, dict[str, Instant]) and which not in told:
            told.add(which)
            yield NotTaken(
                words_of(value.field), value.seen, value.reason, int(sync), value.line, str(file), to_instant(int(at))
            )
