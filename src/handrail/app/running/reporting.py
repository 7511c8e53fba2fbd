"""The sheets behind the reports, kept while they are fresh: small organizations have them reckoned for each look, large ones beside.

One thread at most reckons at a time: when the organization begins to be served, and when somebody looks at what is no longer
fresh. It rests between its slices, so that whoever asks for something else does not wait for it. What a report shows says
of which moment it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeAlias

from handrail.insight.reports.asking import Reach
from handrail.insight.reports.reckoning import reckoned
from handrail.insight.reports.sheets import Choice, Sheets
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

SMALL_RUNS: Final = 2000
"""Up to so many runs the sheets are reckoned anew for every look: it takes some hundredths of a second."""

FRESH: Final = timedelta(minutes=5)
"""Older sheets of more runs are shown once more, and reckoned anew beside it."""

Rest: TypeAlias = Callable[[float], object]
"""Lets the others work for so many seconds."""


class StillCounting(Exception):
    """The sheets are reckoned for the first time since the organization is served: `done` of about `runs` runs so far."""

    def __init__(self, done: int, runs: int) -> None:
        super().__init__(f"The runs are being counted: {done:,} of about {runs:,} so far.")
        self.done, self.runs = done, runs


class _Ended(Exception):
    """The organization is no longer served, so nobody needs the sheets."""


class Reporting:
    """The sheets of one organization. `rest` is how long it is still between two slices, other than by the slice's own time."""

    def __init__(self, runtime: Runtime, small_runs: int = SMALL_RUNS, rest: Rest | None = None) -> None:
        self._runtime = runtime
        self._small_runs = small_runs
        self._ended = threading.Event()
        self._rest: Rest = rest or self._ended.wait
        self._kept: Sheets | None = None
        self._done = 0
        self._failed: BaseException | None = None
        self._changing = threading.Lock()
        self._reckoning: threading.Thread | None = None

    def start(self) -> None:
        """Begin to reckon, where that takes longer than somebody who looks should wait."""
        if not self._is_small:
            self._reckon_beside(self._runtime.clock())

    def wait(self) -> None:
        """Until what is being reckoned is reckoned."""
        if self._reckoning is not None:
            self._reckoning.join()

    def stop(self) -> None:
        """Let go of what is being reckoned."""
        self._ended.set()
        self.wait()

    def sheets(self, reach: Reach, now: Instant) -> Sheets:
        """The sheets for somebody: of those who report to them as of now, else of everybody, a few minutes old at most.

        Raises StillCounting; what the reckoning failed of, once, and then it is begun anew.
        """
        if reach.reports_of:
            found = self._runtime.store.database.read("SELECT id FROM person WHERE manager = ?", (reach.reports_of,))
            return reckoned(self._runtime.past(), now, people=[int(row[0]) for row in found])
        kept = self._kept
        if (kept is None or kept.runs <= self._small_runs) and self._is_small:
            return self._at_once(now)
        if kept is None:
            self._say_failure()
            self._reckon_beside(now)
            raise StillCounting(self._done, self._runs)
        if now - kept.begun > FRESH:
            self._reckon_beside(now)
        return kept

    @property
    def _runs(self) -> int:
        """About how many runs there are: their numbers have few holes."""
        (newest,) = self._runtime.store.database.read("SELECT max(id) FROM run")
        return int(newest[0] or 0)

    @property
    def _is_small(self) -> bool:
        return self._runs <= self._small_runs

    def _at_once(self, now: Instant) -> Sheets:
        """Of this moment: reckoned here, once for all who look in it."""
        with self._changing:
            if self._kept is None or self._kept.begun != now:
                self._kept = reckoned(self._runtime.past(), now)
            return self._kept

    def _say_failure(self) -> None:
        failed, self._failed = self._failed, None
        if failed is not None:
            raise failed

    def _reckon_beside(self, now: Instant) -> None:
        """Begin to reckon in a thread of its own, unless one does already."""
        with self._changing:
            if not self._ended.is_set() and (self._reckoning is None or not self._reckoning.is_alive()):
                self._done = 0
                self._reckoning = threading.Thread(target=self._reckon, args=(now,), name="reports", daemon=True)
                self._reckoning.start()

    def _reckon(self, now: Instant) -> None:
        try:
            found = reckoned(self._runtime.past(), now, between=self._breathing())
            for sheet in found.of.values():
                sheet.counts(Choice())  # what most ask first
            self._kept = found
        except _Ended:
            return
        except BaseException as error:
            self._failed = error
            raise

    def _breathing(self) -> Callable[[int], None]:
        """What is done between two slices: as long a rest as the slice took, so that at most half a core is used."""
        began = perf_counter()

        def breathe(runs: int) -> None:
            nonlocal began
            self._done = runs
            self._rest(perf_counter() - began)
            if self._ended.is_set():
                raise _Ended
            began = perf_counter()

        return breathe
