"""Ladders that would ask the same person again."""

from __future__ import annotations

from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.language.owners import outside, shown, written
from handrail.terms.plan import NONE, Ask, HandTo, Owner, Plan, Step
from handrail.terms.problem import Place


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says where a rung names somebody who had the handoff already; of the defaults it is a remark."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        for key, ladder in (("if_late", step.contract.if_late), ("if_fails", step.contract.if_fails)):
            if ladder != NONE:
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
                draft.say("J125", place, f"{shown(move.to)} had this already, and is not asked again", advice=advice)
            else:
                draft.remark(
                    "J125",
                    place,
                    f'step "{step.name}" was {shown(move.to)}\'s already: there this move is passed over',
                )
        asked.add(who)


def _written(owner: Owner, step: Step, plan: Plan) -> str:
    """The ways to an owner, with `accountable` and `owner` followed to what they stand for."""
    followed: list[str] = []
    for path in owner:
        if path.kind == "accountable":
            followed += [written(one) for one in plan.accountable]
        elif path.kind == "owner":
            followed += [written(one) if one.kind != "accountable" else "accountable" for one in step.contract.owner]
        else:
            followed.append(written(path))
    return " or ".join(followed)
