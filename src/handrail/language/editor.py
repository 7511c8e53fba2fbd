"""The JSON Schema of a journey file, for editors: keys, kinds of step, moves and the forms of the small grammars.

Made from the same tables that the compiler reads. It is looser than the compiler: what needs the catalog or the
whole journey is only said by `handrail check`.
"""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from handrail.language.compile import REQUIRED
from handrail.language.contract import DEFAULTS
from handrail.language.moves.ladders import ALLOWED, MOVES
from handrail.language.moves.parts import BY
from handrail.language.starts import OPTIONS
from handrail.language.steps import KINDS

Schema: TypeAlias = "dict[str, Any]"

_TEXT: Final[Schema] = {"type": ["string", "number", "boolean"]}
_UNIT: Final = r"(minutes?|hours?|(business )?days?|weeks?|months?|years?)"
_DURATION: Final[Schema] = {"type": "string", "pattern": rf"^[1-9][0-9]* {_UNIT}$"}
_REMIND: Final[Schema] = {"type": "string", "pattern": rf"^(after [1-9][0-9]* {_UNIT}|[1-9][0-9]* {_UNIT} before)$"}
_MAP: Final[Schema] = {"type": "object", "minProperties": 1}
_STEPS: Final[Schema] = {"$ref": "#/$defs/steps"}
_FORM: Final[Schema] = {**_MAP, "additionalProperties": {"type": "string"}}
_ARGUMENTS: Final[Schema] = {"type": "object", "additionalProperties": _TEXT}


def _moves(role: str) -> Schema:
    return {"$ref": f"#/$defs/{role}"}


_ANSWERS: Final[Schema] = {**_MAP, "additionalProperties": _moves("answers")}
_CHOOSE: Final[Schema] = {
    **_MAP,
    "additionalProperties": {
        "type": "object",
        "properties": {"if": _TEXT, "steps": _STEPS},
        "required": ["if"],
        "additionalProperties": False,
    },
}
_TEXTS_OR_ONE: Final[Schema] = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_SAID: Final[dict[str, Schema]] = {
    "within": _DURATION,
    "extend": _DURATION,
    "after": _DURATION,
    "retry": {"type": "string", "pattern": rf"^[1-9][0-9]* times? over [1-9][0-9]* {_UNIT}$"},
    "at_most": {"type": "integer", "minimum": 1},
    "at_least": {"type": "integer", "minimum": 1},
    "remind": {"type": "array", "items": _REMIND},
    "if_late": _moves("if_late"),
    "if_fails": _moves("if_fails"),
    "if_not": _moves("if_not"),
    "with": _ARGUMENTS,
    "record": {**_MAP, "additionalProperties": _TEXT},
    "form": _FORM,
    "answers": _ANSWERS,
    "by": {"enum": list(BY)},
    "phase": {"enum": ["before", "after"]},
    "the_rest": {"enum": ["undo"]},
    "if_missed": {"enum": ["each", "skip"]},
    "choose": _CHOOSE,
    "together": {"anyOf": [{"type": "string"}, {**_MAP, "additionalProperties": _STEPS}]},
    "steps": _STEPS,
    "wait": _TEXTS_OR_ONE,
    "alike": {"type": "array", "items": _TEXT},
    "continue": {"const": True},
}
"""What stands under a key, where it is more than a text."""


def _keys(names: tuple[str, ...], required: tuple[str, ...]) -> Schema:
    return {
        "type": "object",
        "properties": {name: _SAID.get(name, _TEXT) for name in sorted(names)},
        "required": list(required),
        "additionalProperties": False,
    }


def _move(name: str) -> Schema:
    found = _keys((name, *MOVES[name], "only_if"), (name,))
    if name == "hand_to":
        found["properties"]["answers"] = {**_MAP, "additionalProperties": _moves("rung")}
    return found


def _list_of_moves(allowed: tuple[str, ...]) -> Schema:
    one: list[Schema] = [_move(name) for name in sorted(allowed)]
    if "continue" in allowed:
        one.append({"const": "continue"})
    return {"anyOf": [*one, {"type": "array", "minItems": 1, "items": {"anyOf": one}}]}


def json_schema() -> Schema:
    """The schema (draft 2020-12) that an editor completes and underlines a journey file by."""
    properties = {
        **dict.fromkeys(("journey", "title", "purpose", "accountable", "once", "replaces", "limit"), _TEXT),
        **dict.fromkeys(("while", "pause_while", "calendar", "language"), _TEXT),
        "starts": {
            **_MAP,
            "additionalProperties": {"anyOf": [_keys(OPTIONS[kind], (kind,)) for kind in sorted(OPTIONS)]},
        },
        "when_no_longer": _moves("when_no_longer"),
        "when_resumed": _moves("when_resumed"),
        "defaults": _keys(DEFAULTS, ()),
        "steps": _STEPS,
    }
    kinds = [_keys(KINDS[name].allowed, (name,)) for name in sorted(KINDS)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Handrail journey",
        "type": "object",
        "properties": properties,
        "required": list(REQUIRED),
        "additionalProperties": False,
        "$defs": {
            "steps": {**_MAP, "additionalProperties": {"anyOf": kinds}},
            **{role: _list_of_moves(ALLOWED[role]) for role in sorted(ALLOWED)},
        },
    }
