"""The audit as people ask it: who did what, when, about whom. The newest first, page by page, by index.

What is written there, and by whom, stands in `handrail.app.access.auditing`.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any, Final

from msgspec import Struct

from handrail.calendar.zones import at_local
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.person import own_id_of, own_ids_of
from handrail.terms.values import Fields, Instant

WORDS_MAX: Final = 60
_TOLD: Final = ("about", "on_behalf_of", "before", "after", "reason")
_WORDS: Final = """
WITH RECURSIVE each(what) AS (
  SELECT min(what) FROM audit
  UNION ALL SELECT (SELECT min(a.what) FROM audit a WHERE a.what > each.what) FROM each WHERE each.what IS NOT NULL
) SELECT what FROM each WHERE what IS NOT NULL LIMIT ?
"""
"""Every word once, by steps through the index: as fast over a million rows as over ten."""


class AuditWanted(Struct, frozen=True):
    """What to list; empty is everything. `by` are the ways in which one author may be written (`person:3`, a login).

    `since` and `until` are days, both included; `person` is an own id.
    """

    by: tuple[str, ...] = ()
    what: str = ""
    since: date | None = None
    until: date | None = None
    person: int | None = None


class AuditLine(Struct, frozen=True):
    """One act: who (as it is kept, and by name), what, about what and whom, on whose behalf, before and after, why."""

    number: int
    at: Instant
    by: str
    by_name: str
    what: str
    about: str
    person: int | None
    person_name: str
    on_behalf_of: str
    before: str
    after: str
    reason: str


def audit_lines(past: Past, wanted: AuditWanted, zone: str, limit: int, before: int = 0) -> tuple[AuditLine, ...]:
    """The newest acts that are wanted, older than number `before` (0: from the newest on)."""
    conditions, values = _conditions(past, wanted, zone)
    if before:
        conditions.append("id < ?")
        values.append(before)
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    found = past.store.database.read(f"SELECT * FROM audit {where}ORDER BY id DESC LIMIT ?", (*values, limit))
    rows = [AuditRow(*row) for row in found]
    names = Names(past)
    names.fetch([*(row.person for row in rows if row.person is not None), *own_ids_of(row.by for row in rows)])
    return tuple(_line(row, names) for row in rows)


def audit_words(past: Past) -> tuple[str, ...]:
    """What was ever done, as the rows call it, sorted; so many at most."""
    return tuple(row[0] for row in past.store.database.read(_WORDS, (WORDS_MAX,)))


def _conditions(past: Past, wanted: AuditWanted, zone: str) -> tuple[list[str], list[Any]]:
    conditions, values = list[str](), list[Any]()
    if wanted.by:
        conditions.append(f"by IN ({', '.join('?' * len(wanted.by))})")
        values += wanted.by
    for condition, value in (("what = ?", wanted.what), ("person = ?", wanted.person)):
        if value:
            conditions.append(condition)
            values.append(value)
    if wanted.since is not None:
        conditions.append("at >= ?")
        values.append(_begin(wanted.since, zone))
    if wanted.until is not None:
        end = _begin(wanted.until + timedelta(days=1), zone)
        newest = past.store.database.read("SELECT id FROM audit WHERE at < ? ORDER BY at DESC, id DESC LIMIT 1", (end,))
        # Numbers rise with time, so that nothing newer needs to be walked; the moment itself decides.
        conditions += ["id <= ?", "at < ?"]
        values += [newest[0][0] if newest else 0, end]
    return conditions, values


def _begin(day: date, zone: str) -> int:
    return to_millis(at_local(day, time(0), zone))


def _line(row: AuditRow, names: Names) -> AuditLine:
    body: Any = coding.unpack(row.body, Fields) if row.body is not None else Fields()
    told = {name: _text(body.get(name)) for name in _TOLD}
    rest = "; ".join(f"{name}: {_text(value)}" for name, value in sorted(body.items()) if name not in _TOLD)
    about = "; ".join(text for text in (told["about"], rest) if text)
    name = names.of(row.person) if row.person is not None else ""
    return AuditLine(
        row.id,
        to_instant(row.at),
        row.by,
        names.of(author) if (author := own_id_of(row.by)) is not None else row.by,
        row.what,
        about,
        row.person,
        name,
        told["on_behalf_of"],
        told["before"],
        told["after"],
        told["reason"],
    )


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
