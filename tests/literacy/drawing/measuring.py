"""Measures a map: what meets what, from the drawing and from the SVG that was written, each by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from xml.etree import ElementTree

from handrail.literacy.drawing import Map
from handrail.literacy.drawing.placing.geometry import BOX_PADDING, HEADER, Line, Point, Rect
from handrail.literacy.drawing.placing.letters import width_of

SVG = "{http://www.w3.org/2000/svg}"


def faults_of(shown: Map) -> list[str]:
    """Everything that is in the way of something else, or out of its place, in words."""
    return [*_boxes(shown), *_labels(shown), *_lines(shown), *_texts(shown), *_ends(shown), *_out_of_page(shown)]


def _boxes(shown: Map) -> Iterator[str]:
    for one, other in combinations(shown.drawing.boxes, 2):
        if one.rect.meets(other.rect):
            yield f"{_name(shown, one.node)} and {_name(shown, other.node)} overlap"


def _labels(shown: Map) -> Iterator[str]:
    """Labels meet neither one another nor a box nor a title nor a line."""
    labels = [(line.edge, words) for line in shown.drawing.lines for words in line.labels]
    for (_, one), (_, other) in combinations(labels, 2):
        if one.rect.meets(other.rect):
            yield f"labels {one.lines} and {other.lines} overlap"
    others = [box.rect for box in shown.drawing.boxes] + [lane.title.rect for lane in shown.drawing.lanes]
    others += [key.words.rect for key in shown.drawing.keys]
    for edge, words in labels:
        if any(words.rect.meets(rect) for rect in others):
            yield f"label {words.lines} of line {edge} lies on a box or a title"
        for line, begin, end in _segments(shown):
            if _crosses(begin, end, words.rect):
                yield f"line {line.edge} runs through the label {words.lines} of line {edge}"


def _lines(shown: Map) -> Iterator[str]:
    """Lines meet no box, and no two of them run along one stretch."""
    segments = list(_segments(shown))
    for line, begin, end in segments:
        assert begin.x == end.x or begin.y == end.y, f"line {line.edge} runs aslant"
        for box in shown.drawing.boxes:
            if _crosses(begin, end, box.rect):
                yield f"line {line.edge} runs through {_name(shown, box.node)}"
    for (one, *first), (other, *second) in combinations(segments, 2):
        if one.edge != other.edge and _along(first[0], first[1], second[0], second[1]):
            yield f"lines {one.edge} and {other.edge} run along one stretch"


def _texts(shown: Map) -> Iterator[str]:
    """What is written into a box or a lane's title stays in it."""
    for box in shown.drawing.boxes:
        for words in box.words:
            right = box.rect.right - BOX_PADDING + 0.01
            if words.rect.right > right or words.rect.bottom > box.rect.bottom or words.rect.y < box.rect.y:
                yield f"{words.lines} does not fit into {_name(shown, box.node)}"
    for lane in shown.drawing.lanes:
        if lane.title.rect.right > HEADER - 8 or lane.title.rect.bottom > lane.rect.bottom:
            yield f"the title {lane.title.lines} does not fit into its lane"


def _ends(shown: Map) -> Iterator[str]:
    """Each line begins at the right side of the box it comes from, and ends at the left side of the one it leads to."""
    boxes = {box.node: box.rect for box in shown.drawing.boxes}
    for line in shown.drawing.lines:
        edge = shown.graph.edges[line.edge]
        source, target = boxes[edge.source], boxes[edge.target]
        begin, end = line.paths[0][0], line.paths[-1][-1]
        if begin.x != source.right or not source.holds(begin.y):
            yield f"line {line.edge} does not begin at {_name(shown, edge.source)}"
        arrives = not line.cut or len(line.paths) > 1
        if arrives and (end.x != target.x or not target.holds(end.y)):
            yield f"line {line.edge} does not end at {_name(shown, edge.target)}"
        if line.cut and not arrives and shown.graph.nodes[edge.target].shape != "rule":
            yield f"line {line.edge} ends nowhere"


