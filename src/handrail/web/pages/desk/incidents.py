"""*Incidents*: what is or was out of order for many at once: systems that were out of reach, people whom no letter reached."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.incidents import IncidentSeen, newest_rows, open_rows, seen
from handrail.insight.lists import Names
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("incidents", "Incidents", "/incidents", right="see runs", within="today")
OPEN_MAX: Final = 200


class IncidentsAsked(Asked, frozen=True, kw_only=True):
    """The filter of the list: without it the open ones, the oldest first; else all, the newest first."""

    also: Literal["", "over"] = ""


class IncidentsShown(Struct, frozen=True):
    """What the page shows."""

    list: Listing


def _leads_to(line: IncidentSeen) -> Cell:
    if line.kind == "out of reach":
        return Link(line.about, f"/connections/{line.about}")
    return Link(line.about, f"/handoffs?owner=person:{line.person}") if line.person else line.about


TABLE: Final = Table(
    "incidents",
    "incident",
    (
        Column("State", lambda line: State(line.kind if line.ended is None else "over")),
        Column("About", _leads_to),
        Column("What is wrong, and what to do", lambda line: Several((line.said, line.what_to_do))),
        Column("How often", lambda line: line.many, number=True),
        Column("Owner", lambda line: line.owner_name),
        Column("Since", lambda line: line.since),
        Column("Over", lambda line: line.ended),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, IncidentsAsked)
    filters = (Filter("also", "Which", (("", "open ones"), ("over", "also those that are over"))),)

    def fetch(after: str, limit: int) -> Slice:
        return _slice(visit, after, limit, everything=asked.also == "over")

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    empty = Empty("Nothing is out of order: every system answers, and letters reach their receivers.", good=True)
    return visit.show(PAGE, IncidentsShown(listing(TABLE, asked, PAGE.path, fetch, filters, empty)))


def _slice(visit: Visit, after: str, limit: int, *, everything: bool) -> Slice:
    past, names = visit.past, Names(visit.past)
    if not everything:
        lines = seen(past, visit.viewer, visit.now, open_rows(past, OPEN_MAX), names)
        return Slice(lines, "", len(lines), more=len(lines) == OPEN_MAX)
    rows = newest_rows(past, limit, *([int(after)] if after.isdecimal() and len(after) < 19 else []))
    following = str(rows[-1].id) if len(rows) == limit else ""
    return Slice(seen(past, visit.viewer, visit.now, rows, names), following)
