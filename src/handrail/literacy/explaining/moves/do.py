"""`do`: a connected system is asked to act on the way."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.actions import about_of, action_said
from handrail.literacy.explaining.words.texts import arguments_said
from handrail.terms.plan import DoMove


def _told(t: Telling, _: Spot, move: DoMove) -> Clause:
    return Clause(action_said(t, move.action, move.arguments) + _with(t, move))


def _with(t: Telling, move: DoMove) -> str:
    said = arguments_said(t, move.arguments, without=about_of(move.action))
    return f" ({said})" if said else ""


KIND = MoveKind(_told)
