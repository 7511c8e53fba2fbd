"""What the columns of an unknown export look like: how full, how many values, of which shape. Nothing is decided here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from handrail.people.mappings.mapping import FieldRule
from handrail.people.values import Memory, Wrong, reader_of

DISTINCT_MAX: Final = 200_000
DATE_FORMATS: Final = (
    "YYYY-MM-DD",
    "MM/DD/YYYY",
    "DD/MM/YYYY",
    "DD.MM.YYYY",
    "YYYY/MM/DD",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
    "YYYYMMDD",
)
_SHAPES: Final = {
    "email": FieldRule("email", "email", ("c",)),
    "zone": FieldRule("time_zone", "zone", ("c",)),
    "number": FieldRule("fte", "number", ("c",)),
    "comma number": FieldRule("fte", "number", ("c",), decimal=","),
}
_ID: Final = re.compile(r"(?=\D*\d)[\w./-]+")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")


class Column(Struct):
    """One column: its `values` that are not blank with their counts, in `rows` rows."""

    name: str
    rows: int = 0
    values: Counter[str] = Counter()

    @property
    def filled(self) -> int:
        return self.values.total()

    @property
    def is_key(self) -> bool:
        """Next to every row has a value of its own."""
        return self.rows > 0 and len(self.values) >= 0.99 * self.rows

    @property
    def is_nearly_key(self) -> bool:
        """Of a small file two rows at most have no value of their own."""
        wrong = self.rows - len(self.values)
        return self.rows > 0 and wrong <= 2 and wrong * 5 <= self.rows

    @property
    def repeated(self) -> int:
        """How many values more there are than different ones."""
        return self.filled - len(self.values)

    def share(self, wanted: Iterable[str]) -> float:
        """Which part of the values is among `wanted`."""
        among = set(wanted)
        return sum(count for value, count in self.values.items() if value in among) / max(self.filled, 1)

    def share_of_words(self, wanted: Iterable[str]) -> float:
        """The same of words in small letters, whatever the capitals here."""
        among = set(wanted)
        return self._part(lambda value: value.casefold() in among)

    def looks_like(self, shape: str) -> float:
        """Which part of the values is of that shape: email, zone, number, comma number, country, date, id, digits."""
        if shape == "country":
            return self._part(lambda value: bool(_COUNTRY.fullmatch(value)))
        if shape == "id":
            return self._part(lambda value: bool(_ID.fullmatch(value)))
        if shape == "digits":
            return self._part(lambda value: any(each.isdigit() for each in value))
        if shape == "date":
            return max((self.dates(form) for form in DATE_FORMATS), default=0.0)
        memory = reader_of(_SHAPES[shape])
        return self._part(lambda value: _is_right(memory, value))

    def dates(self, form: str) -> float:
        """Which part of the values is a date of that format."""
        memory = reader_of(FieldRule("hired_on", "date", ("c",), dates=(form,)))
        return self._part(lambda value: _is_right(memory, value))

    def _part(self, is_so: Callable[[str], bool]) -> float:
        if not self.values:
            return 0.0
        return sum(count for value, count in self.values.items() if is_so(value)) / self.filled


def columns_of(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """A profile of each named column. Memory is bounded: beyond so many values a column's later new ones are not told apart.

    A row that stands there twice, cell by cell, counts once, as `sync` takes it; beyond so many rows, each counts.
    """
    columns = [Column(name, values=Counter()) for name in header]
    seen: set[int] = set()
    count = 0
    for cells in rows:
        mark = hash(tuple(cells))
        if mark in seen:
            continue
        if len(seen) < DISTINCT_MAX:
            seen.add(mark)
        count += 1
        for column, cell in zip(columns, cells, strict=True):
            value = cell.strip()
            if value and (len(column.values) < DISTINCT_MAX or value in column.values):
                column.values[value] += 1
    for column in columns:
        column.rows = count
    return [column for column in columns if column.name]


def date_formats(column: Column) -> tuple[tuple[str, ...], bool]:
    """The fewest formats that read the column's dates, and whether the choice of day and month was a guess."""
    left = Counter(column.values)
    chosen: list[str] = []
    guessed = False
    while left:
        rest = Column(column.name, column.rows, left)
        best = max(DATE_FORMATS, key=lambda form: (rest.dates(form), -DATE_FORMATS.index(form)))
        if rest.dates(best) < 0.01:
            break
        other = turned(best)
        guessed = guessed or (best != other and other in DATE_FORMATS and rest.dates(other) == rest.dates(best))
        if other not in chosen:
            chosen.append(best)
        memory = reader_of(FieldRule("hired_on", "date", ("c",), dates=(best,)))
        left = Counter({value: count for value, count in left.items() if not _is_right(memory, value)})
    return tuple(chosen) or ("YYYY-MM-DD",), guessed


def turned(form: str) -> str:
    """The format with day and month in each other's place."""
    return form.replace("MM", "?").replace("DD", "MM").replace("?", "DD")


def _is_right(memory: Memory, value: str) -> bool:
    return not isinstance(memory[value], Wrong)
