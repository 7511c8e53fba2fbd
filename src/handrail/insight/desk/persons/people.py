"""People as a list: found by name, number or address, by department and status, with what is open about each.

Only those whom the viewer sees. By name, page by page, and as fast among 50,000 as among 50.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from handrail.insight.desk.reach import Condition, about_seen
from handrail.insight.finding import own_id_in
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.store.moments import to_millis
from handrail.store.rows import PersonRow
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.values import Instant

_NAMED: Final = "p.name >= 'A'"
_UNNAMED: Final = "(p.name IS NULL OR p.name < 'A')"
"""Without a name, or with one that begins with a sign: a formula, a number. They come last, so that they are not what a list begins with."""


class PeopleWanted(Struct, frozen=True):
    """Whom to list: `who` is a name or part of one, a source's number, an address or an own id (P-12); empty is everybody."""

    who: str = ""
    department: str = ""
    status: str = ""
    open_only: bool = False


class PersonLine(Struct, frozen=True):
    """One person as they are known now. `runs` are open, `late` the open handoffs about them that are past their time."""

    person: int
    name: str
    keys: tuple[str, ...]
    title: str
    department: str
    location: str
    status: str
    manager: int | None
    manager_name: str
    runs: int
    handoffs: int
    late: int


class PeopleFound(Struct, frozen=True):
    """One page of people, the cursor of what comes after it (None: nothing), and how many there are in all."""

    lines: tuple[PersonLine, ...]
    next: tuple[str, int] | None
    total: int


def people(
    past: Past, viewer: Viewer, wanted: PeopleWanted, now: Instant, limit: int, after: tuple[str, int] = ("", 0)
) -> PeopleFound:
    """People by name, those without a readable one last; `after` is name and id of the last one of the page before."""
    where = _conditions(viewer, wanted)
    read = past.store.database.read
    rows, last = list[Any](), list[Any]()
    if after[0] or not after[1]:
        ask = f"SELECT p.* FROM person p WHERE {where.sql} AND {_NAMED} AND (p.name, p.id) > (?, ?) ORDER BY p.name, p.id LIMIT ?"
        rows = read(ask, (*where.values, *after, limit))
    if len(rows) < limit:
        ask = f"SELECT p.* FROM person p WHERE {where.sql} AND {_UNNAMED} AND p.id > ? ORDER BY p.id LIMIT ?"
        last = read(ask, (*where.values, 0 if after[0] else after[1], limit - len(rows)))
    found = [PersonRow(*row) for row in (*rows, *last)]
    total = int(read(f"SELECT count(*) FROM person p WHERE {where.sql}", where.values)[0][0])
    following = ("" if last else found[-1].name or "", found[-1].id) if len(found) == limit else None
    return PeopleFound(_lines(past, found, now), following, total)


def is_formula(text: str) -> bool:
    """Whether it looks like a formula: dirt of the source, which is shown as it came and never worked out."""
    return text.startswith(("=", "@")) or (text.startswith(("+", "-")) and text[1:2].isalpha())


def departments(past: Past) -> tuple[str, ...]:
    """Every department that somebody is in, sorted."""
    ask = "SELECT DISTINCT department FROM person WHERE department IS NOT NULL ORDER BY department"
    return tuple(str(name) for (name,) in past.store.database.read(ask))


def _conditions(viewer: Viewer, wanted: PeopleWanted) -> Condition:
    parts, values = ["1 = 1"], list[object]()
    for each in (about_seen(viewer, "p.id"), named(wanted.who.strip())):
        if each.sql:
            parts.append(each.sql)
            values += each.values
    for column, value in (("department", wanted.department), ("status", wanted.status)):
        if value:
            parts.append(f"p.{column} = ?")
            values.append(value)
    if wanted.open_only:
        parts.append("EXISTS (SELECT 1 FROM run r WHERE r.person = p.id AND r.phase < 3)")
    return Condition(" AND ".join(parts), tuple(values))


def named(who: str) -> Condition:
    """Whom of the people `p` the text may name, in any of the ways in which somebody is named; empty: everybody."""
    own = own_id_in(who)
    if not who:
        return Condition()
    if own is not None:
        return Condition("p.id = ?", (own,))
    if "@" in who:
        return Condition("lower(p.email) = lower(?)", (who,))
    by_key = "p.id IN (SELECT k.person FROM person_key k WHERE k.key = ?)"
    return Condition(f"(lower(p.name) LIKE lower(?) ESCAPE '!' OR {by_key})", (anywhere(who), who.rpartition(":")[2]))


def anywhere(text: str) -> str:
    """What LIKE (with `!` to escape) takes for the text as it stands, anywhere."""
    return "%" + re.sub(r"([!%_])", r"!\1", text) + "%"


def _lines(past: Past, rows: Sequence[PersonRow], now: Instant) -> tuple[PersonLine, ...]:
    ids = [row.id for row in rows]
    if not ids:
        return ()
    names, runs = Names(past), _count_runs(past, ids)
    names.fetch(row.manager for row in rows if row.manager is not None)
    keys, handoffs = _keys(past, ids), _count_handoffs(past, ids, now)
    return tuple(
        _line(row, names, keys.get(row.id, ()), (runs.get(row.id, 0), *handoffs.get(row.id, (0, 0)))) for row in rows
    )


def _line(row: PersonRow, names: Names, keys: tuple[str, ...], counts: tuple[int, int, int]) -> PersonLine:
    person = coding.unpack(row.body, Person)
    return PersonLine(
        row.id,
        row.name or f"P-{row.id}",
        keys,
        _text(person.title),
        _text(person.department),
        _text(person.location),
        row.status,
        row.manager,
        names.of(row.manager) if row.manager is not None else "",
        *counts,
    )


def _keys(past: Past, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    ask = "SELECT person, key FROM person_key WHERE person {in} ORDER BY source, key"
    for person, key in past.store.database.read_in(ask, ids):
        found[int(person)] = (*found.get(int(person), ()), str(key))
    return found


def _count_runs(past: Past, ids: Sequence[int]) -> Mapping[int, int]:
    ask = "SELECT person, count(*) FROM run WHERE phase < 3 AND person {in} GROUP BY person"
    return {int(person): int(many) for person, many in past.store.database.read_in(ask, ids)}


def _count_handoffs(past: Past, ids: Sequence[int], now: Instant) -> Mapping[int, tuple[int, int]]:
    ask = (
        f"SELECT r.person, count(*), sum(CASE WHEN h.late = 1 OR h.due <= {to_millis(now)} THEN 1 ELSE 0 END) FROM run r "
        "JOIN handoff h ON h.run = r.id AND h.closed IS NULL WHERE r.phase < 3 AND r.person {in} GROUP BY r.person"
    )
    found: Iterable[Sequence[int]] = past.store.database.read_in(ask, ids)
    return {int(person): (int(many), int(late)) for person, many, late in found}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
