"""What a handoff that was late waited for: a system, a person, or nobody, as the journey names none.

The three questions are asked in that order, and the first that is answered with yes decides. What each one looks at is
kept with the handoff and its plan: nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from handrail.terms.plan import NONE, Do, HandTo, OwnerPath, Plan, Tell

_OPEN_ENDED: Final = frozenset({"path", "role", "sponsor", "accountable", "owner"})
"""Ways to an owner that may end in any team."""


class Late(NamedTuple):
    """A late handoff: its step, whose it is, and whether a call of its pass failed or was tried again."""

    step: int
    owner: str
    tried: bool


def why_late(plan: Plan, late: Late) -> str:
    """`a system failed`, `nothing was defined` or `a person was late`."""
    if late.step == NONE:
        return "a system failed" if late.tried else "a person was late"
    step = plan.steps[late.step]
    if late.tried or isinstance(step.body, Do | Tell):
        return "a system failed"
    return "nothing was defined" if _undefined(plan, late) else "a person was late"


def _undefined(plan: Plan, late: Late) -> bool:
    """Whether the journey has no answer to the step being late, or its owner is a team that no way in the journey leads to."""
    contract = plan.steps[late.step].contract
    if contract.if_late == NONE:
        return True
    kind, _, name = late.owner.partition(":")
    ways = list(_ways(plan, late.step))
    named = {path.name for path in ways if path.kind == "team"}
    return kind == "team" and name not in named and not any(path.kind in _OPEN_ENDED for path in ways)


def _ways(plan: Plan, step: int) -> Iterator[OwnerPath]:
    """Every way to an owner that the step names, and those of everything that can be moved in the journey."""
    yield from plan.steps[step].contract.owner
    yield from getattr(plan.steps[step].body, "to", ())
    for ladder in plan.ladders:
        for move in ladder.moves:
            if isinstance(move, HandTo):
                yield from move.to
