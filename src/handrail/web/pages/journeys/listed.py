"""*Journeys*: every journey that was ever published, and how many are in it."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.journeys import JourneyLine
from handrail.insight.desk.journeys import journeys as found_journeys
from handrail.web.kit.cells import Cell, Count, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("journeys", "Journeys", "/journeys", right="see runs", entry="main")


class JourneysShown(Struct, frozen=True):
    """What the page shows: the list."""

    list: Listing


def _late(line: JourneyLine) -> Cell:
    count = Count(line.late, f"/handoffs?journey={line.name}&only=late&whose=all")
    return Several((count, State("late"))) if line.late else count


def _phase(phase: str, to: str = "") -> Column:
    """How many are in a phase; the number opens the list of who they are, unless it leads to where something can be done."""
    to = to or f"/journeys/{{}}/runs?{urlencode({'phase': phase})}"
    return Column(phase.capitalize(), lambda line: Count(line.counts.get(phase, 0), to.format(line.name)), number=True)


TABLE: Final = Table(
    "journeys",
    "journey",
    (
        Column("Journey", lambda line: Several((Link(line.title, f"/journeys/{line.name}"), line.name))),
        _phase("open"),
        _phase("waiting for release", "/held/journeys/{}"),
        _phase("paused"),
        Column("Late handoffs", _late, number=True),
        _phase("finished"),
        _phase("stopped"),
        Column("Version", lambda line: Several((line.version, line.published))),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, Asked)

    def fetch(after: str, limit: int) -> Slice:  # noqa: ARG001 - there are few, and all are on the first page
        lines = found_journeys(visit.past, visit.now)
        return Slice(lines, "", len(lines))

    if asked.format:
        return visit.export(PAGE, TABLE, asked, (), fetch)
    empty = Empty("No journey is published yet. Publish those of the folder: handrail publish")
    return visit.show(PAGE, JourneysShown(listing(TABLE, asked, PAGE.path, fetch, (), empty)))
