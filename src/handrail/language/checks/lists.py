"""What the checks ask of steps and ladders: what lies around what, whether it goes on, what a condition proves."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.language.draft import Draft
from handrail.language.steps.ask import DONE
from handrail.terms.expression import All, Compare, Expression, In, Is, IsState, Not, Path
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Ask,
    Assume,
    Check,
    Choose,
    Continue,
    EndStep,
    GoBack,
    GoBackStep,
    HandTo,
    Plan,
    Skip,
    Step,
)


def moves_in(plan: Plan, ladder: int) -> Iterator[AnyMove]:
    """Every move of a ladder and of the answers on it."""
    if ladder == NONE:
        return
    for move in plan.ladders[ladder].moves:
        yield move
        if isinstance(move, HandTo):
            for inner in move.answers.values():
                yield from moves_in(plan, inner)


def ladders_of(step: Step) -> tuple[int, ...]:
    """The ladders that stand on a step."""
    body = step.body
    answers = tuple(body.answers.values()) if isinstance(body, Ask) else ()
    if_not = body.if_not if isinstance(body, Check) else NONE
    return (step.contract.if_late, step.contract.if_fails, if_not, *answers)


def moves_of(plan: Plan, step: Step) -> Iterator[AnyMove]:
    """Every move on a step."""
    for ladder in ladders_of(step):
        yield from moves_in(plan, ladder)


def ladder_goes_on(plan: Plan, ladder: int) -> bool:
    """Whether a ladder may lead on to the next step."""
    return any(isinstance(move, Continue | Skip | Assume) for move in moves_in(plan, ladder))


def goes_on(plan: Plan, step: Step) -> bool:
    """Whether a step may lead on to the next one of its list."""
    if step.only_if is not None or step.credit_if is not None:
        return True
    body = step.body
    if isinstance(body, EndStep):
        return False
    if isinstance(body, Choose):
        return not body.branches or any(list_goes_on(plan, branch.first) for branch in body.branches)
    if isinstance(body, Ask) and DONE not in body.answers:
        return any(ladder_goes_on(plan, ladder) for ladder in ladders_of(step))
    return True


def list_goes_on(plan: Plan, first: int) -> bool:
    """Whether a list of steps may come to its end."""
    number = first
    while number != NONE:
        if not goes_on(plan, plan.steps[number]):
            return False
        number = plan.steps[number].next
    return True


def last_inside(plan: Plan, number: int) -> int:
    """The last step that lies in this one (itself if none does)."""
    last = number
    for later in range(number + 1, len(plan.steps)):
        if number not in _above(plan, later):
            break
        last = later
    return last


def _above(plan: Plan, number: int) -> set[int]:
    found = set()
    parent = plan.steps[number].parent
    while parent != NONE:
        found.add(parent)
        parent = plan.steps[parent].parent
    return found


def goings_back(plan: Plan) -> list[tuple[int, int]]:
    """Every way back: the step it leads to, and the last step that may be over then."""
    found = []
    for number, step in enumerate(plan.steps):
        if isinstance(step.body, GoBackStep):
            found.append((step.body.step, number))
        found += [(move.step, last_inside(plan, number)) for move in moves_of(plan, step) if isinstance(move, GoBack)]
    return found


def before(draft: Draft, earlier: int, later: int) -> bool:
    """Whether `earlier` stands before `later`, in its list or in one around it."""
    around = draft.lists_around(later)
    here = (draft.parents[earlier], draft.branches[earlier])
    return here in around and earlier < around[here]


def proven(condition: Expression | None) -> set[tuple[str, ...]]:
    """The paths that cannot be empty where a condition is true."""
    match condition:
        case All(tests=tests):
            return {path for test in tests for path in proven(test)}
        case Compare(left=left, right=right):
            return {side.names for side in (left, right) if isinstance(side, Path)}
        case Is(left=Path(names=names)) | In(value=Path(names=names)):
            return {names}
        case Not(test=IsState(value=Path(names=names), state="empty")):
            return {names}
        case Path(names=names):
            return {names}
        case _:
            return set()
