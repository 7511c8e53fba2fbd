"""Looks at what only few may see: written into the audit before it is shown.

Changes are written with what they change (`store.kept.acts`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from handrail.insight.rights import Viewer
from handrail.store.kept.acts import Act, note
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

AGAIN: Final = timedelta(minutes=15)
"""Who looks at the same thing again within this time has looked once: a page that refreshes itself is no second look."""

_LOOKS_MAX: Final = 10_000


class Looks:
    """Writes down what is looked at, once in a while for the same viewer and thing. One for each application."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._latest: dict[tuple[str, str, str, int | None], Instant] = {}

    def looked_at(self, viewer: Viewer, what: str, about: str = "", person: int | None = None) -> None:
        """Keep that the viewer looks at this (`person looked at`, `list exported`). Committed when it returns."""
        key, now = (viewer.login, what, about, person), self._runtime.clock()
        before = self._latest.get(key)
        if before is not None and now - before < AGAIN:
            return
        act = Act(viewer.login, what, about, person)
        self._runtime.do(lambda engine, at: note(engine.store, act, at))
        if len(self._latest) >= _LOOKS_MAX:
            self._latest.clear()
        self._latest[key] = now
