"""*Today*: what is stuck, who must act, what is held, what changed since yesterday. Four numbers, and each opens its list."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct

from handrail.insight.desk.today import Today, today
from handrail.web.kit.page import Page, menu
from handrail.web.kit.visit import Visit, Visiting, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("today", "Today", "/today", right="see runs", entry="main")


class TodayShown(Struct, frozen=True):
    """What the page shows."""

    today: Today

    @property
    def quiet(self) -> bool:
        """Whether nothing needs anybody."""
        today = self.today
        needs = (today.own, today.stuck, today.owners, today.held, today.incidents, today.paused)
        return not any(needs)


@router.get("/")
def first(visit: Visiting) -> Response:
    """Whoever comes in begins with *today*, or with the first page that is open to them."""
    entries = menu(visit.request.app.state.pages, visit.viewer)
    own = next((entry for entry in entries if entry.name == "my-learning"), None)
    begin = entries[0] if PAGE.open_to(visit.viewer) or own is None else own
    return RedirectResponse(begin.path, 303)


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The page."""
    return visit.show(PAGE, of(visit))


def of(visit: Visit) -> TodayShown:
    """What it shows."""
    return TodayShown(today(visit.past, visit.desk))
