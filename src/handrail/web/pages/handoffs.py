"""*Handoffs*: what waits for somebody: for whom, since when, until when, and what happens if nobody does anything.

Answering one is its own page's matter; who may answer is the engine's.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight import lists as standing
from handrail.store.moments import to_millis
from handrail.store.reading import NEVER, Handoffs
from handrail.web.kit.cells import Due, Link, Several
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("handoffs", "Handoffs", "/handoffs", right="answer", entry="main")


class HandoffsAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list."""

    only: Literal["open", "late", "all"] = "open"
    journey: str = ""


class HandoffsShown(Struct, frozen=True):
    """What the page shows: the list."""

    list: Listing


TABLE: Final = Table(
    "handoffs",
    "handoff",
    (
        Column("What", lambda line: Several((Link(line.step, f"/runs/{line.run}"), line.journey))),
        Column("For whom", lambda line: Link(line.person, f"/people/{line.person_id}")),
        Column("Owner", lambda line: line.owner),
        Column("Since", lambda line: line.opened),
        Column("Due", lambda line: Due(line.due, late=line.overdue)),
    ),
)


@router.get(PAGE.path)
def handoffs(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, HandoffsAsked)
    filters = _filters(visit)

    def fetch(after: str, limit: int) -> Slice:
        return _slice(visit, asked, after, limit)

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    empty = Empty("Nothing waits for anybody here.", good=True)
    return visit.show(PAGE, HandoffsShown(listing(TABLE, asked, PAGE.path, fetch, filters, empty)))


def _filters(visit: Visit) -> tuple[Filter, ...]:
    journeys = tuple((name, name) for name in visit.past.journeys())
    return (
        Filter("only", "Which", (("", "open"), ("late", "late"), ("all", "all, closed ones too"))),
        Filter("journey", "Journey", (("", "every journey"), *journeys)),
    )


def _slice(visit: Visit, asked: HandoffsAsked, after: str, limit: int) -> Slice:
    which = Handoffs(
        journey=asked.journey or None,
        due_before=to_millis(visit.now) if asked.only == "late" else None,
        open_only=asked.only != "all",
    )
    first, second, third = (int(part) for part in after.split(".")) if after else standing.BEGINNING
    page = standing.handoffs(visit.past, which, visit.now, limit, (first, second, third))
    found = [line for line in page.lines if isinstance(line, standing.HandoffLine)]
    return Slice(found, _cursor(found[-1]) if len(found) == limit else "", page.total)


def _cursor(line: standing.HandoffLine) -> str:
    due = to_millis(line.due) if line.due is not None else NEVER
    return f"{due}.{line.run.removeprefix('R-')}.{line.pass_number}"
