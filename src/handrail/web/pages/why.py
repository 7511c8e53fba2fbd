"""*Why, and why not*: for any person and journey, a run, a handoff, a call, a message, what came in; now or on a past day."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from msgspec import Struct

from handrail.app.runtime import rates_of
from handrail.calendar.zones import at_local
from handrail.insight.answer import Answer
from handrail.insight.past import then_of
from handrail.insight.whys.panel import panel
from handrail.insight.whys.seeing import as_seen, whose
from handrail.terms.values import Instant
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("why", "Why, and why not", "/why", right="see runs", entry="beside", example="/why?of=R-1")


class WhyShown(Struct, frozen=True):
    """What the page shows: what was asked, what may be asked, and the answer once something was."""

    of: str
    journey: str
    day: str
    journeys: tuple[tuple[str, str], ...]
    answer: Answer | None


@router.get(PAGE.path)
def show(
    visit: Annotated[Visit, visiting(PAGE)],
    of: Annotated[str, Query(max_length=400)] = "",
    journey: Annotated[str, Query(max_length=200)] = "",
    day: Annotated[str, Query(max_length=10)] = "",
) -> Response:
    """The page."""
    return visit.show(PAGE, shown(visit, of.strip(), journey, day))


def shown(visit: Visit, of: str, journey: str, day: str) -> WhyShown:
    """What it shows. Raises Refused for a day that is none, and for somebody whom the viewer may not see."""
    past, then = visit.past, then_of(visit.now)
    titles = tuple(
        (name, kept.plan.title) for name in past.journeys() if (kept := past.current(name, then)) is not None
    )
    answer = _answer(visit, of, journey, _moment(visit, day)) if of else None
    return WhyShown(of, journey, day, titles, answer)


def _answer(visit: Visit, of: str, journey: str, at: Instant) -> Answer:
    past, person = visit.past, whose(visit.past, of)
    if person and not visit.viewer.sees(person, past.person(person, then_of(visit.now))):
        raise Refused(
            403, "This is about somebody whom you may not see.", "Ask whoever runs Handrail here, if you should."
        )
    if not person and not visit.viewer.everywhere and not visit.viewer.units:
        found = panel(past, of, at, journey)
        if found.verdict != "several":
            raise Refused(404, f"You see nobody of the name “{of[:100]}”.", "Ask about one of your own people.")
        return as_seen(past, found, visit.viewer, at)
    return as_seen(past, panel(past, of, at, journey, rates_of(visit.runtime.workspace)), visit.viewer, at)


def _moment(visit: Visit, day: str) -> Instant:
    """The end of that day, or now."""
    if not day:
        return visit.now
    try:
        meant = date.fromisoformat(day)
    except ValueError as error:
        raise Refused(422, f"“{day}” is no day.", "Write it as in 2026-03-16.") from error
    return min(visit.now, at_local(meant + timedelta(days=1), time(0), visit.zone) - timedelta(milliseconds=1))
