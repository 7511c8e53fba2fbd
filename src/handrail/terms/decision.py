"""What the core made of one event in one run: the state after, the effects, the reasons.

Reasons are structured and in the terms of the journey file, never prose; `insight` makes sentences of them.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.effect import Effect
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Fields, Instant


class Reason(Struct, frozen=True, array_like=True, gc=False):
    """One thing that was decided.

    `rule` is from the closed list in docs/reference/reasons.md, `place` a place number of the plan, `pass_` the pass
    it is about (0: the run), `seen` the values that decided it.
    """

    rule: str
    place: int = 0
    pass_: int = 0
    seen: Fields = NOTHING


class HandoffChange(Struct, frozen=True, array_like=True, gc=False):
    """A handoff as it stands after the decision. `ended` is empty while it is open; `aside`: snoozed until then. `due` is none while the run is paused.

    `stuck`: it did not go as it was meant to: late once, could not be done, or handed on. `late`: it was past its limit
    once, open or closed. `lapsed`: where this decision saw its limit pass first, who had it then, and the limit.
    """

    pass_: int
    step: int
    owner: str
    opened: Instant
    due: Instant | None
    waiting: str
    escalated: bool = False
    closed: Instant | None = None
    ended: str = ""
    aside: Instant | None = None
    stuck: bool = False
    late: bool = False
    lapsed: tuple[str, Instant] | None = None


class Decision(Struct, frozen=True, gc=False):
    """`used`: whether the event made a difference (its disposition is then *matched*). `packed`: the state after, as it is kept."""

    state: State
    effects: tuple[Effect, ...] = ()
    reasons: tuple[Reason, ...] = ()
    handoffs: tuple[HandoffChange, ...] = ()
    used: bool = True
    packed: bytes = b""


class Started(Struct, frozen=True, gc=False):
    """A run begins (or is born waiting for release); `replaced` are the runs it stops, `by` and `replaces` its values of those keys."""

    decision: Decision
    replaced: tuple[int, ...] = ()
    by: Fields = NOTHING
    replaces: Fields = NOTHING


Why: TypeAlias = Literal["already", "not in scope", "unknown", "no longer", "held back"]


class NotStarted(Struct, frozen=True, gc=False):
    """`already`: `stands` is the run that stands; `unknown`: deferred until the value comes; `held back`: by an override."""

    why: Why
    reasons: tuple[Reason, ...]
    stands: int = 0


class Earlier(Struct, frozen=True, gc=False):
    """An earlier run of the same journey and person, for `once` and `replaces`.

    `by` are the values of `once` at its start, `replaces` those of `replaces`; `counts` is false for one that a
    `check` stopped before anything left it.
    """

    run: int
    begun: Instant
    open: bool
    by: Fields
    replaces: Fields
    counts: bool = True


class Stays(Struct, frozen=True, gc=False):
    """Why a run cannot go on by another plan: what hinders it, and the step of its own plan that it is about."""

    why: str
    step: str = ""
