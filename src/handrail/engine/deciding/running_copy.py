"""One run while its group is decided: as it was read, and as it stands now."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from handrail.store.rows import RunRow
from handrail.terms import coding
from handrail.terms.plan import Plan
from handrail.terms.state import State

STATES_MAX: Final = 4_096
"""So many states are at hand at most."""

BYTES_MAX: Final = 4_096
"""A state of more bytes is not kept at hand: those that are take some ten megabytes together, however large runs become."""


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

    @property
    def born_here(self) -> bool:
        return self.before == -1


class States:
    """States that were decided here not long ago, by their bytes: what was just packed need not be read again.

    Bounded, and correctness does not need it: what is not in it is read from its bytes, and is the same.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, State] = OrderedDict()

    def read(self, packed: bytes) -> State:
        """The state of these bytes. It is kept no longer: the next decision makes another of it."""
        found = self._kept.pop(packed, None)
        return coding.unpack(packed, State) if found is None else found

    def keep(self, packed: bytes, state: State) -> None:
        """Have the state at hand when these bytes are read, unless it is large."""
        if len(packed) > BYTES_MAX:
            return
        if len(self._kept) >= STATES_MAX:
            self._kept.popitem(last=False)
        self._kept[packed] = state
