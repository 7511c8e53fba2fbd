"""Who is meant: a person by own id (P-123), by a source's key (010617, hris:010617), by e-mail or name.

Somebody who is held has no id yet and is found by the key of the held row. Nothing here says why.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from handrail.insight.past import Past, Then
from handrail.store.moments import to_instant
from handrail.store.rows import SyncLineRow
from handrail.terms.values import Instant

SHOWN_MAX: Final = 20
_OWN_ID: Final = re.compile(r"[Pp]-(\d+)")


class HeldLine(Struct, frozen=True):
    """A row of a file that was held or refused, with its file."""

    line: SyncLineRow
    sync: int
    file: str
    source: str
    at: Instant
    ended: Instant | None


class Found(Struct, frozen=True):
    """Whom a text names: own ids, and the keys by which sources know them. None, one or several."""

    persons: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()


def find(past: Past, text: str) -> Found:
    """Everybody whom the text may name; the first way that finds somebody counts."""
    text = text.strip()
    own = _OWN_ID.fullmatch(text)
    if own is not None:
        return _with_keys(past, [int(own[1])] if past.versions(int(own[1])) else [])
    source, _, key = text.rpartition(":")
    by_key = _ask(
        past, "SELECT DISTINCT person FROM person_key WHERE key = ? AND (? = '' OR source = ?)", key, source, source
    )
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
    found = past.store.database.read("SELECT key FROM person_key WHERE person = ? ORDER BY source, key", (person,))
    return tuple(str(key) for (key,) in found)


def held_lines(past: Past, keys: tuple[str, ...], then: Then, disposition: str = "held") -> list[HeldLine]:
    """The rows of files with one of these keys that were held by then (also those that were not held any more), oldest first."""
    found = past.store.database.read_in(
        "SELECT l.*, s.file, s.source, s.at FROM sync_line l JOIN sync s ON s.id = l.sync "
        "WHERE l.disposition = ? AND l.key {in}",
        list(keys),
        (disposition,),
    )
    lines = [_held_line(SyncLineRow(*row[:-3]), *row[-3:]) for row in found]
    return sorted((each for each in lines if _millis(each) <= then.at), key=lambda each: (each.sync, each.line.line))


def _held_line(line: SyncLineRow, file: str, source: str, at: int) -> HeldLine:
    ended = to_instant(line.ended) if line.ended is not None else None
    return HeldLine(line, line.sync, str(file), str(source), to_instant(int(at)), ended)


def _millis(each: HeldLine) -> int:
    return round(each.at.timestamp() * 1000)


def _with_keys(past: Past, persons: list[int]) -> Found:
    keys = keys_of(past, persons[0]) if len(persons) == 1 else ()
    return Found(tuple(persons[: SHOWN_MAX + 1]), keys)


def _ask(past: Past, sql: str, *values: str) -> list[int]:
    return [int(row[0]) for row in past.store.database.read(sql, values)]
