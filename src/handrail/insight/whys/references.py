"""How each thing that can be asked about is named in one short text, in links, in paths and on the command line.

`P-12`, `P-12/onboarding`, `R-88`, `R-88/3` or `R-88/enroll`, `C-88/3/1`, `M-88/3/1`, `E-411`, `F-3`, `F-3/88`,
`F-3/88/department`: what each means stands at `answer.Link`.
"""

from __future__ import annotations

import re
from typing import Final, Literal, TypeAlias

from msgspec import Struct

Kind: TypeAlias = Literal["person", "run", "handoff", "call", "message", "event", "file", "row", "value"]

_SHAPES: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("person", re.compile(r"P-(?P<a>\d{1,18})(?:/(?P<name>.+))?")),
    ("run", re.compile(r"R-(?P<a>\d{1,18})")),
    ("handoff", re.compile(r"R-(?P<a>\d{1,18})/(?P<b>\d{1,9})")),
    ("handoff", re.compile(r"R-(?P<a>\d{1,18})/(?P<name>.+)")),
    ("call", re.compile(r"C-(?P<a>\d{1,18})/(?P<b>\d{1,9})/(?P<c>-?\d{1,9})")),
    ("message", re.compile(r"M-(?P<a>\d{1,18})/(?P<b>\d{1,18})/(?P<c>-?\d{1,9})")),
    ("event", re.compile(r"E-(?P<a>\d{1,18})")),
    ("file", re.compile(r"F-(?P<a>\d{1,18})")),
    ("row", re.compile(r"F-(?P<a>\d{1,18})/(?P<b>\d{1,18})")),
    ("value", re.compile(r"F-(?P<a>\d{1,18})/(?P<b>\d{1,18})/(?P<name>.+)")),
)


class Reference(Struct, frozen=True):
    """What a text names. `numbers` are those in it, in order; `name` a journey's, a step's or a field's."""

    kind: Kind
    numbers: tuple[int, ...]
    name: str = ""


def read_reference(text: str) -> Reference | None:
    """What the text names; None: it has none of these shapes (and may be somebody's key, address or name)."""
    text = text.strip()
    for kind, shape in _SHAPES:
        found = shape.fullmatch(text[:1].upper() + text[1:])
        if found is not None:
            named = found.groupdict()
            numbers = tuple(int(named[key]) for key in ("a", "b", "c") if named.get(key) is not None)
            return Reference(kind, numbers, named.get("name") or "")
    return None


def person_ref(person: int, journey: str = "") -> str:
    """`P-12`, `P-12/onboarding`."""
    return f"P-{person}/{journey}" if journey else f"P-{person}"


def run_ref(run: int) -> str:
    """`R-88`."""
    return f"R-{run}"


def handoff_ref(run: int, pass_: int) -> str:
    """`R-88/3`."""
    return f"R-{run}/{pass_}"


def call_ref(run: int, pass_: int, rung: int) -> str:
    """`C-88/3/1`."""
    return f"C-{run}/{pass_}/{rung}"


def message_ref(run: int, pass_: int, rung: int) -> str:
    """`M-88/3/1`."""
    return f"M-{run}/{pass_}/{rung}"


def event_ref(seq: int) -> str:
    """`E-411`."""
    return f"E-{seq}"


def file_ref(sync: int, line: int | None = None, field: str = "") -> str:
    """`F-3`, `F-3/88`, `F-3/88/department`."""
    return "/".join([f"F-{sync}", *([str(line)] if line is not None else []), *([field] if field else [])])
