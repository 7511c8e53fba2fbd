"""Whom an author may mean who wrote somebody in handrail.yaml otherwise than a source and its key, and the text to write instead.

They are looked for in the exports that lie in the workspace's folder, in its `hr/` or beside it, by name, key and work address: a check
opens no database. Nothing is kept of what is read there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from handrail.people.canonical import RowReader, mapped_columns
from handrail.people.mappings.mapping import SourceMapping, fits_name
from handrail.people.rows import inspect, rows
from handrail.terms.problem import Place, Problem

_ROWS_MAX: Final = 100_000
_SHOWN_MAX: Final = 4


class NobodySaid(Problem, frozen=True):
    """A text that stands where somebody belongs, and names nobody as handrail.yaml names people; `team`: one may stand there too."""

    text: str = ""
    team: bool = False


def nobody_said(place: Place, text: str, *, team: bool) -> NobodySaid:
    """The problem as it is said before the sources of the workspace are known."""
    advice = f"Write hris:010134 (a source and its key) or an e-mail address{_or_team(team=team)}."
    return NobodySaid(place, "W105", f'"{text}" does not say who', advice=advice, text=text, team=team)


def with_who_is_meant(problem: Problem, folder: Path, mappings: Sequence[SourceMapping]) -> Problem:
    """The problem with what to write by the sources of this workspace; any other problem as it is."""
    if not isinstance(problem, NobodySaid) or not mappings:
        return problem
    return replace(problem, advice=_advice(problem.text, folder, mappings, _or_team(team=problem.team)))


def _or_team(*, team: bool) -> str:
    return ", or team:NAME" if team else ""


def _advice(text: str, folder: Path, mappings: Sequence[SourceMapping], or_team: str) -> str:
    found = [f'"{who}"' for mapping in mappings for who in _found(text, folder, mapping)]
    if len(found) == 1:
        return f"Write {found[0]}."
    if found:
        more = " and more" if found[_SHOWN_MAX:] else ""
        return f"Write the one of them who is meant: {', '.join(found[:_SHOWN_MAX])}{more}."
    first = mappings[0]
    likely = f'"{first.source}:{text}"' if any(sign.isdigit() for sign in text) and " " not in text else ""
    named = f"{first.source}: and their {'/'.join(first.key)}, without a space between"
    return f"Write {f'{likely} ({named})' if likely else named}; or an e-mail address{or_team}."


def _found(text: str, folder: Path, mapping: SourceMapping) -> list[str]:
    """Who in the newest export of a mapping is called so or has that key or address, as handrail.yaml names people."""
    try:
        export = max(_exports(folder, mapping), key=lambda file: (file.name, str(file)), default=None)
        found = _matching(text.casefold(), export, mapping) if export else ()
        return list(dict.fromkeys(islice(found, _SHOWN_MAX + 1)))
    except OSError:
        return []


def _exports(folder: Path, mapping: SourceMapping) -> Iterator[Path]:
    for place in (folder, folder / "hr", folder.absolute().parent):
        if place.is_dir():
            yield from (file for file in place.iterdir() if fits_name(mapping, file.name) and file.is_file())


def _matching(wanted: str, export: Path, mapping: SourceMapping) -> Iterator[str]:
    layout = inspect(lambda: export.open("rb"), mapped_columns(mapping), mapping.encoding, mapping.delimiter)
    reader = RowReader(mapping, layout.header)
    if layout.problem or not reader.readable:
        return
    for number, _, cells, problem in rows(lambda: export.open("rb"), layout):
        if number > _ROWS_MAX:
            return
        if problem:
            continue
        seen = reader.sighting(cells)
        told = (seen.key, seen.values.get("name"), seen.values.get("email"))
        if seen.key and wanted in {str(each).casefold() for each in told if each}:
            yield f"{mapping.source}:{seen.key}"
