"""Where everything stands on the page, in pixels at the size of the screen: what is written as SVG, and what tests measure.

How it is come by is `layout`'s matter; sizes of type and gaps that several modules need stand here.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from msgspec import Struct

from handrail.literacy.drawing.graph import EdgeKind, LaneKind, Shape

TITLE_SIZE: Final = 12.0
LINE_SIZE: Final = 11.0
LABEL_SIZE: Final = 10.5
LEADING: Final = 14.0
"""From one line of text to the next."""
BOX_WIDTH: Final = 148.0
BOX_PADDING: Final = 8.0
LABEL_WIDTH: Final = 84.0
TRACK: Final = 9.0
"""From one line to the next that runs beside it."""
ARROW: Final = 18.0
GAP: Final = 14.0
HEADER: Final = 108.0
"""How wide the lanes’ titles are, with the gap after them."""


class Point(NamedTuple):
    """A place on the page."""

    x: float
    y: float


class Rect(NamedTuple):
    """A rectangle by its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower side."""
        return self.y + self.height

    def holds(self, y: float) -> bool:
        """Whether that height lies in it."""
        return self.y <= y <= self.bottom

    def meets(self, other: Rect) -> bool:
        """Whether the two have any area in common."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


class Words(Struct, frozen=True):
    """Lines of text of one size. `at` is the base line's beginning of the first; the rectangle holds them all."""

    at: Point
    lines: tuple[str, ...]
    size: float
    rect: Rect
    bold: bool = False


class Box(Struct, frozen=True):
    """A box with what is written into it; `node` is its number in the graph, `link` the step that it may lead to."""

    node: int
    shape: Shape
    rect: Rect
    words: tuple[Words, ...]
    link: str = ""


class Line(Struct, frozen=True):
    """An edge as drawn: one path, or two ends that name each other where it leads far away.

    The first path begins at the source. The last one ends with an arrow into the target, unless the line is `cut` and has but one:
    then it leads to a rule of many steps. `labels` stand beside the paths.
    """

    edge: int
    kind: EdgeKind
    paths: tuple[tuple[Point, ...], ...]
    labels: tuple[Words, ...]
    cut: bool = False


class LaneBand(Struct, frozen=True):
    """A lane in one band, with its title at the left."""

    key: str
    kind: LaneKind
    rect: Rect
    title: Words


class Key(Struct, frozen=True):
    """A line of the legend: a sample of a kind of line, and what it means; `cut`: of one that ends in a dot."""

    kind: EdgeKind
    sample: tuple[Point, Point]
    words: Words
    cut: bool = False


class Drawing(Struct, frozen=True):
    """The whole map: bands one below the other, the lanes and boxes in them, the lines, and the legend."""

    title: str
    summary: str
    width: float
    height: float
    bands: tuple[Rect, ...]
    lanes: tuple[LaneBand, ...]
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    keys: tuple[Key, ...]
