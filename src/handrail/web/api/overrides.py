"""Overrides: what somebody holds back, for whom, until when and why; set, listed and ended."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from handrail.app.tokens import Token
from handrail.engine.by_hand.overrides import NotSet, Wanted, end_override, set_override
from handrail.insight.answer import plain
from handrail.insight.changes.overrides import overrides
from handrail.web.access import Known, Organization, needs
from handrail.web.api.saying import By
from handrail.web.numbers import Number
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["overrides"])
Operating = Annotated[Token, needs("operate")]
_ADVICE: Final = (
    "Write, for instance: handrail override set P-7 --journey welcome --until 2026-06-01 --reason … --yes-by NAME"
)
_LATEST: Final = datetime.fromisoformat("2999-12-31T00:00:00+00:00")


class OverrideBody(By):
    """Either a `journey` that is not to begin or an `object` that nothing is done about. No `person`: for anybody."""

    person: str | None = Field(None, pattern=r"^P-[0-9]{1,15}$", examples=["P-7"])
    journey: str = Field("", max_length=200)
    object: str = Field("", max_length=200)
    until: AwareDatetime | None = Field(None, le=_LATEST)
    reason: str = Field(min_length=1, max_length=500)


@router.get("/api/overrides", responses=said(422), summary="What is held back")
def listed(
    past: Known, runtime: Organization, _token: Annotated[Token, needs("read")],
    everything: Annotated[bool, Query(description="Also those that have ended.")] = False,  # noqa: FBT002 - a query
) -> dict[str, Any]:  # fmt: skip
    """Overrides, the newest first."""
    return {"overrides": plain(overrides(past, runtime.clock(), everything=everything))}


@router.post("/api/overrides", responses=said(409, 422), summary="Hold something back")
def set_one(given: OverrideBody, runtime: Organization, _token: Operating) -> dict[str, int]:
    """Set an override; it counts from now on."""
    person = None if given.person is None else int(given.person.removeprefix("P-"))
    wanted = Wanted(person, given.journey, given.object, given.until, given.by, given.reason)
    try:
        return {"override": runtime.do(lambda engine, now: set_override(engine, wanted, now))}
    except NotSet as refused:
        raise Refused(409, str(refused), _ADVICE) from refused


@router.post("/api/overrides/{number}/end", responses=said(404, 409, 422), summary="End an override")
def end(number: Number, given: By, runtime: Organization, _token: Operating) -> dict[str, int]:
    """End it before its time; what it put off is tried again."""
    try:
        return {"override": runtime.do(lambda engine, now: end_override(engine, number, given.by, now)).id}
    except NotSet as refused:
        raise Refused(409, str(refused), "See which there are: handrail override list") from refused