def _out_of_page(shown: Map) -> Iterator[str]:
    page = Rect(0, 0, shown.drawing.width, shown.drawing.height)
    rects = [box.rect for box in shown.drawing.boxes] + [lane.rect for lane in shown.drawing.lanes]
    rects += [words.rect for line in shown.drawing.lines for words in line.labels]
    rects += [key.words.rect for key in shown.drawing.keys]
    for rect in rects:
        if rect.x < 0 or rect.y < 0 or rect.right > page.right or rect.bottom > page.bottom:
            yield f"{rect} lies outside the page"


def _segments(shown: Map) -> Iterator[tuple[Line, Point, Point]]:
    for line in shown.drawing.lines:
        for points in line.paths:
            for begin, end in pairwise(points):
                yield line, begin, end


def _crosses(begin: Point, end: Point, rect: Rect) -> bool:
    """Whether the stretch has more than its border in common with the rectangle."""
    low_x, high_x = sorted((begin.x, end.x))
    low_y, high_y = sorted((begin.y, end.y))
    return low_x < rect.right and high_x > rect.x and low_y < rect.bottom and high_y > rect.y


def _along(begin: Point, end: Point, other_begin: Point, other_end: Point) -> bool:
    """Whether two stretches lie on one line and have more than a point in common."""
    for level, along in ((1, 0), (0, 1)):
        if begin[level] == end[level] == other_begin[level] == other_end[level]:
            low = max(min(begin[along], end[along]), min(other_begin[along], other_end[along]))
            high = min(max(begin[along], end[along]), max(other_begin[along], other_end[along]))
            return low < high
    return False


def _name(shown: Map, node: int) -> str:
    return shown.graph.nodes[node].key


def lost_boxes(shown: Map) -> list[str]:
    """The boxes to which no way leads: neither from a start nor from a rule."""
    nodes = shown.graph.nodes
    reached = {number for number, node in enumerate(nodes) if node.shape in ("start", "rule")}
    while new := {edge.target for edge in shown.graph.edges if edge.source in reached} - reached:
        reached |= new
    return [node.key for number, node in enumerate(nodes) if number not in reached]


# From the SVG alone


def read_boxes(text: str) -> dict[str, Rect]:
    """The boxes of an SVG by their keys, from the shapes that were written."""
    found = {}
    for group in ElementTree.fromstring(text).iter(f"{SVG}g"):
        if "data-node" in group.attrib:
            found[group.attrib["data-node"]] = _outline(group)
    return found


def _outline(group: ElementTree.Element) -> Rect:
    rect = group.find(f".//{SVG}rect")
    if rect is not None:
        return Rect(*(float(rect.attrib[name]) for name in ("x", "y", "width", "height")))
    path = group.find(f".//{SVG}path")
    assert path is not None
    steps = re.findall(r"([MHVL])([\d.]+)(?: ([\d.]+))?", path.attrib["d"])
    across = [float(first) for step, first, _ in steps if step != "V"]
    down = [float(first if step == "V" else second) for step, first, second in steps if step != "H"]
    return Rect(min(across), min(down), max(across) - min(across), max(down) - min(down))


def read_labels(text: str) -> list[tuple[str, Rect]]:
    """The lines of text that stand beside lines, with the room they take at most."""
    found = []
    for group in ElementTree.fromstring(text).iter(f"{SVG}g"):
        if "data-edge" in group.attrib:
            for words in group.iter(f"{SVG}text"):
                size = float(words.attrib["font-size"])
                for line in words.iter(f"{SVG}tspan"):
                    x, y, said = float(line.attrib["x"]), float(line.attrib["y"]), line.text or ""
                    found.append((said, Rect(x, y - size * 0.75, width_of(said, size), size)))
    return found


def read_edges(text: str) -> list[tuple[int, str, str]]:
    """The edges that were written: number, from and to."""
    groups = ElementTree.fromstring(text).iter(f"{SVG}g")
    return [
        (int(each.attrib["data-edge"]), each.attrib["data-from"], each.attrib["data-to"])
        for each in groups
        if "data-edge" in each.attrib
    ]
