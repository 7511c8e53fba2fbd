"""What the kinds of step and of move hand to the frame that tells a journey: their own sentences, and nothing of the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.telling import Telling
from handrail.terms.plan import NONE

Role: TypeAlias = Literal["late", "fails", "not", "answer", "no longer", "resumed"]


class StepParts(Struct, frozen=True):
    """What one kind of step says of a step.

    `stalled` and `failed` begin a sentence that the ladder ends: *If nobody has answered within 3 business days*; empty:
    this kind cannot stall, or cannot fail, and `never_stalls` and `never_fails` say so. `owner` says
    who answers for it and `time` how long that may take (with `{limit}`), where the frame's own words do not fit the kind.
    """

    does: tuple[Sentence, ...]
    moves: tuple[Sentence, ...]
    decisions: tuple[Sentence, ...] = ()
    stalled: str = ""
    never_stalls: str = ""
    failed: str = ""
    never_fails: str = ""
    owner: str = ""
    time: str = ""


class Spot(Struct, frozen=True):
    """Where a move stands: in which role, of which step (NONE: the journey), in which ladder."""

    role: Role
    step: int = NONE
    ladder: int = NONE


class Clause(Struct, frozen=True):
    """A move as a clause: *it is handed to the manager*.

    `answers` are told below it, each with where it leads; `follows` is a ladder that is climbed next, or NONE.
    """

    text: str
    answers: Mapping[str, int] = {}
    follows: int = NONE


class MoveKind(Struct, frozen=True):
    """How a kind of move is told: `told(t, spot, move)`. `after` begins what follows it (`if that time passes, too`)."""

    told: Callable[[Telling, Spot, Any], Clause]
    after: str = ""


StepTeller: TypeAlias = Callable[[Telling, int], StepParts]
