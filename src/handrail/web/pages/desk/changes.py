"""*What changed*: everything that was told of people and by systems, and what was answered, newest first."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.calendar.zones import local_day, shift_day, start_of_day
from handrail.insight.desk.changes import Change, Changes, Wanted, counted, newest, yesterday
from handrail.terms.values import Instant, whole_number
from handrail.web.kit.cells import Cell, Link
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("changes", "What changed", "/changes", right="see runs", within="today")
WEEK_DAYS: Final = 7
BECAME: Final = {
    "matched": "moved a journey",
    "ignored": "nothing waited for it",
    "duplicate": "known already",
    "held": "held",
    "deferred": "waits for a value",
    "refused": "refused",
}
"""What became of it, in words."""


class ChangesAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list."""

    since: Literal["yesterday", "today", "week"] = "yesterday"
    kind: str = ""


class ChangesShown(Struct, frozen=True):
    """What the page shows: the sums by kind, and the list."""

    changes: Changes
    list: Listing


def _what(line: Change) -> Cell:
    """A moving of many runs leads to its page, which lists them."""
    return Link(line.what, f"/movings/M-{line.moving}") if line.moving else line.what


def _person(line: Change) -> Cell:
    return Link(line.person_name, f"/people/P-{line.person}") if line.person else None


TABLE: Final = Table(
    "changes",
    "change",
    (
        Column("When", lambda line: line.at),
        Column("What", _what),
        Column("Of whom", _person),
        Column("What became of it", lambda line: BECAME[line.became]),
        Column("Journey run", lambda line: Link(f"R-{line.run}", f"/runs/R-{line.run}") if line.run else None),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, ChangesAsked)
    since = _since(visit, asked)
    changes = counted(visit.past, visit.viewer, since)
    filters = _filters(changes)
    total = sum(each.many for each in changes.kinds if asked.kind in ("", each.kind))

    def fetch(after: str, limit: int) -> Slice:
        wanted = Wanted(asked.kind, whole_number(after) or 0, each=bool(asked.format))
        page = newest(visit.past, visit.viewer, since, limit, wanted)
        return Slice(page.lines, str(page.next or ""), total, more=changes.more)

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    empty = Empty("Nothing was told in this time.")
    return visit.show(PAGE, ChangesShown(changes, listing(TABLE, asked, PAGE.path, fetch, filters, empty)))


def _since(visit: Visit, asked: ChangesAsked) -> Instant:
    if asked.since == "yesterday":
        return yesterday(visit.now, visit.organization.zone)
    day = local_day(visit.now, visit.organization.zone)
    return start_of_day(day if asked.since == "today" else shift_day(day, -WEEK_DAYS), visit.organization.zone)


def _filters(changes: Changes) -> tuple[Filter, ...]:
    kinds = tuple((each.kind, f"{each.label} ({each.many:,})") for each in changes.kinds)
    return (
        Filter("since", "Since", (("", "yesterday"), ("today", "today"), ("week", "seven days ago"))),
        Filter("kind", "What", (("", "everything"), *kinds)),
    )
