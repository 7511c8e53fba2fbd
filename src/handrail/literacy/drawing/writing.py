"""A map as SVG: presentation attributes only, so that it shows under a strict content policy, in light and in dark.

Text and boxes take the color of the page (`currentColor`); kinds of line differ by dash and label, and by color besides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from handrail.literacy.drawing.graph import EdgeKind, Graph
from handrail.literacy.drawing.picture import Map
from handrail.literacy.drawing.placing.geometry import HEADER, Box, Key, LaneBand, Line, Rect, Words
from handrail.literacy.drawing.shapes import arrow, at, dot, number, outline, path

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_COLORS: Final[dict[EdgeKind, str]] = {
    "next": "currentColor",
    "choice": "currentColor",
    "late": "#b7791f",
    "fails": "#d64545",
    "back": "#5b7fd0",
}
_DASHES: Final[dict[EdgeKind, str]] = {
    "next": 'stroke-width="1.6"',
    "choice": 'stroke-width="1.6"',
    "late": 'stroke-width="1.5" stroke-dasharray="7 4"',
    "fails": 'stroke-width="1.5" stroke-dasharray="2 3"',
    "back": 'stroke-width="1.5" stroke-dasharray="10 3 2 3"',
}
_ALONE: Final = (
    "<style>svg{color:#1f2937;background:#fff}@media(prefers-color-scheme:dark){svg{color:#e5e7eb;background:#11161d}}"
    "@media print{svg{color:#000;background:#fff}}</style>"
)


def svg(shown: Map, *, alone: bool = False, hrefs: Mapping[str, str] | None = None) -> str:
    """The map as one SVG element. `alone`: as a file by itself, with its own colors; `hrefs`: a link for a step, by its name."""
    drawing = shown.drawing
    page = Rect(0, 0, drawing.width, drawing.height)
    style = [_ALONE] if alone else []
    inside = chain(style, _inside(shown, page, hrefs or {}), map(_key, drawing.keys))
    return _picture(page, ("map", drawing.title, drawing.summary), inside, linked=bool(hrefs))


def pieces(shown: Map, hrefs: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The map as one SVG element a band and one for the legend, so that a printed page can break between them."""
    drawing, many = shown.drawing, len(shown.drawing.bands)
    found = []
    for count, band in enumerate(drawing.bands, 1):
        frame = Rect(0, band.y - 1, drawing.width, band.height + 2)
        title = f"{drawing.title}, part {count} of {many}"
        said = (f"map-{count}", title, drawing.summary if count == 1 else "")
        found.append(_picture(frame, said, _inside(shown, band, hrefs or {}), linked=bool(hrefs)))
    legend = Rect(0, drawing.bands[-1].bottom, drawing.width, drawing.height - drawing.bands[-1].bottom)
    said = ("map-legend", f"{drawing.title}: the kinds of line", "")
    return (*found, _picture(legend, said, map(_key, drawing.keys), linked=False))


def _picture(frame: Rect, said: tuple[str, str, str], inside: Iterable[str], *, linked: bool) -> str:
    """An SVG element with its title and description; one with links is a group, for an image has nothing inside."""
    name, title, summary = said
    size = f'width="{number(frame.width)}" height="{number(frame.height)}"'
    box = f'viewBox="{number(frame.x)} {number(frame.y)} {number(frame.width)} {number(frame.height)}"'
    described = f' aria-describedby="{name}-desc"' if summary else ""
    head = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {box} {size} class="map" role="{"group" if linked else "img"}" '
        f'aria-labelledby="{name}-title"{described} font-family="{FONT}" fill="currentColor">',
        f'<title id="{name}-title">{escape(title)}</title>',
        *([f'<desc id="{name}-desc">{escape(summary)}</desc>'] if summary else []),
    ]
    return "\n".join((*head, *inside, "</svg>"))


def _inside(shown: Map, frame: Rect, hrefs: Mapping[str, str]) -> Iterator[str]:
    """All of the drawing that lies in the frame."""
    drawing = shown.drawing
    yield from (_lane(lane) for lane in drawing.lanes if frame.holds(lane.rect.y))
    yield from (_line(shown.graph, line, frame) for line in drawing.lines if _is_in(line, frame))
    yield from (_box(shown.graph, box, hrefs) for box in drawing.boxes if frame.holds(box.rect.y))


def _is_in(line: Line, frame: Rect) -> bool:
    return any(frame.holds(points[0].y) for points in line.paths)


def _lane(lane: LaneBand) -> str:
    header = Rect(lane.rect.x, lane.rect.y, HEADER - 8, lane.rect.height)
    return (
        f'<g class="lane {lane.kind}"><rect {at(lane.rect)} fill="none" stroke="currentColor" stroke-opacity=".25"/>'
        f'<rect {at(header)} fill="currentColor" fill-opacity=".07"/>{_text(lane.title)}</g>'
    )


def _line(graph: Graph, line: Line, frame: Rect) -> str:
    edge, color = graph.edges[line.edge], _COLORS[line.kind]
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    said = f"{source.title} → {target.title}" + (f" ({edge.label})" if edge.label else "")
    here = [points for points in line.paths if frame.holds(points[0].y)]
    paths = "".join(f'<path d="{path(points)}"/>' for points in here)
    ends = "".join(
        dot(points[-1], color) if line.cut and points == line.paths[0] else arrow(points[-1], color) for points in here
    )
    labels = "".join(_text(words) for words in line.labels if frame.holds(words.rect.y))
    return (
        f'<g class="edge {line.kind}" data-edge="{line.edge}" data-from={quoteattr(source.key)} data-to={quoteattr(target.key)}>'
        f'<title>{escape(said)}</title><g fill="none" stroke="{color}" {_DASHES[line.kind]}>{paths}</g>{ends}{labels}</g>'
    )


def _box(graph: Graph, box: Box, hrefs: Mapping[str, str]) -> str:
    node = graph.nodes[box.node]
    said = "; ".join((node.title, *node.lines))
    inner = f"<title>{escape(said)}</title>{outline(box.shape, box.rect)}{''.join(map(_text, box.words))}"
    if box.link in hrefs:
        inner = f"<a href={quoteattr(hrefs[box.link])}>{inner}</a>"
    return f'<g class="box {box.shape}" data-node={quoteattr(node.key)}>{inner}</g>'


def _key(key: Key) -> str:
    color = _COLORS[key.kind]
    line = f'<path d="{path(key.sample)}" fill="none" stroke="{color}" {_DASHES[key.kind]}/>'
    return f'<g class="key {key.kind}">{line}{(dot if key.cut else arrow)(key.sample[-1], color)}{_text(key.words)}</g>'


def _text(words: Words) -> str:
    weight = ' font-weight="600"' if words.bold else ""
    leading = words.rect.height / max(len(words.lines), 1)
    spans = "".join(
        f'<tspan x="{number(words.at.x)}" y="{number(words.at.y + count * leading)}">{escape(line)}</tspan>'
        for count, line in enumerate(words.lines)
    )
    return f'<text font-size="{number(words.size)}"{weight}>{spans}</text>'
