"""What nobody hands in: files that were interrupted, held events that can be understood by now, leases to be renewed.

One thread asks once a second, and has the engine's thread do it, a page at a time, so that answers come between. Only
`people came` is remembered, and looked at once after every start anyway. Schedules and dates are the engine's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from handrail.app.running.beside import Beside
from handrail.app.systems.reaching import Reaching
from handrail.engine.engine import Engine
from handrail.intake.again import understood_now
from handrail.intake.filing import Filing
from handrail.people.sync import Moment
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

TICK_SECONDS: Final = 1.0
RENEW_EVERY: Final = 5
"""Ticks between two renewals of the leases, and two looks whether the systems outside answer."""

AGAIN_AT_ONCE: Final = 300


class Ticking(Beside):
    """The clock of one organization at work."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(runtime, "clock")
        self._people_came = True
        self._reaching = Reaching(runtime)

    def people_came(self) -> None:
        """Somebody is known now who was not: events about them may wait."""
        self._people_came = True

    def tick(self) -> int:
        """Do what has come due, all of it. How many things it concerned."""
        done = 0
        while many := self._runtime.do(self._due):
            done += many
        return done

    def _due(self, engine: Engine, now: Instant) -> int:
        """In the engine's thread: one page."""
        self._runtime.look_up_again(now)
        came, self._people_came = self._people_came, False
        zone = engine.worlds.organization.zone
        found = understood_now(engine.store, engine.catalog, now, zone, AGAIN_AT_ONCE) if came else []
        if found:
            engine.take(found, now)
            self._people_came = True
        return len(found)

    def work(self) -> None:
        """Go on with what was interrupted, then tick."""
        self._go_on_with_files()
        ticks = 0
        while not self._ended.wait(TICK_SECONDS):
            ticks += 1
            self._once(renew=ticks % RENEW_EVERY == 0)

    def _once(self, *, renew: bool) -> None:
        try:
            self.tick()
            if renew:
                self._runtime.renew()
                self._runtime.do(self._reaching.look)
        except TimeoutError:
            return  # a long piece of work is being done; what is due is still due when it is over

    def _go_on_with_files(self) -> None:
        """Files of people that an earlier process was in the middle of."""
        at = Moment(self._runtime.clock(), self._runtime.engine.worlds.organization.zone)
        for mapping in self._runtime.workspace.mappings:
            Filing(self._runtime.directory(), mapping).resume(at)
