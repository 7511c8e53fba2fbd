"""A drawing as SVG: presentation attributes only, so that it shows under a strict content policy, in light and in dark.

Text and boxes take the color of the page (`currentColor`); kinds of line differ by dash and label, and by color besides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from handrail.literacy.drawing.graph import EdgeKind, Graph
from handrail.literacy.drawing.placing.geometry import Box, Drawing, Key, LaneBand, Line, Point, Rect, Words

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_COLORS: Final[dict[EdgeKind, str]] = {
    "next": "currentColor",
    "choice": "currentColor",
    "late": "#b7791f",
    "fails": "#d64545",
    "back": "#5b7fd0",
}
_DASHES: Final[dict[EdgeKind, str]] = {
    "next": "",
    "choice": "",
    "late": ' stroke-dasharray="7 4"',
    "fails": ' stroke-dasharray="2 3"',
    "back": ' stroke-dasharray="10 3 2 3"',
}
_ALONE: Final = (
    "<style>svg{color:#1f2937;background:#fff}@media(prefers-color-scheme:dark){svg{color:#e5e7eb;background:#11161d}}"
    "@media print{svg{color:#000;background:#fff}}</style>"
)


def svg(graph: Graph, drawing: Drawing, *, alone: bool = False, hrefs: Mapping[str, str] | None = None) -> str:
    """The map as one SVG element. `alone`: as a file by itself, with its own colors; `hrefs`: a link for a step, by its name."""
    return "\n".join(_written(graph, drawing, alone=alone, hrefs=hrefs or {}))


def _written(graph: Graph, drawing: Drawing, *, alone: bool, hrefs: Mapping[str, str]) -> Iterator[str]:
    size = f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" width="{_n(drawing.width)}" height="{_n(drawing.height)}"'
    role = "group" if hrefs else "img"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} class="map" role="{role}" aria-labelledby="map-title map-desc" '
        f'font-family="{FONT}" fill="currentColor">'
    )
    yield f'<title id="map-title">{escape(drawing.title)}</title>'
    yield f'<desc id="map-desc">{escape(drawing.summary)}</desc>'
    if alone:
        yield _ALONE
    for lane in drawing.lanes:
        yield _lane(lane)
    for line in drawing.lines:
        yield _line(graph, line)
    for box in drawing.boxes:
        yield _box(graph, box, hrefs)
    for key in drawing.keys:
        yield _key(key)
    yield "</svg>"


def _lane(lane: LaneBand) -> str:
    rect = lane.rect
    header = Rect(rect.x, rect.y, 100, rect.height)
    return (
        f'<g class="lane {lane.kind}"><rect {_at(rect)} fill="none" stroke="currentColor" stroke-opacity=".25"/>'
        f'<rect {_at(header)} fill="currentColor" fill-opacity=".07"/>{_text(lane.title)}</g>'
    )


def _line(graph: Graph, line: Line) -> str:
    edge = graph.edges[line.edge]
    source, target = graph.nodes[edge.source], graph.nodes[edge.target]
    said = f"{source.title} → {target.title}" + (f" ({edge.label})" if edge.label else "")
    color = _COLORS[line.kind]
    paths = "".join(f'<path d="{_path(path)}"/>' for path in line.paths)
    heads = _arrow(line.paths[-1][-1], color)
    if line.cut:
        heads = f'<circle cx="{_n(line.paths[0][-1].x)}" cy="{_n(line.paths[0][-1].y)}" r="3.5" fill="{color}"/>'
        heads += _arrow(line.paths[1][-1], color) if len(line.paths) > 1 else ""
    return (
        f'<g class="edge {line.kind}" data-edge="{line.edge}" data-from={quoteattr(source.key)} data-to={quoteattr(target.key)}>'
        f"<title>{escape(said)}</title>"
        f'<g fill="none" stroke="{color}" stroke-width="1.5"{_DASHES[line.kind]}>{paths}</g>{heads}'
        f"{''.join(map(_text, line.labels))}</g>"
    )


def _box(graph: Graph, box: Box, hrefs: Mapping[str, str]) -> str:
    node = graph.nodes[box.node]
    said = "; ".join((node.title, *node.lines))
    inner = f"<title>{escape(said)}</title>{_outline(box)}{''.join(map(_text, box.words))}"
    name = node.key.removeprefix("step:") if node.key.startswith("step:") and "/" not in node.key else ""
    if name in hrefs:
        inner = f"<a href={quoteattr(hrefs[name])}>{inner}</a>"
    return f'<g class="box {box.shape}" data-node={quoteattr(node.key)}>{inner}</g>'


def _outline(box: Box) -> str:
    """The shape of a box: what it is can be told by its outline alone."""
    rect = box.rect
    style = 'fill="currentColor" fill-opacity=".04" stroke="currentColor" stroke-width="1.2"'
    match box.shape:
        case "start" | "finish":
            extra = (
                f'<rect {_at(_inset(rect))} rx="15" fill="none" stroke="currentColor"/>'
                if box.shape == "finish"
                else ""
            )
            return f'<rect {_at(rect)} rx="18" {style}/>{extra}'
        case "stop":
            return f"<rect {_at(rect)} {style.replace('1.2', '3')}/>"
        case "choice":
            return f'<path d="{_chamfered(rect)}" {style}/>'
        case "group":
            sides = "".join(
                f'<path d="M{_n(x)} {_n(rect.y)}V{_n(rect.bottom)}" stroke="currentColor"/>'
                for x in (rect.x + 4, rect.right - 4)
            )
            return f"<rect {_at(rect)} {style}/>{sides}"
        case "handoff" | "moves":
            return f'<rect {_at(rect)} rx="6" {style} stroke-dasharray="4 3"/>'
        case _:
            return f'<rect {_at(rect)} rx="6" {style}/>'


def _inset(rect: Rect) -> Rect:
    return Rect(rect.x + 3, rect.y + 3, rect.width - 6, rect.height - 6)


def _chamfered(rect: Rect) -> str:
    cut = 7
    return (
        f"M{_n(rect.x + cut)} {_n(rect.y)}H{_n(rect.right - cut)}L{_n(rect.right)} {_n(rect.y + cut)}V{_n(rect.bottom - cut)}"
        f"L{_n(rect.right - cut)} {_n(rect.bottom)}H{_n(rect.x + cut)}L{_n(rect.x)} {_n(rect.bottom - cut)}V{_n(rect.y + cut)}Z"
    )


def _key(key: Key) -> str:
    begin, end = key.sample
    color = _COLORS[key.kind]
    line = f'<path d="{_path((begin, end))}" fill="none" stroke="{color}" stroke-width="1.5"{_DASHES[key.kind]}/>'
    return f'<g class="key {key.kind}">{line}{_arrow(end, color)}{_text(key.words)}</g>'


def _text(words: Words) -> str:
    weight = ' font-weight="600"' if words.bold else ""
    leading = words.rect.height / max(len(words.lines), 1)
    spans = "".join(
        f'<tspan x="{_n(words.at.x)}" y="{_n(words.at.y + number * leading)}">{escape(line)}</tspan>'
        for number, line in enumerate(words.lines)
    )
    return f'<text font-size="{_n(words.size)}"{weight}>{spans}</text>'


def _arrow(at: Point, color: str) -> str:
    """A head that points to the right, into the left side of a box."""
    return f'<path d="M{_n(at.x)} {_n(at.y)}l-8 -4v8z" fill="{color}"/>'


def _path(points: tuple[Point, ...]) -> str:
    return "M" + "L".join(f"{_n(point.x)} {_n(point.y)}" for point in points)


def _at(rect: Rect) -> str:
    return f'x="{_n(rect.x)}" y="{_n(rect.y)}" width="{_n(rect.width)}" height="{_n(rect.height)}"'


def _n(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
