"""Lists of moves, told rung by rung: what happens first, and what when that did not help."""

from __future__ import annotations

from collections.abc import Mapping

from handrail.language.owners import outside
from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.moves import TOLD
from handrail.literacy.explaining.parts import Clause, Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.literacy.explaining.words.owners import owner_said
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import NONE, AnyMove, Ask, Continue, End, HandTo, Skip


def ladder_told(t: Telling, beginning: str, ladder: int, spot: Spot, at: tuple[int, str]) -> Sentence:
    """`beginning` (*if nobody has answered within 3 business days*) and what then happens, in one sentence or as a list."""
    place, key = at
    moves = t.plan.ladders[ladder].moves
    if len(moves) == 1 and moves[0].only_if is None and not isinstance(moves[0], HandTo):
        return t.say(f"{beginning}, {_clause(t, spot, moves[0]).text}", place, key)
    return t.say(f"{beginning}:", place, key, rungs_told(t, ladder, spot), numbered=True)


def rungs_told(t: Telling, ladder: int, spot: Spot) -> tuple[Sentence, ...]:
    """Each move as a sentence that begins with what must have happened for it to follow."""
    told, before, had = [], "", _asked_first(t, spot)
    for move in t.plan.ladders[ladder].moves:
        if isinstance(move, HandTo) and move.only_if is None and _again(t, spot, move, had):
            told.append(
                t.say(f"{owner_said(t, move.to, spot.step)} had it already: this move is passed over", move.place)
            )
            continue
        clause = _clause(t, spot, move)
        told.append(t.say(_joined(t, before, move, clause), move.place, inside=answers_told(t, clause.answers, spot)))
        before = _after(move) if spot.role != "resumed" else ""
    return tuple(told)


def _asked_first(t: Telling, spot: Spot) -> set[str]:
    """Who is asked by the step itself; of others nobody was asked anything yet."""
    body = t.plan.steps[spot.step].body if spot.step != NONE else None
    return {owner_said(t, body.to, spot.step)} if isinstance(body, Ask) and not outside(body.to) else set()


def _again(t: Telling, spot: Spot, move: HandTo, had: set[str]) -> bool:
    """Whether whoever it would be handed to certainly had it already; from now on they have."""
    owner = owner_said(t, move.to, spot.step)
    again = owner in had
    had.add(owner)
    return again


def answers_told(t: Telling, answers: Mapping[str, int], spot: Spot) -> tuple[Sentence, ...]:
    """Each answer with where it leads."""
    return tuple(_answer(t, word, ladder, spot) for word, ladder in answers.items())


def _answer(t: Telling, word: str, ladder: int, spot: Spot) -> Sentence:
    here = Spot("answer", spot.step, ladder)
    moves = t.plan.ladders[ladder].moves
    place = moves[0].place if moves else NONE
    if len(moves) == 1 and moves[0].only_if is None and not (isinstance(moves[0], HandTo) and moves[0].answers):
        return t.say(f"“{title_of(word)}”: {_clause(t, here, moves[0]).text}", place)
    return t.say(f"“{title_of(word)}”:", place, inside=rungs_told(t, ladder, here), numbered=True)


def _clause(t: Telling, spot: Spot, move: AnyMove) -> Clause:
    clause: Clause = TOLD[type(move)].told(t, spot, move)
    if clause.follows == NONE:
        return clause
    moves = t.plan.ladders[clause.follows].moves
    rest = _clause(t, spot, moves[0]).text if len(moves) == 1 else "what that answer leads to follows"
    return Clause(f"{clause.text}; {rest}")


def _joined(t: Telling, before: str, move: AnyMove, clause: Clause) -> str:
    if move.only_if is None:
        return f"{before}, {clause.text}" if before else clause.text
    condition = condition_said(t, move.only_if)
    return f"{before}, and {condition}: {clause.text}" if before else f"if {condition}, {clause.text}"


def _after(move: AnyMove) -> str:
    """What begins the next sentence: nothing after what is done at once."""
    after = TOLD[type(move)].after
    if move.only_if is None:
        return after
    if isinstance(move, Continue | Skip | End):
        return "otherwise"
    return f"otherwise, or {after}" if after else ""
