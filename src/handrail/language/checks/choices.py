"""Branches of a `choose` by a number: those never taken, and the number that falls between two of them."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.terms.expression import All, Any, Compare, Constant, Expression, In, Is, Listed, Not, Path, walk
from handrail.terms.plan import Branch, Choose, Plan


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says which branches are written in vain, and which single number was forgotten."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        if isinstance(step.body, Choose):
            asked = [branch for branch in step.body.branches if branch.condition is not None]
            if len(asked) > 1 and _one_number(asked):
                _compare(draft, outline, asked)


def _one_number(branches: list[Branch]) -> bool:
    """Whether every branch asks about the same path, and only compares it with numbers."""
    nodes = [node for branch in branches if branch.condition for node in walk(branch.condition)]
    paths = {node.names for node in nodes if isinstance(node, Path)}
    constants = [node for node in nodes if isinstance(node, Constant)]
    simple = all(isinstance(node, Path | Constant | Compare | Is | In | Listed | All | Any | Not) for node in nodes)
    return len(paths) == 1 and simple and bool(constants) and all(one.kind == "number" for one in constants)


def _compare(draft: Draft, outline: Outline, branches: list[Branch]) -> None:
    conditions = [branch.condition for branch in branches if branch.condition is not None]
    constants = {node.text for one in conditions for node in walk(one) if isinstance(node, Constant)}
    numbers = sorted(Decimal(text) for text in constants)
    points = _points(numbers)
    taken = [[_true(branch.condition, point) for point in points] for branch in branches]
    for index, branch in enumerate(branches):
        earlier = [any(row[at] for row in taken[:index]) for at in range(len(points))]
        if index and all(earlier[at] for at, here in enumerate(taken[index]) if here):
            place = next(nested.place for nested, _ in outline.inner if nested.name == branch.name)
            message = f'branch "{branch.name}" is never taken: the branches above it take all of it'
            draft.say("J133", place, message, advice="Branches are read in order: put the narrower one first.")
    compared = _compared(conditions)
    for at in range(1, len(points) - 1, 2):
        around = [any(row[here] for row in taken) for here in (at - 1, at, at + 1)]
        if around == [True, False, True] and points[at] in compared:
            draft.say(
                "J133",
                outline.key.place,
                f'no branch of "{outline.name}" was written for {points[at]}, only for less and for more',
                advice="Write <= or >= in one of them.",
            )


def _compared(conditions: list[Expression]) -> set[Decimal]:
    """The numbers that something is compared with; one that is named to be left out was not forgotten."""
    tests = [node for one in conditions for node in walk(one) if isinstance(node, Compare)]
    return {Decimal(side.text) for test in tests for side in (test.left, test.right) if isinstance(side, Constant)}


def _points(numbers: list[Decimal]) -> list[Decimal]:
    """One number below all, each of them, one between each two, one above."""
    points = [numbers[0] - 1]
    for here, following in pairwise(numbers):
        points += [here, (here + following) / 2]
    return [*points, numbers[-1], numbers[-1] + 1]


def _true(condition: Expression | None, point: Decimal) -> bool:
    match condition:
        case All(tests=tests):
            return all(_true(test, point) for test in tests)
        case Any(tests=tests):
            return any(_true(test, point) for test in tests)
        case Not(test=test):
            return not _true(test, point)
        case Compare() | Is() | In():
            return _test(condition, point)
        case _:
            return False


def _test(test: Compare | Is | In, point: Decimal) -> bool:
    if isinstance(test, In):
        items = test.items.items if isinstance(test.items, Listed) else ()
        return any(_number(item, point) == point for item in items)
    low, high = _number(test.left, point), _number(test.right, point)
    if isinstance(test, Is):
        return low == high
    return {"<": low < high, "<=": low <= high, ">": low > high, ">=": low >= high}[test.op]


def _number(value: Expression, point: Decimal) -> Decimal:
    return Decimal(value.text) if isinstance(value, Constant) else point
