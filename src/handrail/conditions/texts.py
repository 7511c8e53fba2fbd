"""Texts with values in them: arguments of calls, questions, messages.

How a receiver writes dates, numbers and money is handed in; how a system outside is told them stands here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from handrail.conditions.compiled import compile_value
from handrail.conditions.scope import Getter, Scope, person_in
from handrail.terms.expression import Slot
from handrail.terms.values import UNKNOWN, PersonRef, Unknown, Value


def text_of(parts: tuple[str | Slot, ...], scope: Scope, show_value: Callable[[Value], str]) -> str:
    """The text as one receiver reads it; `show_value` writes every value that is no text, also `None` and `UNKNOWN`.

    Where a value is empty or unknown, what stands after its `or` is written instead.
    """
    return "".join(part if isinstance(part, str) else _shown(_slot(part)(scope), show_value) for part in parts)


def value_of_with(parts: tuple[str | Slot, ...]) -> Getter:
    """A function that reads an argument: one `{value}` and nothing else keeps its type, else it is a text.

    In a text, an empty value is written as nothing, a date and a moment as ISO 8601, a person by name; if one value
    is unknown, so is the whole.
    """
    if len(parts) == 1 and isinstance(parts[0], Slot):
        return _slot(parts[0])
    read = [part if isinstance(part, str) else _slot(part) for part in parts]

    def text(scope: Scope) -> str | Unknown:
        written = [part if isinstance(part, str) else _plain(part(scope), scope) for part in read]
        return "".join(part for part in written if isinstance(part, str)) if UNKNOWN not in written else UNKNOWN

    return text


def _slot(slot: Slot) -> Getter:
    read, instead = compile_value(slot.value), slot.instead
    if instead is None:
        return read

    def value(scope: Scope) -> Value:
        found = read(scope)
        return instead if found is None or found is UNKNOWN else found

    return value


def _shown(value: Value, show_value: Callable[[Value], str]) -> str:
    return value if isinstance(value, str) else show_value(value)


def _plain(value: Value, scope: Scope) -> str | Unknown:
    """One value for a system outside; a list has its items side by side, with commas."""
    if isinstance(value, PersonRef):
        person = person_in(scope, value.id)
        value = UNKNOWN if person is None else person.name
    if value is UNKNOWN or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        items = [_plain(item, scope) for item in value]
        return UNKNOWN if UNKNOWN in items else ", ".join(map(str, items))
    return _one(value)


def _one(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
