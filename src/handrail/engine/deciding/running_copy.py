"""One run while its group is decided: as it was read, and as it stands now."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Final

from handrail.store.moments import PHASE
from handrail.store.rows import RunRow
from handrail.terms.plan import Plan
from handrail.terms.state import State

RUNS_MAX: Final = 4_096
"""So many runs are at hand at most."""

BYTES_MAX: Final = 4_096
"""A run of more bytes is not kept at hand: those that are take some ten megabytes together, however large runs become."""


class Working:
    """A run's working copy.

    `before` is the revision it was read at (-1: it is born here), `read` its state then. `written`: it has changed,
    `plan_before` the plan that it had until it was moved in this group.
    """

    __slots__ = (
        "before", "counts", "last_seq", "number", "once", "packed", "person", "phase", "plan", "plan_before", "read", "replaces", "rev",
        "shard", "state", "written",
    )  # fmt: skip

    def __init__(self, state: State, plan: Plan, shard: int, row: RunRow | None = None) -> None:
        self.state = state
        self.plan = plan
        self.plan_before: Plan | None = None
        self.shard = shard
        self.number = state.run
        self.person = state.person
        self.before = self.rev = -1 if row is None else row.rev
        self.read = None if row is None else state
        self.counts = 1 if row is None else row.counts
        self.once = None if row is None else row.once
        self.replaces = None if row is None else row.replaces
        self.phase = -1 if row is None else row.phase
        self.last_seq = 0
        self.written = False
        self.packed = b""

    def begin_anew(self) -> None:
        """Its commit is done: as it stands now is how the next group reads it."""
        self.before = self.rev
        self.read = self.state
        self.phase = PHASE[self.state.phase]
        self.plan_before = None
        self.last_seq = 0
        self.written = False
        self.packed = b""

    @property
    def born_here(self) -> bool:
        return self.before == -1


class Recent:
    """Open runs that were decided here not long ago, as their commits left them: they need not be read again.

    Whoever decides is the only one who writes open runs (an erasure touches those that are over), and each commit compares its
    epoch and every run's revision; so what was written last is what the store has. Bounded, and forgotten when a commit fails.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[int, Working] = {}

    def take(self, number: int) -> Working | None:
        """The run, if it is at hand. It is no longer kept: the next decision makes another of it."""
        return self._kept.pop(number, None)

    def keep(self, committed: Iterable[Working]) -> None:
        """Have at hand what a commit has written, unless it is over or large."""
        kept = self._kept
        for working in committed:
            if working.written and not working.state.over and len(working.packed) <= BYTES_MAX:
                working.begin_anew()
                kept[working.number] = working
        for number in list(islice(kept, max(0, len(kept) - RUNS_MAX))):
            del kept[number]

    def forget_all(self) -> None:
        """After a commit that failed: what is at hand may not be what the store has."""
        self._kept.clear()
