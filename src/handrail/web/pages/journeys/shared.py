"""What every page of one journey starts from: who is in it, its words and its picture, made once for a plan and kept."""

from __future__ import annotations

from typing import Final, TypeAlias

from markupsafe import Markup

from handrail.app.journeys import glossary_of_workspace
from handrail.app.workspace import Workspace
from handrail.insight.desk.journeys import OneJourney, one_journey
from handrail.insight.knowing.keeping import keep
from handrail.insight.past import PlanKept
from handrail.literacy.drawing import Row, map_of, pieces
from handrail.literacy.explaining import explain
from handrail.literacy.explaining.explanation import Explanation
from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused

_KEPT: Final = 64
_WIDTH: Final = 990.0
"""What a window of 1,280 pixels leaves beside the menu; wider maps are moved sideways."""


def journey_of(visit: Visit, name: str) -> OneJourney:
    """The journey of that name. Raises Refused."""
    found = one_journey(visit.past, name, visit.now)
    if found is None:
        raise no_journey(name)
    return found


def no_journey(name: str) -> Refused:
    """What is said of a journey that there is not."""
    return Refused(404, f'There is no journey "{name[:100]}".', "Choose one of the list: Journeys.")


def titles_of(told: Explanation) -> dict[str, str]:
    """The steps as they are read, by their names."""
    return {step.name: step.title for step in told.steps}


def told_of(workspace: Workspace, kept: PlanKept) -> Explanation:
    """The plan in plain words, as the workspace that is served names what it names."""
    key = kept.plan.hash
    found = _TOLD.get(key)
    if found is None or found[0] is not workspace:
        found = (workspace, explain(kept.plan, kept.places, glossary_of_workspace(workspace)))
        keep(_TOLD, key, found, _KEPT)
    return found[1]


Counts: TypeAlias = tuple[tuple[str, tuple[int, int]], ...]
Drawn: TypeAlias = tuple[Markup, tuple[Row, ...]]


def drawn_of(workspace: Workspace, kept: PlanKept, counts: Counts) -> Drawn:
    """The picture, and the table that says the same; `counts` are how many are at a step, and how many of them late."""
    key = (kept.plan.hash, counts)
    found = _DRAWN.get(key)
    if found is None or found[0] is not workspace:
        plan = kept.plan
        shown = map_of(plan, glossary_of_workspace(workspace), dict(counts), _WIDTH)
        hrefs = {step.name: f"/journeys/{plan.journey}#step-{step.name}" for step in plan.steps}
        picture = Markup("\n".join(pieces(shown, hrefs)))  # noqa: S704 - its writer escapes every text
        found = (workspace, (picture, shown.rows))
        keep(_DRAWN, key, found, _KEPT)
    return found[1]


_TOLD: Final[dict[str, tuple[Workspace, Explanation]]] = {}
_DRAWN: Final[dict[tuple[str, Counts], tuple[Workspace, Drawn]]] = {}
