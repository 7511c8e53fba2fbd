"""*Attainment*: handoffs closed in time, by role, team and step, and what late ones waited for."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response

from handrail.insight.reports.defined import ATTAINMENT
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.reports.shared import answered

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("report-attainment", ATTAINMENT.title, "/reports/attainment", right="reports", within="reports")


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The report, or its file."""
    return answered(visit, PAGE, ATTAINMENT)
