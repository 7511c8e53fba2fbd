"""*Versions*: which versions of a journey there were, who goes by which, what lies in the folder, and how that becomes current."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.app.checking import as_printed, compiled_one
from handrail.app.moving.changing import preview
from handrail.app.publishing import publish_one
from handrail.engine.by_hand.moving import Refused as MovingRefused
from handrail.insight.changes.moving import MovingSeen, movings
from handrail.insight.desk.journeys import JourneyHead, journey_head, newest
from handrail.insight.past import PlanKept
from handrail.language.compile import Compiled
from handrail.literacy.explaining.compared import Difference, compared
from handrail.terms.problem import JourneyProblems
from handrail.web.access import must_work
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.journeys.shared import no_journey, told_of
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "journey-versions", "Versions", "/journeys/{name}/versions", "see runs", within="journeys", example="/journeys/welcome/versions"
)  # fmt: skip
InFolder = Literal["same", "other", "gone", "wrong"]


class VersionsShown(Struct, frozen=True):
    """What the page shows. `in_folder`: what lies there, against what is current; `coming` its version where it is another, and `differences` what that says otherwise; `problems` is what is wrong there, each as `handrail check` says it.

    `folder` is where the workspace lies, `file` the journey's file in it.
    """

    journey: JourneyHead
    movings: tuple[MovingSeen, ...]
    in_folder: InFolder
    coming: str
    problems: tuple[str, ...]
    may_publish: bool
    done: str
    folder: str
    file: str
    differences: tuple[Difference, ...] = ()


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str, done: str = "") -> Response:
    """The page."""
    found = journey_head(visit.past, name, visit.now)
    if found is None:
        raise no_journey(name)
    kept = newest(visit.past, name, visit.now)
    in_folder, made, problems = _in_folder(visit, found)
    may, said = (
        visit.viewer.may("publish"),
        "It is current for new runs now. Open runs keep their version." if done else "",
    )
    coming = made.plan.hash[:8] if made is not None else ""
    workspace = visit.runtime.workspace
    file = Path(workspace.journeys[name][0]).name if name in workspace.journeys else Path(kept.file).name
    differences = _differences(visit, kept, made) if made is not None and in_folder == "other" else ()
    shown = VersionsShown(
        found, movings(visit.past, name), in_folder, coming, problems, may, said,
        str(workspace.folder) if may else "", f"journeys/{file}", differences,
    )  # fmt: skip
    return visit.show(PAGE, shown, title=f"{found.line.title}: versions")


@router.post("/journeys/{name}/preview")
def look(
    visit: Annotated[Visit, visiting(PAGE)], name: str, but: Annotated[str, Form(max_length=20_000)] = ""
) -> Response:
    """Look at what the version in the folder would do to every open run, but for those that are to stay (`but`: R-12, P-7)."""
    _ready(visit)
    visit.runtime.read_again()
    try:
        number = preview(visit.runtime, name, visit.viewer.login, but.replace(",", " ").split())
    except MovingRefused as error:
        raise Refused(409, str(error), f"See its versions: /journeys/{name}/versions") from error
    return RedirectResponse(f"/movings/M-{number}", 303)


@router.post("/journeys/{name}/publish")
def publish(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """Make the version in the folder current for new runs, and move nobody."""
    _ready(visit)
    visit.runtime.read_again()
    try:
        publish_one(visit.runtime, name, visit.viewer.login)
    except KeyError:
        raise Refused(
            404, f'There is no journey "{name[:100]}" in the folder.', "See which there are: /journeys"
        ) from None
    return RedirectResponse(f"/journeys/{name}/versions?done=published", 303)


def _differences(visit: Visit, kept: PlanKept, made: Compiled) -> tuple[Difference, ...]:
    workspace, coming = visit.runtime.workspace, PlanKept(0, made.plan, made.places)
    return compared(told_of(workspace, kept), told_of(workspace, coming))


def _in_folder(visit: Visit, found: JourneyHead) -> tuple[InFolder, Compiled | None, tuple[str, ...]]:
    """What lies in the folder now, which may have been changed since it was read."""
    if not visit.viewer.may("publish"):
        return "same", None, ()
    try:
        visit.runtime.read_again()
        made = compiled_one(visit.runtime.workspace, found.line.name)
    except JourneyProblems as error:
        return "wrong", None, as_printed(error.problems, visit.runtime.workspace.folder)
    if made is None:
        return "gone", None, ()
    return ("same" if made.plan.hash[:8] == found.line.version else "other"), made, ()


def _ready(visit: Visit) -> None:
    """Raises Refused unless the visitor may publish, and the engine works."""
    if not visit.viewer.may("publish"):
        raise Refused(403, f"{visit.viewer.name}, your roles do not publish.", "Ask whoever designs journeys here.")
    must_work(visit.runtime)
