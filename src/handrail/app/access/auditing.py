"""The audit: every change that somebody makes over the web or a command, and every look at what only few may see.

One act is one row: who, on whose behalf, what, about whom or what, before and after, why. Whoever changes something puts
`audited(…)` into the batch of the change itself, so that neither is there without the other; a look is written with
`looked_at` before it is shown. What the engine decides stands in the ledger, not here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from handrail.insight.rights import Viewer
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.store.rows import AuditRow
from handrail.terms import coding
from handrail.terms.values import Fields, Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

AGAIN: Final = timedelta(minutes=15)
"""Who looks at the same thing again within this time has looked once: a page that refreshes itself is no second look."""

_LOOKS_MAX: Final = 10_000


class Act(Struct, frozen=True):
    """What somebody did. `by` is a login, or the name that a command was given; `person` whom it was about.

    `what` is in the past tense and one of few (it is filtered by): `role granted`, `person looked at`. `about` says the rest.
    """

    by: str
    what: str
    about: str = ""
    person: int | None = None
    on_behalf_of: str = ""
    before: str = ""
    after: str = ""
    reason: str = ""


def audited(store: Store, act: Act, now: Instant) -> AuditRow:
    """The row that keeps it, for the batch in which the change itself is."""
    said = {
        "about": act.about,
        "on_behalf_of": act.on_behalf_of,
        "before": act.before,
        "after": act.after,
        "reason": act.reason,
    }
    body = coding.pack(Fields({name: text for name, text in said.items() if text}))
    return AuditRow(store.numbers("audit", 1)[0], to_millis(now), act.by, act.what, body, act.person)


def note(store: Store, act: Act, now: Instant) -> None:
    """Write down an act that has no batch of its own."""
    store.commit(Batch(at=to_millis(now), audit=[audited(store, act, now)]))


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
