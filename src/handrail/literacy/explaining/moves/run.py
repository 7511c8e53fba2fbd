"""`run`: another journey is begun for the same person, and stands by itself from then on."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import arguments_said
from handrail.terms.plan import RunMove


def _told(t: Telling, _: Spot, move: RunMove) -> Clause:
    given = arguments_said(t, move.arguments)
    handed = f", with {given}" if given else ""
    return Clause(f"{t.journey(move.journey)} begins for the same person{handed}; it goes on by itself from there")


KIND = MoveKind(_told)
