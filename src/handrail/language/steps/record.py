"""`record`: writes measures for the reports."""

from __future__ import annotations

from handrail.language.moves.parts import measures_of
from handrail.language.outline import StepKind, Work
from handrail.terms.plan import RecordStep


def _compile(work: Work) -> RecordStep:
    values, phase = measures_of(work.draft, work.outline.keys, work.spot("record"))
    return RecordStep(values=values, phase=phase)


KIND = StepKind("record", ("record", "phase"), _compile)
