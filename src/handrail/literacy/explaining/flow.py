"""Where a step stands in its journey: what comes before it, where it goes on, what sends the run back to it."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import (
    NONE,
    Choose,
    GoBack,
    GoBackStep,
    Together,
)


def goes_on(t: Telling, step: int) -> str:
    """Where the journey goes on when the step is over: `the journey goes on with step 3, “Enroll”`."""
    here = t.plan.steps[step]
    if here.next != NONE:
        return f"the journey goes on with {t.named(here.next)}"
    if here.parent == NONE:
        return "the journey comes to its end"
    above = t.plan.steps[here.parent].body
    if isinstance(above, Choose):
        return goes_on(t, here.parent)
    if isinstance(above, Together) and above.item:
        return f"that is the end for this {words_of(above.item)}"
    return f"that is the end of “{title_of(here.branch)}”"


def triggers(t: Telling, step: int) -> str:
    """What sets the step off by its place: the start of the run, the step before it, the branch it begins."""
    before, above = t.before(step), t.plan.steps[step].parent
    if before != NONE:
        return f"it begins when {t.named(before)}, is over"
    if above == NONE:
        return "it begins as soon as a run begins"
    body = t.plan.steps[above].body
    if isinstance(body, Together):
        beside = f"for each {words_of(body.item)}" if body.item else "beside the other parts of it"
        return f"it begins when {t.named(above)}, begins, {beside}"
    return f"it begins when {t.named(above)}, takes the branch “{title_of(t.plan.steps[step].branch)}”"


def sent_back_by(t: Telling, step: int) -> Iterator[tuple[int, GoBack | GoBackStep]]:
    """Every way back to this step: the step that sends the run there, and the move."""
    for number, each in enumerate(t.plan.steps):
        if isinstance(each.body, GoBackStep) and each.body.step == step:
            yield number, each.body
    for ladder, home in sorted(t.homes.items()):
        for move in t.plan.ladders[ladder].moves:
            if isinstance(move, GoBack) and move.step == step:
                yield home.step, move
