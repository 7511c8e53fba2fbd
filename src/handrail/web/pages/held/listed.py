"""*Held*: what could not be understood, or is more than was allowed, by its cause; each with an owner and a way on."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.held import AllHeld, all_held
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("held", "Held", "/held", right="mend", entry="main")


class HeldShown(Struct, frozen=True):
    """What the page shows. `names`: examples may be named to this viewer; `done` is what they have just done."""

    held: AllHeld
    names: bool
    done: str


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)], done: str = "") -> Response:
    """The page."""
    return visit.show(PAGE, HeldShown(all_held(visit.past, visit.now), visit.viewer.everywhere, done[:300]))
