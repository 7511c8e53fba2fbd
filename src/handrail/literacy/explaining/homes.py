"""What of a plan takes effect where: which limits count, and where each list of moves is at home. Only the plan is looked at."""

from __future__ import annotations

from typing import NamedTuple

from handrail.language.contract import may_be_unknown
from handrail.terms.expression import Expression
from handrail.terms.plan import (
    NONE,
    Ask,
    Check,
    Choose,
    EndStep,
    GoBackStep,
    HandTo,
    Pause,
    Plan,
    RecordStep,
    Step,
    Tell,
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
