"""Where each box stands, in columns and rows: bands one below the other, lanes in a band, rows in a lane.

The way through the journey goes from left to right by longest path, back edges left out; what belongs to a step stands in the columns
after it. Nothing here knows how large a box is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from handrail.literacy.drawing.graph import Graph
from handrail.literacy.drawing.placing.cutting import columns_within, cut


class Cell(NamedTuple):
    """A place in a band."""

    column: int
    row: int


class Band(Struct, frozen=True):
    """A stretch of the journey: the lanes it uses with their number of rows, and the cell of each box in it."""

    lanes: tuple[tuple[str, int], ...]
    cells: Mapping[int, Cell]
    columns: int


def bands_of(graph: Graph, width: float) -> list[Band]:
    """The map in bands of about that width (wider only where one step's own moves need it)."""
    ranks = _ranks(graph, columns_within(width))
    rules = {number for number, node in enumerate(graph.nodes) if node.lane.startswith("rule:")}
    through = {number: rank for number, rank in ranks.items() if number not in rules}
    bands = [_band(graph, nodes, ranks) for nodes in cut(graph, through, width)]
    return [*bands, *([_band(graph, sorted(rules), ranks)] if rules else [])]


# Columns


def _ranks(graph: Graph, columns_most: int) -> dict[int, int]:
    """The column of each box, were there one band: of the way through first, then of what belongs to its steps.

    What belongs to a step and would not fit beside it goes on below, from the column after the step again.
    """
    order: dict[int, set[int]] = defaultdict(set)
    for edge in graph.edges:
        source, target = graph.nodes[edge.source].home, edge.target
        onward = edge.kind != "back" and graph.nodes[target].shape != "rule"
        if onward and graph.nodes[target].home == target and source != target:
            order[target].add(source)
    ranks: dict[int, int] = {}
    for number, node in enumerate(graph.nodes):
        if node.home == number:
            _rank(number, order, ranks)
    for _ in graph.nodes:
        waiting = [edge for edge in graph.edges if edge.target not in ranks and edge.source in ranks]
        if not waiting:
            break
        for edge in waiting:
            home = ranks[graph.nodes[edge.target].home]
            depth = ranks[edge.source] - home
            ranks.setdefault(edge.target, home + depth % max(columns_most - 1, 1) + 1)
    return ranks


def _rank(number: int, order: Mapping[int, set[int]], ranks: dict[int, int]) -> int:
    """The length of the longest way to a box of the way through."""
    if number not in ranks:
        ranks[number] = max((_rank(before, order, ranks) + 1 for before in sorted(order.get(number, ()))), default=0)
    return ranks[number]


# Rows


def _band(graph: Graph, nodes: Iterable[int], ranks: Mapping[int, int]) -> Band:
    """Give each box of a band its cell: first the way through, then what belongs to it, lane by lane."""
    numbers = list(nodes)
    begin = min(ranks[number] for number in numbers)
    column = {number: ranks[number] - begin for number in numbers}
    places = _Places(graph, column)
    main = [number for number in numbers if graph.nodes[number].home == number]
    for number in sorted(main, key=lambda each: (column[each], each)):
        places.put_next_to(number)
    rest = [number for number in numbers if graph.nodes[number].home != number]
    for number in sorted(rest, key=lambda each: (column[each], each)):
        places.put_free(number)
    return places.band()


class _Places:
    """The cells of one band as they are taken: by lane, then row in the lane."""

    def __init__(self, graph: Graph, column: Mapping[int, int]) -> None:
        self.graph = graph
        self.column = column
        self.row: dict[int, int] = {}
        self.taken: set[tuple[str, int, int]] = set()
        self.before: dict[int, list[int]] = defaultdict(list)
        for edge in graph.edges:
            if edge.source in column and edge.target in column and edge.kind != "back":
                self.before[edge.target].append(edge.source)

    def put_next_to(self, number: int) -> None:
        """A box of the way through: in the row of one before it where that is free, so that the line is straight."""
        lane, column = self.graph.nodes[number].lane, self.column[number]
        for before in self.before[number]:
            between = range(self.column[before] + 1, column + 1)
            row = self.row.get(before)
            same = row is not None and self.graph.nodes[before].lane == lane
            if same and not any((lane, each, row) in self.taken for each in between):
                self._take(number, row or 0, between)
                return
        self.put_free(number)

    def put_free(self, number: int) -> None:
        """Any box: in the first row of its lane that is free."""
        lane, column = self.graph.nodes[number].lane, self.column[number]
        row = next(row for row in range(len(self.graph.nodes)) if (lane, column, row) not in self.taken)
        self._take(number, row, range(column, column + 1))

    def _take(self, number: int, row: int, columns: range) -> None:
        self.row[number] = row
        self.taken |= {(self.graph.nodes[number].lane, column, row) for column in columns}

    def band(self) -> Band:
        """The band, with rows counted through all its lanes."""
        rows: dict[str, int] = defaultdict(int)
        for number, row in self.row.items():
            lane = self.graph.nodes[number].lane
            rows[lane] = max(rows[lane], row + 1)
        lanes = [(lane.key, rows[lane.key]) for lane in self.graph.lanes if lane.key in rows]
        first, count = {}, 0
        for key, many in lanes:
            first[key] = count
            count += many
        cells = {
            number: Cell(self.column[number], first[self.graph.nodes[number].lane] + row)
            for number, row in self.row.items()
        }
        return Band(tuple(lanes), cells, max(self.column.values()) + 1)
