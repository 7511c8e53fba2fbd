"""`together`: branches side by side, or the same steps for each item of a list."""

from __future__ import annotations

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.parts import StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import value_said
from handrail.literacy.explaining.words.voice import listed, title_of
from handrail.terms.plan import Together


def told(t: Telling, step: int) -> StepParts:
    """What goes on side by side, and how much of it must end well."""
    body = t.plan.steps[step].body
    assert isinstance(body, Together), "the table leads here"
    return StepParts(
        does=(
            t.of_step(step, _side_by_side(t, body), "together"),
            t.of_step(step, f"It is over when {_needs(body)}", "needs"),
        ),
        moves=(),
        decisions=(t.of_step(step, _rest(body), "the_rest"),),
        stalled="if that is not so {limit}",
        failed="if too few of them can still end well",
    )


def _side_by_side(t: Telling, body: Together) -> str:
    if body.item and body.items is not None:
        return f"The same steps are gone through for each {words_of(body.item)} among {value_said(t, body.items)}, side by side"
    names = listed([f"“{title_of(branch.name)}”" for branch in body.branches], "and")
    return f"{len(body.branches)} parts go on side by side: {names}"


def _needs(body: Together) -> str:
    parts = f"each {words_of(body.item)}" if body.item else "each part"
    if body.needs == 0:
        return f"{parts} has ended well: its last step was done or not needed, and not left out"
    count = "one of them has" if body.needs == 1 else f"{body.needs} of them have"
    return f"{count} ended well: the last step was done or not needed, and not left out"


def _rest(body: Together) -> str:
    undone = ", and what it had systems do is taken back" if body.undo_the_rest else ""
    closed = f". What is still open then is closed{undone}" if body.needs or undone else ""
    return f"Handrail counts how many have ended well{closed}"
