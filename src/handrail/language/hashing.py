"""The hash of a plan's meaning: without places, comments, the order of keys and what is the default anyway.

Expressions count in their canonical form. Steps, branches and moves count in their order, for runs keep their
numbers; two files of equal hash therefore have equal numbers, and the newer one's `Places` fit the older one's runs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import FieldInfo, fields, replace

from handrail.conditions.printing import show, show_text
from handrail.terms.expression import Node, Slot
from handrail.terms.plan import Plan
from handrail.terms.values import Duration

_LENGTH = 32
_SAID_OF_IT = frozenset({"hash", "place", "waits_for", "looks_at_today"})


def hash_of(plan: Plan) -> str:
    """32 hexadecimal digits (half of SHA-256) that name the plan's meaning."""
    canonical = json.dumps(
        _canonical(replace(plan, hash="")), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()[:_LENGTH]


def _canonical(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _canonical(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_canonical(item) for item in value]
    return _struct(value) if isinstance(value, Struct) else value


@cache
def _fields(kind: type[Struct]) -> tuple[FieldInfo, ...]:
    return fields(kind)


def _struct(value: Struct) -> object:
    """An expression as it is written; of anything else the fields that are not their default, and its kind."""
    if isinstance(value, Slot):
        return show_text((value,))
    if isinstance(value, Node):
        return show(value)  # type: ignore[arg-type]
    if isinstance(value, Duration):
        return str(value)
    found: dict[str, object] = {"is": type(value).__name__}
    for field in _fields(type(value)):
        here = getattr(value, field.name)
        reckoned = field.name in _SAID_OF_IT or (field.name == "needs" and isinstance(value, Plan))
        if not reckoned and here != field.default:
            found[field.encode_name] = _canonical(here)
    return found
