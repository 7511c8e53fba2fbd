"""The thread that claims messages that are due, has the postman take them, and writes down what became of each.

What an earlier process claimed and did not settle may have been sent: it is held for a person (`engine.mailing.recover`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from handrail.app.mailing.postman import Postman
from handrail.app.mailing.server import TIMEOUT_SECONDS, Server
from handrail.app.mailing.tokens import tokens_of
from handrail.app.running.beside import Beside
from handrail.engine.engine import Engine
from handrail.engine.mailing import MAIL_DRIVER, Became, Look, Mail, leaving, recover, settle
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

AT_ONCE: Final = 50
LOOK_SECONDS: Final = 1.0
LEASE: Final = timedelta(minutes=20)
REST: Final = timedelta(minutes=1)
"""So long a message rests in its box: what is decided together comes within seconds, and leaves as one letter."""


class Posting(Beside):
    """Hands messages that are due to the mail server, in a thread of its own."""

    def __init__(self, runtime: Runtime, server: Server, epoch: int) -> None:
        super().__init__(runtime, "mail", stop_seconds=TIMEOUT_SECONDS)
        self._epoch = epoch
        self._postman = Postman(
            server,
            tokens_of(runtime.store),
            lambda: runtime.workspace,
            runtime.past,
        )

    @property
    def out_of_reach(self) -> str:
        """Why the mail server was not reached when it was last asked; empty: it was."""
        return self._postman.out_of_reach

    def post(self, now: Instant) -> int:
        """Send what is due, `AT_ONCE` at most. How many messages it concerned."""

        def take(engine: Engine, _now: Instant) -> tuple[list[Mail], int]:
            return leaving(engine, self._epoch, now, Look(LEASE, AT_ONCE, REST, self._postman.links))

        mails, looked_at = self._runtime.do(take)
        if mails:
            self._settle(self._postman.send(mails, now), now)
        return looked_at

    def recover(self) -> int:
        """Hold what an earlier process claimed and did not settle; how many there were."""
        return self._runtime.do(lambda engine, now: recover(engine, self._epoch, now))

    def work(self) -> None:
        """Settle what an earlier process left, then post what comes due."""
        self.recover()
        while not self._ended.wait(LOOK_SECONDS):
            with contextlib.suppress(TimeoutError):  # the engine writes it down when its long piece of work is over
                self.post(self._runtime.clock())

    def _settle(self, became: Sequence[Became], now: Instant) -> None:
        if not became:
            return
        batch = Batch(at=to_millis(now), drivers=((MAIL_DRIVER, self._epoch),))

        def keep(engine: Engine, _now: Instant) -> None:
            settle(engine, became, now, batch)

        self._runtime.do(keep)
