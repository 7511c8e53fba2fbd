"""One band measured: how high its rows are, how wide its columns, and the path of every line in it.

Lines run in the gutters between columns and between rows, and boxes stand between the gutters, so that none can cross the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from msgspec import Struct

from handrail.literacy.drawing.graph import Graph
from handrail.literacy.drawing.placing.geometry import (
    ARROW,
    BOX_PADDING,
    BOX_WIDTH,
    GAP,
    HEADER,
    LABEL_SIZE,
    LEADING,
    LINE_SIZE,
    TITLE_SIZE,
    TRACK,
    Box,
    LaneBand,
    Line,
    Point,
    Rect,
    Words,
)
from handrail.literacy.drawing.placing.grid import Band
from handrail.literacy.drawing.placing.letters import width_of, wrapped
from handrail.literacy.drawing.placing.ports import LABEL_LEADING, Port, ends_of
from handrail.literacy.drawing.placing.tracks import Bend, Stretch, ordered, packed
from handrail.terms.plan import NONE

_EDGE: Final = 10.0
_BOX_LEAST: Final = 44.0
_TITLE_LINES: Final = 4
_TEXT_LINES: Final = 6


class LaidOut(NamedTuple):
    """A band on the page, and how much of it the band takes."""

    width: float
    height: float
    lanes: list[LaneBand]
    boxes: list[Box]
    lines: list[Line]


class Route(Struct, frozen=True):
    """A line that begins and ends in the band: its two gutters, and the gutter between rows that joins them (-1: none)."""

    begin: int
    end: int
    across: int = -1


class Talk(Struct, frozen=True):
    """What is said in a band beside what the graph says: at the ends of lines, and of how many are where."""

    leaving: Mapping[int, str]
    arriving: Mapping[int, str]
    counts: Mapping[int, str]


def lay_out(graph: Graph, band: Band, talk: Talk, top: float) -> LaidOut:
    """The band with its upper left corner at (0, top)."""
    return _Measured(graph, band, talk, top).laid_out()


class _Measured:
    """Sizes found one after the other: of boxes, of rows, of columns."""

    def __init__(self, graph: Graph, band: Band, talk: Talk, top: float) -> None:
        self.graph = graph
        self.band = band
        self.top = top
        self.ends = ends_of(graph.edges, band, talk.leaving, talk.arriving)
        self.texts = {node: _texts(graph, node, talk.counts.get(node, "")) for node in band.cells}
        self.heights = {node: self._height(node) for node in band.cells}
        self.routes = {number: self._route(number) for number in sorted(self._bent())}
        self.across = self._tracks_across()
        self._measure_rows()
        self.tracks = self._tracks_between()
        self._measure_columns()

    # Rows

    def _height(self, node: int) -> float:
        text = sum(len(lines) for lines, _, _ in self.texts[node]) * LEADING + 2 * BOX_PADDING
        return max(text, self.ends.room[node] + _EDGE, _BOX_LEAST)

    def _bent(self) -> set[int]:
        return (self.ends.out.keys() & self.ends.into.keys()) - self.ends.straight

    def _route(self, number: int) -> Route:
        """Down or up beside the source, along the gutter next to its row, then beside the target."""
        source, target = (self.band.cells[node] for node in self._nodes(number))
        if target.column == source.column + 1:
            return Route(source.column, source.column)
        below = target.row > source.row or (target.row == source.row and target.column > source.column)
        return Route(source.column, target.column - 1, source.row + 1 if below else source.row)

    def _nodes(self, number: int) -> tuple[int, int]:
        return self.graph.edges[number].source, self.graph.edges[number].target

    def _tracks_across(self) -> dict[int, int]:
        """The track of each line in its gutter between rows."""
        tracks: dict[int, int] = {}
        for across in {route.across for route in self.routes.values() if route.across >= 0}:
            stretches = {
                number: Stretch(min(route.begin, route.end), max(route.begin, route.end))
                for number, route in self.routes.items()
                if route.across == across
            }
            tracks |= packed(stretches, 0.5)
        return tracks

    def _measure_rows(self) -> None:
        """The top of each row and the first track of each gutter, from the top of the band down; lanes as they come."""
        many: dict[int, int] = defaultdict(int)
        for number, track in self.across.items():
            many[self.routes[number].across] = max(many[self.routes[number].across], track + 1)
        self.row_top: dict[int, float] = {}
        self.gutter: dict[int, float] = {}
        self.lane_rects: list[tuple[str, float, float]] = []
        y, row = self.top, 0
        for key, rows in self.band.lanes:
            lane_top = y
            for _ in range(rows):
                self.gutter[row] = y + _EDGE
                y += _EDGE + many[row] * TRACK
                self.row_top[row] = y
                y += max(self.heights[node] for node, cell in self.band.cells.items() if cell.row == row)
                row += 1
            y = max(y + _EDGE, lane_top + len(self._lane_title(key)) * LEADING + 2 * BOX_PADDING)
            if row == len({cell.row for cell in self.band.cells.values()}):
                self.gutter[row] = y
                y += many[row] * TRACK
            self.lane_rects.append((key, lane_top, y))
        self.bottom = y

    def _lane_title(self, key: str) -> tuple[str, ...]:
        title = next(lane.title for lane in self.graph.lanes if lane.key == key)
        return wrapped(title, HEADER - 2 * BOX_PADDING, LINE_SIZE, bold=True, most=5)

    def _out_y(self, number: int) -> float:
        return self.row_top[self.band.cells[self._nodes(number)[0]].row] + self.ends.out[number].offset

    def _into_y(self, number: int) -> float:
        return self.row_top[self.band.cells[self._nodes(number)[1]].row] + self.ends.into[number].offset

    def _across_y(self, number: int) -> float:
        return self.gutter[self.routes[number].across] + self.across[number] * TRACK

    # Columns

    def _tracks_between(self) -> dict[tuple[int, int], int]:
        """The track of each line in each gutter between columns that it runs through: by (line, gutter)."""
        bends: dict[int, dict[int, Bend]] = defaultdict(dict)
        for number, route in self.routes.items():
            out, into = self._out_y(number), self._into_y(number)
            if route.across < 0:
                bends[route.begin][number] = Bend((out,), (into,))
                continue
            over = self._across_y(number)
            onward = route.end > route.begin
            if route.begin == route.end:
                bends[route.begin][number] = Bend((out,), (over, into))
                continue
            bends[route.begin][number] = Bend((out,), (over,)) if onward else Bend((out, over), ())
            bends[route.end][number] = Bend((over,), (into,)) if onward else Bend((), (over, into))
        return {(number, gutter): track for gutter in bends for number, track in ordered(bends[gutter], TRACK).items()}

    def _measure_columns(self) -> None:
        """The x of each column, and of the first track in each gutter; the labels' room lies before the tracks."""
        labels = self._room(self.ends.out, 0)
        arrivals = self._room(self.ends.into, 1)
        self.column_x: dict[int, float] = {}
        self.track_x: dict[int, float] = {}
        self.arrival_x: dict[int, float] = {}
        x = HEADER
        for gutter in range(-1, self.band.columns):
            many = max((track + 1 for (_, each), track in self.tracks.items() if each == gutter), default=0)
            x += labels[gutter] + GAP
            self.track_x[gutter] = x
            x += many * TRACK
            self.arrival_x[gutter] = x
            x += arrivals[gutter]
            if gutter + 1 < self.band.columns:
                x += ARROW
                self.column_x[gutter + 1] = x
                x += BOX_WIDTH
        self.right = x + GAP

    def _room(self, ports: Mapping[int, Port], end: int) -> dict[int, float]:
        """How wide the widest label is on each gutter's side; `end` 1: at the end of lines."""
        room: dict[int, float] = defaultdict(float)
        for number, port in ports.items():
            gutter = self.band.cells[self._nodes(number)[end]].column - end
            wide = max((width_of(text, LABEL_SIZE) for text in port.label), default=0.0)
            room[gutter] = max(room[gutter], wide + 2 if wide else 0.0)
        return room

    # What is drawn

    def laid_out(self) -> LaidOut:
        lanes = [self._lane(key, begin, end) for key, begin, end in self.lane_rects]
        boxes = [self._box(node) for node in self.band.cells]
        lines = [self._line(number) for number in sorted(self.ends.out.keys() | self.ends.into.keys())]
        return LaidOut(self.right, self.bottom - self.top, lanes, boxes, lines)

    def _lane(self, key: str, begin: float, end: float) -> LaneBand:
        kind = next(lane.kind for lane in self.graph.lanes if lane.key == key)
        rect = Rect(0, begin, self.right, end - begin)
        at = Point(BOX_PADDING, begin + BOX_PADDING + LINE_SIZE)
        return LaneBand(key, kind, rect, _words(at, self._lane_title(key), LINE_SIZE, bold=True))

    def _rect(self, node: int) -> Rect:
        cell = self.band.cells[node]
        return Rect(self.column_x[cell.column], self.row_top[cell.row], BOX_WIDTH, self.heights[node])

    def _box(self, node: int) -> Box:
        rect = self._rect(node)
        y = rect.y + BOX_PADDING + LINE_SIZE
        found = []
        for lines, size, bold in self.texts[node]:
            found.append(_words(Point(rect.x + BOX_PADDING, y), lines, size, bold=bold))
            y += len(lines) * LEADING
        return Box(node, self.graph.nodes[node].shape, rect, tuple(found), self._link(node))

    def _link(self, node: int) -> str:
        each = self.graph.nodes[node]
        return each.key.removeprefix("step:") if each.step != NONE else ""

    def _line(self, number: int) -> Line:
        edge = self.graph.edges[number]
        labels = (*self._label_out(number), *self._label_in(number))
        if number in self.ends.out and number in self.ends.into:
            return Line(number, edge.kind, (self._path(number),), labels)
        return Line(number, edge.kind, (self._stub(number),), labels, cut=True)

    def _path(self, number: int) -> tuple[Point, ...]:
        source, target = self._nodes(number)
        begin = Point(self._rect(source).right, self._out_y(number))
        end = Point(self._rect(target).x, self._into_y(number))
        if number in self.ends.straight:
            return (begin, end)
        route = self.routes[number]
        first = self._track_x(number, route.begin)
        if route.across < 0:
            return _without_turns((begin, Point(first, begin.y), Point(first, end.y), end))
        over, last = self._across_y(number), self._track_x(number, route.end)
        bends = (Point(first, begin.y), Point(first, over), Point(last, over), Point(last, end.y))
        return _without_turns((begin, *bends, end))

    def _track_x(self, number: int, gutter: int) -> float:
        return self.track_x[gutter] + self.tracks[number, gutter] * TRACK

    def _stub(self, number: int) -> tuple[Point, ...]:
        """The end of a line that is drawn at both its ends only."""
        source, target = self._nodes(number)
        if number in self.ends.out:
            y, gutter = self._out_y(number), self.band.cells[source].column
            return (Point(self._rect(source).right, y), Point(self.track_x[gutter] - 9, y))
        y, gutter = self._into_y(number), self.band.cells[target].column - 1
        return (Point(self.arrival_x[gutter], y), Point(self._rect(target).x, y))

    def _label_out(self, number: int) -> list[Words]:
        port = self.ends.out.get(number)
        if port is None or not port.label:
            return []
        return [_above(Point(self._rect(self._nodes(number)[0]).right + 4, self._out_y(number)), port.label)]

    def _label_in(self, number: int) -> list[Words]:
        port = self.ends.into.get(number)
        if port is None or not port.label:
            return []
        gutter = self.band.cells[self._nodes(number)[1]].column - 1
        return [_above(Point(self.arrival_x[gutter], self._into_y(number)), port.label)]


