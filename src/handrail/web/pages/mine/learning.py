"""*My learning*: what is next for whoever looks, why, by when, and whom to ask."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from msgspec import Struct

from handrail.insight.desk.mine.learning import MyLearning, my_learning
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("my-learning", "My learning", "/my/learning", whose="one of the people", entry="beside")


class LearningShown(Struct, frozen=True):
    """What the page shows."""

    learning: MyLearning


@router.get(PAGE.path)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The page."""
    found = my_learning(visit.past, visit.viewer.person, visit.now)
    if found is None:
        raise Refused(404, "You are not among the people that are known here.", "Ask whoever leads learning here.")
    return visit.show(PAGE, LearningShown(found))
