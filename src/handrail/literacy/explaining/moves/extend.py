"""`extend`: the same owner has more time; of a whole run: no limit ends too soon after a pause."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.terms.plan import Extend


def _told(_: Telling, spot: Spot, move: Extend) -> Clause:
    if spot.role == "resumed":
        return Clause(f"no time limit of this run ends sooner than {move.by} from then")
    return Clause(f"there are {move.by} more for it" if move.by.count != 1 else f"there is {move.by} more for it")


KIND = MoveKind(_told, after="if that time passes, too")
