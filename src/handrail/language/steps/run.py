"""`run`: another journey for the same person."""

from __future__ import annotations

from handrail.language.draft import Draft
from handrail.language.moves.parts import journey_of
from handrail.language.outline import Outline, StepKind, Work
from handrail.terms.catalog import TEXT, Kind
from handrail.terms.plan import Run

OUTCOMES = ("finished", "stopped", "not needed")


def _compile(work: Work) -> Run:
    journey, arguments = journey_of(work.draft, work.outline.keys, work.spot("with"))
    return Run(journey=journey, arguments=arguments)


def _results(_draft: Draft, _outline: Outline) -> dict[str, Kind]:
    return {"outcome": Kind("text", OUTCOMES), "reason": TEXT}


KIND = StepKind("run", ("run", "with"), _compile, _results, whole=True, own_limit=True, fails=True)
