"""`check`: a gate."""

from __future__ import annotations

from handrail.language.expressions import BROKEN, condition
from handrail.language.moves.kinds import Setting
from handrail.language.moves.ladders import ladder_of
from handrail.language.outline import StepKind, Work
from handrail.terms.plan import NONE, Check


def _compile(work: Work) -> Check:
    draft = work.draft
    scalar = draft.scalar(work.outline.keys["check"].value, "a condition stands here")
    tested = condition(draft, scalar, work.spot("check")) if scalar else BROKEN
    node = work.outline.node("if_not")
    if node is None:
        draft.say(
            "J106",
            work.outline.key.place,
            f'step "{work.outline.name}" checks something and does not say what happens if it is not so',
            advice="Write `if_not: { stop: … }`.",
        )
    setting = Setting("if_not", work.spot("if_not"), "check", name=f"{work.outline.name}.if_not")
    return Check(condition=tested, if_not=NONE if node is None else ladder_of(draft, node, setting))


KIND = StepKind("check", ("check", "if_not"), _compile)
