"""*Journey*: what it does, in plain words, and who is where in it."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.journeys import OneJourney
from handrail.literacy.explaining.explanation import Explanation
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.journeys.shared import journey_of, titles_of, told_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("journey", "Journey", "/journeys/{name}", "see runs", within="journeys", example="/journeys/welcome")


class JourneyShown(Struct, frozen=True):
    """What the page shows: the journey, what it does in words, and the titles of its steps by their names."""

    journey: OneJourney
    told: Explanation
    titles: dict[str, str]


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The page."""
    found = journey_of(visit, name)
    told = told_of(visit.runtime.workspace, found.kept)
    return visit.show(PAGE, JourneyShown(found, told, titles_of(told)), title=found.line.title)
