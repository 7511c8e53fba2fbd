"""*Versions*: which versions of a journey there were, who goes by which, what lies in the folder, and how that becomes current."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from handrail.app.checking import compiled_one
from handrail.app.moving.changing import preview
from handrail.app.publishing import publish_one
from handrail.engine.by_hand.moving import Refused as MovingRefused
from handrail.insight.changes.moving import MovingSeen, movings
from handrail.insight.desk.journeys import OneJourney
from handrail.terms.problem import JourneyProblems
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.journeys.shared import journey_of
from handrail.web.refusals import Refused, busy

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "journey-versions", "Versions", "/journeys/{name}/versions", "see runs", within="journeys", example="/journeys/welcome/versions"
)  # fmt: skip
InFolder = Literal["same", "other", "gone", "wrong"]


class VersionsShown(Struct, frozen=True):
    """What the page shows. `in_folder`: what lies there, against what is current; `coming` its version where it is another."""

    journey: OneJourney
    movings: tuple[MovingSeen, ...]
    in_folder: InFolder
    coming: str
    problem: str
    may_publish: bool
    done: str


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str, done: str = "") -> Response:
    """The page."""
    found = journey_of(visit, name)
    in_folder, coming, problem = _in_folder(visit, found)
    may, said = (
        visit.viewer.may("publish"),
        "It is current for new runs now. Open runs keep their version." if done else "",
    )
    shown = VersionsShown(found, movings(visit.past, name), in_folder, coming, problem, may, said)
    return visit.show(PAGE, shown, title=f"{found.line.title}: versions")


@router.post("/journeys/{name}/preview")
async def look(visit: Annotated[Visit, visiting(PAGE)], name: str, request: Request) -> Response:
    """Look at what the version in the folder would do to every open run, but for those that are to stay (`but`: R-12, P-7)."""
    but = str((await request.form()).get("but", ""))
    return await run_in_threadpool(_look, visit, name, but.replace(",", " ").split())


@router.post("/journeys/{name}/publish")
async def publish(visit: Annotated[Visit, visiting(PAGE)], name: str, request: Request) -> Response:
    """Make the version in the folder current for new runs, and move nobody."""
    del request
    return await run_in_threadpool(_publish, visit, name)


def _in_folder(visit: Visit, found: OneJourney) -> tuple[InFolder, str, str]:
    """What lies in the folder now, which may have been changed since it was read."""
    if not visit.viewer.may("publish"):
        return "same", "", ""
    try:
        visit.runtime.read_again()
        made = compiled_one(visit.runtime.workspace, found.line.name)
    except JourneyProblems as error:
        return "wrong", "", str(error)
    if made is None:
        return "gone", "", ""
    version = made.plan.hash[:8]
    return ("same" if version == found.line.version else "other"), version, ""


def _look(visit: Visit, name: str, but: Sequence[str]) -> Response:
    _ready(visit)
    try:
        visit.runtime.read_again()
        number = preview(visit.runtime, name, visit.viewer.login, but)
    except JourneyProblems as error:
        raise Refused(409, f"The workspace has problems ({error}).", "See them with: handrail check") from error
    except MovingRefused as error:
        raise Refused(409, str(error), f"See its versions: /journeys/{name}/versions") from error
    return RedirectResponse(f"/movings/M-{number}", 303)


def _publish(visit: Visit, name: str) -> Response:
    _ready(visit)
    try:
        visit.runtime.read_again()
        publish_one(visit.runtime, name, visit.viewer.login)
    except JourneyProblems as error:
        raise Refused(409, f"The workspace has problems ({error}).", "See them with: handrail check") from error
    except KeyError:
        raise Refused(
            404, f'There is no journey "{name[:100]}" in the folder.', "See which there are: /journeys"
        ) from None
    return RedirectResponse(f"/journeys/{name}/versions?done=published", 303)


def _ready(visit: Visit) -> None:
    """Raises Refused unless the visitor may publish, and the engine works."""
    if not visit.viewer.may("publish"):
        raise Refused(403, f"{visit.viewer.name}, your roles do not publish.", "Ask whoever designs journeys here.")
    if visit.runtime.died is not None or visit.runtime.host is None:
        raise busy("Nothing is done: the engine does not run.", "Send it again when it was started anew.")
