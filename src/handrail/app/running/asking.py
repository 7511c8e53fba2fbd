"""Polls: systems that can be asked what happened are asked every minute, beside what they tell by themselves.

One thread makes the requests; permits and what was told go through the engine's thread, so that nobody waits for a far
side that answers slowly. What a webhook told already is a duplicate then, and nothing is done twice.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final

from handrail.app.running.beside import Beside
from handrail.app.systems.owners import owners_of
from handrail.connect.port import Polled
from handrail.connect.silent import can_be_asked
from handrail.engine.catching_up.polling import Poller
from handrail.engine.engine import Engine
from handrail.intake.told import Channel
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

ASK_SECONDS: Final = 60.0
PAGES_MAX: Final = 100
"""So many pages are asked for in a row; what is left comes with the next minute."""


class Asking(Beside):
    """The polls of one organization at work, at once the first time."""

    def __init__(self, runtime: Runtime, every_seconds: float = ASK_SECONDS) -> None:
        super().__init__(runtime, "polls")
        self._every = every_seconds

    def ask(self) -> int:
        """Ask every connection that can be asked; how many pages there were."""
        return sum(self._ask_one(poller) for poller in self._pollers())

    def _pollers(self) -> list[Poller]:
        runtime = self._runtime
        made, owners = [], owners_of(runtime.workspace, runtime.store, runtime.engine.worlds.organization.owner)
        for driver in runtime.drivers:
            connector = runtime.connectors[driver.name]
            if can_be_asked(connector):
                draft = runtime.workspace.settings.connections[driver.name]
                zone = runtime.engine.worlds.organization.zone
                channel = Channel(driver.name, owners[driver.name], runtime.clock(), zone, draft.people_by)
                made.append(Poller(runtime.engine, driver, connector, channel))
        return made

    def _ask_one(self, poller: Poller) -> int:
        for pages in range(PAGES_MAX):
            watermark = self._runtime.do(partial(_may_ask, poller))
            if watermark is None or self._ended.is_set():
                return pages
            polled = poller.ask(watermark)
            if not self._runtime.do(partial(_take_in, poller, polled)):
                return pages + 1
        return PAGES_MAX

    def work(self) -> None:
        """Ask, and ask again every minute."""
        while True:
            with contextlib.suppress(TimeoutError):  # long work is done: the next minute asks from the same watermark
                self.ask()
            if self._ended.wait(self._every):
                return


def _may_ask(poller: Poller, _: Engine, now: Instant) -> str | None:
    return poller.may_ask(now)


def _take_in(poller: Poller, polled: Polled, _: Engine, now: Instant) -> bool:
    return poller.take_in(polled, now)
