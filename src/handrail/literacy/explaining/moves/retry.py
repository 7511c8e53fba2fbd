"""`retry`: a call, or the look for an address, is tried again."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.times import tries_said
from handrail.terms.plan import Retry


def _told(_: Telling, __: Spot, move: Retry) -> Clause:
    return Clause(f"it is tried again, {tries_said(move.rule)}, unless it was refused for good")


KIND = MoveKind(_told, after="if that does not help")
