"""Where the way through a journey is cut into bands: few of them, where few lines lead across, each within the page.

How wide a column becomes is reckoned beforehand from what stands in it; `layout` measures, and asks again if it was too little.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Final

from handrail.literacy.drawing.graph import Graph
from handrail.literacy.drawing.placing.geometry import ARROW, BOX_WIDTH, GAP, HEADER, LABEL_SIZE, LABEL_WIDTH, TRACK
from handrail.literacy.drawing.placing.letters import width_of, wrapped

_COLUMN: Final = BOX_WIDTH + ARROW + GAP + LABEL_WIDTH
_BAND: Final = 8.0
_ACROSS: Final = 1.5
_SPARE: Final = 0.4
"""What one more band, one more line across a cut and an unused column are worth (found by looking at maps)."""
_TRACKS_MOST: Final = 4


def columns_within(width: float) -> int:
    """How many columns a page of that width has room for, whatever stands in them."""
    return max(int((width - HEADER) // _COLUMN), 2)


def cut(graph: Graph, ranks: Mapping[int, int], width: float) -> list[list[int]]:
    """The boxes of each band, from left to right; `ranks` are the columns they would have in one band."""
    return _Cut(graph, ranks, width).bands()


class _Cut:
    """What a cut at each column would cost, and the cheapest way to make all of them."""

    def __init__(self, graph: Graph, ranks: Mapping[int, int], width: float) -> None:
        self.width = width
        self.homes: dict[int, list[int]] = defaultdict(list)
        self.reach: dict[int, int] = defaultdict(int)
        for number in sorted(ranks):
            home = ranks[graph.nodes[number].home]
            self.homes[home].append(number)
            self.reach[home] = max(self.reach[home], ranks[number])
        self.order = sorted(self.homes)
        self.crossing = _crossing(graph, ranks)
        self.columns = _columns(graph, ranks)

    def bands(self) -> list[list[int]]:
        """From the end of the journey back: the best cuts after each column, and by them the best before it."""
        order, best = self.order, {len(self.order): (0.0, 0)}
        for begin in reversed(range(len(order))):
            options = []
            for end in range(begin + 1, len(order) + 1):
                wide = self._width(begin, end)
                if wide > self.width and end > begin + 1:
                    break
                across = self.crossing[order[end]] if end < len(order) else 0
                spare = max(self.width - wide, 0) / _COLUMN
                options.append((_BAND + across * _ACROSS + spare * spare * _SPARE + best[end][0], end))
            best[begin] = min(options)
        found, begin = list[list[int]](), 0
        while begin < len(order):
            end = best[begin][1]
            found.append([number for rank in order[begin:end] for number in self.homes[rank]])
            begin = end
        return found

    def _width(self, begin: int, end: int) -> float:
        """About how wide a band becomes: its columns, and room for names where lines come in and lead away."""
        ranks = self.order[begin:end]
        last = max(self.reach[rank] for rank in ranks)
        arriving = LABEL_WIDTH if begin else 0.0
        leaving = LABEL_WIDTH if end < len(self.order) and last == ranks[-1] else 0.0
        return HEADER + arriving + leaving + sum(self.columns[rank] for rank in range(ranks[0], last + 1))


def _crossing(graph: Graph, ranks: Mapping[int, int]) -> Counter[int]:
    """How many lines lead across the beginning of each column of the way through."""
    found: Counter[int] = Counter()
    for edge in graph.edges:
        if edge.source in ranks and edge.target in ranks:
            low, high = sorted(ranks[graph.nodes[each].home] for each in (edge.source, edge.target))
            found.update(range(low + 1, high + 1))
    return found


def _columns(graph: Graph, ranks: Mapping[int, int]) -> dict[int, float]:
    """About how wide each column is, with the gutter to its right: its labels, and a few tracks."""
    room: dict[int, float] = defaultdict(float)
    lines: Counter[int] = Counter()
    for edge in graph.edges:
        if edge.source in ranks:
            rank = ranks[edge.source]
            wide = max(
                (width_of(text, LABEL_SIZE) for text in wrapped(edge.label, LABEL_WIDTH, LABEL_SIZE)), default=0.0
            )
            room[rank] = max(room[rank], wide)
            lines[rank] += edge.target in ranks
    return defaultdict(
        lambda: BOX_WIDTH + ARROW + GAP,
        {
            rank: BOX_WIDTH + ARROW + GAP + room[rank] + min(lines[rank] - 1, _TRACKS_MOST) * TRACK
            for rank in set(ranks.values())
        },
    )
