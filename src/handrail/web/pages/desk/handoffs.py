"""*Handoffs*: what waits for somebody: mine, my team's, all that I see; the soonest due first. And what is over, and how it ended.

One handoff, where it is answered, is `handoff`'s page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct, structs

from handrail.insight.desk.closed import closed
from handrail.insight.desk.incidents import returned_letters
from handrail.insight.desk.journeys import titles
from handrail.insight.desk.lines import Line, lines
from handrail.insight.desk.reach import COUNT_MAX
from handrail.insight.desk.today import soon
from handrail.insight.desk.waiting import After, Waiting, how_many, waiting
from handrail.insight.finding import find
from handrail.insight.lists import Names
from handrail.insight.past import then_of
from handrail.terms.person import own_ids_of
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Due, Link, Several, State
from handrail.web.kit.lists import Action, Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("handoffs", "Handoffs", "/handoffs", right="answer", entry="main")
_NO_LIMIT: Final = "-"
_ONLY: Final = (
    ("", "every open one"),
    ("stuck", "stuck"),
    ("late", "late once"),
    ("soon", "due by tomorrow"),
    ("closed", "closed"),
)


class HandoffsAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list. Without `whose`: all, for whoever sees runs (their own first, who leads people); mine for the others. `only` "closed": what is over."""

    whose: Literal["", "mine", "team", "all"] = ""
    only: Literal["", "stuck", "late", "soon", "closed"] = ""
    journey: str = ""
    owner: str = ""
    about: str = ""


class Tab(Struct, frozen=True):
    """One of mine, my team's, all."""

    label: str
    path: str
    current: bool


class HandoffsShown(Struct, frozen=True):
    """What the page shows: whose, and the list. `owner_name` is set when the list is of one owner."""

    tabs: tuple[Tab, ...]
    owner_name: str
    list: Listing


def _owner(line: Line) -> Several:
    """Who has it, that no letter reaches them, and who had it before."""
    unreached = (line.unreached,) if line.unreached else ()
    return Several((line.owner_name, *unreached, *(f"before: {name}" for name in line.before)))


TABLE: Final = Table(
    "handoffs",
    "handoff",
    (
        Column("What", lambda line: Several((Link(line.what, line.path), line.title))),
        Column("For whom", lambda line: Link(line.person_name, f"/people/P-{line.person}")),
        Column("Owner", _owner),
        Column("State", lambda line: State(line.state)),
        Column("Since", lambda line: line.opened),
        Column("Due", lambda line: Due(line.due) if line.due is not None else None),
        Column("If nobody does anything", lambda line: line.otherwise or None),
    ),
    pick=lambda line: line.key,
    actions=(Action("Answer, give away or snooze", "/handoffs/picked"),),
)
CLOSED: Final = Table(
    "handoffs",
    "handoff",
    (
        Column("What", lambda line: Several((Link(_step(line.step), line.path), line.title))),
        Column("For whom", lambda line: Link(line.person_name, f"/people/P-{line.person}")),
        Column("Owner", lambda line: line.owner_name),
        Column("How it ended", lambda line: Several((line.said, State("late"))) if line.late else line.said),
        Column("Opened", lambda line: line.opened),
        Column("Closed", lambda line: line.closed),
    ),
)


