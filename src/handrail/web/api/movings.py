"""Open runs and a changed journey: what the version in the folder would do to each, having it done, taking it back.

What commands ask of the process that owns the database, and scripts over HTTP. The decisions are the engine's.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.moving.changing import begin_move, begin_revert, finish, movable, preview
from handrail.app.moving.showing import shown
from handrail.app.runtime import Runtime
from handrail.app.tokens import Token
from handrail.engine.by_hand.moving import Refused as MovingRefused
from handrail.insight.answer import plain
from handrail.insight.changes.moving import moving, movings
from handrail.web.access import Known, Organization, needs
from handrail.web.api.saying import By
from handrail.web.numbers import Number
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["changing a journey"])
Publishing = Annotated[Token, needs("publish")]
_LOOK: Final = "See what a change would do: handrail publish --preview"


class PreviewBody(BaseModel):
    """Which journeys (none: all with open runs of another version), which runs (`R-12`) or people (`P-7`) are left out."""

    model_config = ConfigDict(extra="forbid")
    journeys: list[Annotated[str, Field(max_length=200)]] = Field(default_factory=list, max_length=200)
    but: list[Annotated[str, Field(max_length=40)]] = Field(default_factory=list, max_length=10_000)
    by: str = Field("", max_length=200)


class MoveBody(By):
    """Who says so; `wait` false: it goes on by itself, and is looked at again later."""

    wait: bool = True


@router.post("/api/movings", responses=said(409, 422), summary="Preview what lies in the folder, run by run")
def look(given: PreviewBody, runtime: Organization, _token: Publishing) -> dict[str, Any]:
    """What the versions in the folder would do to each open run. Nothing is changed."""
    runtime.read_again()
    try:
        journeys = given.journeys or list(movable(runtime))
        numbers = [preview(runtime, each, given.by, given.but) for each in journeys]
    except MovingRefused as refused:
        raise Refused(409, str(refused), _LOOK) from refused
    return {"movings": [shown(runtime, number) for number in numbers]}


@router.get("/api/movings", responses=said(422), summary="Movings, the newest first")
def listed(
    past: Known, _token: Annotated[Token, needs("read")], journey: Annotated[str, Query(max_length=200)] = ""
) -> dict[str, Any]:
    """The movings of a journey, or of all, with their sums and without their lines."""
    return {"movings": plain(movings(past, journey))}


@router.get("/api/movings/{number}", responses=said(404, 422), summary="One moving, with its lines")
def one(
    number: Number, runtime: Organization, past: Known, _token: Annotated[Token, needs("read")],
    limit: Annotated[int, Query(ge=1, le=5000)] = 500, after: Annotated[int, Query(ge=0, lt=2**62)] = 0,
) -> dict[str, Any]:  # fmt: skip
    """A moving; `after` is the run that the page before ended with."""
    if moving(past, number) is None:
        raise Refused(404, f"There is no moving M-{number}.", _LOOK)
    return shown(runtime, number, limit, after)


@router.post(
    "/api/movings/{number}/apply", responses=said(404, 409, 422), summary="Publish what was previewed, and move"
)
def apply(number: Number, given: MoveBody, runtime: Organization, _token: Publishing) -> dict[str, Any]:
    """Make the previewed version current and move its runs; each is a decision with its reasons."""
    try:
        begin_move(runtime, number, given.by)
    except MovingRefused as refused:
        raise Refused(409, str(refused), _LOOK) from refused
    return _ended(runtime, number, wait=given.wait)


@router.post("/api/movings/{number}/revert", responses=said(404, 409, 422), summary="Take a moving back")
def revert(number: Number, given: MoveBody, runtime: Organization, _token: Publishing) -> dict[str, Any]:
    """Make the version from before current again, and move back what had moved."""
    try:
        begin_revert(runtime, number, given.by)
    except MovingRefused as refused:
        raise Refused(409, str(refused), _LOOK) from refused
    return _ended(runtime, number, wait=given.wait)


def _ended(runtime: Runtime, number: int, *, wait: bool) -> dict[str, Any]:
    if wait:
        finish(runtime, number)
    return shown(runtime, number)
