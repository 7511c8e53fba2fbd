"""*Bulks*: what is being done for many at once: how many are wanted, done, left, and until when."""

from __future__ import annotations

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.app.systems.described import declared_in
from handrail.insight.desk.systems.bulks import Bulk, bulks
from handrail.web.kit.cells import Cell, Count, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("bulks", "Bulks", "/bulks", right="connections", within="connections")


class BulksShown(Struct, frozen=True):
    """What the page shows: the list."""

    list: Listing


def address(line: Bulk) -> str:
    """Where a bulk's own page is."""
    asked = {"connection": line.connection, "action": line.action, "object": line.object}
    return f"/bulks/one?{urlencode(asked)}"


def _failed(line: Bulk) -> Cell:
    return Count(line.progress.failed, line.handed.path) if line.handed is not None else line.progress.failed


TABLE: Final = Table(
    "bulks",
    "bulk",
    (
        Column("What", lambda line: Several((Link(line.title, address(line)), f"at {line.connection}"))),
        Column("State", lambda line: State(line.state)),
        Column("Wanted", lambda line: line.progress.wanted, number=True),
        Column("Done", lambda line: line.progress.confirmed, number=True),
        Column("Not needed", lambda line: line.progress.not_needed, number=True),
        Column("Could not be done", _failed, number=True),
        Column("Left", lambda line: line.progress.left, number=True),
        Column("Over at about", lambda line: line.progress.over_at),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = asked_of(visit.request, Asked)
    found = bulks(visit.past, declared_in(visit.runtime), visit.now)

    def fetch(_after: str, _limit: int) -> Slice:
        return Slice(found, total=len(found))

    if asked.format:
        return visit.export(PAGE, TABLE, asked, (), fetch)
    empty = Empty("Nothing is being done for many at once.", good=True)
    return visit.show(PAGE, BulksShown(listing(TABLE, asked, PAGE.path, fetch, (), empty)))
