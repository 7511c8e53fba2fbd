"""*Connections*: the systems outside, those in whose way something is first; each with its owner."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.systems.connections import ConnectionSeen
from handrail.web.kit.cells import Cell, Count, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.systems.told import seen_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("connections", "Connections", "/connections", right="connections", entry="main")


class ConnectionsShown(Struct, frozen=True):
    """What the page shows: how many do not go as they should, and the list."""

    wrong: int
    list: Listing


def _held(line: ConnectionSeen) -> Cell:
    return Count(line.held, "/held")


def _waiting(line: ConnectionSeen) -> Cell:
    if line.declared.kind == "files":
        return None
    calls = "" if line.declared.kind == "mail" else "/calls?which=waiting"
    return Count(line.waiting, f"/connections/{line.name}{calls}")


def _contact(line: ConnectionSeen) -> Cell:
    if line.declared.kind == "mail":
        return Several((line.fresh,))
    brought = line.brought
    last = ("last file", brought.at) if brought is not None else ()
    good = () if line.good is None and brought is not None else (line.good or "never yet",)
    return Several((*good, *last, line.fresh))


TABLE: Final = Table(
    "connections",
    "connection",
    (
        Column(
            "Connection, and who answers for it",
            lambda line: Several((Link(line.name, f"/connections/{line.name}"), line.owner_name)),
        ),
        Column("State", lambda line: Several((State(line.state), line.said))),
        Column("Last good contact", _contact),
        Column("Limit", lambda line: Several(tuple(line.pace.split("; "))) if line.pace else None),
        Column("Wait", _waiting, number=True),
        Column("Held", _held, number=True),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked, seen = asked_of(visit.request, Asked), seen_of(visit)

    def fetch(_after: str, _limit: int) -> Slice:
        return Slice(seen, total=len(seen))

    if asked.format:
        return visit.export(PAGE, TABLE, asked, (), fetch)
    empty = Empty("handrail.yaml names no connection yet: journeys can ask people, and no system.")
    wrong = sum(one.state in ("out of reach", "late", "paused", "look", "drift") for one in seen)
    return visit.show(PAGE, ConnectionsShown(wrong, listing(TABLE, asked, PAGE.path, fetch, (), empty)))
