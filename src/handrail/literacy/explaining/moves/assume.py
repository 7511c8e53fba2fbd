"""`assume`: an answer is taken as if somebody had given it."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import NONE, Ask, Assume


def _told(t: Telling, spot: Spot, move: Assume) -> Clause:
    body = t.plan.steps[spot.step].body
    leads_to = body.answers.get(move.answer, NONE) if isinstance(body, Ask) else NONE
    return Clause(f"“{title_of(move.answer)}” is taken as the answer, and marked as assumed", follows=leads_to)


KIND = MoveKind(_told)
