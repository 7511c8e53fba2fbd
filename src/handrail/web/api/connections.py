"""Connections and bulks over HTTP: how they stand; pausing one, and having it go on."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from pydantic import Field

from handrail.app.systems.described import declared_in
from handrail.app.systems.pausing import pause, resume
from handrail.app.tokens import Token
from handrail.connect.standing.pauses import Pause
from handrail.engine.by_hand.pausing import NotPaused, Wanted
from handrail.insight.answer import plain
from handrail.insight.desk.systems.bulks import bulks
from handrail.insight.desk.systems.connections import connections_seen
from handrail.web.access import Known, Organization, needs
from handrail.web.api.saying import By
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["connections"])
Name = Annotated[str, Path(max_length=200)]
Reading = Annotated[Token, needs("read")]
Operating = Annotated[Token, needs("operate")]


class ResumeBody(By):
    """Who says so. Without an `action` it is the whole connection; with one, that action about that `object`."""

    action: str = Field("", max_length=200, examples=["lms.enroll"])
    object: str = Field("", max_length=400)


class PauseBody(ResumeBody):
    """As for going on, and why."""

    reason: str = Field(min_length=1, max_length=500)


@router.get("/api/connections", responses=said(422), summary="How the connections stand")
def listed(past: Known, runtime: Organization, _token: Reading) -> dict[str, Any]:
    """Each connection: its last good contact, its limit and what is used of it, what waits, how calls failed."""
    zone = runtime.engine.worlds.organization.zone
    return {"connections": plain(connections_seen(past, declared_in(runtime), runtime.clock(), zone))}


@router.get("/api/bulks", responses=said(422), summary="What is being done for many at once")
def listed_bulks(past: Known, runtime: Organization, _token: Reading) -> dict[str, Any]:
    """Each bulk: how many are wanted, done, not needed and left, and when it will be over."""
    return {"bulks": plain(bulks(past, declared_in(runtime), runtime.clock()))}


@router.post("/api/connections/{connection}/pause", responses=said(409, 422), summary="Pause a connection, or a bulk")
def pause_one(connection: Name, given: PauseBody, runtime: Organization, _token: Operating) -> dict[str, Any]:
    """Nothing of it leaves from now on, until somebody has it go on."""
    wanted = Wanted(connection, given.by, given.reason, given.action, given.object)
    try:
        return _said(connection, pause(runtime, wanted))
    except NotPaused as refused:
        raise Refused(409, str(refused), "See how it stands: GET /api/connections") from refused


@router.post("/api/connections/{connection}/resume", responses=said(409, 422), summary="Have it go on")
def resume_one(connection: Name, given: ResumeBody, runtime: Organization, _token: Operating) -> dict[str, Any]:
    """What waited leaves again, within the limit."""
    wanted = Wanted(connection, given.by, "", given.action, given.object)
    try:
        return _said(connection, resume(runtime, wanted))
    except NotPaused as refused:
        raise Refused(409, str(refused), "See how it stands: GET /api/connections") from refused


def _said(connection: str, made: Pause) -> dict[str, Any]:
    return {"connection": connection, "pause": plain(made)}
