"""Whom a text means in the audit: an own id, a login, a key of the HR system, a name or a part of it; one, several or nobody.

Authors are written in the audit as a person (`person:3`), by a login, or as a name that a command was given. Whoever asks
for one of these ways is shown all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.desk.persons.people import anywhere
from handrail.insight.finding import find, own_id_in
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.entering.looking import account_by_login
from handrail.terms.person import own_id_of

MEANT_MAX: Final = 50
"""So many are told apart; who is called like more people than that is asked for more of the name."""

NAMES_LOOKED_AT: Final = 5_000
"""So many names that commands were given are looked through for a part of one."""

_ACTED: Final = (
    "(EXISTS (SELECT 1 FROM audit a WHERE a.by = 'person:' || p.id) OR "
    "EXISTS (SELECT 1 FROM account c JOIN audit a ON a.by = c.login WHERE c.person = p.id))"
)
_ABOUT: Final = "EXISTS (SELECT 1 FROM audit a WHERE a.person = p.id)"
_NAMED: Final = (
    "SELECT p.id FROM person p WHERE lower(p.name) LIKE lower(?) ESCAPE '!' AND {} ORDER BY p.name, p.id LIMIT ?"
)
_ACCOUNTS: Final = (
    "SELECT c.login, c.name, c.person FROM account c WHERE (lower(c.login) LIKE lower(?) ESCAPE '!' OR "
    "lower(c.name) LIKE lower(?) ESCAPE '!') AND EXISTS (SELECT 1 FROM audit a WHERE a.by = c.login) "
    "ORDER BY c.login LIMIT ?"
)
_GIVEN: Final = """
WITH RECURSIVE each(by) AS (
  SELECT min(by) FROM audit WHERE by < 'person:' OR by >= 'person;'
  UNION ALL SELECT (SELECT min(a.by) FROM audit a WHERE a.by > each.by AND (a.by < 'person:' OR a.by >= 'person;'))
  FROM each WHERE each.by IS NOT NULL
) SELECT by FROM each WHERE by IS NOT NULL LIMIT ?
"""
"""Every author who is not written as a person, once, by steps through the index."""


class Author(Struct, frozen=True):
    """One who did something: how the page asks for them alone (`ask`), their name, and every way in which they are written."""

    ask: str
    name: str
    ways: tuple[str, ...]

    @property
    def login(self) -> str:
        """The first login among the ways, where it says more than the name."""
        return next((way for way in self.ways if own_id_of(way) is None and way != self.name), "")


class Meant(Struct, frozen=True):
    """Whom a text means. `nobody` says, where there is none, whether it is known and did nothing, or not known at all."""

    authors: tuple[Author, ...] = ()
    more: bool = False
    nobody: str = ""

    @property
    def ways(self) -> tuple[str, ...]:
        """All of them, in all the ways in which they are written."""
        return tuple(dict.fromkeys(way for author in self.authors for way in author.ways))


def authors_meant(past: Past, text: str) -> Meant:
    """Who did something and may be meant by the text."""
    text = text.strip()
    persons, account = _exactly(past, text), account_by_login(past.store.database, text.lower())
    if persons is None and account is not None:
        persons = (account.person,) if account.person is not None else None
    if persons is not None:
        return _several(past, _of_persons(past, persons), text, known=True)
    if account is not None:
        return _several(past, [Author(account.login, account.name, (account.login,))], text, known=True)
    if past.store.database.read("SELECT 1 FROM audit WHERE by = ? LIMIT 1", (text,)):
        return Meant((Author(text, text, (text,)),))
    return _several(past, _named(past, text), text, known=bool(find(past, text).persons))


def people_meant(past: Past, text: str) -> tuple[int, ...]:
    """The people about whom something was done and who may be meant, by name; without any, everybody who may be. One more than MEANT_MAX at most."""
    exact = _exactly(past, text.strip())
    if exact is not None:
        return exact
    found = past.store.database.read(_NAMED.format(_ABOUT), (anywhere(text.strip()), MEANT_MAX + 1))
    return tuple(int(number) for (number,) in found) or find(past, text).persons


def _exactly(past: Past, text: str) -> tuple[int, ...] | None:
    """The people whom an own id, a key or an address names; None: it is none of these."""
    own = own_id_in(text)
    if own is None and (number := own_id_of(text)) is not None:
        own = number
    if own is not None:
        return (own,) if past.versions(own) else ()
    found = find(past, text)
    by_key_or_address = bool(found.persons) and ("@" in text or found.keys == (text.rpartition(":")[2],))
    return found.persons if by_key_or_address else None


def _named(past: Past, text: str) -> list[Author]:
    """Everybody with it in their name or login, who did something."""
    read, like = past.store.database.read, anywhere(text)
    persons = [int(number) for (number,) in read(_NAMED.format(_ACTED), (like, MEANT_MAX + 1))]
    accounts = read(_ACCOUNTS, (like, like, MEANT_MAX + 1))
    persons += [int(person) for _, _, person in accounts if person is not None]
    authors = _of_persons(past, tuple(dict.fromkeys(persons)))
    authors += [Author(str(login), str(name), (str(login),)) for login, name, person in accounts if person is None]
    known, wanted = {way for author in authors for way in author.ways}, text.casefold()
    given = (str(by) for (by,) in read(_GIVEN, (NAMES_LOOKED_AT,)))
    return authors + [Author(by, by, (by,)) for by in given if by not in known and wanted in by.casefold()]


def _of_persons(past: Past, persons: Sequence[int]) -> list[Author]:
    names, logins = Names(past), _logins(past, persons)
    names.fetch(persons)
    return [Author(f"P-{one}", names.of(one), (f"person:{one}", *logins.get(one, ()))) for one in persons]


def _logins(past: Past, persons: Iterable[int]) -> dict[int, list[str]]:
    ask = "SELECT person, login FROM account WHERE person {in} ORDER BY login"
    found: dict[int, list[str]] = {}
    for person, login in past.store.database.read_in(ask, sorted(persons)) if persons else ():
        found.setdefault(int(person), []).append(str(login))
    return found


def _several(past: Past, authors: Sequence[Author], text: str, *, known: bool) -> Meant:
    """Those who did something; without any, why there is none."""
    if authors and len(authors) <= MEANT_MAX:
        acted = [author for author in authors if _acted(past, author)] if len(authors) < 3 else authors
        if acted:
            return Meant(tuple(acted))
        return Meant(nobody=f"{authors[0].name} did nothing that is kept here.")
    if authors:
        return Meant(tuple(authors[:MEANT_MAX]), more=True)
    if known:
        return Meant(nobody=f"“{text}” is known, and did nothing that is kept here.")
    return Meant(nobody=f"Nobody is known as “{text}”: no person, no account, and no name that a command was given.")


def _acted(past: Past, author: Author) -> bool:
    return any(past.store.database.read("SELECT 1 FROM audit WHERE by = ? LIMIT 1", (way,)) for way in author.ways)
