"""*Bulk*: one of them: its sum, when it will be over, pausing it, and the remainder as a list."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response
from msgspec import Struct

from handrail.app.systems.described import declared_in
from handrail.insight.desk.systems.bulks import Bulk, bulk
from handrail.insight.desk.systems.connections import pause_text
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.systems.told import done_text, one_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "bulk",
    "Bulk",
    "/bulks/one",
    right="connections",
    within="connections",
    example="/bulks/one?connection=lms&action=lms.enroll&object=WELCOME-1",
)
Word = Annotated[str, Query(max_length=400)]


class BulkShown(Struct, frozen=True):
    """What the page shows. `paused` says who paused it and why; `pace` the connection's limit; `done` what was just done."""

    bulk: Bulk
    paused: str
    pace: str
    done: str


@router.get(PAGE.path)
def show(
    visit: Annotated[Visit, visiting(PAGE)], connection: Word, action: Word, object: Word = "", done: str = ""  # noqa: A002 - the address says it so
) -> Response:  # fmt: skip
    """The page."""
    seen = one_of(visit, connection)
    found = bulk(visit.past, (connection, action, object), declared_in(visit.runtime), visit.now)
    paused = pause_text(found.pause, visit.zone) if found.pause is not None else ""
    return visit.show(PAGE, BulkShown(found, paused, seen.pace, done_text(done)), title=found.title)
