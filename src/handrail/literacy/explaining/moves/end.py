"""`continue`, `skip`, `finish` and `stop`: what ends a step, or the run."""

from __future__ import annotations

from handrail.literacy.explaining.flow import goes_on
from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.texts import text_said
from handrail.terms.plan import NONE, Continue, End, Skip


def _continue(t: Telling, spot: Spot, _: Continue) -> Clause:
    return Clause(goes_on(t, spot.step) if spot.step != NONE else "the run goes on all the same")


def _skip(t: Telling, spot: Spot, move: Skip) -> Clause:
    return Clause(f"the step is left out ({text_said(t, move.reason)}), and {goes_on(t, spot.step)}")


def _end(t: Telling, _: Spot, move: End) -> Clause:
    return Clause(end_said(t, move))


def end_said(t: Telling, move: End) -> str:
    """`the run is stopped: “not passed”`."""
    return f"the run is {'finished' if move.how == 'finish' else 'stopped'}: {text_said(t, move.reason)}"


CONTINUE = MoveKind(_continue)
SKIP = MoveKind(_skip)
END = MoveKind(_end)
