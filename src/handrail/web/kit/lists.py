"""One component for every list: what was asked for, the columns, one page of lines, and where the rest is.

A list is declared once as a `Table`; the same columns make the table on the page, the CSV and the workbook. What was
asked for stands in the address, so that a list can be sent to somebody, and every page of it costs the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias, TypeVar, get_args, get_type_hints
from urllib.parse import urlencode

import msgspec
from fastapi import Request
from msgspec import Struct

from handrail.web.kit.cells import Cell
from handrail.web.refusals import Refused

PAGE_LINES: Final = 50
Format: TypeAlias = Literal["", "csv", "csv-excel", "xlsx"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was asked of a list; each list adds its filters as fields with plain types and defaults.

    `after` is the cursor of the page before, `format` asks for a file instead of the page. `sort` is the word of a
    column, with `-` before it for the other way round.
    """

    sort: str = ""
    after: str = ""
    format: Format = ""


A = TypeVar("A", bound=Asked)


class Column(Struct, frozen=True):
    """One column: its title, and the cell that it makes of a line. `sort` is the word by which it can be sorted."""

    title: str
    cell: Callable[[Any], Cell]
    sort: str = ""
    number: bool = False


class Filter(Struct, frozen=True):
    """One filter: the field of what was asked, its label, and the values to choose among (value and label; none: a text).

    `hidden`: it is set by a link elsewhere, and kept; `said` is how a file of the list and the audit say it (empty: not at all).
    """

    name: str
    label: str
    choices: tuple[tuple[str, str], ...] = ()
    placeholder: str = ""
    hidden: bool = False
    said: str = ""


class Empty(Struct, frozen=True):
    """What an empty list says. `good`: that nothing is there is how it should be."""

    text: str
    good: bool = False


class Action(Struct, frozen=True):
    """What can be done with the lines that were picked: the button's label, and the page that asks once more (`?pick=…`)."""

    label: str
    to: str


class Table(Struct, frozen=True):
    """A list as it is declared. `name` is the file's, `noun` what one line is ("handoff").

    `pick` gives the key of a line that can be picked for one of `actions`.
    """

    name: str
    noun: str
    columns: tuple[Column, ...]
    pick: Callable[[Any], str] | None = None
    actions: tuple[Action, ...] = ()


class Slice(Struct, frozen=True):
    """Some lines, the cursor of what comes after them (empty: nothing), and how many there are in all, where known.

    `more`: there are more than `total`, and nobody counted on.
    """

    lines: Sequence[Any]
    next: str = ""
    total: int | None = None
    more: bool = False


Fetch: TypeAlias = Callable[[str, int], Slice]
"""Lines after a cursor, so many at most."""


class Row(Struct, frozen=True):
    """One line as it is shown."""

    cells: tuple[Cell, ...]
    key: str = ""


class Listing(Struct, frozen=True):
    """One page of a list, as the template `parts/list.html` shows it. `chosen` says the filters in words."""

    table: Table
    rows: tuple[Row, ...]
    total: int | None
    more_than: bool
    filters: tuple[Filter, ...]
    values: Mapping[str, str]
    chosen: str
    empty: Empty
    path: str
    here: str
    cleared: str
    first: str
    more: str
    csv: str
    csv_excel: str
    xlsx: str
    sorts: Mapping[str, str]


def asked_of(request: Request, kind: type[A]) -> A:
    """What the address asks of a list. Raises Refused for a filter that there is not, or a value that it does not take."""
    given = {name: value for name, value in request.query_params.items() if value != ""}
    types = get_type_hints(kind)
    read = {}
    for name, value in given.items():
        if name not in types:
            raise Refused(422, f'This list has no filter "{name[:100]}".', f"It takes: {', '.join(sorted(types))}.")
        try:
            read[name] = msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as error:
            allowed = ", ".join(str(each) for each in get_args(types[name]) if each != "")
            advice = f"It takes: {allowed}." if allowed else "Choose another value, or leave it away."
            raise Refused(422, f'The filter "{name}" cannot be "{value[:100]}".', advice) from error
    return kind(**read)


def listing(table: Table, asked: Asked, path: str, fetch: Fetch, filters: Sequence[Filter], empty: Empty) -> Listing:
    """One page of the list."""
    found = fetch(asked.after, PAGE_LINES)
    values = values_of(asked)
    kept = {name: value for name, value in values.items() if name not in ("after", "format")}

    def address(**other: str) -> str:
        return _address(path, {**kept, **other})

    return Listing(
        table=table,
        rows=tuple(_row(table, line) for line in found.lines),
        total=found.total,
        more_than=found.more,
        filters=tuple(filters),
        values=values,
        chosen=chosen_text(filters, values),
        empty=empty,
        path=path,
        here=address(after=asked.after),
        cleared=_address(path, {each.name: values.get(each.name, "") for each in filters if each.hidden}),
        first=address() if asked.after else "",
        more=address(after=found.next) if found.next else "",
        csv=address(format="csv"),
        csv_excel=address(format="csv-excel"),
        xlsx=address(format="xlsx"),
        sorts={each.sort: address(sort=_turned(asked.sort, each.sort)) for each in table.columns if each.sort},
    )


def values_of(asked: Asked) -> dict[str, str]:
    """Every field that differs from its default, as it is written in an address."""
    plain = msgspec.to_builtins(asked)
    return {
        name: _text(value)
        for name, value, default in zip(plain, plain.values(), asked.__struct_defaults__, strict=True)
        if value != default
    }


def chosen_text(filters: Sequence[Filter], values: Mapping[str, str]) -> str:
    """The filters in words: `journey: welcome; only: late`. Empty where none is set."""
    said = []
    for each in filters:
        value = values.get(each.name, "")
        if value and not each.hidden:
            said.append(f"{each.label.lower()}: {dict(each.choices).get(value, value)}")
    return "; ".join(said)


def told_text(filters: Sequence[Filter], values: Mapping[str, str]) -> str:
    """As `chosen_text`, with what a link elsewhere set: a file stands alone, without the page that says it."""
    hidden = (f"{each.label.lower()}: {each.said}" for each in filters if each.hidden and each.said)
    return "; ".join(filter(None, (*hidden, chosen_text(filters, values))))


def _address(path: str, values: Mapping[str, str]) -> str:
    query = {name: value for name, value in values.items() if value}
    return f"{path}?{urlencode(query)}" if query else path


def _row(table: Table, line: object) -> Row:
    key = table.pick(line) if table.pick is not None else ""
    return Row(tuple(column.cell(line) for column in table.columns), key)


def _turned(sort: str, word: str) -> str:
    return f"-{word}" if sort == word else word


def _text(value: object) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
