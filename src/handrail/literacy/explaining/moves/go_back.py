"""`go_back_to`: the run goes back to an earlier step, so many times at most."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.terms.plan import GoBack


def _told(t: Telling, spot: Spot, move: GoBack) -> Clause:
    return Clause(back_said(t, spot.step, move.step, after=f"{move.after}" if move.after else "", at_most=move.at_most))


def back_said(t: Telling, here: int, step: int, *, after: str, at_most: int) -> str:
    """Where it goes back to, when, and how often: `it goes back to step 4, “Course”, after 7 days (at most 2 times)`."""
    where = f"{t.named(step)}, begins anew" if step == here else f"the journey goes back to {t.named(step)},"
    later = f" after {after}" if after else ""
    return f"{where.removesuffix(',') if not later else where}{later} ({times_said(at_most)})"


def times_said(at_most: int) -> str:
    """`once in a run`, `at most 2 times in a run`."""
    return "once in a run" if at_most == 1 else f"at most {at_most} times in a run"


KIND = MoveKind(_told, after="when that is used up")
