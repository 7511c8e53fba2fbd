"""Where a run turns: `go_back_to` an earlier step, or out of the journey with `finish` or `stop`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from handrail.language.expressions import text
from handrail.language.moves.parts import back_of
from handrail.language.outline import StepKind, Work
from handrail.terms.plan import EndStep, GoBackStep


def _back(work: Work) -> GoBackStep:
    found = back_of(work.draft, work.outline.keys, work.spot("go_back_to"))
    return GoBackStep(step=found.step, after=found.after, at_most=found.at_most)


def _end(how: Literal["finish", "stop"]) -> Callable[[Work], EndStep]:
    def compile_(work: Work) -> EndStep:
        scalar = work.draft.scalar(work.outline.keys[how].value, "a reason stands here")
        return EndStep(how=how, reason=text(work.draft, scalar, work.spot(how)) if scalar else ())

    return compile_


BACK = StepKind("go_back_to", ("go_back_to", "after", "at_most"), _back)
FINISH = StepKind("finish", ("finish",), _end("finish"))
STOP = StepKind("stop", ("stop",), _end("stop"))
