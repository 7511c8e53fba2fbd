"""`gather`: holds people until there are enough for a cohort."""

from __future__ import annotations

import re

from handrail.calendar.schedules import parse_schedule
from handrail.language.draft import Draft
from handrail.language.expressions import value
from handrail.language.outline import Outline, StepKind, Work
from handrail.language.source.tree import Sequence
from handrail.terms.catalog import Kind
from handrail.terms.expression import Expression
from handrail.terms.plan import Gather


def _count(text: str) -> int:
    found = re.fullmatch(r"([1-9]\d{0,4}) (?:people|person)", text)
    if found is None:
        raise ValueError(f'"{text}" does not say how many. Write it as in "12 people".')
    return int(found[1])


def _at_least(text: str) -> int:
    if not re.fullmatch(r"[1-9]\d{0,4}", text):
        raise ValueError(f'"{text}" is not a number of people. Write a number from 1.')
    return int(text)


def _compile(work: Work) -> Gather:
    draft, keys = work.draft, work.outline.keys
    scalar = draft.scalar(keys["gather"].value, "how many stands here, as in 12 people")
    count = draft.grammar(scalar, _count) if scalar else None
    every, least = work.outline.node("or_every"), work.outline.node("at_least")
    moment = draft.scalar(every, "a schedule stands here") if every is not None else None
    schedule = draft.grammar(moment, parse_schedule) if moment else None
    fewest = draft.scalar(least, "a number stands here") if least is not None else None
    at_least = (draft.grammar(fewest, _at_least) if fewest else None) or 1
    if fewest is not None and every is None:
        advice = "Write `or_every:` beside it, or leave it out."
        draft.say(
            "J112",
            keys["at_least"].key.place,
            "`at_least` is asked at each `or_every`, and there is none",
            advice=advice,
        )
    if fewest is not None and count is not None and at_least > count:
        draft.say(
            "J134",
            fewest.place,
            f"`at_least` {at_least} is more than the {count} people of a whole cohort",
            advice="Write fewer.",
        )
    return Gather(
        count=count or 1,
        or_every=str(schedule) if schedule else "",
        at_least=at_least,
        alike=_alike(work),
    )


def _alike(work: Work) -> tuple[Expression, ...]:
    node = work.outline.node("alike")
    if node is None:
        return ()
    if not isinstance(node, Sequence):
        work.draft.shape(node, "a list of values stands here", "Write [ person.language ].")
        return ()
    scalars = [work.draft.scalar(one, "a value stands here") for one in node.items]
    return tuple(value(work.draft, scalar, work.spot("alike")) for scalar in scalars if scalar)


def _results(_draft: Draft, _outline: Outline) -> dict[str, Kind]:
    return {"number": Kind("number"), "size": Kind("number")}


KIND = StepKind(
    "gather",
    ("gather", "or_every", "at_least", "alike"),
    _compile,
    _results,
    whole=True,
    own_limit=True,
)
