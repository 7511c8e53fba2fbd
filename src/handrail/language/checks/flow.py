"""The flow of results: used only where their step can be over, and in texts only where they cannot be empty."""

from __future__ import annotations

from handrail.language.checks.lists import before, goings_back, ladder_goes_on, moves_in, proven
from handrail.language.draft import Draft, Use
from handrail.terms.expression import Path, Shift, Slot, walk
from handrail.terms.plan import NONE, Ask, Assume, Check, Choose, Continue, Do, HandTo, Plan, Skip, Step, Wait

_OF_ANY_STEP = frozenset({"times", "late"})


def check(draft: Draft, plan: Plan) -> None:
    """Says where a result is used that is not there yet, or may not be."""
    back = goings_back(plan)
    for use in draft.uses:
        inner = use.expression.value if isinstance(use.expression, Slot) else use.expression
        for node in walk(inner):
            if isinstance(node, Path) and node.names[0] in draft.step_numbers:
                _used(draft, plan, use, node, back)
        if use.text and isinstance(use.expression, Slot) and use.expression.instead is None:
            _in_text(draft, plan, use, use.expression)


def _used(draft: Draft, plan: Plan, use: Use, path: Path, back: list[tuple[int, int]]) -> None:
    step = draft.step_numbers[path.names[0]]
    if use.step == NONE or _may_be_over(draft, plan, step, use) or _again(step, use.step, back):
        return
    what = "its own result" if step == use.step else f'"{path.names[0]}"'
    reason = "is there only when the step is over" if step == use.step else "cannot be over when this is asked"
    draft.say(
        "J130",
        draft.source.stretch(use.scalar, path.span),
        f"{what} {reason}",
        advice="Use a result of an earlier step.",
    )


def _again(step: int, here: int, back: list[tuple[int, int]]) -> bool:
    """Whether the run may come here again after that step."""
    return any(target <= here and step <= last for target, last in back)


def _may_be_over(draft: Draft, plan: Plan, step: int, use: Use) -> bool:
    here = use.step
    if step == here:
        return use.result or use.key in {"if_late", "if_fails", "answers"}
    mine, theirs = _chain(draft, here), _chain(draft, step)
    for parent in set(mine) & set(theirs):
        if mine[parent] != theirs[parent]:
            return parent != NONE and not isinstance(plan.steps[parent].body, Choose)
    return step < here and step not in mine


def _chain(draft: Draft, step: int) -> dict[int, str]:
    """The steps around a step, each with the branch of it in which the step lies."""
    return dict(draft.lists_around(step).keys())


# Texts


def _in_text(draft: Draft, plan: Plan, use: Use, slot: Slot) -> None:
    value = slot.value.value if isinstance(slot.value, Shift) else slot.value
    if not isinstance(value, Path) or len(value.names) < 2:
        return
    root, field = value.names[:2]
    if root == "start" and field in draft.start_may_lack:
        _say_empty(draft, use, value, "not every start gives it")
    elif root in draft.step_numbers and not _surely_there(draft, plan, use, draft.step_numbers[root], field):
        _say_empty(draft, use, value, "its step may be over without it")


def _say_empty(draft: Draft, use: Use, path: Path, why: str) -> None:
    written = ".".join(path.names)
    draft.say(
        "J131",
        draft.source.stretch(use.scalar, path.span),
        f"{written} may be empty here: {why}",
        advice=f'Write {{{written} or "…"}}, or ask for it with `only_if`.',
    )


def _surely_there(draft: Draft, plan: Plan, use: Use, step: int, field: str) -> bool:
    body = plan.steps[step].body
    optional = isinstance(body, Ask) and field in body.form and body.form[field].optional
    known = _known_here(draft, plan, use)
    name = plan.steps[step].name
    if (name, field) in known:
        return True
    if optional:
        return False
    if any(path[0] == name for path in known):
        return True
    if step == use.step:
        return use.result or (field in _OF_ANY_STEP and use.key in {"if_late", "if_fails"})
    return before(draft, step, use.step) and _always_leaves(plan, plan.steps[step]) if use.step != NONE else False


def _known_here(draft: Draft, plan: Plan, use: Use) -> set[tuple[str, ...]]:
    """What the conditions on the way here have asked for."""
    known: set[tuple[str, ...]] = set()
    around = draft.lists_around(use.step)
    for (parent, branch), step in around.items():
        known |= proven(plan.steps[step].only_if)
        if parent != NONE:
            body = plan.steps[parent].body
            if isinstance(body, Choose):
                known |= {path for one in body.branches if one.name == branch for path in proven(one.condition)}
        for number in range(step):
            earlier = plan.steps[number]
            same = (earlier.parent, earlier.branch) == (parent, branch)
            if same and isinstance(earlier.body, Check) and not ladder_goes_on(plan, earlier.body.if_not):
                known |= proven(earlier.body.condition)
    return known


def _always_leaves(plan: Plan, step: Step) -> bool:
    """Whether a step that is over has surely left its result."""
    if step.only_if is not None or step.credit_if is not None:
        return False
    late = moves_in(plan, step.contract.if_late)
    if any(isinstance(move, Continue | Skip | Assume) for move in late):
        return False
    fails = list(moves_in(plan, step.contract.if_fails))
    if isinstance(step.body, Do):
        by_hand = any(isinstance(move, HandTo) and not move.answers for move in fails)
        return not by_hand and not any(isinstance(move, Continue | Skip) for move in fails)
    if isinstance(step.body, Wait):
        return not any(isinstance(move, Skip) for move in fails)
    return not any(isinstance(ladder_move, Skip) for ladder_move in _answered(plan, step))


def _answered(plan: Plan, step: Step) -> list[object]:
    if not isinstance(step.body, Ask):
        return []
    return [move for ladder in step.body.answers.values() for move in moves_in(plan, ladder)]
