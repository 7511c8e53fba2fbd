"""*Who is in it*: the runs of a journey by name: who they are about, where each stands and since when, and what comes next."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct, structs

from handrail.insight.desk.journeys import JourneyHead, journey_head
from handrail.insight.desk.runs.lines import RunsLine, runs_lines
from handrail.insight.desk.runs.which import Bounds, Only, Phase, Portion, RunsWanted, runs_in, steps_of
from handrail.terms.values import whole_number
from handrail.web.kit.cells import Cell, Due, Link, Several, State
from handrail.web.kit.lists import Asked, Column, Empty, Filter, Listing, Slice, Table, asked_of, listing
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.journeys.shared import no_journey
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "journey-runs", "Who is in it", "/journeys/{name}/runs", "see runs", within="journeys", example="/journeys/welcome/runs"
)  # fmt: skip
STEPS_SHOWN: Final = 3
_PHASES: Final = ("open", "paused", "waiting for release", "finished", "stopped", "not released")
PHASES: Final = (
    ("", "in it now"),
    *((phase, phase) for phase in _PHASES),
    ("all", "all, also ended"),
)
ONLY: Final = (
    ("", "every one"),
    ("late", "late once"),
    ("stuck", "stuck"),
    ("resting", "with nobody"),
)
_NOBODY: Final = {
    "": Empty("Nobody is in this journey now."),
    "open": Empty("Nobody is in this journey now, or all of them are paused or wait for release."),
    "paused": Empty("Nobody in it is paused."),
    "waiting for release": Empty("Nobody waits for release.", good=True),
    "finished": Empty("Nobody has finished it yet."),
    "stopped": Empty("It was stopped for nobody.", good=True),
    "not released": Empty("Everybody who waited for release was let in, or still waits.", good=True),
    "all": Empty("Nobody was ever in this journey."),
}


class RunsAsked(Asked, frozen=True, kw_only=True):
    """The filters of the list. Without `phase`: those that are not over."""

    phase: Phase = ""
    step: str = ""
    only: Only = ""
    who: str = ""


class RunsShown(Struct, frozen=True):
    """What the page shows: the journey, and the list. `part`: the viewer sees only some people; `looked` runs are looked at for a page (0: all)."""

    journey: JourneyHead
    list: Listing
    part: bool
    looked: int


def _where(line: RunsLine) -> Cell:
    """The open steps with who has them, or what is said where there is none."""
    if not line.at:
        return line.how
    parts: list[Cell] = []
    for each in line.at[:STEPS_SHOWN]:
        parts.append(Link(each.title, each.path) if each.path else each.title)
        parts += [f"with {each.owner_name}"] if each.owner_name else []
    more = len(line.at) - STEPS_SHOWN
    return Several((*parts, f"and at {more} more") if more > 0 else tuple(parts))


def _state(line: RunsLine) -> Cell:
    once = ("late once",) if line.late_once and line.state != "late" else ()
    return Several((State(line.state), *once))


TABLE: Final = Table(
    "journey-runs",
    "run",
    (
        Column(
            "Person",
            lambda line: Several((Link(line.person_name, f"/people/P-{line.person}"), Link(f"R-{line.run}", f"/runs/R-{line.run}"))),
        ),
        Column("Where they stand", _where),
        Column("State", _state),
        Column("Since", lambda line: line.since),
        Column("What comes next", lambda line: line.next or None),
        Column("When", lambda line: Due(line.due) if line.due is not None else None),
        Column("Begun", lambda line: line.begun),
    ),
)  # fmt: skip


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The list, or its file."""
    head = journey_head(visit.past, name, visit.now)
    if head is None:
        raise no_journey(name)
    asked, steps = asked_of(visit.request, RunsAsked), steps_of(visit.past, name, visit.now)
    if asked.step and asked.step not in steps:
        text = f'The journey {head.line.title} has no step "{asked.step[:100]}".'
        raise Refused(422, text, f"It has: {', '.join(steps)}.")
    wanted = RunsWanted(name, asked.phase, asked.step, asked.only, asked.who)
    bounds: Bounds = visit.request.app.state.bounds
    looked, part = [], not visit.viewer.everywhere

    def fetch(after: str, limit: int) -> Slice:
        portion = Portion(limit, whole_number(after) or 0, bounds)
        found = runs_in(visit.past, visit.viewer, wanted, head.counted, portion)
        looked.append(found.looked)
        lines = runs_lines(visit.past, found.runs, visit.now)
        return Slice(lines, "" if found.next is None else str(found.next), found.total)

    filters, title = _filters(steps), f"{head.line.title}: who is in it"
    if asked.format:
        return visit.export(structs.replace(PAGE, title=title), TABLE, asked, filters, fetch)
    listed = listing(TABLE, asked, PAGE.path.format(name=name), fetch, filters, _empty(asked, part=part))
    shown = RunsShown(head, listed, part, max(looked))
    return visit.show(PAGE, shown, title=title)


def _filters(steps: dict[str, str]) -> tuple[Filter, ...]:
    return (
        Filter("phase", "Phase", PHASES),
        Filter("step", "At the step", (("", "every step"), *steps.items())),
        Filter("only", "Which", ONLY),
        Filter("who", "Who", placeholder="Name, number or address"),
    )


def _empty(asked: RunsAsked, *, part: bool) -> Empty:
    """What is said where nobody is listed; who sees a `part` of the people is told of no others."""
    found = _nobody(asked)
    return Empty("Nobody of those whom you may see.", good=found.good) if part else found


def _nobody(asked: RunsAsked) -> Empty:
    if asked.who:
        return Empty("Nobody here is called so.")
    if asked.only == "late":
        return Empty("Nobody here is late.", good=True)
    if asked.only == "stuck":
        return Empty("Nobody here is stuck.", good=True)
    if asked.only == "resting":
        return Empty("Everybody here is with somebody.")
    return Empty("Nobody is at this step now.") if asked.step else _NOBODY[asked.phase]
