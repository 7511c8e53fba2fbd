"""What a map shows, before anything has a place: boxes in lanes, and the lines between them.

Nothing here knows of sizes or of SVG; how a plan becomes a graph is `flow` and `ladders`' matter.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.terms.plan import NONE

Shape: TypeAlias = Literal["start", "step", "choice", "group", "handoff", "moves", "rule", "finish", "stop"]
LaneKind: TypeAlias = Literal["handrail", "owner", "system", "rule"]
EdgeKind: TypeAlias = Literal["next", "choice", "late", "fails", "back"]

KINDS: Final[dict[EdgeKind, str]] = {
    "next": "what comes next",
    "choice": "as answered or decided",
    "late": "when late",
    "fails": "when it fails",
    "back": "going back",
}
"""What each kind of line is called in the legend and in the table."""


class Lane(Struct, frozen=True):
    """An owner or a system; a rule that holds at any time has a lane of its own (`rule`)."""

    key: str
    title: str
    kind: LaneKind


class Node(Struct, frozen=True):
    """A box. `lane` is a key of `Graph.lanes`; `step` is an index into the plan's steps (NONE: no step's own box).

    `home` is the box that it belongs to: itself on the way through the journey, the step's box for a move of its ladder.
    """

    key: str
    shape: Shape
    lane: str
    title: str
    lines: tuple[str, ...] = ()
    step: int = NONE
    home: int = NONE


class Edge(Struct, frozen=True):
    """A line from one box to another (indexes into `Graph.nodes`). `label` is what stands on it."""

    source: int
    target: int
    kind: EdgeKind
    label: str = ""


class Graph(Struct, frozen=True):
    """All of a journey. Lanes in the order in which they are drawn, boxes and edges in the order of the file."""

    title: str
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


class Row(Struct, frozen=True):
    """One line of the map as a row of a table: from where, to where, when, and what kind of line it is."""

    source: str
    target: str
    when: str
    kind: str


def rows_of(graph: Graph) -> tuple[Row, ...]:
    """The map as a table: one row for each line, step by step; what is done in a box is said where a line leads to it."""
    return tuple(
        Row(_name(graph, each.source), _said(graph, each.target), each.label, KINDS[each.kind]) for each in graph.edges
    )


def _name(graph: Graph, number: int) -> str:
    """A box: a step by its title, a rule by its lane (`When late`), what belongs to one by both titles."""
    node = graph.nodes[number]
    if node.home != number:
        return f"{_name(graph, node.home)}: {node.title}"
    return next(lane.title for lane in graph.lanes if lane.key == node.lane) if node.shape == "rule" else node.title


def _said(graph: Graph, number: int) -> str:
    """A box with what is done there, where no other row of the table is about it."""
    node = graph.nodes[number]
    if node.home == number:
        return _name(graph, number)
    name = node.title if node.shape in ("finish", "stop") else _name(graph, number)
    return ": ".join(filter(None, (name, "; ".join(node.lines))))
