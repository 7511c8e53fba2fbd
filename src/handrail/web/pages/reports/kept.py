"""The sheets behind the reports, kept while they are fresh: small organizations have them reckoned for each look, large ones beside.

One thread at most reckons at a time, and only when somebody looks. What a report shows says of which moment it is.
"""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Final

from handrail.app.runtime import Runtime
from handrail.insight.past import Past
from handrail.insight.reports.asking import Reach
from handrail.insight.reports.reckoning import reckoned
from handrail.insight.reports.sheets import Sheets
from handrail.terms.values import Instant

SMALL_RUNS: Final = 2000
"""Up to so many runs the sheets are reckoned anew for every look: it takes some hundredths of a second."""

FRESH: Final = timedelta(minutes=5)
"""Older sheets of more runs are shown once more, and reckoned anew beside it."""


class Reporting:
    """The sheets of one organization."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._kept: Sheets | None = None
        self._changing = threading.Lock()
        self._reckoning: threading.Thread | None = None

    def sheets(self, reach: Reach, now: Instant) -> Sheets:
        """The sheets for somebody: of those who report to them as of now, else of everybody, a few minutes old at most."""
        if reach.reports_of:
            found = self._runtime.store.database.read("SELECT id FROM person WHERE manager = ?", (reach.reports_of,))
            return reckoned(self._past(), now, people=[int(row[0]) for row in found])
        kept = self._kept
        if kept is None or (kept.runs <= SMALL_RUNS and kept.begun != now):
            with self._changing:
                if self._kept is kept:
                    self._reckon(now)
                assert self._kept is not None, "it was just reckoned"
                return self._kept
        if now - kept.begun > FRESH:
            self._reckon_beside(now)
        return kept

    def _past(self) -> Past:
        return Past(self._runtime.store, self._runtime.engine.worlds.organization)

    def _reckon(self, now: Instant) -> None:
        self._kept = reckoned(self._past(), now)

    def _reckon_beside(self, now: Instant) -> None:
        """Begin to reckon in a thread of its own, unless one does already."""
        with self._changing:
            if self._reckoning is None or not self._reckoning.is_alive():
                self._reckoning = threading.Thread(target=self._reckon, args=(now,), name="reports", daemon=True)
                self._reckoning.start()
