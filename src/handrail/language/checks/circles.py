"""What reaches across files: journeys that run each other in a circle."""

from __future__ import annotations

from handrail.language.draft import Draft
from handrail.language.outline import Outline
from handrail.terms.plan import Plan, Run


def check(draft: Draft, plan: Plan, outlines: list[Outline]) -> None:
    """Says where a `run` step comes back to this journey. A run begun by a move stands by itself and may."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        if isinstance(step.body, Run):
            way = _way_back(draft, plan.journey, step.body.journey)
            if way:
                draft.say(
                    "J147",
                    outline.keys["run"].value.place,
                    f"these journeys run each other in a circle: {' → '.join((plan.journey, *way))}",
                    advice="Take one `run` out; a `run` in `when_no_longer` stands by itself and may stay.",
                )


def _way_back(draft: Draft, home: str, first: str) -> tuple[str, ...]:
    """The journeys from `first` to `home`, both named; () if there is no such way."""
    ways: list[tuple[str, ...]] = [(first,)]
    seen = {first}
    while ways:
        way = ways.pop(0)
        if way[-1] == home:
            return way
        head = draft.catalog.journeys.get(way[-1])
        for following in head.runs if head else ():
            if following not in seen:
                seen.add(following)
                ways.append((*way, following))
    return ()
