"""Two values beside each other, in three-valued logic: true, false or unknown.

*Empty* is never equal, less or more, and in nothing. *Unknown* carries through. Nothing is converted: values of
different kinds (a text where a number should be: the source does not keep its word) come out unknown, and nothing
here raises. A moment beside a date counts as its day in the learner's zone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, Final, TypeAlias

from handrail.calendar.zones import local_day
from handrail.conditions.scope import Scope
from handrail.terms.values import UNKNOWN, Duration, Money, PersonRef, Unit, Unknown, Value

Truth: TypeAlias = "bool | Unknown"
Number: TypeAlias = "int | float | Decimal"
Pair: TypeAlias = "tuple[Any, Any] | None"

ORDERS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
KINDS: Final[Mapping[type, str]] = {
    str: "text", bool: "truth", int: "number", float: "number", Decimal: "number", date: "date", datetime: "moment",
    Money: "money", Duration: "duration", PersonRef: "person",
}  # fmt: skip
FAMILIES: Final[Mapping[Unit, tuple[str, int]]] = {
    "minutes": ("minutes", 1),
    "hours": ("minutes", 60),
    "days": ("days", 1),
    "weeks": ("days", 7),
    "months": ("months", 1),
    "years": ("months", 12),
    "business days": ("business days", 1),
}
"""Units that can be reckoned into each other: a day is not always 24 hours, a month not always 30 days."""
_UNORDERED: Final = frozenset({"text", "truth", "person"})


def equal(left: Value, right: Value, scope: Scope) -> Truth:
    """Whether both are the same value."""
    if left is None or right is None:
        return False
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    pair = _pair(left, right, scope)
    return UNKNOWN if pair is None else bool(pair[0] == pair[1])


def ordered(op: str, left: Value, right: Value, scope: Scope) -> Truth:
    """Whether `left op right`; of texts, truth values and persons none is less or more."""
    if left is None or right is None:
        return False
    if left is UNKNOWN or right is UNKNOWN or KINDS.get(type(left)) in _UNORDERED:
        return UNKNOWN
    pair = _pair(left, right, scope)
    return UNKNOWN if pair is None else ORDERS[op](pair[0], pair[1])


def within(value: Value, items: Value, scope: Scope) -> Truth:
    """Whether `value` is one of `items`: true as soon as one is equal, unknown if one of the rest may be."""
    if value is None or items is None:
        return False
    if not isinstance(items, tuple):
        return UNKNOWN
    maybe = False
    for item in items:
        same = equal(value, item, scope)
        if same is True:
            return True
        maybe = maybe or same is UNKNOWN
    return UNKNOWN if maybe else False


def differs(before: Value, after: Value, scope: Scope) -> Truth:
    """Whether a field changed: from or to empty is a change, what is withheld is none that is known."""
    if before is UNKNOWN or after is UNKNOWN:
        return UNKNOWN
    if before is None or after is None:
        return before is not after
    same = equal(before, after, scope)
    return UNKNOWN if same is UNKNOWN else not same


def is_empty(value: Value) -> Truth:
    """Whether there is nothing; a list without items is nothing too."""
    return UNKNOWN if value is UNKNOWN else value is None or value == ()


def is_known(value: Value) -> bool:
    """Whether it has arrived, be it empty."""
    return value is not UNKNOWN


def as_truth(value: Value) -> Truth:
    """A value where a test should stand: empty is not true."""
    if isinstance(value, bool):
        return value
    return False if value is None else UNKNOWN


def all_of(verdicts: list[Truth]) -> Truth:
    """`and`: one false makes it false, else one unknown makes it unknown."""
    if False in verdicts:
        return False
    return UNKNOWN if UNKNOWN in verdicts else True


def any_of(verdicts: list[Truth]) -> Truth:
    """`or`: one true makes it true, else one unknown makes it unknown."""
    if True in verdicts:
        return True
    return UNKNOWN if UNKNOWN in verdicts else False


def negation(verdict: Truth) -> Truth:
    """`not`: unknown stays unknown."""
    return UNKNOWN if verdict is UNKNOWN else not verdict


def day_of(value: Value, scope: Scope) -> date | None:
    """The day of a date or a moment, in the learner's zone; None if it is neither or the zone does not exist."""
    if type(value) is date:
        return value
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return local_day(value, scope.zone)
    except (ValueError, OverflowError):
        return None


def _pair(left: Value, right: Value, scope: Scope) -> Pair:
    """Both in a form that Python compares; None where they cannot be compared."""
    kind, other = KINDS.get(type(left)), KINDS.get(type(right))
    if kind == other:
        return _PAIRS[kind](left, right) if kind is not None else None
    if {kind, other} == {"date", "moment"}:
        days = day_of(left, scope), day_of(right, scope)
        return None if None in days else days
    return None


def _numbers(left: Number, right: Number) -> Pair:
    pair = _exact(left, right), _exact(right, left)
    return None if None in pair else pair


def _exact(number: Number, beside: Number) -> Number | None:
    """The number as it is written: 0.8 from JSON is the 0.8 of a column of decimals. None for one that is none."""
    if isinstance(number, Decimal):
        return None if number.is_nan() else number
    if isinstance(number, float):
        if math.isnan(number):
            return None
        return Decimal(repr(number)) if isinstance(beside, Decimal) else number
    return number


def _moments(left: datetime, right: datetime) -> Pair:
    return None if left.tzinfo is None or right.tzinfo is None else (left, right)


def _amounts(left: Money, right: Money) -> Pair:
    return _numbers(left.amount, right.amount) if left.currency == right.currency else None


def _durations(left: Duration, right: Duration) -> Pair:
    family, size = FAMILIES[left.unit]
    other, other_size = FAMILIES[right.unit]
    return (left.count * size, right.count * other_size) if family == other else None


def _as_they_are(left: object, right: object) -> Pair:
    return left, right


_PAIRS: Final[Mapping[str, Callable[[Any, Any], Pair]]] = {
    "text": _as_they_are,
    "truth": _as_they_are,
    "number": _numbers,
    "date": _as_they_are,
    "moment": _moments,
    "money": _amounts,
    "duration": _durations,
    "person": _as_they_are,
}