def _step(name: str) -> str:
    return name.replace("_", " ").capitalize() or "The whole run"


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The list, or its file."""
    asked = _as_opened(visit, asked_of(visit.request, HandoffsAsked))
    which, filters = _which(visit, asked), _filters(visit)
    table, read = (CLOSED, _closed) if asked.only == "closed" else (TABLE, _slice)

    def fetch(after: str, limit: int) -> Slice:
        return read(visit, which, after, limit)

    if asked.format:
        return visit.export(PAGE, table, asked, filters, fetch)
    listed = listing(table, asked, PAGE.path, fetch, filters, _empty(asked))
    return visit.show(PAGE, of(visit, asked, which, listed))


def of(visit: Visit, asked: HandoffsAsked, which: Waiting, listed: Listing) -> HandoffsShown:
    """What the page shows."""
    labels = {"mine": "Mine", "team": "My team's", "all": "All"}
    there = [whose for whose in labels if whose != "all" or visit.viewer.may("see runs")]
    if not visit.viewer.person:
        there = ["all"]
    tabs = tuple(Tab(labels[whose], f"{PAGE.path}?whose={whose}", whose == which.whose) for whose in there)
    return HandoffsShown(tabs, _called(visit, asked.owner, shown=bool(listed.rows)), listed)


def _called(visit: Visit, owner: str, *, shown: bool) -> str:
    """What the owner is called, for whoever may know: something of theirs is `shown`, or the viewer sees them."""
    people = {number: visit.past.person(number, then_of(visit.now)) for number in own_ids_of([owner])}
    known = shown or all(visit.viewer.sees(number, person) for number, person in people.items())
    return Names(visit.past).owner(owner) if owner and known else owner


def _as_opened(visit: Visit, asked: HandoffsAsked) -> HandoffsAsked:
    """Whoever leads people begins with their own, unless they ask for something: a filter is of all that they see."""
    bare = not (asked.whose or asked.only or asked.journey or asked.owner or asked.about)
    own = bare and visit.viewer.leads and not visit.viewer.everywhere
    return structs.replace(asked, whose="mine") if own else asked


def _which(visit: Visit, asked: HandoffsAsked) -> Waiting:
    sees = visit.viewer.may("see runs")
    if asked.whose == "all" and not sees:
        raise Refused(403, "You see your own handoffs and those of your teams.", "Look at those: /handoffs?whose=mine")
    return Waiting(
        asked.whose or ("all" if sees else "mine"),
        asked.owner,
        asked.journey,
        _about(visit, asked.about) if asked.about else None,
        soon(visit.now, visit.organization.zone) if asked.only == "soon" else None,
        asked.only == "stuck",
        asked.only == "late",
    )


def _about(visit: Visit, text: str) -> int:
    """The one person meant. Raises Refused."""
    found = find(visit.past, text).persons
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} people are called so" if found else "nobody is known by that name"
    raise Refused(422, f'"{text[:200]}": {many}.', "Write an own id (P-12), a number of the HR system, or an address.")


def _filters(visit: Visit) -> tuple[Filter, ...]:
    return (
        Filter("only", "Which", _ONLY),
        Filter("journey", "Journey", (("", "every journey"), *titles(visit.past, visit.now))),
        Filter("about", "For whom", placeholder="Name, number or address"),
        Filter("whose", "Whose", hidden=True),
        Filter("owner", "Owner", hidden=True),
    )


def _empty(asked: HandoffsAsked) -> Empty:
    if asked.only == "stuck":
        return Empty("Nothing is stuck.", good=True)
    if asked.only == "late":
        return Empty("Nothing is late.", good=True)
    if asked.only == "soon":
        return Empty("Nothing is due by tomorrow.", good=True)
    if asked.only == "closed":
        return Empty("No handoff here is over yet.")
    return Empty("Nothing waits for anybody here.", good=True)


def _slice(visit: Visit, which: Waiting, after: str, limit: int) -> Slice:
    found = waiting(visit.past, visit.desk, which, limit, _read_cursor(after))
    many = how_many(visit.past, visit.desk, which)
    cursor = "" if found.next is None else _cursor(found.next)
    return Slice(
        _reached(visit, lines(visit.past, found.rows, visit.now)), cursor, min(many, COUNT_MAX), more=many > COUNT_MAX
    )


def _reached(visit: Visit, found: Sequence[Line]) -> list[Line]:
    """Each line; where no letter reaches its owner, that is said."""
    said = returned_letters(visit.past, visit.viewer, visit.now, {line.owner for line in found})
    return [structs.replace(line, unreached=said[line.owner]) if line.owner in said else line for line in found]


def _closed(visit: Visit, which: Waiting, after: str, limit: int) -> Slice:
    before = _read_cursor(after)
    found = closed(visit.past, visit.desk, which, limit, *([(before.run, before.pass_)] if before else []))
    return Slice(found.lines, "" if found.next is None else _cursor(After(None, *found.next)))


def _cursor(last: After) -> str:
    return f"{_NO_LIMIT if last.due is None else last.due}.{last.run}.{last.pass_}"


def _read_cursor(text: str) -> After | None:
    """The last handoff of the page before; None for the first page. Raises Refused."""
    if not text:
        return None
    due, _, rest = text.partition(".")
    run, pass_ = (whole_number(part) for part in (*rest.partition(".")[::2],))
    if run is not None and pass_ is not None:
        if due == _NO_LIMIT:
            return After(None, run, pass_)
        if (limit := whole_number(due)) is not None:
            return After(limit, run, pass_)
    raise Refused(422, "This page of the list is not known.", "Begin with its first page: /handoffs")
