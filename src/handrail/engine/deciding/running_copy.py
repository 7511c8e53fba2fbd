"""One run while its group is decided: as it was read, and as it stands now."""

from __future__ import annotations

from handrail.store.rows import RunRow
from handrail.terms.plan import Plan
from handrail.terms.state import State


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
