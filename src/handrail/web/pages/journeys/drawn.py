"""*Map*: a journey as a picture, with how many are at each step now, and as the table that says the same."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup
from msgspec import Struct

from handrail.insight.desk.journeys import OneJourney
from handrail.literacy.drawing import Row
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.journeys.shared import drawn_of, journey_of, titles_of, told_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "journey-map", "Map", "/journeys/{name}/map", "see runs", within="journeys", example="/journeys/welcome/map"
)


class MapShown(Struct, frozen=True):
    """What the page shows: the journey, the picture, and the table that says the same."""

    journey: OneJourney
    picture: Markup
    rows: tuple[Row, ...]
    titles: dict[str, str]


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The page."""
    found = journey_of(visit, name)
    counts = tuple((each.step, (each.open, each.late)) for each in found.steps)
    picture, rows = drawn_of(visit.runtime.workspace, found.kept, counts)
    titles = titles_of(told_of(visit.runtime.workspace, found.kept))
    return visit.show(PAGE, MapShown(found, picture, rows, titles), title=f"{found.line.title}: map")
