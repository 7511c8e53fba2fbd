"""Where a step stands in its journey: what comes before it, where it goes on, what sends the run back to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from handrail.language.contract import may_be_unknown
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import title_of, words_of
from handrail.terms.expression import Expression
from handrail.terms.plan import (
    NONE,
    Ask,
    Check,
    Choose,
    EndStep,
    GoBack,
    GoBackStep,
    HandTo,
    Pause,
    Plan,
    RecordStep,
    Step,
    Tell,
    Together,
)


class Home(NamedTuple):
    """The step that a list of moves belongs to (NONE: the journey), and how it got there (`if_late`).

    `answered`: it is what an answer to a question of that list leads to.
    """

    step: int
    key: str
    answered: bool = False


def homes(plan: Plan) -> dict[int, Home]:
    """Where each list of moves is at home; the ladders of answers are at home where their question is."""
    found: dict[int, Home] = {}
    for number, step in enumerate(plan.steps):
        if may_stall(step):
            _at_home(plan, found, step.contract.if_late, Home(number, "if_late"))
        if not isinstance(step.body, Ask):
            _at_home(plan, found, step.contract.if_fails, Home(number, "if_fails"))
        if isinstance(step.body, Check):
            _at_home(plan, found, step.body.if_not, Home(number, "if_not"))
        for ladder in step.body.answers.values() if isinstance(step.body, Ask) else ():
            _at_home(plan, found, ladder, Home(number, "answers"))
    _at_home(plan, found, plan.when_no_longer, Home(NONE, "when_no_longer"))
    _at_home(plan, found, plan.when_resumed, Home(NONE, "when_resumed"))
    return found


def alone(step: Step) -> bool:
    """Whether Handrail does the step by itself: it is handed to nobody, unless something that it must know is missing."""
    return isinstance(step.body, Check | Choose | Pause | RecordStep | GoBackStep | EndStep)


def may_stall(step: Step) -> bool:
    """Whether its limit counts: somebody or something is waited for, or what it must know may be missing."""
    if alone(step):
        return must_know(step)
    return step.contract.limit is not None and not isinstance(step.body, Tell)


def must_know(step: Step) -> bool:
    """Whether it may have to wait for what is not known: a field of the person, or of their learning record."""
    asked: list[Expression] = [] if step.only_if is None else [step.only_if]
    match step.body:
        case Check(condition=condition):
            asked.append(condition)
        case Choose(branches=branches):
            asked += [branch.condition for branch in branches if branch.condition is not None]
        case Pause(limit=limit) if limit.until is not None:
            asked.append(limit.until)
        case _:
            pass
    return any(may_be_unknown(one) for one in asked)


def _at_home(plan: Plan, found: dict[int, Home], ladder: int, home: Home) -> None:
    if ladder == NONE:
        return
    found[ladder] = home
    for move in plan.ladders[ladder].moves:
        for answer in move.answers.values() if isinstance(move, HandTo) else ():
            _at_home(plan, found, answer, home._replace(answered=True))


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
    at_home = homes(t.plan)
    for number, each in enumerate(t.plan.steps):
        if isinstance(each.body, GoBackStep) and each.body.step == step:
            yield number, each.body
    for ladder, home in sorted(at_home.items()):
        for move in t.plan.ladders[ladder].moves:
            if isinstance(move, GoBack) and move.step == step:
                yield home.step, move
