"""Filling a declared request with values, and reading an answer by a path. Nothing here asks anybody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final
from urllib.parse import quote

from handrail.connect.port import Item
from handrail.terms.problem import SettingsError
from handrail.terms.values import UNKNOWN, Money, PersonRef, Value

_PLACEHOLDER: Final = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


def filled(template: object, item: Item) -> object:
    """The template with its placeholders filled; a member whose only value is empty or unknown is left out."""
    if isinstance(template, str):
        whole = _PLACEHOLDER.fullmatch(template)
        if whole is not None:
            return _plain(_value(whole[1], item))
        return _PLACEHOLDER.sub(lambda match: _text(_value(match[1], item)), template)
    if isinstance(template, Mapping):
        members = {name: filled(part, item) for name, part in template.items()}
        return {name: part for name, part in members.items() if part is not None}
    if isinstance(template, list):
        return [filled(part, item) for part in template]
    return template


def body_of(template: Mapping[str, object], item: Item) -> dict[str, object] | None:
    """The body with its placeholders filled; None when none is declared."""
    members = {name: filled(part, item) for name, part in template.items()}
    return {name: part for name, part in members.items() if part is not None} if template else None


def path_of(template: str, item: Item) -> str:
    """The path with its placeholders filled and quoted, so that no value can change where the request goes."""
    return _PLACEHOLDER.sub(lambda match: quote(_text(_value(match[1], item)), safe=""), template)


def found_at(payload: object, path: str) -> object:
    """What is at `data.items.0.id`, or None."""
    here = payload
    for part in path.split(".") if path else ():
        if isinstance(here, Mapping):
            here = here.get(part)
        elif isinstance(here, list) and part.isdecimal() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here


def _value(name: str, item: Item) -> Value:
    root, _, rest = name.partition(".")
    match root, rest:
        case "user", "":
            return item.user
        case "key", "":
            return item.key
        case "object", "":
            return item.object
        case "person", field if field:
            return item.person.get(field)
        case "given", field if field:
            return item.given.get(field)
        case argument, "":
            return item.arguments.get(argument)
        case _:
            pass
    raise SettingsError(
        f"{{{name}}} stands for nothing. Write an argument, user, key, object, person.FIELD or given.FIELD."
    )


def _plain(value: Value) -> object:
    """The value as JSON has it."""
    if isinstance(value, Money):
        return {"amount": str(value.amount), "currency": value.currency}
    if value is UNKNOWN:
        return None
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | bool | int | float) or value is None else _text(value)


def _text(value: Value) -> str:
    if value is None or value is UNKNOWN:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return ",".join(_text(one) for one in value)
    if isinstance(value, PersonRef):
        return str(value.id)
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
