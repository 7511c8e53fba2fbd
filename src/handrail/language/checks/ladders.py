"""Ladders that would ask the same person again."""

from __future__ import annotations

from handrail.conditions.printing import show
from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.language.owners import outside
from handrail.terms.plan import NONE, Ask, HandTo, Owner, OwnerPath, Plan, Step
from handrail.terms.problem import Place


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says where a rung names somebody who had the handoff already; of the defaults it is a remark."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        for key, ladder in (("if_late", step.contract.if_late), ("if_fails", step.contract.if_fails)):
            if ladder != NONE and not (key == "if_fails" and isinstance(step.body, Ask)):
                _climb(draft, plan, step, ladder, own=key in outline.keys)


def _climb(draft: Draft, plan: Plan, step: Step, ladder: int, *, own: bool) -> None:
    asked = set()
    if isinstance(step.body, Ask) and not outside(step.body.to):
        asked.add(_written(step.body.to, step, plan))
    for move in plan.ladders[ladder].moves:
        if not isinstance(move, HandTo):
            continue
        who = _written(move.to, step, plan)
        if who in asked and move.only_if is None:
            line, column = draft.lines[move.place]
            place = Place(draft.source.file, line, column, len("hand_to"))
            if own:
                advice = "Hand it to somebody else, or use `extend`."
                draft.say("J125", place, f"{_shown(move.to)} had this already, and is not asked again", advice=advice)
            else:
                draft.remark(
                    "J125",
                    place,
                    f'step "{step.name}" was {_shown(move.to)}\'s already: there this move is passed over',
                )
        asked.add(who)


def _written(owner: Owner, step: Step, plan: Plan) -> str:
    """The ways to an owner, with `accountable` and `owner` followed to what they stand for."""
    followed: list[str] = []
    for path in owner:
        if path.kind == "accountable":
            followed += [_one(one) for one in plan.accountable]
        elif path.kind == "owner":
            followed += [_one(one) if one.kind != "accountable" else "accountable" for one in step.contract.owner]
        else:
            followed.append(_one(path))
    return " or ".join(followed)


def _shown(owner: Owner) -> str:
    return " or ".join(_one(path) for path in owner)


def _one(path: OwnerPath) -> str:
    match path.kind:
        case "manager":
            return ".".join(["manager"] * path.up)
        case "path" | "email":
            written = show(path.value) if path.value is not None else ""
            return written if path.kind == "path" else f"email:{written}"
        case "role" | "team" | "person" | "contact":
            return f"{path.kind}:{path.name}"
        case "learner" | "sponsor" | "accountable" | "owner":
            return path.kind
