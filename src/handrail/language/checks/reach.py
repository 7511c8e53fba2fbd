"""Steps that cannot be reached, and undos that nobody uses."""

from __future__ import annotations

from handrail.language.checks.lists import goes_on, moves_in, moves_of
from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.terms.plan import NONE, Do, Plan, Together, UndoMove


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says which steps no run comes to, and remarks which calls are never taken back."""
    for step in plan.steps:
        if step.next != NONE and not goes_on(plan, step):
            following = outlines[step.next]
            draft.say(
                "J132",
                following.key.place,
                f'step "{following.name}" is never reached: "{step.name}" always ends the run',
                advice="Leave it out, or let the step before it go on.",
            )
    _undos(draft, plan, outlines)


def _undos(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    ladders = (plan.when_no_longer, plan.when_resumed)
    moves = [move for ladder in ladders for move in moves_in(plan, ladder)]
    moves += [move for step in plan.steps for move in moves_of(plan, step)]
    undone = {move.step for move in moves if isinstance(move, UndoMove)}
    if NONE in undone:
        return
    for number, (step, outline) in enumerate(zip(plan.steps, outlines, strict=True)):
        if isinstance(step.body, Do) and step.body.undo and number not in undone and not _of_the_rest(plan, number):
            draft.remark(
                "J150",
                outline.keys["undo"].key.place,
                f'no move ever undoes "{step.name}": a run that stops leaves it as it is',
                f"Write `undo: {step.name}` or `undo: all` before a `stop`, or in `when_no_longer`.",
            )


def _of_the_rest(plan: Plan, number: int) -> bool:
    """Whether the step lies in a `together` that undoes the branches it does not need."""
    parent = plan.steps[number].parent
    while parent != NONE:
        body = plan.steps[parent].body
        if isinstance(body, Together) and body.undo_the_rest:
            return True
        parent = plan.steps[parent].parent
    return False
