"""What happens when nobody does anything about an open handoff: the next moves of its list, as they would be made now.

Reckoned in the world of this moment, so it names who would have it next; it may come otherwise when the moment is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_owner
from handrail.core.moves.ladders import had_by
from handrail.insight.lists import Names
from handrail.insight.telling.wording import sentence
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Assume,
    Continue,
    DoMove,
    End,
    Extend,
    GoBack,
    HandTo,
    Retry,
    RunMove,
    Skip,
    TellMove,
    UndoMove,
)
from handrail.terms.state import Pass
from handrail.terms.values import Instant

What: TypeAlias = Literal[
    "told", "asked for", "begun", "taken back", "handed", "extended", "again", "back", "assumed", "goes on", "left out",
    "finished", "stopped", "closed",
]  # fmt: skip
WORDS: Final[dict[What, str]] = {
    "told": "{} is told",
    "asked for": "{} is asked for",
    "begun": "the journey {} begins",
    "taken back": "what was done is taken back",
    "handed": "it goes to {}",
    "extended": "there is more time: {}",
    "again": "it is tried again",
    "back": "the journey goes back to step {}",
    "assumed": "“{}” is taken as the answer",
    "goes on": "the journey goes on without it",
    "left out": "this step is left out",
    "finished": "the journey ends here",
    "stopped": "the journey is stopped",
    "closed": "it is closed, and nobody looks at it any more",
}


class Otherwise(Struct, frozen=True):
    """What happens at `due` (empty: nothing happens by itself), each with whom or what it is about."""

    due: Instant | None
    moves: tuple[tuple[What, str], ...] = ()

    @property
    def text(self) -> str:
        """A sentence, without the moment: `It goes to Ana Silva.`; empty when nothing happens by itself."""
        said = [WORDS[what].format(about) for what, about in self.moves_once]
        told = {about for what, about in self.moves if what == "told"}
        said = [
            f"{text}, who is told" if what == "handed" and about in told else text
            for text, (what, about) in zip(said, self.moves_once, strict=True)
        ]
        return sentence(" and ".join(said)) if said else ""

    @property
    def moves_once(self) -> tuple[tuple[What, str], ...]:
        """Without that somebody is told to whom it goes as well: whoever gets a handoff is told."""
        handed = {about for what, about in self.moves if what == "handed"}
        return tuple(move for move in self.moves if move[0] != "told" or move[1] not in handed)


def otherwise(d: Draft, each: Pass, names: Names) -> Otherwise:
    """What the moment does at which the handoff is late."""
    if each.due is None or d.phase == "paused":
        return Otherwise(None)
    if each.beside is not None:
        return Otherwise(each.due, (("closed", ""),))
    return Otherwise(each.due, tuple(_moves(d, each, names)))


def _moves(d: Draft, each: Pass, names: Names) -> Iterator[tuple[What, str]]:
    ladder, rung = _next(d, each)
    if ladder != NONE:
        for move in d.plan.ladders[ladder].moves[rung:]:
            if move.only_if is not None and d.test(move.only_if, d.scope(each.items, each.step)) is not True:
                continue
            said = _said(d, each, move, names)
            if said is not None:
                yield said
            if said is not None and _stops(move):
                return
    yield "left out", ""


def _next(d: Draft, each: Pass) -> tuple[int, int]:
    if each.ladder >= 0:
        return each.ladder, each.rung + 1
    return (d.step(each.step).contract.if_late if each.step != NONE else NONE), 0


def _stops(move: AnyMove) -> bool:
    return isinstance(move, HandTo | Extend | Retry | GoBack | Assume | Continue | Skip | End)


def _said(d: Draft, each: Pass, move: AnyMove, names: Names) -> tuple[What, str] | None:
    """The move and what it is about; None for one that nobody notices or that passes over."""
    match move:
        case TellMove():
            return "told", names.owner(find_owner(d, each, move.to))
        case HandTo():
            owner = find_owner(d, each, move.to)
            return None if owner in had_by(d, each) else ("handed", names.owner(owner))
        case GoBack():
            return "back", d.plan.steps[move.step].name
        case End():
            return ("finished" if move.how == "finish" else "stopped"), ""
        case _:
            return _plain(move)


def _plain(move: AnyMove) -> tuple[What, str] | None:
    """A move that names nobody."""
    match move:
        case DoMove():
            return "asked for", move.action
        case RunMove():
            return "begun", move.journey
        case Extend():
            return "extended", str(move.by)
        case Assume():
            return "assumed", move.answer.replace("_", " ")
        case _:
            words: dict[type, What] = {UndoMove: "taken back", Retry: "again", Continue: "goes on", Skip: "left out"}
            return (words[type(move)], "") if type(move) in words else None
