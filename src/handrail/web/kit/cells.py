"""What a cell of a list may hold: each kind is shown one way on a page, and written one way in a file.

How it is shown stands in `templates/parts/list.html`, how it is written in `exports`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias

from msgspec import Struct

from handrail.terms.values import Instant


class Link(Struct, frozen=True):
    """A text that leads somewhere."""

    text: str
    to: str


class Count(Struct, frozen=True):
    """A figure that opens its list (`to` empty: it has none to open)."""

    many: int
    to: str


class Percent(Struct, frozen=True):
    """A share, in per cent."""

    share: float


class State(Struct, frozen=True):
    """A state, shown as its word and its shape (`kit.words.SHAPES`)."""

    word: str


class Due(Struct, frozen=True):
    """Until when; `late` once that is past and it is still open."""

    at: Instant | None
    late: bool = False


class Exact(Struct, frozen=True):
    """A moment written out on a page, where how long ago says too little; in a file as any other."""

    at: Instant


class Several(Struct, frozen=True):
    """More than one thing in a cell, each on a line of its own; the first is what matters most."""

    parts: tuple[Cell, ...]


Cell: TypeAlias = (
    str | int | float | Instant | date | timedelta | Link | Count | Percent | State | Due | Exact | Several | None
)


KINDS: Final[Mapping[type, str]] = {
    type(None): "none",
    Link: "link",
    Count: "count",
    Percent: "percent",
    State: "state",
    Due: "due",
    Exact: "exact",
    Several: "several",
    datetime: "moment",
    date: "day",
    timedelta: "span",
    int: "figure",
    float: "figure",
}


def kind_of(cell: Cell) -> str:
    """The word by which the template knows the cell's kind."""
    return KINDS.get(type(cell), "text")