def _texts(graph: Graph, node: int, count: str) -> list[tuple[tuple[str, ...], float, bool]]:
    """What stands in a box: lines, type size, and whether bold."""
    each, wide = graph.nodes[node], BOX_WIDTH - 2 * BOX_PADDING
    found = [(wrapped(each.title, wide, TITLE_SIZE, bold=True, most=_TITLE_LINES), TITLE_SIZE, True)]
    found += [(wrapped(line, wide, LINE_SIZE, most=_TEXT_LINES), LINE_SIZE, False) for line in each.lines]
    return [*found, *([(wrapped(count, wide, LINE_SIZE, bold=True), LINE_SIZE, True)] if count else [])]


def _words(at: Point, lines: tuple[str, ...], size: float, *, bold: bool = False) -> Words:
    wide = max((width_of(line, size, bold=bold) for line in lines), default=0.0)
    return Words(at, lines, size, Rect(at.x, at.y - size, wide, len(lines) * LEADING), bold)


def _above(at: Point, lines: tuple[str, ...]) -> Words:
    """A label that stands on a line."""
    first = at.y - 4 - (len(lines) - 1) * LABEL_LEADING
    wide = max(width_of(line, LABEL_SIZE) for line in lines)
    rect = Rect(at.x, first - LABEL_SIZE + 1, wide, len(lines) * LABEL_LEADING)
    return Words(Point(at.x, first), lines, LABEL_SIZE, rect)


def _without_turns(points: Sequence[Point]) -> tuple[Point, ...]:
    """The path without points that lie on the way between their neighbors."""
    found: list[Point] = []
    for point in points:
        if len(found) > 1 and (found[-2].x == found[-1].x == point.x or found[-2].y == found[-1].y == point.y):
            found.pop()
        if not found or found[-1] != point:
            found.append(point)
    return tuple(found)
