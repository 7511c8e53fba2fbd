"""`tell`: somebody is sent a message on the way."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.owners import as_subject, owner_said
from handrail.literacy.explaining.words.texts import message_said
from handrail.terms.plan import TellMove


def _told(t: Telling, spot: Spot, move: TellMove) -> Clause:
    way = f" by {move.by}" if move.by else ""
    return Clause(f"{as_subject(owner_said(t, move.to, spot.step))} is sent {message_said(t, move.message)}{way}")


KIND = MoveKind(_told)
