"""*A moving*: what a new version would do to each open run, person by person; having it done, what came of it, taking it back."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.app.moving.changing import begin_move, begin_revert
from handrail.engine.by_hand.moving import Refused as MovingRefused
from handrail.insight.changes.moving import MovingLine, MovingSeen, Word, lines, moving
from handrail.insight.past import then_of
from handrail.terms.values import whole_number
from handrail.web.access import must_work
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("moving", "Moving", "/movings/M-{number}", "publish", within="journeys", example="/movings/M-1")
WORDS: Final = ("moves", "stays", "cannot", "ended", "moved", "stayed", "moved back")


class LinesAsked(Asked, frozen=True, kw_only=True):
    """The filter of the list."""

    only: Literal["", "moves", "stays", "cannot", "ended", "moved", "stayed", "moved back"] = ""


class MovingShown(Struct, frozen=True):
    """What the page shows: the moving, and its lines."""

    moving: MovingSeen
    list: Listing


def _standing(line: MovingLine) -> Cell:
    before, after = ({each.step: each for each in side} for side in (line.before, line.after))
    parts = []
    for step in dict.fromkeys((*before, *after)):
        was, is_ = before.get(step), after.get(step)
        if was is not None and is_ is not None:
            parts.append(f"{step}: {was.owner}" + (f" → {is_.owner}" if is_.owner != was.owner else ""))
        else:
            parts.append(f"{step}: opens, {is_.owner}" if is_ is not None else f"{step}: closes")
    return Several(tuple(parts)) if parts else None


def _because(line: MovingLine) -> Cell:
    said = [
        text
        for text in (line.why and f"{line.why} ({line.step})" if line.step else line.why, line.note, line.ends)
        if text
    ]
    said += [*line.shifts, *line.sets_off]
    return Several(tuple(said)) if said else None


TABLE: Final = Table(
    "moving",
    "run",
    (
        Column(
            "Person",
            lambda line: Several((Link(line.name, f"/people/{line.person}"), Link(line.run, f"/runs/{line.run}"))),
        ),
        Column("What becomes of it", lambda line: State(line.is_)),
        Column("Handoffs", _standing),
        Column("What changes, and why", _because),
    ),
)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], number: Number) -> Response:
    """The page, or its lines as a file."""
    found = _found(visit, number)
    asked = asked_of(visit.request, LinesAsked)
    filters = (Filter("only", "Which", (("", "all of them"), *((word, word) for word in WORDS))),)

    def fetch(after: str, limit: int) -> Slice:
        return _slice(visit, number, asked, (after, limit))

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    listed = listing(TABLE, asked, f"/movings/M-{number}", fetch, filters, Empty("No run is open in this journey."))
    return visit.show(
        PAGE, MovingShown(found, listed), title=f"{found.title}: {found.from_version} to {found.to_version}"
    )


@router.post(PAGE.path + "/{what}")
def act(visit: Annotated[Visit, visiting(PAGE)], number: Number, what: str) -> Response:
    """Have it done, or take it back. It goes on by itself; the page says how far it is."""
    _found(visit, number)
    must_work(visit.runtime)
    begin = {"apply": begin_move, "revert": begin_revert}.get(what)
    if begin is None:
        raise Refused(404, "A moving is applied, or taken back.", f"Open it again: /movings/M-{number}")
    try:
        begin(visit.runtime, number, visit.viewer.login)
    except MovingRefused as error:
        raise Refused(409, str(error), f"See how it stands: /movings/M-{number}") from error
    return RedirectResponse(f"/movings/M-{number}", 303)


def _found(visit: Visit, number: int) -> MovingSeen:
    found = moving(visit.past, number)
    if found is None:
        raise Refused(404, f"There is no moving M-{number}.", "Preview a journey's new version: Journeys, Versions.")
    return found


def _slice(visit: Visit, number: int, asked: LinesAsked, page: tuple[str, int]) -> Slice:
    after, limit = page
    words: tuple[Word, ...] = (asked.only,) if asked.only else ()
    found = lines(visit.past, number, words, limit, whole_number(after) or 0)
    persons = [int(line.person.removeprefix("P-")) for line in found]
    visit.past.fetch(persons)
    known = {number: visit.past.person(number, then_of(visit.now)) for number in persons}
    seen = [line for line, number in zip(found, persons, strict=True) if visit.viewer.sees(number, known[number])]
    return Slice(seen, found[-1].run.removeprefix("R-") if len(found) == limit else "", None)
