"""All the checks of a whole journey, one after the other."""

from __future__ import annotations

from handrail.language.checks import choices, circles, flow, ladders, reach, starts, times, waits, words
from handrail.language.draft import Draft, Keys
from handrail.language.outline import Outline
from handrail.terms.plan import Plan


def check(draft: Draft, plan: Plan, outlines: list[Outline], keys: Keys) -> None:
    """Says everything that is wrong with the journey as a whole; only where its parts can be read."""
    codes = [problem.code for problem in draft.found()[0]]
    if any(code < "J120" for code in codes):
        return
    flow.check(draft, plan)
    if not any(code < "J130" for code in codes):
        reach.check(draft, plan, outlines)
    ladders.check(draft, plan, outlines)
    choices.check(draft, plan, outlines)
    starts.check(draft, plan, keys)
    times.check(draft, plan, outlines, keys)
    waits.check(draft, plan, outlines)
    circles.check(draft, plan, outlines)
    words.check(draft, plan, keys)
