"""`hand_to`: the step is somebody else's now, with a question of its own or with what was asked before."""

from __future__ import annotations

from handrail.literacy.explaining.parts import Clause, MoveKind, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.owners import as_subject, owner_said
from handrail.literacy.explaining.words.texts import text_said
from handrail.literacy.explaining.words.times import limit_said
from handrail.terms.plan import NONE, Ask, Do, HandTo, Tell


def _told(t: Telling, spot: Spot, move: HandTo) -> Clause:
    owner, time = owner_said(t, move.to, spot.step), limit_said(t, move.limit)
    if move.answers:
        return Clause(
            f"{as_subject(owner)} is asked, and has {_time(time)}: {text_said(t, move.question)}", move.answers
        )
    body = t.plan.steps[spot.step].body if spot.step != NONE else None
    if isinstance(body, Ask):
        what = "task" if body.todo else "question"
        return Clause(f"the {what} goes to {owner}, who has {_time(time)}")
    if isinstance(body, Do) or (isinstance(body, Tell) and spot.role == "fails"):
        again = "have it tried again, " if isinstance(body, Do) else ""
        return Clause(
            f"it is handed to {owner}, who has {_time(time)} to {again}say that it was done by hand, leave it out, or stop the run"
        )
    return Clause(f"it is handed to {owner}, who answers for it now and has {_time(time)}")


def _time(time: str) -> str:
    return f"time {time}" if time.startswith("until ") else time


KIND = MoveKind(_told, after="if that time passes, too")
