"""*Starts above a limit*: who waits to begin a journey, and letting them in: all, the first so many, or none."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from handrail.engine.by_hand import releases
from handrail.engine.engine import Engine
from handrail.insight.lists import RunLine, runs
from handrail.insight.past import then_of
from handrail.insight.rights import HIDDEN
from handrail.store.moments import PHASE
from handrail.store.reading import Runs
from handrail.terms.values import Instant, whole_number
from handrail.web.access import must_work
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.held.acting import done_path, must_mend
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "held-starts", "Starts", "/held/journeys/{name}", right="mend", within="held", example="/held/journeys/welcome"
)
SHOWN_MAX: Final = 50


class StartsShown(Struct, frozen=True):
    """What the page shows: the journey, how many wait, and the first of them by name (hidden from who may not see them)."""

    name: str
    title: str
    many: int
    first: tuple[tuple[str, str], ...]


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], name: str) -> Response:
    """The page."""
    title, found = _title(visit, name), runs(visit.past, Runs(name, (PHASE["waiting for release"],)), SHOWN_MAX)
    first = tuple(_named(visit, line.person_id, line.person) for line in found.lines if isinstance(line, RunLine))
    return visit.show(PAGE, StartsShown(name, title, found.total, first), title=f"{title}: who waits to begin")


@router.post(PAGE.path + "/{what}")
async def let_in(name: str, what: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Let them in, or refuse them all."""
    form = await request.form()
    return await run_in_threadpool(_act, visit, name, what, str(form.get("at_most", "")).strip())


def _named(visit: Visit, ref: str, name: str) -> tuple[str, str]:
    number = int(ref.removeprefix("P-"))
    person = visit.past.person(number, then_of(visit.now))
    return (ref, name) if visit.viewer.sees(number, person) else ("", HIDDEN)


def _title(visit: Visit, name: str) -> str:
    kept = visit.past.current(name, then_of(visit.now))
    if kept is None:
        raise Refused(404, f'There is no journey "{name[:100]}" now.', "See what is held: /held")
    return kept.plan.title


def _act(visit: Visit, name: str, what: str, at_most: str) -> Response:
    _title(visit, name)
    must_mend(visit)
    must_work(visit.runtime)
    if what not in ("release", "refuse"):
        raise Refused(404, "They can be let in, or refused.", f"Open the page again: /held/journeys/{name}")
    many = whole_number(at_most) if at_most else releases.ALL
    if not many or many > releases.ALL:
        raise Refused(
            422, f'"{at_most[:20]}" is no number of people.', "Write a whole number, or leave it empty for all."
        )
    done = visit.runtime.do(partial(_done, visit.viewer.login, name, what, many))
    return RedirectResponse(done_path("starts-released" if what == "release" else "starts-refused", done), 303)


def _done(by: str, journey: str, what: str, many: int, engine: Engine, now: Instant) -> int:
    if what == "release":
        return releases.release(engine, journey, by, now, at_most=many)
    return releases.refuse(engine, journey, by, now)
