"""*Reports*: the four reports, each with its one or two numbers."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.reports.asking import Ground, Report, Wanted, report
from handrail.insight.reports.defined import FUNNEL, REPORTS, Definition
from handrail.terms.values import Instant
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.reports.shared import ground_of

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("reports", "Reports", "/reports", right="reports", entry="main")


class Card(Struct, frozen=True):
    """One report: its number in words (`figure`), what that is, and where the report is."""

    title: str
    lead: str
    figure: str
    label: str
    to: str


class ReportsShown(Struct, frozen=True):
    """What the page shows: a card for each report, and the moment that the numbers are of."""

    cards: tuple[Card, ...]
    as_of: Instant
    mine: bool


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The page."""
    ground = ground_of(visit)
    return visit.show(PAGE, of(ground))


def of(ground: Ground) -> ReportsShown:
    """The page out of the sheets."""
    cards = []
    for definition in REPORTS.values():
        found = report(ground, definition, Wanted())
        figure, label = _headline(definition, found, len(ground.sheets.journeys))
        cards.append(Card(definition.title, definition.lead, figure, label, f"/reports/{definition.name}"))
    return ReportsShown(tuple(cards), ground.sheets.begun, ground.reach.reports_of != 0)


def _headline(definition: Definition, found: Report, journeys: int) -> tuple[str, str]:
    if definition is FUNNEL:
        return str(journeys), "journey to look at" if journeys == 1 else "journeys to look at"
    if found.altogether.hidden:
        return "–", "fewer than five people"
    if definition.share is not None:
        share = found.altogether.share
        return ("–", "nothing was due yet") if share is None else (f"{share} %", definition.share.title.lower())
    many = found.altogether.total
    return f"{many:,}", "stalled handoff" if many == 1 else "stalled handoffs"
