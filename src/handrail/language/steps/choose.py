"""`choose`: takes the first branch whose `if` is true."""

from __future__ import annotations

from handrail.language.draft import Draft
from handrail.language.expressions import condition
from handrail.language.outline import Nested, Outline, StepKind, Work
from handrail.language.source.mended import branches_like, named_like
from handrail.language.source.tree import Entry, Mapping, Scalar
from handrail.terms.expression import Expression
from handrail.terms.plan import Branch, Choose

OTHERWISE = "otherwise"


def _nested(draft: Draft, outline: Outline) -> tuple[Nested, ...]:
    node = outline.keys["choose"].value
    if not isinstance(node, Mapping) or not node.entries:
        advice = branches_like(node, draft.source)
        draft.shape(node, "branches, each with a name, an `if` and `steps`, stand here", advice)
        return ()
    return tuple(_branch(draft, entry) for entry in node.entries)


def _branch(draft: Draft, entry: Entry) -> Nested:
    keys = draft.fields(entry.value, ("if", "steps"), f'branch "{entry.key.text}"')
    test = keys.get("if")
    scalar = draft.scalar(test.value, "a condition, or otherwise, stands here") if test else None
    if test is None and isinstance(entry.value, Mapping):
        advice = "Write `if: condition`, or `if: otherwise` for the last one."
        draft.say("J106", entry.key.place, f'branch "{entry.key.text}" does not say when it is taken', advice=advice)
    steps = keys.get("steps")
    if steps is not None and not isinstance(steps.value, Mapping):
        draft.shape(steps.value, "steps, each with its name, stand here", named_like(steps.value))
    inner = steps.value if steps is not None and isinstance(steps.value, Mapping) else None
    return Nested(entry.key.text, entry.key.place, inner, scalar)


def _compile(work: Work) -> Choose:
    inner = work.outline.inner
    branches = tuple(
        Branch(nested.name, first, _test(work, nested.condition), work.draft.number(nested.place))
        for nested, first in inner
    )
    otherwise = [nested for nested, _ in inner if nested.condition is not None and nested.condition.text == OTHERWISE]
    if inner and not otherwise:
        work.draft.say(
            "J133",
            work.outline.key.place,
            f'step "{work.outline.name}" has no branch for everyone else',
            advice="End it with a branch `if: otherwise`.",
        )
    for nested in otherwise:
        if nested is not inner[-1][0]:
            work.draft.say("J133", nested.place, "branches after `otherwise` are never taken", advice="Put it last.")
    return Choose(branches)


def _test(work: Work, scalar: Scalar | None) -> Expression | None:
    if scalar is None or scalar.text == OTHERWISE:
        return None
    return condition(work.draft, scalar, work.spot("if"))


KIND = StepKind("choose", ("choose",), _compile, nested=_nested)
