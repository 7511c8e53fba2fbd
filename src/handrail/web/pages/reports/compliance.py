"""*Compliance*: who has done what was asked, by department and site."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response

from handrail.insight.reports.defined import COMPLIANCE
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.reports.shared import answered

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("report-compliance", COMPLIANCE.title, "/reports/compliance", right="reports", within="reports")


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The report, or its file."""
    return answered(visit, PAGE, COMPLIANCE)
