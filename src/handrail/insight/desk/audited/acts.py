"""The audit as people ask it: who did what, when, about whom. The newest first, page by page, by index.

What is written there, and by whom, stands in `handrail.app.access.auditing`.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from msgspec import Struct

from handrail.calendar.zones import at_local
from handrail.insight.desk.audited.wording import Telling, people_in, place_of
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.person import own_id_of, own_ids_of
from handrail.terms.values import Fields, Instant, whole_number

WORDS_MAX: Final = 60
_COUNTED: Final = (
    "starts released", "starts refused", "messages released", "messages dropped", "held events tried again",
)  # fmt: skip
"""Acts of which is kept, as what came after, how many they were about."""

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

    `since` and `until` are days, both included; `persons` are own ids of those whom it may be about.
    """

    by: tuple[str, ...] = ()
    what: str = ""
    since: date | None = None
    until: date | None = None
    persons: tuple[int, ...] = ()


class AuditLine(Struct, frozen=True):
    """One act: who (as it is kept, by name, and by login), what, about what and whom, on whose behalf, before and after, why.

    Texts are as they are read, with names in them; `place` is where the run, moving, file or event is found that it is about.
    """

    number: int
    at: Instant
    by: str
    by_name: str
    by_login: str
    by_person: int | None
    what: str
    about: str
    place: str
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
    bodies = [_body(row) for row in rows]
    accounts, names = _Accounts(past, rows), Names(past)
    named = people_in(_text(value) for body in bodies for value in body.values())
    names.fetch([*(row.person for row in rows if row.person is not None), *own_ids_of(row.by for row in rows), *named])
    telling = Telling(past, names)
    return tuple(_line(row, body, (accounts, names, telling)) for row, body in zip(rows, bodies, strict=True))


def audit_words(past: Past) -> tuple[str, ...]:
    """What was ever done, as the rows call it, sorted; so many at most."""
    return tuple(row[0] for row in past.store.database.read(_WORDS, (WORDS_MAX,)))


def _conditions(past: Past, wanted: AuditWanted, zone: str) -> tuple[list[str], list[Any]]:
    conditions, values = list[str](), list[Any]()
    if wanted.by:
        conditions.append(f"by IN ({', '.join('?' * len(wanted.by))})")
        values += wanted.by
    if wanted.what:
        conditions.append("what = ?")
        values.append(wanted.what)
    if wanted.persons:
        conditions.append(f"person IN ({', '.join('?' * len(wanted.persons))})")
        values += wanted.persons
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


class _Accounts:
    """The logins of authors who are written as people, and the accounts of those who are written by a login."""

    def __init__(self, past: Past, rows: Sequence[AuditRow]) -> None:
        logins = sorted({row.by for row in rows if own_id_of(row.by) is None})
        persons = sorted(set(own_ids_of(row.by for row in rows)))
        read = past.store.database.read_in
        by_login = read("SELECT login, name, person FROM account WHERE login {in}", logins) if logins else ()
        by_person = (
            read("SELECT person, login FROM account WHERE person {in} ORDER BY login DESC", persons) if persons else ()
        )
        self.by_login: dict[str, tuple[str, int | None]] = {login: (name, person) for login, name, person in by_login}
        self.logins: dict[int, str] = {int(person): str(login) for person, login in by_person}


def _line(row: AuditRow, body: Fields, known: tuple[_Accounts, Names, Telling]) -> AuditLine:
    accounts, names, telling = known
    told = {name: _text(body.get(name)) for name in _TOLD}
    if row.what in _COUNTED:
        told["after"] = _counted(told["after"])
    rest = "; ".join(f"{name}: {_text(value)}" for name, value in sorted(body.items()) if name not in _TOLD)
    about = "; ".join(text for text in (telling.about(told["about"]), telling.text(rest)) if text)
    name, login, person = _author(row.by, accounts, names)
    return AuditLine(
        row.id, to_instant(row.at), row.by, name, login, person, row.what, about, place_of(told["about"]),
        row.person, names.of(row.person) if row.person is not None else "",
        telling.text(told["on_behalf_of"]), telling.version(told["about"], told["before"]),
        telling.version(told["about"], told["after"]), telling.text(told["reason"]),
    )  # fmt: skip


def _counted(text: str) -> str:
    """A number of things as it is read; it is kept as plain digits, with a word after it or none."""
    digits, space, word = text.partition(" ")
    many = whole_number(digits)
    return text if many is None else f"{many:,}{space}{word}"


def _author(by: str, accounts: _Accounts, names: Names) -> tuple[str, str, int | None]:
    """Name, login and own id of an author, as far as they are known and say more than the name."""
    person = own_id_of(by)
    if person is not None:
        return names.of(person), accounts.logins.get(person, ""), person
    name, person = accounts.by_login.get(by, (by, None))
    return name, by if name != by else "", person


def _body(row: AuditRow) -> Fields:
    return coding.unpack(row.body, Fields) if row.body is not None else Fields()


def _text(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
