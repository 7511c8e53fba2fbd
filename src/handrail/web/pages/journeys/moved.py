"""*A moving*: what a new version would do to each open run, person by person; having it done, what came of it, taking it back."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct, structs

from handrail.app.moving.changing import begin_move, begin_revert
from handrail.engine.by_hand.moving import Refused as MovingRefused
from handrail.insight.changes.moving import MovingLine, MovingSeen, Only, Word, lines, moving
from handrail.insight.past import then_of
from handrail.literacy.explaining.compared import Difference, compared
from handrail.terms.values import whole_number
from handrail.web.access import must_work
from handrail.web.kit.cells import Cell, Link, Several, State
from handrail.web.kit.lists import Action, Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.numbers import Number
from handrail.web.pages.journeys.shared import told_of
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("moving", "Moving", "/movings/M-{number}", "publish", within="journeys", example="/movings/M-1")
WORDS: Final = ("moves", "stays", "cannot", "ended", "moved", "stayed", "moved back")


class LinesAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list: what becomes of a run, and what of it changes."""

    only: Literal["", "moves", "stays", "cannot", "ended", "moved", "stayed", "moved back"] = ""
    changes: Only = ""


class MovingShown(Struct, frozen=True):
    """What the page shows: the moving, how its two versions differ in words, and its lines. `but` are runs to leave that were picked.

    `late` are those that would be late at once, while they can still be left.
    """

    moving: MovingSeen
    list: Listing
    differences: tuple[Difference, ...]
    but: str = ""
    late: str = ""


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
    """Why, and what changes; whoever would be late at once is marked."""
    said = [
        text
        for text in (line.why and f"{line.why} ({line.step})" if line.step else line.why, line.note, line.ends)
        if text
    ]
    said += [*line.shifts, *line.sets_off]
    late: tuple[Cell, ...] = (State("late"),) if line.late and line.is_ in ("moves", "moved") else ()
    return Several((*late, *said)) if said or late else None


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
PICKED_MAX: Final = 500


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], number: Number) -> Response:
    """The page, or its lines as a file."""
    found = _found(visit, number)
    picked = " ".join(each[:24] for each in visit.request.query_params.getlist("pick")[:PICKED_MAX])
    asked = asked_of(visit.request, LinesAsked) if not picked else LinesAsked()
    changes = (("", "anything, or nothing"), ("shifts", "a date"), ("late", "a date, and late at once"))
    filters = (
        Filter("only", "Which", (("", "all of them"), *((word, word) for word in WORDS))),
        Filter("changes", "What changes", changes),
    )
    path = f"/movings/M-{number}"
    leaving = Action("Leave them in their version", path)
    table = structs.replace(TABLE, pick=_pick, actions=(leaving,)) if found.state == "previewed" else TABLE

    def fetch(after: str, limit: int) -> Slice:
        return _slice(visit, number, asked, (after, limit))

    if asked.format:
        return visit.export(PAGE, TABLE, asked, filters, fetch)
    none = "None of its runs is so." if asked.only or asked.changes else "No run is open in this journey."
    listed = listing(table, asked, path, fetch, filters, Empty(none, good=asked.changes == "late"))
    late = (
        lines(visit.past, number, ("moves",), PICKED_MAX, 0, "late")
        if found.late and found.state == "previewed"
        else ()
    )
    shown = MovingShown(found, listed, _differences(visit, found), picked, " ".join(line.run for line in late))
    return visit.show(PAGE, shown, title=f"{found.title}: {found.from_version} to {found.to_version}")


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


def _pick(line: MovingLine) -> str:
    """The run, where it would move and can still be left."""
    return line.run if line.is_ == "moves" else ""


def _differences(visit: Visit, found: MovingSeen) -> tuple[Difference, ...]:
    """The two versions in words, side by side."""
    before, after = (told_of(visit.runtime.workspace, visit.past.plans[number]) for number in found.plans)
    return compared(before, after)


def _found(visit: Visit, number: int) -> MovingSeen:
    found = moving(visit.past, number)
    if found is None:
        raise Refused(404, f"There is no moving M-{number}.", "Preview a journey's new version: Journeys, Versions.")
    return found


def _slice(visit: Visit, number: int, asked: LinesAsked, page: tuple[str, int]) -> Slice:
    after, limit = page
    words: tuple[Word, ...] = (asked.only,) if asked.only else ()
    found = lines(visit.past, number, words, limit, whole_number(after) or 0, asked.changes)
    persons = [int(line.person.removeprefix("P-")) for line in found]
    visit.past.fetch(persons)
    known = {number: visit.past.person(number, then_of(visit.now)) for number in persons}
    seen = [line for line, number in zip(found, persons, strict=True) if visit.viewer.sees(number, known[number])]
    return Slice(seen, found[-1].run.removeprefix("R-") if len(found) == limit else "", None)
