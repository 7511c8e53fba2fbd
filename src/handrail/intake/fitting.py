"""Whether an event's fields are what the catalog says, each read as the kind it has there. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from handrail.terms.catalog import EventType, Kind
from handrail.terms.person import own_id_of
from handrail.terms.values import UNKNOWN, Duration, Fields, Money, PersonRef, Scalar, Value


class Misfit(ValueError):
    """Why a value cannot be what its field holds."""


def fitted(kind: EventType, given: Fields) -> Fields:
    """The fields as the catalog has them; what it does not name is kept where it is a single value. Raises Misfit."""
    found: dict[str, Value] = {}
    for name, value in given.items():
        declared = kind.fields.get(name)
        if declared is not None:
            found[name] = _fitted(name, declared, value)
        elif isinstance(value, str | int | float | bool | date | None):
            found[name] = value
    if kind.object and not found.get(kind.object):
        raise Misfit(f'it does not say which {kind.object}: the field "{kind.object}" is missing')
    return Fields(found)


def _fitted(name: str, kind: Kind, value: Value) -> Value:
    if value is None or value is UNKNOWN:
        return value
    if kind.name == "list":
        if not isinstance(value, tuple | list):
            raise Misfit(f'"{name}" must be a list')
        return tuple(_single(name, Kind(kind.item), item) for item in value)
    return _single(name, kind, value)


def _single(name: str, kind: Kind, value: object) -> Scalar:
    read = _READ[kind.name](value)
    if read is None:
        raise Misfit(f'"{name}" must be {_WORDS[kind.name]}, and it is {_shown(value)}')
    if kind.choices and read not in kind.choices:
        raise Misfit(f'"{name}" is {_shown(value)}, and only these are known: {", ".join(sorted(kind.choices))}')
    return read


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _date(value: object) -> date | None:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if not isinstance(read, datetime) or read.tzinfo is None:
        return None
    return read.astimezone(UTC).replace(microsecond=read.microsecond // 1000 * 1000)


def _money(value: object) -> Money | None:
    if isinstance(value, Money):
        return value
    amount, _, currency = value.partition(" ") if isinstance(value, str) else ("", "", "")
    try:
        return Money(Decimal(amount), currency) if len(currency) == 3 and currency.isupper() else None
    except InvalidOperation:
        return None


def _duration(value: object) -> Duration | None:
    return value if isinstance(value, Duration) else None


def _person(value: object) -> PersonRef | None:
    if isinstance(value, PersonRef):
        return value
    number = own_id_of(value) if isinstance(value, str) else None
    return PersonRef(number) if number is not None else None


def _email(value: object) -> str | None:
    return value if isinstance(value, str) and "@" in value else None


_READ: Final[dict[str, Callable[[object], Scalar]]] = {
    "text": _text,
    "number": _number,
    "truth": _truth,
    "date": _date,
    "moment": _moment,
    "money": _money,
    "duration": _duration,
    "person": _person,
    "file": _text,
    "email": _email,
}
_WORDS: Final = {
    "text": "text",
    "number": "a number",
    "truth": "true or false",
    "date": "a date as in 2026-03-31",
    "moment": "a moment with its zone, as in 2026-03-31T09:00:00Z",
    "money": "an amount as in 2000 EUR",
    "duration": "a duration",
    "person": "a person as in person:12",
    "file": "the name of a file",
    "email": "an e-mail address",
}
