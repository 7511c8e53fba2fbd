"""A graph becomes a drawing: bands as wide as the page, each measured and set below the one before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from handrail.literacy.drawing.graph import Edge, Graph
from handrail.literacy.drawing.placing.bands import LaidOut, Talk, lay_out
from handrail.literacy.drawing.placing.geometry import (
    LEADING,
    Drawing,
    Line,
    Rect,
)
from handrail.literacy.drawing.placing.grid import Band, bands_of
from handrail.literacy.drawing.placing.legend import legend_of
from handrail.terms.plan import NONE

WIDTH_MOST: Final = 1320.0
"""How wide a map is at most, in pixels, where nobody says otherwise: a page of A4 across shows it at four fifths."""
_LESS: Final = (0.0, 50.0, 100.0, 160.0, 240.0, 340.0, 460.0, 600.0)
"""By how much less is asked for, one after the other, when the bands came out too wide."""
_BETWEEN: Final = 26.0


def drawn(graph: Graph, counts: Mapping[int, str], width_most: float = WIDTH_MOST) -> Drawing:
    """The drawing of a graph, no wider than `width_most` pixels where its bands can be made so.

    `counts` is what is said of those who are at a step, by the step's number.
    """
    for less in _LESS:
        bands = bands_of(graph, width_most - less)
        laid_out = _stacked(graph, bands, counts)
        if max(each.width for each in laid_out) <= width_most:
            break
    width = max(each.width for each in laid_out)
    lines = tuple(_joined(graph, bands, laid_out))
    keys = legend_of(lines, laid_out[-1].lanes[-1].rect.bottom + _BETWEEN, width)
    return Drawing(
        title=graph.title,
        summary=_summary(graph),
        width=max(width, *(key.words.rect.right + 1 for key in keys)),
        height=keys[-1].words.at.y + LEADING,
        bands=tuple(Rect(0, each.lanes[0].rect.y, each.width, each.height) for each in laid_out),
        lanes=tuple(lane for each in laid_out for lane in each.lanes),
        boxes=tuple(sorted((box for each in laid_out for box in each.boxes), key=lambda box: box.node)),
        lines=lines,
        keys=keys,
    )


def _stacked(graph: Graph, bands: list[Band], counts: Mapping[int, str]) -> list[LaidOut]:
    said = {node: counts[each.step] for node, each in enumerate(graph.nodes) if each.step in counts}
    top, found = 0.0, list[LaidOut]()
    for band in bands:
        found.append(lay_out(graph, band, _talk(graph, band, said), top))
        top += found[-1].height + _BETWEEN
    return found


def _talk(graph: Graph, band: Band, counts: Mapping[int, str]) -> Talk:
    """What is said at the ends of the band's lines; one that leads out of the band names where to, and where from."""
    leaving: dict[int, str] = {}
    arriving: dict[int, str] = {}
    for number, edge in enumerate(graph.edges):
        if edge.source in band.cells:
            leaving[number] = edge.label if edge.target in band.cells else _to(graph, edge)
        if edge.target in band.cells and not _to_rule(graph, edge):
            arriving[number] = "" if edge.source in band.cells else f"from {_name(graph, edge.source)}"
    return Talk(leaving, arriving, counts)


def _to_rule(graph: Graph, edge: Edge) -> bool:
    """Whether the edge leads to a rule of many steps, where not every one of them is named."""
    return graph.nodes[edge.target].shape == "rule"


def _to(graph: Graph, edge: Edge) -> str:
    if _to_rule(graph, edge):
        return edge.label
    return f"{edge.label + ': ' if edge.label else ''}to {_name(graph, edge.target)}"


def _name(graph: Graph, node: int) -> str:
    """What a box is called elsewhere: the step's title, also for what belongs to the step."""
    each = graph.nodes[node]
    home = graph.nodes[each.home]
    return each.title if each.home == node or each.shape in ("finish", "stop") else f"{home.title}: {each.title}"


def _joined(graph: Graph, bands: Sequence[Band], laid_out: Sequence[LaidOut]) -> list[Line]:
    """The lines of all bands, with the two ends of one that leads from band to band as one: its beginning first."""
    found: dict[int, Line] = {}
    for band, each in zip(bands, laid_out, strict=True):
        for line in each.lines:
            other = found.get(line.edge)
            if other is None:
                found[line.edge] = line
                continue
            first, last = (line, other) if graph.edges[line.edge].source in band.cells else (other, line)
            found[line.edge] = replace(first, paths=first.paths + last.paths, labels=first.labels + last.labels)
    return [found[number] for number in sorted(found)]


def _summary(graph: Graph) -> str:
    """The map in a sentence, for who cannot see it."""
    steps = sum(node.step != NONE for node in graph.nodes)
    lanes = ", ".join(lane.title for lane in graph.lanes if lane.kind != "rule")
    ends = sum(node.shape in ("finish", "stop") for node in graph.nodes)
    return (
        f"{steps} {'step' if steps == 1 else 'steps'} in the lanes {lanes}; {len(graph.edges)} lines and {ends} ends. "
        "The table of the lines says the same."
    )
