"""*Run*: one person's way through one journey: why it stands where it does, step by step, with every call and message."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.app.runtime import rates_of
from handrail.insight.answer import Answer
from handrail.insight.desk.persons.run import OneRun, one_run
from handrail.insight.past import then_of
from handrail.insight.whys.panel import panel
from handrail.insight.whys.seeing import as_seen
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("run", "Run", "/runs/R-{number}", within="journeys", example="/runs/R-1")


class RunShown(Struct, frozen=True):
    """What the page shows: the run, and why it stands where it does."""

    run: OneRun
    why: Answer


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], number: Number) -> Response:
    """The page, for whoever may see the run's person."""
    row = visit.past.run(number)
    person = visit.past.person(row.person, then_of(visit.now)) if row is not None else None
    if row is None or not visit.viewer.sees(row.person, person):
        raise Refused(404, f"There is no run R-{number} that you may see.", "Look for its person under People.")
    answer = as_seen(
        visit.past,
        panel(visit.past, f"R-{number}", visit.now, rates=rates_of(visit.runtime.workspace)),
        visit.viewer,
        visit.now,
    )
    shown = RunShown(one_run(visit.past, row, visit.now), answer)
    return visit.show(PAGE, shown, title=f"{shown.run.run.person}: {shown.run.title}")
