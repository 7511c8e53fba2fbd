"""*Calls of a connection*: those that are not over, or failed and are with somebody, as a list that opens each one's why."""

from __future__ import annotations

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.systems.calls import BEGINNING, CallLine, CallsWanted, Key, Which, open_calls
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.systems.told import one_of
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "connection-calls",
    "Calls",
    "/connections/{name}/calls",
    right="connections",
    within="connections",
    example="/connections/lms/calls",
)
FILTERS: Final = (
    Filter(
        "which",
        "Only",
        (
            ("", "all that are not over"),
            ("waiting", "waiting"),
            ("claimed", "on their way"),
            ("uncertain", "uncertain"),
            ("failed", "could not be done, and with somebody now"),
        ),
    ),
    Filter("action", "Action", hidden=True),
    Filter("object", "Object", hidden=True),
)


class CallsAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list. `action` and `object` are set by a bulk's page."""

    which: Which = ""
    action: str = ""
    object: str = ""


class CallsShown(Struct, frozen=True):
    """What the page shows: the connection's name, of which bulk (empty: all), and the list."""

    name: str
    about: str
    list: Listing


def _said(line: CallLine) -> Cell:
    return Link("Its why", f"/why?of={line.ref}") if line.state == "failed" else line.last or None


TABLE: Final = Table(
    "calls",
    "call",
    (
        Column("Call", lambda line: Several((Link(line.what, f"/why?of={line.ref}"), line.object or None))),
        Column("For", lambda line: Link(line.person_name, f"/people/P-{line.person}")),
        Column("State", lambda line: State(line.state)),
        Column("Leaves at the earliest", lambda line: line.leaves),
        Column("Tries", lambda line: line.tries, number=True),
        Column("What the last try said", _said),
        Column("Run", lambda line: Link(f"R-{line.run}", f"/runs/R-{line.run}")),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The list, or its file."""
    one_of(visit, name)
    asked = asked_of(visit.request, CallsAsked)
    wanted = CallsWanted(name, asked.which, asked.action, asked.object if asked.action else None)

    def fetch(after: str, limit: int) -> Slice:
        lines = open_calls(visit.past, wanted, limit, _key(after))
        return Slice(lines, _cursor(lines[-1]) if len(lines) == limit else "")

    if asked.format:
        return visit.export(PAGE, TABLE, asked, FILTERS, fetch)
    none = "No call that failed is with anybody now." if asked.which == "failed" else "None is waiting or on its way."
    empty = Empty(f"Calls to {name}: {none[0].lower()}{none[1:]}", good=True)
    about = f"{asked.action} {asked.object}".strip() if asked.action else ""
    path = PAGE.path.format(name=name)
    return visit.show(PAGE, CallsShown(name, about, listing(TABLE, asked, path, fetch, FILTERS, empty)), title=f"Calls to {name}")  # fmt: skip


def _cursor(line: CallLine) -> str:
    return msgspec.json.encode(line.key).decode()


def _key(after: str) -> Key:
    if not after:
        return BEGINNING
    try:
        found: Key = msgspec.json.decode(after, type=Key)
    except msgspec.DecodeError as error:
        raise Refused(422, "This is no page of the list.", "Begin at its first page.") from error
    return found
