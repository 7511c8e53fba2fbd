"""Handoffs in people's hands, over HTTP: given to somebody else, snoozed, answered in bulk, each with its own outcome.

Whoever has it, is of its team, or stands in for its owner may; with the scope `operate` it may be said of any handoff. What
is asked of somebody as the learner of the run they neither give away nor snooze themselves.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.answering.reading import handoff_row, who_is
from handrail.app.handing.doing import AnswerGiven, Asked, Became, act_on
from handrail.app.handing.naming import author_named, handoffs_named, moment_named, owner_named, reason_given
from handrail.app.runtime import Runtime
from handrail.app.tokens import Token
from handrail.engine.by_hand.handing import By, Giving, Snoozing
from handrail.insight.answer import plain
from handrail.insight.past import Past
from handrail.web.access import Known, Organization, must_work, needs
from handrail.web.api.handoffs import PassOrStep, RunNumber
from handrail.web.refusals import HANDOFF_STATUS, Refused, said

router: Final = APIRouter(tags=["handoffs"])
MANY_MAX: Final = 1000
Answering = Annotated[Token, needs("answer")]
Who = Annotated[str, Field(min_length=1, max_length=400, examples=["hris:010134"])]
Why = Annotated[str, Field(min_length=1, max_length=500, examples=["She knows the site."])]
To = Annotated[str, Field(min_length=1, max_length=400, examples=["team:learning-operations", "P-12"])]
Until = Annotated[str, Field(min_length=1, max_length=40, examples=["2026-05-04", "2026-05-04T09:00:00Z"])]
Which = Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=MANY_MAX)]


class GiveBody(BaseModel):
    """`by` gives it to `to`: a person, `team:NAME` or `contact:NAME`."""

    model_config = ConfigDict(extra="forbid")
    by: Who
    to: To
    reason: Why


class SnoozeBody(BaseModel):
    """`by` snoozes it until a day (its opening) or a moment."""

    model_config = ConfigDict(extra="forbid")
    by: Who
    until: Until
    reason: Why


class AnswerManyBody(BaseModel):
    """The same answer to each of `handoffs` (`R-12/time_off`)."""

    model_config = ConfigDict(extra="forbid")
    by: Who
    handoffs: Which
    answer: str = Field("", max_length=200, examples=["approve"])
    form: dict[str, str | int | float | bool | list[str] | None] = Field(default_factory=dict)


class GiveManyBody(GiveBody):
    """All of `handoffs` are given to the same owner."""

    handoffs: Which


class SnoozeManyBody(SnoozeBody):
    """All of `handoffs` are snoozed until the same moment."""

    handoffs: Which


@router.post("/api/handoffs/{run}/{pass_}/reassign", responses=said(404, 409, 422), summary="Give a handoff away")
def reassign(
    run: RunNumber, pass_: PassOrStep, given: GiveBody, runtime: Organization, past: Known, token: Answering
) -> dict[str, Any]:
    """It is theirs from now on. 409: they cannot have it, or it is over; 403: it is not yours to give."""
    return _one(runtime, past, (run, pass_, given.by), _giving(runtime, past, given), token)


@router.post("/api/handoffs/{run}/{pass_}/snooze", responses=said(404, 409, 422), summary="Snooze a handoff")
def snooze(
    run: RunNumber, pass_: PassOrStep, given: SnoozeBody, runtime: Organization, past: Known, token: Answering
) -> dict[str, Any]:
    """Nobody is reminded of it before that moment. 409: it cannot wait so long, or it is over."""
    return _one(runtime, past, (run, pass_, given.by), _snoozing(runtime, given), token)


@router.post("/api/handoffs/answer", responses=said(404, 422), summary="Answer many handoffs alike")
def answer_many(given: AnswerManyBody, runtime: Organization, past: Known, token: Answering) -> dict[str, Any]:
    """Each has its own outcome; the sum is `asked` = `done` + `refused`."""
    return _many(runtime, past, given, AnswerGiven(given.answer, given.form), token)


@router.post("/api/handoffs/reassign", responses=said(404, 422), summary="Give many handoffs away")
def reassign_many(given: GiveManyBody, runtime: Organization, past: Known, token: Answering) -> dict[str, Any]:
    """Each has its own outcome; the sum is `asked` = `done` + `refused`."""
    return _many(runtime, past, given, _giving(runtime, past, given), token)


@router.post("/api/handoffs/snooze", responses=said(404, 422), summary="Snooze many handoffs")
def snooze_many(given: SnoozeManyBody, runtime: Organization, past: Known, token: Answering) -> dict[str, Any]:
    """Each has its own outcome; the sum is `asked` = `done` + `refused`."""
    return _many(runtime, past, given, _snoozing(runtime, given), token)


def _giving(runtime: Runtime, past: Past, given: GiveBody) -> Giving:
    return Giving(owner_named(past, given.to, runtime.engine.worlds.organization), reason_given(given.reason))


def _snoozing(runtime: Runtime, given: SnoozeBody) -> Snoozing:
    return Snoozing(moment_named(given.until, runtime.engine.worlds.organization), reason_given(given.reason))


def _one(runtime: Runtime, past: Past, named: tuple[str, str, str], asked: Asked, token: Token) -> dict[str, Any]:
    """One handoff, named by run, pass or step, and by whom. Raises NotTaken, Refused."""
    run, pass_, by = named
    must_work(runtime)
    row = handoff_row(past, int(run.removeprefix("R-")), pass_)
    became = act_on(runtime, [row], asked, by_of(past, by, token)).outcomes[0]
    if not became.done:
        raise _refused(became)
    return dict(plain(became))


def _many(
    runtime: Runtime, past: Past, given: AnswerManyBody | GiveManyBody | SnoozeManyBody, asked: Asked, token: Token
) -> dict[str, Any]:
    must_work(runtime)
    rows = handoffs_named(past, given.handoffs)
    return dict(plain(act_on(runtime, rows, asked, by_of(past, given.by, token))))


def by_of(past: Past, text: str, token: Token) -> By:
    """Who acts; with the scope `operate` also on what is not theirs. Raises NotTaken."""
    if token.may("operate"):
        return By(author_named(past, text), for_others=True)
    return By(who_is(past, text))


def _refused(became: Became) -> Refused:
    return Refused(HANDOFF_STATUS[became.kind], became.why, became.what_to_do)
