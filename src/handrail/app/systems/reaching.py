"""Which systems nothing can be asked of now, as their drivers and the post know it; the incidents are the engine's.

A system is not late for what we slept through: after a clock that was set ahead, as after a start, it is given its time anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from handrail.app.running.asking import ASK_SECONDS
from handrail.app.settings import MailSettings
from handrail.app.systems.owners import owners_of
from handrail.connect.silent import can_be_asked
from handrail.connect.standing.contact import Cause
from handrail.connect.standing.trouble import trouble
from handrail.engine.engine import Engine
from handrail.engine.incidents.systems import OutOfReach, look
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

SLEPT: Final = timedelta(minutes=10)
"""After so long without a look the clock was set, or this process slept."""


class Reaching:
    """Looks at the systems of one organization, in the engine's thread."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._since: Instant | None = None
        self._looked: Instant | None = None

    def look(self, engine: Engine, now: Instant) -> None:
        """Open and end incidents as things stand. A restored copy asks nobody, so nobody is late there."""
        if self._since is None or self._looked is None or now - self._looked > SLEPT:
            self._since = now
        self._looked = now
        if not engine.store.restored():
            look(engine, list(self._out_of_reach(self._since, now)), now)

    def _out_of_reach(self, since: Instant, now: Instant) -> Iterator[OutOfReach]:
        """Those that are, with their owners, who are looked up only where there is one."""
        runtime, found = self._runtime, list(self._troubled(since, now))
        owners = owners_of(runtime.workspace, runtime.store, runtime.engine.worlds.organization.owner) if found else {}
        for name, cause, many in found:
            yield OutOfReach(name, owners[name], cause, many)

    def _troubled(self, since: Instant, now: Instant) -> Iterator[tuple[str, Cause, int]]:
        runtime = self._runtime
        for driver in runtime.drivers:
            asked = timedelta(seconds=ASK_SECONDS) if can_be_asked(runtime.connectors[driver.name]) else None
            cause, failing = trouble(driver.state, asked, since, now), driver.state.contact.failing
            if cause is not None:
                yield driver.name, cause, failing[-1].many if failing else 0
        why = runtime.posting.out_of_reach if runtime.posting is not None else ""
        if why:
            drafts = runtime.workspace.settings.connections
            name = next(name for name, draft in drafts.items() if isinstance(draft.system, MailSettings))
            yield name, Cause("transient", "not reached", why), 0
