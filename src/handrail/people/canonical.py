"""A row becomes a sighting: whom it is about, and what the source says of each field.

A value that cannot be right is *withheld*: it stands in the sighting with its reason and is never applied. Nothing here
knows what is already known of anybody: that is `compare`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Final

from msgspec import Struct

from handrail.people.mappings.mapping import FieldRule, SourceMapping
from handrail.people.values import Memory, Wrong, reader_of
from handrail.terms.person import PERSON_FIELDS
from handrail.terms.values import Value

SEPARATOR: Final = "\x1f"
_BRACES: Final = re.compile(r"\{([^{}]+)\}")


class Sighting(Struct):
    """What one row says. `values` by field (`status` is the source's own word), `links` the keys of managers and sponsors.

    Where the mapping tells them by their address, `links` has that, in small letters.
    `withheld` are values of this row that cannot be right, `not_taken` the fields that are taken from no row of the file.
    A field in none of the four is one the source does not speak of.
    """

    key: str
    values: dict[str, Value]
    withheld: dict[str, Wrong]
    links: dict[str, str | None]
    not_taken: Mapping[str, Wrong] = {}


class RowReader:
    """Reads rows of one file by one mapping.

    `gone` are the mapped columns that the header does not have; `withheld_fields` are not taken from any row of this file,
    whatever it says, with the reason. `whole`: a row says all that its source knows, not only what changed.
    """

    def __init__(
        self,
        mapping: SourceMapping,
        header: Sequence[str],
        withheld: Mapping[str, str] | None = None,
        *,
        whole: bool = True,
    ) -> None:
        self.mapping = mapping
        self.withheld_fields = {
            rule.field: Wrong(why) for rule in mapping.fields if (why := (withheld or {}).get(rule.field))
        }
        places = {name: index for index, name in reversed(list(enumerate(header)))}
        self.gone = tuple(dict.fromkeys(c for c in mapped_columns(mapping) if c not in places))
        self._key = [places[column] for column in mapping.key if column in places]
        self.readable = len(self._key) == len(mapping.key)
        # A file without a word on status holds those who are there.
        unspoken = whole and all(rule.field != "status" for rule in mapping.fields)
        self._constant: dict[str, Value] = {"status": "active"} if unspoken else {}
        self._singles: list[tuple[str, int, Memory]] = []
        self._links: list[tuple[str, int, Memory]] = []
        self._composed: list[tuple[str, str, list[tuple[str, int]], Memory]] = []
        used = set(self._key)
        for rule in mapping.fields:
            if rule.field in self.withheld_fields or any(column not in places for column in rule.columns):
                continue
            used.update(places[column] for column in rule.columns)
            self._plan(rule, places)
        self._salt = self._salted(header, sorted(used))
        # Two columns at least, so that itemgetter gives a tuple.
        ordered = sorted(used) or [0]
        self._project = itemgetter(*ordered, ordered[0])

    def _plan(self, rule: FieldRule, places: Mapping[str, int]) -> None:
        memory = reader_of(rule)
        if rule.pattern:
            self._composed.append((rule.field, rule.pattern, [(c, places[c]) for c in rule.columns], memory))
        elif rule.field in PERSON_FIELDS:
            self._links.append((rule.field, places[rule.columns[0]], memory))
        else:
            self._singles.append((rule.field, places[rule.columns[0]], memory))

    def _salted(self, header: Sequence[str], used: list[int]) -> hashlib.blake2b:
        """Begins the hash of each row: the same cells read by another mapping or header are another sighting."""
        names = SEPARATOR.join(header[index] for index in used)
        out = SEPARATOR.join(sorted(self.withheld_fields))
        salt = self.mapping.salt + names.encode("utf-8", "surrogatepass") + b"\0" + out.encode()
        return hashlib.blake2b(salt, digest_size=16)

    def key(self, cells: Sequence[str]) -> str:
        """Whom the row is about: the trimmed key, its parts joined by `/`; empty when a part of it is."""
        if len(self._key) == 1:
            return cells[self._key[0]].strip()
        parts = [cells[index].strip() for index in self._key]
        return "/".join(parts) if all(parts) else ""

    def row_hash(self, cells: Sequence[str]) -> bytes:
        """16 bytes over the mapped cells as they stand, the mapping and what is withheld of this file."""
        begun = self._salt.copy()
        begun.update(SEPARATOR.join(self._project(cells)).encode("utf-8", "surrogatepass"))
        found: bytes = begun.digest()
        return found

    def sighting(self, cells: Sequence[str]) -> Sighting:
        """What the row says, field by field."""
        values = dict(self._constant)
        wrong: dict[str, Wrong] = {}
        for field, index, memory in self._singles:
            value = memory[cells[index]]
            if type(value) is Wrong:
                wrong[field] = value
            else:
                values[field] = value  # type: ignore[assignment]
        for field, pattern, columns, memory in self._composed:
            told = {name: cells[index].strip() for name, index in columns}
            text = _BRACES.sub(lambda found, told=told: told[found[1]], pattern) if any(told.values()) else ""  # type: ignore[misc]
            value = memory[text]
            if type(value) is Wrong:
                wrong[field] = value
            else:
                values[field] = value  # type: ignore[assignment]
        links: dict[str, str | None] = {field: memory[cells[index]] for field, index, memory in self._links}  # type: ignore[misc]
        return Sighting(self.key(cells), values, wrong, links, self.withheld_fields)


def mapped_columns(mapping: SourceMapping) -> tuple[str, ...]:
    """Every column the mapping names, the key first, each once."""
    named = [*mapping.key, *(column for rule in mapping.fields for column in rule.columns)]
    return tuple(dict.fromkeys(named))


def lacking(sighting: Sighting, needed: Sequence[str]) -> dict[str, Wrong]:
    """What somebody new needs and this sighting does not give: field and why."""
    found = {}
    for field in needed:
        wrong = sighting.withheld.get(field) or sighting.not_taken.get(field)
        if wrong is not None:
            found[field] = wrong
        elif sighting.values.get(field) is None:
            found[field] = Wrong("empty")
    return found
