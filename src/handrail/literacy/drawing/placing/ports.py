"""Where lines leave and enter the boxes of a band: the right side out, the left side in, each line at a height of its own.

Two lines between the same two columns never run at one height, so that none can be taken for the other; only a straight line has the
height of both its boxes. A label stands above the line that it belongs to, beside the box, where no other line comes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from handrail.literacy.drawing.graph import Edge
from handrail.literacy.drawing.placing.geometry import LABEL_SIZE, LABEL_WIDTH
from handrail.literacy.drawing.placing.grid import Band, Cell
from handrail.literacy.drawing.placing.letters import wrapped

LABEL_LEADING: Final = 12.0
_LEVEL: Final = 24.0
_APART: Final = 12.0
_BESIDE: Final = 6.0
_LINES_MOST: Final = 5


class Port(Struct, frozen=True):
    """One end of a line: how far below the top of its row, and the label's lines above it."""

    offset: float
    label: tuple[str, ...] = ()


class Ends(Struct, frozen=True):
    """The ends of all lines of a band, by edge; `straight` need no bend; `room` is what a box's ports take of its height."""

    out: Mapping[int, Port]
    into: Mapping[int, Port]
    straight: frozenset[int]
    room: Mapping[int, float]


def ends_of(edges: Sequence[Edge], band: Band, leaving: Mapping[int, str], arriving: Mapping[int, str]) -> Ends:
    """Give each line its height at both ends.

    `leaving` and `arriving` are the lines that begin and end in this band, with what stands there.
    """
    return _Ends(edges, band, leaving, arriving).all()


class _Ends:
    def __init__(
        self, edges: Sequence[Edge], band: Band, leaving: Mapping[int, str], arriving: Mapping[int, str]
    ) -> None:
        self.edges = edges
        self.cells = band.cells
        self.leaving = {
            edge: wrapped(text, LABEL_WIDTH, LABEL_SIZE, most=_LINES_MOST) for edge, text in leaving.items()
        }
        self.arriving = {
            edge: wrapped(text, LABEL_WIDTH, LABEL_SIZE, most=_LINES_MOST) for edge, text in arriving.items()
        }
        self.taken: dict[tuple[int, int], list[float]] = defaultdict(list)
        self.room: dict[int, float] = defaultdict(float)
        self.level: dict[int, float] = defaultdict(lambda: _LEVEL)
        self.straight = self._straight()

    def all(self) -> Ends:
        """Right sides first, for labels need the room; then left sides, where they are free."""
        out: dict[int, Port] = {}
        into: dict[int, Port] = {}
        order = sorted(self.cells, key=lambda each: self.cells[each])
        for node in order:
            mine = [number for number in self.leaving if self.edges[number].source == node]
            mine.sort(key=lambda each: (each not in self.straight, self._row(self.edges[each].target), each))
            self._side(node, self.cells[node].column, mine, self.leaving, out)
        for node in order:
            mine = [number for number in self.arriving if self.edges[number].target == node]
            mine.sort(key=lambda each: (each not in self.straight, self._row(self.edges[each].source), each))
            self._side(node, self.cells[node].column - 1, mine, self.arriving, into)
        return Ends(out, into, self.straight, self.room)

    def _straight(self) -> frozenset[int]:
        """Lines that can run straight: forward in one row, with nothing in between, one for each stretch."""
        found: set[int] = set()
        occupied = set(self.cells.values())
        whole = self.leaving.keys() & self.arriving.keys()
        for number in sorted(whole, key=lambda each: (self.edges[each].kind != "next", each)):
            begin, end = self.cells[self.edges[number].source], self.cells[self.edges[number].target]
            gutters = {(column, begin.row) for column in range(begin.column, end.column)}
            between = {Cell(column, begin.row) for column in range(begin.column + 1, end.column)}
            if begin.row == end.row and gutters and not gutters & self.taken.keys() and not between & occupied:
                found.add(number)
                self.level[begin.row] = max(self.level[begin.row], _height(self.leaving[number]) + 2)
                for gutter in gutters:
                    self.taken[gutter] = []
        for number in found:
            begin, end = self.cells[self.edges[number].source], self.cells[self.edges[number].target]
            for column in range(begin.column, end.column):
                self.taken[column, begin.row].append(self.level[begin.row])
        return frozenset(found)

    def _row(self, node: int) -> int:
        return self.cells[node].row if node in self.cells else len(self.cells)

    def _side(
        self, node: int, gutter: int, mine: list[int], labels: Mapping[int, tuple[str, ...]], ports: dict[int, Port]
    ) -> None:
        """Ports from the top down, each with room for its label; the straight line, if there is one, first."""
        row, floor = self.cells[node].row, 0.0
        for number in mine:
            label = labels[number]
            offset = self.level[row]
            if number not in self.straight:
                offset = self._free(gutter, row, max(floor + max(_APART, _height(label)), _LEVEL if not floor else 0))
                self.taken[gutter, row].append(offset)
            ports[number] = Port(offset, label)
            floor = offset
        self.room[node] = max(self.room[node], floor)

    def _free(self, gutter: int, row: int, wanted: float) -> float:
        """The first height from there on at which no other line of this gutter and row runs."""
        offset = wanted
        while any(abs(offset - other) < _BESIDE for other in self.taken[gutter, row]):
            offset += 1
        return offset


def _height(label: tuple[str, ...]) -> float:
    return len(label) * LABEL_LEADING + 3 if label else 0.0
