"""A JSON Schema validator as far as our own schema needs one: no dependency for one test."""

from __future__ import annotations

import re
from typing import Any

from handrail.language.source.tree import Mapping, Node, Scalar

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


def plain(node: Node) -> Any:  # noqa: ANN401 - what JSON holds has no narrower type
    """A tree as an editor's YAML 1.2 reader gives it."""
    if isinstance(node, Mapping):
        return {entry.key.text: plain(entry.value) for entry in node.entries}
    if isinstance(node, Scalar):
        if not node.quoted and node.text in {"true", "false"}:
            return node.text == "true"
        return int(node.text) if not node.quoted and re.fullmatch(r"-?\d+", node.text) else node.text
    return [plain(item) for item in node.items]


def wrong(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> str:  # noqa: ANN401
    """What is wrong with a value by a schema, or ""."""
    if "$ref" in schema:
        return wrong(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        found = [wrong(value, one, root) for one in schema["anyOf"]]
        return "" if "" in found else f"{value!r} fits none: {found}"
    if "const" in schema and value != schema["const"]:
        return f"{value!r} is not {schema['const']!r}"
    if "enum" in schema and value not in schema["enum"]:
        return f"{value!r} is not in {schema['enum']}"
    names = schema.get("type", [])
    allowed = [names] if isinstance(names, str) else names
    if allowed and not any(isinstance(value, TYPES[name]) for name in allowed):
        return f"{value!r} is not {names}"
    return _inside(value, schema, root)


def _inside(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> str:  # noqa: ANN401
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        return f"{value!r} is not {schema['pattern']}"
    if isinstance(value, list):
        found = [wrong(item, schema.get("items", {}), root) for item in value]
        return next((one for one in found if one), "" if len(value) >= schema.get("minItems", 0) else "too short")
    if isinstance(value, dict):
        return _keys(value, schema, root)
    return "" if not isinstance(value, int) or value >= schema.get("minimum", value) else "too small"


def _keys(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> str:
    properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    missing = [name for name in schema.get("required", []) if name not in value]
    if missing or len(value) < schema.get("minProperties", 0):
        return f"{missing} missing"
    for name, item in value.items():
        if name not in properties and rest is False:
            return f"{name} is not allowed"
        one = properties.get(name, rest if isinstance(rest, dict) else {})
        found = wrong(item, one, root)
        if found:
            return f"{name}: {found}"
    return ""
