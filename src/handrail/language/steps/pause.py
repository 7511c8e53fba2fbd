"""`pause`: lets time pass."""

from __future__ import annotations

from handrail.calendar.durations import parse_duration
from handrail.language.expressions import value
from handrail.language.outline import StepKind, Work
from handrail.language.source.tree import Scalar
from handrail.terms.plan import Limit, Pause


def _compile(work: Work) -> Pause:
    draft = work.draft
    scalar = draft.scalar(work.outline.keys["pause"].value, "a duration, or until and a date, stands here")
    if scalar is None:
        return Pause(Limit())
    if not scalar.text.startswith("until "):
        return Pause(Limit(within=draft.grammar(scalar, parse_duration)))
    length = len("until ")
    place = draft.source.stretch(scalar, (length, len(scalar.text)))
    inner = Scalar(scalar.text[length:], quoted=False, place=place)
    return Pause(Limit(until=value(draft, inner, work.spot("until"), ("date", "moment"), "a pause")))


KIND = StepKind("pause", ("pause",), _compile)
