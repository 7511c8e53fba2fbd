"""Conditions, values, texts and arguments where they stand in the file.

Parsing and checking is `handrail.conditions`' work; here its findings get their place in the file, and each
expression is noted (`Draft.uses`) for the checks of the whole journey.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Final, TypeVar

from msgspec import Struct

from handrail.conditions.parse import parse_condition, parse_text, parse_value
from handrail.conditions.problems import ConditionError
from handrail.conditions.types import check_condition, check_value
from handrail.language.draft import Draft, Use
from handrail.language.names import Names
from handrail.language.source.tree import Scalar
from handrail.terms.catalog import TEXT, Kind
from handrail.terms.expression import Constant, Expression, Slot
from handrail.terms.plan import NONE, Argument, Text

BROKEN: Final = Constant("truth", "true")
"""Stands where a text could not be read; the journey is refused, so it is never asked."""

_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
T = TypeVar("T")


class Spot(Struct, frozen=True):
    """Where in the journey something stands: the names there, the step (NONE: the journey) and its key."""

    names: Names
    step: int = NONE
    key: str = ""
    result: bool = False


def condition(draft: Draft, scalar: Scalar, spot: Spot) -> Expression:
    """The condition that stands in `scalar`."""
    found = _read(draft, scalar, parse_condition)
    if found is None:
        return BROKEN
    draft.take_findings(scalar, check_condition(found, spot.names))
    draft.uses.append(Use(found, scalar, spot.step, spot.key, result=spot.result))
    return found


def value(draft: Draft, scalar: Scalar, spot: Spot, wanted: Iterable[str] = (), what: str = "") -> Expression:
    """The value that stands in `scalar`; `wanted` are the names of the kinds it may be of, `what` says why."""
    found = _read(draft, scalar, parse_value)
    if found is None:
        return BROKEN
    kind, findings = check_value(found, spot.names)
    draft.take_findings(scalar, findings)
    if kind is not None and wanted and kind.name not in tuple(wanted):
        draft.say(
            "J107",
            scalar.place,
            f"{what} is {_a(wanted)}, and {scalar.text} is {_a([kind.name])}",
            advice="Write a value of that kind.",
        )
    draft.uses.append(Use(found, scalar, spot.step, spot.key, result=spot.result))
    return found


def text(draft: Draft, scalar: Scalar, spot: Spot) -> Text:
    """A text that people read, with values in braces."""
    parts = _read(draft, scalar, parse_text)
    if parts is None:
        return ()
    _check_slots(draft, scalar, parts, spot, text=True)
    return parts


def argument(draft: Draft, scalar: Scalar, spot: Spot, wanted: Kind | None, what: str) -> Argument:
    """A value under `with`: a text that is nothing but one `{value}` keeps its type, else it is text.

    Where something else than text is wanted, a number, date or truth value is read as such.
    """
    if not scalar.quoted and scalar.text in {"true", "false"}:
        return (_typed(draft, scalar, wanted, what, "truth"),)
    parts = _read(draft, scalar, parse_text)
    if parts is None:
        return ()
    kinds = _check_slots(draft, scalar, parts, spot, text=len(parts) > 1)
    if len(parts) == 1 and isinstance(parts[0], Slot):
        _fits(draft, scalar, kinds[0] if kinds else None, wanted, what)
        return parts
    if not kinds and wanted is not None and wanted.name in {"number", "date", "truth", "money", "duration"}:
        return (_typed(draft, scalar, wanted, what, wanted.name),)
    if wanted is not None and wanted.choices and not kinds and scalar.text not in wanted.choices:
        draft.say(
            "J118",
            scalar.place,
            f'{what} cannot be "{scalar.text}"',
            allowed=wanted.choices,
            advice="Write one of them.",
        )
    return parts


def kind_of_argument(parts: Argument, names: Names) -> Kind:
    """Of what kind an argument is: that of its one value, else text."""
    if len(parts) == 1 and isinstance(parts[0], Slot):
        return check_value(parts[0].value, names)[0] or TEXT
    return Kind("text", may_be_empty=False)


def _typed(draft: Draft, scalar: Scalar, wanted: Kind | None, what: str, kind: str) -> Slot:
    """A constant written without braces where its kind is known."""
    found: Constant | None = None
    if kind == "truth" and scalar.text in {"true", "false"}:
        found = Constant("truth", scalar.text)
    elif kind == "number" and _NUMBER.fullmatch(scalar.text):
        found = Constant("number", scalar.text)
    elif kind == "date":
        found = Constant("date", scalar.text) if _is_date(scalar.text) else None
    elif kind in {"money", "duration"}:
        read = _read(draft, scalar, parse_value)
        found = read if isinstance(read, Constant) and read.kind == kind else None
    if found is None or (wanted is not None and wanted.name not in {found.kind, "text"}):
        draft.say(
            "J118",
            scalar.place,
            f'{what} is {_a([wanted.name if wanted else kind])}, and "{scalar.text}" is none',
            advice='Write a value of that kind, or one in braces: "{…}".',
        )
    if wanted is not None and wanted.name == "text":
        return Slot(Constant("text", scalar.text))
    return Slot(found or BROKEN)


def _is_date(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _fits(draft: Draft, scalar: Scalar, kind: Kind | None, wanted: Kind | None, what: str) -> None:
    """Whether a value in braces is of the kind the other side takes; a date is good for a moment, anything for text."""
    if kind is None or wanted is None or wanted.name == "text":
        return
    good = {wanted.name, *({"date", "moment"} if wanted.name in {"date", "moment"} else ())}
    if wanted.name == "email":
        good.add("text")
    if kind.name not in good:
        draft.say(
            "J118",
            scalar.place,
            f"{what} is {_a([wanted.name])}, and {scalar.text} is {_a([kind.name])}",
            advice="Write a value of that kind.",
        )


def _check_slots(draft: Draft, scalar: Scalar, parts: Text, spot: Spot, *, text: bool) -> list[Kind | None]:
    kinds: list[Kind | None] = []
    for part in parts:
        if isinstance(part, Slot):
            kind, findings = check_value(part.value, spot.names)
            draft.take_findings(scalar, findings)
            kinds.append(kind)
            draft.uses.append(Use(part, scalar, spot.step, spot.key, text, spot.result))
    return kinds


def _read(draft: Draft, scalar: Scalar, parse: Callable[[str], T]) -> T | None:
    try:
        return parse(scalar.text)
    except ConditionError as error:
        draft.take_findings(scalar, error.findings)
        return None


_ARTICLES: Final = {
    "text": "a text",
    "number": "a number",
    "truth": "true or false",
    "date": "a date",
    "moment": "a moment",
    "money": "an amount of money",
    "duration": "a duration",
    "person": "a person",
    "file": "a file",
    "email": "an e-mail address",
    "list": "a list",
}


def _a(kinds: Iterable[str]) -> str:
    return " or ".join(_ARTICLES[kind] for kind in kinds)
