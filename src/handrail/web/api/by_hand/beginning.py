"""Runs begun and ended by hand, and absences, over HTTP: by a named person, with a reason; scope `operate`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.handing.absences import AwayAsked, absences_shown, end_by_hand, set_by_hand
from handrail.app.handing.beginning import begin_by_hand, stop_by_hand
from handrail.app.handing.naming import author_named, person_named, reason_given
from handrail.app.tokens import Token
from handrail.insight.answer import plain
from handrail.web.access import Known, Organization, must_work, needs
from handrail.web.api.by_hand.handing import Who, Why
from handrail.web.api.handoffs import RunNumber
from handrail.web.numbers import Number
from handrail.web.refusals import said

router: Final = APIRouter(tags=["begun and ended by hand"])
Operating = Annotated[Token, needs("operate")]


class BeginBody(BaseModel):
    """`by` begins `journey` for `who`."""

    model_config = ConfigDict(extra="forbid")
    journey: str = Field(min_length=1, max_length=200, examples=["onboarding"])
    who: Who
    by: Who
    reason: Why


class EndBody(BaseModel):
    """`by` ends it."""

    model_config = ConfigDict(extra="forbid")
    by: Who
    reason: Why


class AwayBody(BaseModel):
    """`who` is away on these days, both included; `delegate` acts in their name, nobody where it is empty."""

    model_config = ConfigDict(extra="forbid")
    who: Who
    first: date = Field(examples=["2026-05-04"])
    last: date = Field(examples=["2026-05-15"])
    delegate: str = Field("", max_length=400, examples=["hris:010135"])
    reason: str = Field("", max_length=500)
    by: Who


class BackBody(BaseModel):
    """`by` says that they are back, or never went."""

    model_config = ConfigDict(extra="forbid")
    by: Who


@router.post("/api/runs", responses=said(404, 422), summary="Begin a journey for somebody by hand")
def begin(given: BeginBody, runtime: Organization, past: Known, _token: Operating) -> dict[str, Any]:
    """The run that began; or, with `begun` false, why not: `while`, `once` and the limit hold for it, too."""
    must_work(runtime)
    author = (author_named(past, given.by), reason_given(given.reason))
    return dict(plain(begin_by_hand(runtime, given.journey, person_named(past, given.who), author)))


@router.post("/api/runs/{run}/stop", responses=said(404, 409, 422), summary="End a run by hand")
def stop(run: RunNumber, given: EndBody, runtime: Organization, past: Known, _token: Operating) -> dict[str, Any]:
    """It is stopped with that reason; what was not sent is withdrawn, what was done stays."""
    must_work(runtime)
    author = (author_named(past, given.by), reason_given(given.reason))
    return dict(plain(stop_by_hand(runtime, int(run.removeprefix("R-")), author)))


@router.get("/api/absences", responses=said(), summary="Who is away, or will be")
def absences(runtime: Organization, past: Known, _token: Annotated[Token, needs("read")]) -> dict[str, Any]:
    """Absences that last or are to come, with who acts in whose name."""
    return {"lines": plain(absences_shown(past, runtime.clock()))}


@router.post("/api/absences", responses=said(409, 422), summary="Say that somebody is away")
def set_absence(given: AwayBody, runtime: Organization, past: Known, _token: Operating) -> dict[str, Any]:
    """Their handoffs find another owner meanwhile, or their delegate acts in their name."""
    must_work(runtime)
    delegate = person_named(past, given.delegate) if given.delegate else 0
    asked = AwayAsked(person_named(past, given.who), given.first, given.last, delegate, given.reason)
    return dict(plain(set_by_hand(runtime, asked, author_named(past, given.by))))


@router.post("/api/absences/{number}/end", responses=said(404, 409, 422), summary="End an absence")
def end_absence(
    number: Number, given: BackBody, runtime: Organization, past: Known, _token: Operating
) -> dict[str, Any]:
    """They are back, or never went: their handoffs come back to them."""
    must_work(runtime)
    return dict(plain(end_by_hand(runtime, number, author_named(past, given.by))))
