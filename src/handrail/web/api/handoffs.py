"""One handoff over HTTP: what may be answered, by whom; and the answer itself, of which the first valid one counts.

What an answer leads to is the core's; here it is read, and refused while it can be said why: not theirs, not offered, over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from msgspec import Struct, structs
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.answering.links import take_back
from handrail.app.answering.reading import handoff_row, who_is
from handrail.app.answering.taking import Given, take_answer
from handrail.app.tokens import Token
from handrail.insight import lists
from handrail.insight.answer import plain
from handrail.insight.answering.question import open_handoff, question_of
from handrail.insight.desk.away import stand_ins
from handrail.terms.plan import FormField
from handrail.web.access import Known, Organization, needs
from handrail.web.api.saying import By
from handrail.web.refusals import said

router: Final = APIRouter(tags=["handoffs"])
RunNumber = Annotated[str, Path(pattern=r"^(R-)?\d{1,18}$", examples=["R-88"])]
PassOrStep = Annotated[
    str,
    Path(
        min_length=1, max_length=200, description="The number of its pass, or the step's name.", examples=["1", "buddy"]
    ),
]


class AnswerBody(BaseModel):
    """An answer. `by` is whoever answers, as they are known: P-12, hris:010134, an address. `form` as the handoff asks for it."""

    model_config = ConfigDict(extra="forbid")
    by: str = Field(min_length=1, max_length=400, examples=["hris:010134"])
    answer: str = Field("", max_length=200, examples=["approve"])
    form: dict[str, str | int | float | bool | list[str] | None] = Field(default_factory=dict)


class FieldOffered(Struct, frozen=True):
    """One field of the form that comes with an answer."""

    kind: str
    optional: bool
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None


class HandoffShown(Struct, frozen=True):
    """A handoff, with what may be answered now; nothing is offered once it is over."""

    handoff: lists.HandoffLine
    waits_for: str
    answers: tuple[str, ...]
    form: Mapping[str, FieldOffered]
    asked: str = ""
    otherwise: str = ""


@router.get("/api/handoffs/{run}/{pass_}", responses=said(404, 422), summary="One handoff")
def handoff(
    run: RunNumber, pass_: PassOrStep, runtime: Organization, past: Known, _token: Annotated[Token, needs("read")]
) -> dict[str, Any]:
    """One handoff: who answers for it, until when, and what may be answered."""
    row = handoff_row(past, _number(run), pass_)
    now = runtime.clock()
    line, found = lists.handoff(past, row, now), open_handoff(past, row)
    away = stand_ins(past, (row.owner,), now).get(row.owner) if found is not None else None
    if away is not None:
        line = structs.replace(line, stands_in=away.text)
    if found is None:
        return dict(plain(HandoffShown(line, "", (), {})))
    asked = question_of(past, found, now)
    form = {name: _field(field) for name, field in asked.form.items()}
    shown = HandoffShown(line, asked.waits_for, asked.answers, form, asked.asked, asked.otherwise.text)
    return dict(plain(shown))


@router.post("/api/handoffs/{run}/{pass_}/answer", responses=said(404, 409, 422), summary="Answer a handoff")
def answer(
    run: RunNumber,
    pass_: PassOrStep,
    given: AnswerBody,
    runtime: Organization,
    past: Known,
    _token: Annotated[Token, needs("answer")],
) -> dict[str, Any]:
    """Answer it in somebody's name. 200: the answer counts and is committed; 409: somebody was first, and who; 422: what is wrong."""
    row = handoff_row(past, _number(run), pass_)
    taken = take_answer(runtime, row, Given(who_is(past, given.by), given.answer, given.form))
    return {
        "run": f"R-{taken.run}",
        "pass": taken.pass_,
        "answer": taken.word,
        "by": taken.by,
        "at": plain(taken.at),
        "number": taken.number,
    }


@router.post("/api/handoffs/{run}/{pass_}/links/take-back", responses=said(404, 422), summary="Take links in mail back")
def links_taken_back(
    run: RunNumber,
    pass_: PassOrStep,
    given: By,
    runtime: Organization,
    past: Known,
    _token: Annotated[Token, needs("operate")],
) -> dict[str, Any]:
    """No link that mail about the handoff had answers it any more: a mail was forwarded, say. The handoff itself stays as it is."""
    row = handoff_row(past, _number(run), pass_)
    return {"run": f"R-{row.run}", "pass": row.pass_, "taken_back": take_back(runtime, row.run, row.pass_, given.by)}


def _number(run: str) -> int:
    return int(run.removeprefix("R-"))


def _field(field: FormField) -> FieldOffered:
    kind = field.kind
    return FieldOffered(kind.name, field.optional, kind.choices, kind.low, kind.high)
