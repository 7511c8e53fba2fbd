"""`record`: values are written down for the reports on the way."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import measures_said
from handrail.terms.plan import RecordMove


def _told(t: Telling, _: Spot, move: RecordMove) -> Clause:
    return Clause(f"the reports get {measures_said(t, move.values, move.phase)}")


KIND = MoveKind(_told)
