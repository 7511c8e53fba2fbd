"""Who is meant: a person by own id (P-123), by a source's key (010617, hris:010617), by e-mail or name.

Somebody who is held has no id yet and is found by the key of the held row, or by what else stands in it. Nothing here says why.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from msgspec import Struct

from handrail.insight.past import Past
from handrail.people.ports import NotApplied, SyncRecord
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import SyncLineRow
from handrail.terms import coding
from handrail.terms.values import Instant, whole_number

SHOWN_MAX: Final = 20
HELD_LOOKED_AT: Final = 5_000
"""So many held rows, the newest first, are looked through for a name."""


class KeptLine(Struct, frozen=True):
    """A row of a file that was held or refused, with its file. `ended` is when it stopped being held."""

    line: SyncLineRow
    file: str
    source: str
    at: Instant
    ended: Instant | None

    @property
    def cells(self) -> tuple[str, ...]:
        """What stands in it, as far as it is kept."""
        return coding.unpack(self.line.content, tuple[str, ...]) if self.line.content is not None else ()

    def held_at(self, moment: Instant) -> bool:
        """Whether it was held then."""
        return self.at <= moment and self.line.disposition == "held" and (self.ended is None or self.ended > moment)


class Found(Struct, frozen=True):
    """Whom a text names: own ids, and the keys by which sources know them. None, one or several."""

    persons: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


def own_id_in(text: str) -> int | None:
    """The own id that a text like `P-12` is; None: it is none."""
    return whole_number(text[2:]) if text[:2] in ("P-", "p-") else None


def find(past: Past, text: str) -> Found:
    """Everybody whom the text may name; the first way that finds somebody counts."""
    text = text.strip()
    own = own_id_in(text)
    if own is not None:
        return Found((own,) if past.versions(own) else ())
    source, _, key = text.rpartition(":")
    if source:
        by_key = _ask(past, "SELECT DISTINCT person FROM person_key WHERE source = ? AND key = ?", source, key)
    else:
        by_key = _ask(past, "SELECT DISTINCT person FROM person_key WHERE key = ?", key)
    if by_key:
        return Found(tuple(by_key), (key,))
    if "@" in text:
        return _with_keys(past, _ask(past, "SELECT id FROM person WHERE lower(email) = lower(?)", text))
    exact = _ask(past, "SELECT id FROM person WHERE lower(name) = lower(?) ORDER BY id", text)
    named = exact or _ask(past, "SELECT id FROM person WHERE lower(name) LIKE lower(?) ORDER BY id", f"%{text}%")
    if text and named:
        return _with_keys(past, named)
    return Found((), (key,) if key else ())


def keys_of(past: Past, person: int) -> tuple[str, ...]:
    """What sources call the person."""
    return past.keys(person)


def kept_lines(past: Past, keys: tuple[str, ...], moment: Instant) -> list[KeptLine]:
    """The rows of files with one of these keys that had been held or refused by then, oldest first."""
    found = past.store.database.read_in(
        "SELECT s.file, s.source, s.at, l.* FROM sync_line l JOIN sync s ON s.id = l.sync WHERE l.key {in}", list(keys)
    )
    lines = [kept_line(SyncLineRow(*row[3:]), str(row[0]), str(row[1]), to_instant(row[2])) for row in found]
    return sorted((each for each in lines if each.at <= moment), key=lambda each: (each.line.sync, each.line.line))


def held_with(past: Past, text: str) -> list[KeptLine]:
    """Rows about nobody who is known that are held now, and in which the text stands: a key, an address, a name or its parts."""
    wanted = text.strip().casefold()
    if not wanted:
        return []
    # The plus keeps the database from walking all rows in that order: it goes by the index of those that are open.
    ask = (
        "SELECT s.file, s.source, s.at, l.* FROM sync_line l JOIN sync s ON s.id = l.sync "
        "WHERE l.ended IS NULL AND l.disposition = 'held' AND l.person IS NULL ORDER BY +l.sync DESC, l.line LIMIT ?"
    )
    found = past.store.database.read(ask, (HELD_LOOKED_AT,))
    lines = (kept_line(SyncLineRow(*row[3:]), str(row[0]), str(row[1]), to_instant(row[2])) for row in found)
    return list(islice((each for each in lines if _stands_in(wanted, each)), SHOWN_MAX))


def lines_of(past: Past, person: int, moment: Instant) -> list[KeptLine]:
    """The same, with a key by which a source knows the person."""
    found = past.store.database.read(
        "SELECT s.file, s.source, s.at, l.* FROM person_key k JOIN sync_line l ON l.key = k.key "
        "JOIN sync s ON s.id = l.sync WHERE k.person = ?",
        (person,),
    )
    lines = [kept_line(SyncLineRow(*row[3:]), str(row[0]), str(row[1]), to_instant(row[2])) for row in found]
    return sorted((each for each in lines if each.at <= moment), key=lambda each: (each.line.sync, each.line.line))


class ValueLeft(Struct, frozen=True):
    """A value that a file told and that was not applied: which, and in which file, when that came. `newest`: no later one of its source did."""

    value: NotApplied
    sync: int
    file: str
    at: Instant
    newest: bool


def not_applied(past: Past, person: int, moment: Instant) -> list[ValueLeft]:
    """Values that sources told of the person by then and that could not be applied: they keep what was known before."""
    found = past.store.database.read(
        "SELECT v.body, v.sync, s.file, s.at, (SELECT max(l.id) FROM sync l WHERE l.source = s.source AND l.state = 'applied' "
        "AND l.at <= ?) FROM sync_value v JOIN sync s ON s.id = v.sync WHERE v.person = ? AND s.at <= ? ORDER BY v.sync",
        (to_millis(moment), person, to_millis(moment)),
    )
    return [
        ValueLeft(coding.unpack(body, NotApplied), int(sync), str(file), to_instant(int(at)), sync == newest)
        for body, sync, file, at, newest in found
    ]


def files_held(past: Past, moment: Instant) -> list[SyncRecord]:
    """Files that are held as a whole, and had come by then."""
    records = [
        coding.unpack(row.body, SyncRecord) for row in past.syncs() if row.state == "held" and row.body is not None
    ]
    return [record for record in records if record.arrived <= moment]


def kept_line(line: SyncLineRow, file: str, source: str, at: Instant) -> KeptLine:
    """A row of a file that came at that moment."""
    return KeptLine(line, file, source, at, to_instant(line.ended) if line.ended is not None else None)


def _stands_in(wanted: str, kept: KeptLine) -> bool:
    """Whether the row has it as a whole cell, or begins of its words for all of its words."""
    cells = [cell.casefold() for cell in (kept.line.key, *kept.cells)]
    words = [word for cell in cells for word in cell.split()]
    return wanted in cells or all(any(word.startswith(part) for word in words) for part in wanted.split())


def _with_keys(past: Past, persons: list[int]) -> Found:
    keys = keys_of(past, persons[0]) if len(persons) == 1 else ()
    return Found(tuple(persons[: SHOWN_MAX + 1]), keys)


def _ask(past: Past, sql: str, *values: str) -> list[int]:
    return [int(row[0]) for row in past.store.database.read(sql, values)]
