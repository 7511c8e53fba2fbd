"""What a file says that cannot be right by its mapping, before anything of it is taken in: to be mended where it comes from.

Words that no list has are left out: the mapping asks about those. Nothing here is applied, held or kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from handrail.people.canonical import RowReader, Sighting, mapped_columns
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.rows import Opener, inspect, rows
from handrail.people.values import UNKNOWN_VALUE

ROWS_MAX: Final = 100_000


class Doubt(Struct, frozen=True):
    """A value that would not be applied: in which `column` it was `seen`, in which `lines`, and `why`. `seen` is empty for a whole row."""

    column: str
    seen: str
    why: str
    lines: tuple[int, ...]


def doubts(open_file: Opener, mapping: SourceMapping) -> tuple[Doubt, ...]:
    """What the first 100,000 rows of a file say that cannot be right, by line."""
    layout = inspect(open_file, mapped_columns(mapping), mapping.encoding, mapping.delimiter)
    reader = RowReader(mapping, layout.header)
    if layout.problem or not reader.readable:
        return ()
    lines: dict[tuple[str, str, str], list[int]] = {}
    seen: list[tuple[int, dict[str, str]]] = []
    keys, addresses = set[str](), set[str]()
    for number, line, cells, problem in rows(open_file, layout):
        if number > ROWS_MAX:
            break
        if problem:
            lines.setdefault(("", "", problem), []).append(line)
            continue
        sighting = reader.sighting(cells)
        keys.add(sighting.key)
        addresses.add(str(sighting.values.get("email") or ""))
        seen.append((line, {field: who for field, who in sighting.links.items() if who}))
        for column, text, why in _withheld(sighting, mapping):
            lines.setdefault((column, text, why), []).append(line)
    for column, text, why, line in _nobodys(seen, mapping, keys, addresses):
        lines.setdefault((column, text, why), []).append(line)
    return tuple(sorted((Doubt(*what, tuple(where)) for what, where in lines.items()), key=lambda each: each.lines))


def _withheld(sighting: Sighting, mapping: SourceMapping) -> Iterator[tuple[str, str, str]]:
    """Column, text and reason of each value of a row that cannot be right."""
    for rule in mapping.fields:
        wrong = sighting.withheld.get(rule.field)
        if wrong is not None and wrong.why != UNKNOWN_VALUE:
            yield rule.columns[0], wrong.seen, wrong.why


def _nobodys(
    seen: Iterable[tuple[int, dict[str, str]]], mapping: SourceMapping, keys: set[str], addresses: set[str]
) -> Iterator[tuple[str, str, str, int]]:
    """Managers and sponsors who are in no row of the file, with the line of each who has them."""
    rules = {rule.field: rule for rule in mapping.fields}
    for line, links in seen:
        for field, who in links.items():
            by_email = rules[field].kind == "person by email"
            if who not in (addresses if by_email else keys):
                what = "address" if by_email else "key"
                yield rules[field].columns[0], who, f"nobody in this file has this {what}", line


def doubt_text(doubt: Doubt) -> str:
    """It in words, as in: line 3: "ben@" in "E-Mail" (no e-mail address)."""
    lines = doubt.lines
    more = f" and {len(lines) - 1:,} more" if lines[1:] else ""
    where = f"line {lines[0]}{more}"
    return f'{where}: "{doubt.seen}" in "{doubt.column}" ({doubt.why})' if doubt.column else f"{where}: {doubt.why}"
