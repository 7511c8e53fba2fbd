"""A moving and its lines as plain values, as the API and the commands give them."""

from __future__ import annotations

from typing import Any, Final

from handrail.app.runtime import Runtime
from handrail.engine.by_hand.moving import Refused
from handrail.insight.answer import plain
from handrail.insight.changes.moving import lines, moving

LINES_MAX: Final = 50_000
"""So many lines one answer holds."""


def shown(runtime: Runtime, number: int, limit: int = LINES_MAX, after: int = 0) -> dict[str, Any]:
    """The moving with its lines. Raises Refused."""
    past = runtime.past()
    found = moving(past, number)
    if found is None:
        raise Refused(f"There is no moving M-{number}.")
    return {**plain(found), "lines": plain(lines(past, number, (), limit, after))}
