"""One handoff over HTTP: what may be answered, by whom; and the answer itself, of which the first valid one counts.

What an answer leads to is the core's; here it is read, and refused while it can be said why: not theirs, not offered, over.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.runtime import Runtime
from handrail.app.tokens import Token
from handrail.calendar.zones import local_day
from handrail.core.answers import form_of, offered
from handrail.core.inputs.forms import form_problems
from handrail.engine.items import ForRun, Receipt
from handrail.insight import lists
from handrail.insight.answer import plain
from handrail.insight.finding import find
from handrail.insight.past import Past
from handrail.insight.telling.sentences import what_is_awaited
from handrail.intake.fitting import Misfit, fitted
from handrail.store.moments import DISPOSITION, to_instant
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.catalog import EventType, Kind
from handrail.terms.event import Answer
from handrail.terms.plan import NONE, FormField, Plan
from handrail.terms.state import Pass, State
from handrail.terms.values import Fields, Instant, PersonRef, Value
from handrail.web.access import Known, Organization, needs
from handrail.web.refusals import Refused, busy, said

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


class _Open(Struct, frozen=True):
    run: RunRow
    plan: Plan
    each: Pass


@router.get("/api/handoffs/{run}/{pass_}", responses=said(404, 422), summary="One handoff")
def handoff(
    run: RunNumber, pass_: PassOrStep, runtime: Organization, past: Known, _token: Annotated[Token, needs("read")]
) -> dict[str, Any]:
    """One handoff: who answers for it, until when, and what may be answered."""
    row, found = _found(past, run, pass_)
    line = lists.handoff(past, row, runtime.clock())
    if found is None:
        return dict(plain(HandoffShown(line, "", (), {})))
    form = {name: _field(field) for name, field in form_of(found.plan, found.each).items()}
    awaited = what_is_awaited(found.plan, found.each)
    return dict(plain(HandoffShown(line, awaited, tuple(offered(found.plan, found.each)), form)))


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
    row, found = _found(past, run, pass_)
    now = runtime.clock()
    by = _who(past, given.by)
    if found is None:
        raise _over(past, row)
    in_name_of = _allowed(runtime, past, found.each.owner, by, now)
    word, form = _valid(past, found, given)
    taken = Answer(row.pass_, now, by, word, form, in_name_of)
    receipt = _submitted(runtime, ForRun(row.run, taken))
    if not receipt.used:
        raise _over(Past(runtime.store, runtime.engine.worlds.organization), row)
    return {
        "run": f"R-{row.run}",
        "pass": row.pass_,
        "answer": word,
        "by": by,
        "at": plain(now),
        "number": receipt.number,
    }


def _submitted(runtime: Runtime, item: ForRun) -> Receipt:
    """What became of it, after its commit."""
    if runtime.died is not None or runtime.host is None:
        raise busy("No answer is taken: the engine does not run.", "Send it again when it was started anew.")
    return runtime.do(lambda engine, now: engine.take([item], now))[0]


def _found(past: Past, run: str, pass_: str) -> tuple[HandoffRow, _Open | None]:
    """The handoff, and where it stands while it is open. Raises Refused."""
    number = int(run.removeprefix("R-"))
    kept = past.run(number) if number < 2**62 else None
    if kept is None:
        raise Refused(404, f"There is no run R-{number}.", "See which handoffs there are: GET /api/handoffs")
    row = _named(past, kept, pass_)
    state = coding.unpack(kept.state, State)
    each = next((each for each in state.passes if each.number == row.pass_), None)
    return row, None if each is None else _Open(kept, past.plans[kept.plan].plan, each)


def _named(past: Past, run: RunRow, pass_: str) -> HandoffRow:
    """The handoff of that pass, or of the step of that name: the open one, else the last. Raises Refused."""
    steps = past.plans[run.plan].plan.steps
    rows = sorted(past.store.handoffs_of_run(run.id), key=lambda row: (row.closed is None, row.pass_))
    names = {row.pass_: steps[row.step].name if row.step != NONE else "" for row in rows}
    found = [row for row in rows if pass_ in (str(row.pass_), names[row.pass_])]
    if found:
        return found[-1]
    there = ", ".join(f"{number} ({name})" if name else str(number) for number, name in sorted(names.items())[:20])
    advice = f"Write the number of its pass or the step's name; there are: {there}." if there else "It has none."
    raise Refused(404, f'There is no handoff "{pass_[:100]}" of R-{run.id}.', advice)


# Who answers


def _who(past: Past, text: str) -> str:
    """Whoever answers, as owners are written. Raises Refused."""
    if text.startswith(("contact:", "email:")):
        return text
    found = find(past, f"P-{text.removeprefix('person:')}" if text.startswith("person:") else text).persons
    if len(found) == 1:
        return f"person:{found[0]}"
    many = f"{len(found)} people are called so" if found else "Nobody is known by that name"
    raise Refused(422, f'"by": {many}.', "Name one person: P-12, a key of the HR system (hris:010134), or an address.")


def _allowed(runtime: Runtime, past: Past, owner: str, by: str, now: Instant) -> str:
    """In whose name they answer: empty for their own. Raises Refused when the handoff is not theirs to answer."""
    mine = _people_of(runtime, owner)
    if by == owner or by in mine:
        return ""
    day = local_day(now, runtime.engine.worlds.organization.zone).toordinal()
    numbers = [int(one.removeprefix("person:")) for one in (*mine, owner) if one.startswith("person:")]
    for absence in runtime.store.absences(sorted(set(numbers)), day) if numbers else ():
        if absence.from_day <= day and absence.delegate is not None and by == f"person:{absence.delegate}":
            return f"person:{absence.person}"
    names = lists.Names(past)
    text = f"{names.owner(owner)} answers for this handoff, not {names.owner(by)}."
    raise Refused(403, text, "Ask them to answer, or to name a delegate.", owner=owner)


def _people_of(runtime: Runtime, owner: str) -> tuple[str, ...]:
    """The lead and the members of a team, any of whom may answer for it."""
    team = runtime.engine.worlds.organization.teams.get(owner.removeprefix("team:"))
    if not owner.startswith("team:") or team is None:
        return ()
    return tuple(f"person:{number}" for number in (team.lead, *team.members) if number is not None)


# What is answered


def _valid(past: Past, found: _Open, given: AnswerBody) -> tuple[str, Fields]:
    """The word, and the form with each value as the kind that it asks for. Raises Refused."""
    words = offered(found.plan, found.each)
    word = given.answer or ("done" if "done" in words else "")
    if word not in words:
        said_ = f'"{word}" is not among the answers' if words else "Nobody is asked anything here"
        raise Refused(422, f"{said_}.", "Answer with one of `allowed`.", allowed=sorted(words))
    fields = form_of(found.plan, found.each)
    filled = _form(past, fields, given.form)
    problems = {name.removeprefix("field_"): str(wrong) for name, wrong in form_problems(fields, filled).items()}
    if problems:
        text = "; ".join(f'"{name}" {wrong}' for name, wrong in sorted(problems.items()))
        raise Refused(422, f"The form is not right: {text}.", "Fill it in as the handoff asks.", fields=problems)
    return word, filled


def _form(past: Past, fields: Mapping[str, FormField], given: Mapping[str, Any]) -> Fields:
    """What was filled in, read as the kinds that the form has. Raises Refused."""
    read: dict[str, Value] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        person = name in fields and fields[name].kind.name == "person" and isinstance(value, str)
        read[name] = PersonRef(int(_who(past, value).removeprefix("person:"))) if person else _value(value)
    kinds: dict[str, Kind] = {name: Kind(field.kind.name, item=field.kind.item) for name, field in fields.items()}
    try:
        return fitted(EventType("answer", "", kinds), Fields(read))
    except Misfit as misfit:
        raise Refused(422, f"The form is not right: {misfit}.", "Fill it in as the handoff asks.") from misfit


def _value(value: str | float | bool | list[str]) -> Value:  # noqa: FBT001 - a value of a form
    return tuple(value) if isinstance(value, list) else value


def _field(field: FormField) -> FieldOffered:
    kind = field.kind
    return FieldOffered(kind.name, field.optional, kind.choices, kind.low, kind.high)


# Over


def _over(past: Past, row: HandoffRow) -> Refused:
    """It is over: by whom it was answered, and when; or how it ended without an answer."""
    names = lists.Names(past)
    first = _first_answer(past, row)
    if first is not None:
        text = f"It was already answered by {names.owner(first.by)} at {first.at:%Y-%m-%d %H:%M:%S} UTC: {first.word or 'the form'}."
        return Refused(409, text, "Nothing: the first answer counts. Yours is kept.", by=first.by, at=plain(first.at))
    now = past.store.handoffs_of_run(row.run)
    stands = next(each for each in now if each.pass_ == row.pass_)
    if stands.closed is None:
        return Refused(409, "It has changed meanwhile.", "Look at it again, and answer what is asked now.")
    at = to_instant(stands.closed)
    text = f"It ended at {at:%Y-%m-%d %H:%M:%S} UTC without this answer: {stands.ended or 'it is over'}."
    return Refused(409, text, "Nothing: the run has gone on.", at=plain(at))


def _first_answer(past: Past, row: HandoffRow) -> Answer | None:
    """The answer that counted, of those to this handoff."""
    for kept in past.rows_of_run(row.run):
        if kept.kind != "answer" or kept.disposition != DISPOSITION["matched"]:
            continue
        event = past.event_of(kept)
        if isinstance(event, Answer) and event.pass_ == row.pass_:
            return event
    return None
