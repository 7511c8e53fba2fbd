"""Outlines and paths as SVG: what kind of box it is can be told by its outline alone."""

from __future__ import annotations

from typing import Final

from handrail.literacy.drawing.graph import Shape
from handrail.literacy.drawing.placing.geometry import Point, Rect

_BOX: Final = 'fill="currentColor" fill-opacity=".04" stroke="currentColor" stroke-width="1.2"'
_THICK: Final = _BOX.replace("1.2", "3")
_CUT: Final = 7.0


def outline(shape: Shape, rect: Rect) -> str:  # noqa: PLR0911 - a shape a line
    """The box: rounded at the ends of the journey, cut corners for a choice, thick for a stop, dashed for a move."""
    match shape:
        case "start":
            return f'<rect {at(rect)} rx="16" {_BOX}/>'
        case "finish":
            inner = Rect(rect.x + 3, rect.y + 3, rect.width - 6, rect.height - 6)
            return f'<rect {at(rect)} rx="16" {_BOX}/><rect {at(inner)} rx="13" fill="none" stroke="currentColor"/>'
        case "stop":
            return f"<rect {at(rect)} {_THICK}/>"
        case "choice":
            return f'<path d="{_chamfered(rect)}" {_BOX}/>'
        case "group":
            sides = "".join(
                f'<path d="M{number(x)} {number(rect.y)}V{number(rect.bottom)}" stroke="currentColor"/>'
                for x in (rect.x + 3, rect.right - 3)
            )
            return f"<rect {at(rect)} {_BOX}/>{sides}"
        case "handoff" | "moves":
            return f'<rect {at(rect)} rx="6" {_BOX} stroke-dasharray="4 3"/>'
        case "step" | "rule":
            return f'<rect {at(rect)} rx="6" {_BOX}/>'


def _chamfered(rect: Rect) -> str:
    x, y, right, bottom = (number(each) for each in (rect.x, rect.y, rect.right, rect.bottom))
    near, far = number(rect.x + _CUT), number(rect.right - _CUT)
    high, low = number(rect.y + _CUT), number(rect.bottom - _CUT)
    return f"M{near} {y}H{far}L{right} {high}V{low}L{far} {bottom}H{near}L{x} {low}V{high}Z"


def arrow(tip: Point, color: str) -> str:
    """A head that points to the right, into the left side of a box."""
    return f'<path d="M{number(tip.x)} {number(tip.y)}l-8 -4v8z" fill="{color}"/>'


def dot(center: Point, color: str) -> str:
    """The end of a line that goes on elsewhere."""
    return f'<circle cx="{number(center.x)}" cy="{number(center.y)}" r="3.5" fill="{color}"/>'


def path(points: tuple[Point, ...]) -> str:
    """The `d` of a line from point to point."""
    return "M" + "L".join(f"{number(point.x)} {number(point.y)}" for point in points)


def at(rect: Rect) -> str:
    """A rectangle as attributes."""
    return f'x="{number(rect.x)}" y="{number(rect.y)}" width="{number(rect.width)}" height="{number(rect.height)}"'


def number(value: float) -> str:
    """A length with a tenth of a pixel at most."""
    return f"{value:.1f}".removesuffix(".0")
