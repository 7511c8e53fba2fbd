"""The map of a plan, whole: what it shows, and where everything stands."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from handrail.literacy.drawing.graph import Graph, Row, rows_of
from handrail.literacy.drawing.placing.geometry import Drawing
from handrail.literacy.drawing.placing.layout import WIDTH_MOST, drawn
from handrail.literacy.drawing.sketching.flow import graph_of
from handrail.literacy.explaining.glossary import NO_GLOSSARY, Glossary
from handrail.terms.plan import Plan


class Map(Struct, frozen=True):
    """A journey's graph, its drawing, and the table that says the same as the picture."""

    graph: Graph
    drawing: Drawing
    rows: tuple[Row, ...]


def map_of(
    plan: Plan,
    glossary: Glossary = NO_GLOSSARY,
    counts: Mapping[str, tuple[int, int]] | None = None,
    width: float = WIDTH_MOST,
) -> Map:
    """The map of a plan.

    `glossary` is what other files tell of what the plan names; `counts` says of a step, by name, how many people are
    at it now, and how many of them are late; `width` is how wide it may be, in pixels.
    """
    graph = graph_of(plan, glossary)
    return Map(graph, drawn(graph, _counted(plan, counts or {}), width), rows_of(graph))


def _counted(plan: Plan, counts: Mapping[str, tuple[int, int]]) -> dict[int, str]:
    """The words about those who are at a step, by its number."""
    return {
        number: f"{counts[step.name][0]:,} here" + (f", {counts[step.name][1]:,} late" if counts[step.name][1] else "")
        for number, step in enumerate(plan.steps)
        if counts.get(step.name, (0, 0))[0]
    }
