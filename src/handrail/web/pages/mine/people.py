"""*My people*: what whoever looks owes as a manager, and what their people have open."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.mine.people import MyPeople, my_people
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("my-people", "My people", "/my/people", whose="somebody with reports", entry="beside")


class PeopleShown(Struct, frozen=True):
    """What the page shows."""

    mine: MyPeople


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The page."""
    return visit.show(PAGE, PeopleShown(my_people(visit.past, visit.desk)))
