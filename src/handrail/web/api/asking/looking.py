"""What there is, to be looked at: people, journeys, runs, handoffs, what is held, and why. Lists with filters and a cursor.

Nothing here changes anything. What is in a line comes from `insight`; a page never reckons.
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Query
from msgspec import Struct, json
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.runtime import rates_of
from handrail.app.tokens import Token
from handrail.insight import lists
from handrail.insight.answer import plain
from handrail.insight.finding import find, keys_of
from handrail.insight.past import Past, then_of
from handrail.insight.whys.panel import panel
from handrail.store.moments import PHASE, PHASES, to_instant, to_millis
from handrail.store.reading import NEVER, Handoffs, Runs
from handrail.store.rows import PersonRow
from handrail.terms import coding
from handrail.terms.person import FIELDS, Person
from handrail.terms.values import UNKNOWN, Instant, whole_number
from handrail.web.access import Known, Organization, needs
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["what there is"])
Limit = Annotated[int, Query(ge=1, le=1000, description="How many at most.")]
After = Annotated[str, Query(max_length=200, description="`next` of the page before.")]
Who = Annotated[str, Query(max_length=400, description="P-12, hris:010134, an address, or a name.")]
Reading = Annotated[Token, needs("read")]


class RunsAsked(BaseModel):
    """Which runs, and which page of them."""

    model_config = ConfigDict(extra="forbid")
    journey: str | None = Field(None, max_length=200)
    who: str = Field("", max_length=400, description="P-12, hris:010134, an address, or a name.")
    phase: str = Field("open", description="open, all, or one of: " + ", ".join(PHASES))
    after: str = Field("", max_length=200, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=1000, description="How many at most.")


class HandoffsAsked(BaseModel):
    """Which handoffs, and which page of them. `late` are those open and past their time."""

    model_config = ConfigDict(extra="forbid")
    owner: str = Field("", max_length=400, description="team:NAME, or a person.")
    journey: str | None = Field(None, max_length=200)
    who: str = Field("", max_length=400, description="Whom they are about: P-12, hris:010134, an address, or a name.")
    only: Literal["open", "late", "all"] = "open"
    after: str = Field("", max_length=200, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=1000, description="How many at most.")


class Listed(Struct, frozen=True):
    """A page: `next` is the cursor of the one after it, empty on the last; `total` counts all, where that is known."""

    lines: tuple[object, ...]
    next: str = ""
    total: int | None = None


class JourneyLine(Struct, frozen=True):
    """A journey as it is published: since when, by whom, and its runs by where they stand."""

    journey: str
    title: str
    purpose: str
    plan: str
    since: Instant
    by: str
    starts: tuple[str, ...]
    runs: dict[str, int]


@router.get("/api/people", responses=said(422), summary="People")
def people(past: Known, _token: Reading, who: Who = "", after: After = "", limit: Limit = 50) -> dict[str, Any]:
    """Everybody, or those whom `who` names."""
    if who:
        return _page([_person(past, number) for number in find(past, who).persons[:limit]], limit)
    (last,) = _read_cursor(after, 1) or (0,)
    rows = past.store.people_page(last, limit)
    return _page([_person_line(row) for row in rows], limit, (rows[-1].id,) if rows else ())


@router.get("/api/people/{who}", responses=said(404), summary="One person")
def person(who: str, past: Known, _token: Reading) -> dict[str, Any]:
    """One person in their newest version, with the keys by which sources know them."""
    return _person(past, _one(past, who, 404))


@router.get("/api/journeys", responses=said(), summary="Journeys")
def journeys(runtime: Organization, past: Known, _token: Reading) -> dict[str, Any]:
    """The journeys that are published."""
    lines = [_journey(past, name, runtime.clock()) for name in past.journeys()]
    return _page([line for line in lines if line is not None], 1000)


@router.get("/api/journeys/{journey}", responses=said(404), summary="One journey")
def journey(journey: str, runtime: Organization, past: Known, _token: Reading) -> dict[str, Any]:
    """One journey, with its steps in order and where each stands in its file."""
    now = runtime.clock()
    line, kept = _journey(past, journey, now), past.current(journey, then_of(now))
    if line is None or kept is None:
        raise Refused(404, f'There is no journey "{journey[:200]}".', "See which there are: GET /api/journeys")
    steps = [
        {
            "step": step.name,
            "kind": type(step.body).__name__.removesuffix("Step").lower(),
            "place": kept.place(step.place),
        }
        for step in kept.plan.steps
    ]
    return {**plain(line), "steps": steps}


@router.get("/api/runs", responses=said(422), summary="Runs")
def runs(past: Known, _token: Reading, asked: Annotated[RunsAsked, Query()]) -> dict[str, Any]:
    """Runs, oldest first."""
    phases = {**{word: (number,) for word, number in PHASE.items()}, "open": lists.OPEN_PHASES, "all": ()}
    if asked.phase not in phases:
        raise Refused(422, f'There is no phase "{asked.phase[:100]}".', "Use one of `allowed`.", allowed=sorted(phases))
    (last,) = _read_cursor(asked.after, 1) or (0,)
    which = Runs(asked.journey, phases[asked.phase], _one(past, asked.who, 422) if asked.who else None)
    page = lists.runs(past, which, asked.limit, last)
    found = [line for line in page.lines if isinstance(line, lists.RunLine)]
    return _page(found, asked.limit, (int(found[-1].run.removeprefix("R-")),) if found else (), page.total)


@router.get("/api/runs/{run}", responses=said(404), summary="One run")
def run(run: str, runtime: Organization, past: Known, _token: Reading) -> dict[str, Any]:
    """One run, with all its handoffs."""
    number = run.removeprefix("R-")
    kept = past.run(found) if (found := whole_number(number)) is not None else None
    if kept is None:
        raise Refused(404, f'There is no run "{run[:100]}".', "See which there are: GET /api/runs")
    page = lists.runs(past, Runs(person=kept.person), 1, kept.id - 1)
    handoffs = [lists.handoff(past, row, runtime.clock()) for row in past.store.handoffs_of_run(kept.id)]
    return {**plain(page.lines[0]), "handoffs": plain(handoffs)}


@router.get("/api/handoffs", responses=said(422), summary="Handoffs")
def handoffs(
    runtime: Organization, past: Known, _token: Reading, asked: Annotated[HandoffsAsked, Query()]
) -> dict[str, Any]:
    """Handoffs, the soonest due first: who answers for each, and until when."""
    now = runtime.clock()
    due_before = to_millis(now) if asked.only == "late" else None
    about = _one(past, asked.who, 422) if asked.who else None
    which = Handoffs(_owner(past, asked.owner), asked.journey, about, due_before, open_only=asked.only != "all")
    cursor = _read_cursor(asked.after, 3)
    after = (cursor[0], cursor[1], cursor[2]) if cursor else lists.BEGINNING
    page = lists.handoffs(past, which, now, asked.limit, after)
    found = [line for line in page.lines if isinstance(line, lists.HandoffLine)]
    return _page(found, asked.limit, _handoff_cursor(found[-1]) if found else (), page.total)


@router.get("/api/held", responses=said(422), summary="What is held")
def held(
    runtime: Organization, past: Known, _token: Reading, owner: Annotated[str, Query(max_length=400)] = ""
) -> dict[str, Any]:
    """What is held, by its cause, with who answers for it and what to do."""
    page = lists.held(past, runtime.clock(), _owner(past, owner) or "")
    return _page(list(page.lines), 1_000_000, (), page.total)


@router.get("/api/why", responses=said(422), summary="Why something did, or did not, happen")
def why(
    runtime: Organization,
    past: Known,
    _token: Reading,
    who: Annotated[
        str,
        Query(
            min_length=1,
            max_length=400,
            description="A person (P-12, hris:010134, an address, a name), a run (R-88), a handoff (R-88/3), a call "
            "(C-88/3/0), a message (M-88/3/1), an event (E-411), a file (F-3) or a row of it (F-3/88).",
        ),
    ],
    journey: Annotated[str, Query(max_length=200)] = "",
    at: Annotated[datetime | None, Query(description="As of that moment, with its zone.")] = None,
) -> dict[str, Any]:
    """One sentence first, then what it rests on."""
    if at is not None and at.tzinfo is None:
        raise Refused(422, '"at" has no zone.', "Write it as in 2026-03-31T09:00:00Z.")
    moment = at.astimezone(UTC) if at else runtime.clock()
    return dict(plain(panel(past, who, moment, journey, rates_of(runtime.workspace))))


# Lines


def _page(lines: list[Any], limit: int, last: tuple[int, ...] = (), total: int | None = None) -> dict[str, Any]:
    cursor = _cursor(last) if last and len(lines) >= limit else ""
    return dict(plain(Listed(tuple(lines), cursor, total)))


def _person(past: Past, number: int) -> dict[str, Any]:
    return {**_person_line(past.store.persons([number])[number]), "keys": list(keys_of(past, number))}


def _person_line(row: PersonRow) -> dict[str, Any]:
    """A person by their canonical fields; what has not arrived is left out, what is empty is null."""
    person = coding.unpack(row.body, Person)
    known = {name: value for name in FIELDS if (value := getattr(person, name)) is not UNKNOWN}
    shown = {
        name: f"P-{value}" if name in ("manager", "sponsor") and value is not None else value
        for name, value in known.items()
    }
    extra = {
        name: value if isinstance(value, int | float | bool | None) else str(value)
        for name, value in person.extra.items()
    }
    origin = {"version": person.version, "source": person.origin.source, "as_of": person.origin.as_of}
    return {"id": f"P-{row.id}", **plain(shown), "extra": extra, **plain(origin)}


def _journey(past: Past, name: str, now: Instant) -> JourneyLine | None:
    kept = past.current(name, then_of(now))
    if kept is None:
        return None
    since = next(row for row in reversed(past.publications) if row.journey == name and row.until is None)
    counts = {PHASES[phase]: many for (journey, phase), many in past.store.run_counts().items() if journey == name}
    plan, starts = kept.plan, tuple(trigger.name for trigger in kept.plan.starts)
    return JourneyLine(name, plan.title, plan.purpose, plan.hash, to_instant(since.from_), since.by, starts, counts)


# Who and where


def _one(past: Past, who: str, status: int) -> int:
    """The one person meant. Raises Refused."""
    found = find(past, who).persons
    if len(found) == 1:
        return found[0]
    many = f"{len(found)} people are called so" if found else "nobody is known by that name"
    ids = [f"P-{number}" for number in found]
    raise Refused(
        status, f'"{who[:200]}": {many}.', "Ask by an own id (P-12), a key (hris:010134) or an address.", people=ids
    )


def _owner(past: Past, text: str) -> str | None:
    if not text or text.startswith(("team:", "email:", "contact:", "person:")):
        return text or None
    return f"person:{_one(past, text, 422)}"


def _handoff_cursor(line: lists.HandoffLine) -> tuple[int, ...]:
    due = to_millis(line.due) if line.due is not None else NEVER
    return due, int(line.run.removeprefix("R-")), line.pass_number


def _cursor(last: tuple[int, ...]) -> str:
    return base64.urlsafe_b64encode(json.encode(last)).decode().rstrip("=")


def _read_cursor(text: str, length: int) -> tuple[int, ...]:
    """The key that a cursor holds, or nothing for the first page. Raises Refused."""
    if not text:
        return ()
    try:
        found: list[int] = json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), type=list[int])
    except (ValueError, binascii.Error):
        found = []
    if len(found) != length or any(abs(number) > NEVER for number in found):
        raise Refused(422, '"after" is no cursor of this list.', "Send `next` of the page before as it stands there.")
    return tuple(found)
