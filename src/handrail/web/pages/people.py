"""*People*: everybody whom the viewer sees, found by name, number or address."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.insight.desk.persons import people as found_people
from handrail.insight.desk.persons.people import PeopleWanted, PersonLine, is_formula
from handrail.insight.finding import held_with
from handrail.insight.telling.wording import unreadable_text
from handrail.terms.person import STATUSES
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("people", "People", "/people", right="see people", entry="main")


CELLS_SHOWN: Final = 4


class PeopleAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list."""

    who: str = ""
    department: str = ""
    status: Literal["", "active", "preboarding", "on leave", "left"] = ""
    only: Literal["all", "open"] = "all"


class RowFound(Struct, frozen=True):
    """A held row: the person's number there, how the row begins, file and line, and why it is held."""

    key: str
    cells: str
    file: str
    sync: int
    line: int
    reason: str


class PeopleShown(Struct, frozen=True):
    """What the page shows: the list, and held rows in which stands what was asked; `nobody` is that, where nobody is known by it."""

    list: Listing
    nobody: str = ""
    held: tuple[RowFound, ...] = ()


def _name(line: PersonLine) -> Several:
    parts = (Link(line.name, f"/people/P-{line.person}"), ", ".join(line.keys))
    odd = ("looks like a formula: have it corrected where it comes from",) if is_formula(line.name) else ()
    return Several((*parts, *odd))


def _handoffs(line: PersonLine) -> Cell:
    if not line.handoffs:
        return None
    return Several((str(line.handoffs), State("late"))) if line.late else line.handoffs


TABLE: Final = Table(
    "people",
    "person",
    (
        Column("Name", _name),
        Column("Title", lambda line: line.title or None),
        Column("Department", lambda line: line.department or None),
        Column("Location", lambda line: line.location or None),
        Column("Manager", lambda line: Link(line.manager_name, f"/people/P-{line.manager}") if line.manager else None),
        Column("Status", lambda line: State(line.status)),
        Column("Open journeys", lambda line: line.runs or None, number=True),
        Column("Open handoffs", _handoffs, number=True),
    ),
)


@router.get(PAGE.path)
def people(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file; a search that finds exactly one person, and nothing held, leads straight to them."""
    asked = asked_of(visit.request, PeopleAsked)
    filters = _filters(visit)

    def fetch(after: str, limit: int) -> Slice:
        return _slice(visit, asked, after, limit)

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    shown = listing(TABLE, asked, PAGE.path, fetch, filters, Empty("Nobody whom you may see is known by that."))
    held = _held(visit, asked.who) if asked.who and not asked.after else ()
    alone = shown.total == 1 and not held
    if asked.who and alone and not asked.after and "HX-Request" not in visit.request.headers:
        (only,) = _slice(visit, asked, "", 1).lines
        return RedirectResponse(f"/people/P-{only.person}", 303)
    return visit.show(PAGE, PeopleShown(shown, asked.who if shown.total == 0 else "", held))


def _held(visit: Visit, who: str) -> tuple[RowFound, ...]:
    """Held rows that say it, for whoever sees everybody: nobody knows yet whose unit they are of."""
    if not visit.viewer.everywhere:
        return ()
    found = held_with(visit.past, who)
    return tuple(
        RowFound(
            each.line.key,
            ", ".join(cell for cell in each.cells[:CELLS_SHOWN] if cell),
            each.file,
            each.line.sync,
            each.line.line,
            unreadable_text(each.line.reason, each.line.field),
        )
        for each in found
    )


def _filters(visit: Visit) -> tuple[Filter, ...]:
    units = tuple((name, name) for name in found_people.departments(visit.past))
    return (
        Filter("who", "Who", placeholder="Name, number or address"),
        Filter("department", "Department", (("", "every department"), *units)),
        Filter("status", "Status", (("", "every status"), *((each, each) for each in STATUSES))),
        Filter("only", "Which", (("", "everybody"), ("open", "in a journey now"))),
    )


def _slice(visit: Visit, asked: PeopleAsked, after: str, limit: int) -> Slice:
    wanted = PeopleWanted(asked.who, asked.department, asked.status, open_only=asked.only == "open")
    last, _, name = after.partition(".")
    number = whole_number(last)
    cursor = (name, number) if number is not None else ("", 0)
    found = found_people.people(visit.past, visit.viewer, wanted, visit.now, limit, cursor)
    following = f"{found.next[1]}.{found.next[0]}" if found.next is not None else ""
    return Slice(found.lines, following, found.total)
