"""A thread that works beside the engine's own, from `start` until it is told to stop or dies.

What it does is its owner's matter; whoever writes anything has the engine's thread do it (`Runtime.do`).
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

STOP_SECONDS: Final = 30.0


class Beside(ABC):
    """Work of its own thread (`work`). `died` says why it stopped, if it was not told to."""

    def __init__(self, runtime: Runtime, name: str, stop_seconds: float = STOP_SECONDS) -> None:
        self._runtime = runtime
        self._ended = threading.Event()
        self._stop_seconds = stop_seconds
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self.died: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what was begun, then stop."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=self._stop_seconds)

    @abstractmethod
    def work(self) -> None:
        """What the thread does until `_ended` is set."""

    def _live(self) -> None:
        try:
            self.work()
        except BaseException as error:
            if self._runtime.died is not None:
                return  # somebody else died first, and says so
            self.died = error
            raise
