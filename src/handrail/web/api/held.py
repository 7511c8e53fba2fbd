"""What a person does with what is held: a file, an event, runs above a limit.

Each is done by a named person and written down. What is held, and why, is listed in `looking`.
"""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field

from handrail.app.holding.ending import How, NotEnded, end_hold
from handrail.app.runtime import Runtime
from handrail.app.tokens import Token
from handrail.engine.by_hand import mail, releases
from handrail.engine.engine import Engine
from handrail.insight.answer import plain
from handrail.intake.again import understood_now
from handrail.people.ports import SyncRecord
from handrail.people.syncing.leaving import NotCounted, SyncRefused
from handrail.store.batch import Batch, HeldEnded
from handrail.store.kept.acts import Act, audited, note
from handrail.store.moments import DISPOSITION, to_millis
from handrail.store.rows import HeldRow
from handrail.terms.values import Instant
from handrail.web.access import Organization, needs
from handrail.web.api.saying import By
from handrail.web.numbers import Number
from handrail.web.refusals import Refused, said

router: Final = APIRouter(tags=["what is held"])
Operating = Annotated[Token, needs("operate")]
Journey = Annotated[str, Path(max_length=200)]


class HowMany(By):
    """Who says so, and how many at most."""

    at_most: int = Field(releases.ALL, ge=1, le=releases.ALL)


class MaybeBy(BaseModel):
    """Who says so, where somebody must: to replay a file that the guard would hold again, or any other end of a hold."""

    model_config = ConfigDict(extra="forbid")
    by: str = Field("", max_length=200, examples=["Ana Silva"])
    leaving: int | None = Field(None, ge=0, description="How many people leave by the file, where any would.")


class Because(By):
    """Who says so, and why."""

    why: str = Field(min_length=1, max_length=500)


@router.post(
    "/api/held/syncs/{number}/{what}", responses=said(404, 409, 422), summary="Release, reject or replay a file"
)
def sync(
    number: Number,
    what: How,
    given: MaybeBy,
    runtime: Organization,
    _token: Operating,
) -> dict[str, Any]:
    """Let a file go that was held as a whole, refuse what is held of it, or look at all its rows again (by the mapping as it is now)."""
    if not given.by and what != "replay":
        raise Refused(
            422, "Nobody says so, and a hold is ended by a named person.", 'Send who it is, as in {"by": "Ana Silva"}.'
        )
    runtime.read_again()
    try:
        done = end_hold(runtime, _record(runtime, number), what, given.by, given.leaving)
    except NotEnded as error:
        raise Refused(409, str(error), error.what_to_do) from error
    except NotCounted as error:
        raise Refused(409, error.what, error.what_to_do) from error
    except SyncRefused as error:
        raise Refused(409, str(error), "See what is held: GET /api/held") from error
    return {"sync": number, "record": plain(done)}


@router.post("/api/held/events/{number}/refuse", responses=said(404, 409, 422), summary="Refuse a held event")
def refuse(number: Number, given: Because, runtime: Organization, _token: Operating) -> dict[str, Any]:
    """End a held event as refused: it does nothing, and stays in the ledger with who said so and why."""
    return dict(runtime.do(partial(_refuse, number, given)))


@router.post("/api/held/events/try-again", responses=said(), summary="Look at all held events again")
def try_again(given: By, runtime: Organization, _token: Operating) -> dict[str, int]:
    """What can be understood by now is decided; the rest stays held."""
    return dict(runtime.do(partial(_try_again, given.by)))


@router.post("/api/held/journeys/{journey}/release", responses=said(404, 422), summary="Release runs above a limit")
def let_go(journey: Journey, given: HowMany, runtime: Organization, _token: Operating) -> dict[str, Any]:
    """Let runs begin that wait above their journey's limit: `at_most` so many, oldest first."""
    _published(runtime, journey)
    done = runtime.do(lambda engine, now: releases.release(engine, journey, given.by, now, at_most=given.at_most))
    return {"journey": journey, "released": done, "by": given.by}


@router.post("/api/held/journeys/{journey}/refuse", responses=said(404, 422), summary="Refuse runs above a limit")
def let_none_go(journey: Journey, given: By, runtime: Organization, _token: Operating) -> dict[str, Any]:
    """None of those that wait above their journey's limit begins."""
    _published(runtime, journey)
    done = runtime.do(lambda engine, now: releases.refuse(engine, journey, given.by, now))
    return {"journey": journey, "refused": done, "by": given.by}


@router.post(
    "/api/held/journeys/{journey}/messages/{what}",
    responses=said(404, 409, 422),
    summary="Let messages of a new journey go, or drop them",
)
def messages(
    journey: Journey, what: Literal["release", "drop"], given: By, runtime: Organization, _token: Operating
) -> dict[str, Any]:
    """`release`: what waits leaves in its receivers' working time, and nothing of the journey waits any more. `drop`: what waits is never sent."""
    _published(runtime, journey)
    job = mail.release_mail if what == "release" else mail.drop_mail
    many = runtime.do(lambda engine, now: job(engine, journey, given.by, now))
    if many is None:
        raise Refused(409, f'No messages of "{journey}" wait: they leave by themselves.', "Nothing.")
    return {"journey": journey, "released" if what == "release" else "dropped": many, "by": given.by}


def _published(runtime: Runtime, journey: str) -> None:
    if journey not in runtime.engine.plans.current:
        raise Refused(404, f'There is no journey "{journey}".', "See which there are: GET /api/journeys")


def _record(runtime: Runtime, number: int) -> SyncRecord:
    try:
        return runtime.directory().sync(number)
    except KeyError:
        raise Refused(404, f"There is no sync {number}.", "See what is held: GET /api/held") from None


def _refuse(number: int, given: Because, engine: Engine, now: Instant) -> dict[str, Any]:
    found = [HeldRow(*row) for row in engine.store.database.look("SELECT * FROM held WHERE seq = ?", (number,))]
    if not found:
        raise Refused(404, f"No event {number} was ever held.", "See what is held: GET /api/held")
    if found[0].ended is not None:
        raise Refused(409, f"Event {number} is not held any more.", "Nothing: it was decided.", by=found[0].by)
    at = to_millis(now)
    ended = HeldEnded(number, at, DISPOSITION["refused"], given.by)
    act = Act(given.by, "event refused", f"E-{number}", found[0].person, reason=given.why)
    engine.store.commit(Batch(at=at, held_ended=[ended], audit=[audited(engine.store, act, now)]))
    return {"event": number, "became": "refused", "by": given.by}


def _try_again(by: str, engine: Engine, now: Instant) -> dict[str, int]:
    zone = engine.worlds.organization.zone
    decided = 0
    while found := understood_now(engine.store, engine.catalog, now, zone, 300):
        engine.take(found, now)
        decided += len(found)
    note(engine.store, Act(by, "held events tried again", after=f"{decided} decided"), now)
    return {"decided": decided, "held": len(engine.store.held(None, 0, 100_000))}
