"""What each kind of line means, for those that a map has, in as many rows below it as they need."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from handrail.literacy.drawing.graph import KINDS, EdgeKind
from handrail.literacy.drawing.placing.geometry import LABEL_SIZE, LEADING, Key, Line, Point, Rect, Words
from handrail.literacy.drawing.placing.letters import width_of

_LEFT: Final = 8.0
_SAMPLE: Final = 34.0
_APART: Final = 26.0
_SAID: Final[dict[EdgeKind, str]] = {
    "next": "what comes next, as it is or as was answered",
    **{kind: said for kind, said in KINDS.items() if kind not in ("next", "choice")},
}
"""An answer's line is drawn as any other that leads on, and says which answer it is."""
_DOT: Final = "goes on elsewhere: where it says, or below, under the same name"


def legend_of(lines: Iterable[Line], top: float, width: float) -> tuple[Key, ...]:
    """The keys from that height on, within that width where the widest of them fits."""
    drawn = list(lines)
    used = {"next" if line.kind == "choice" else line.kind for line in drawn}
    entries = [(kind, said, False) for kind, said in _SAID.items() if kind in used]
    if any(line.cut for line in drawn):
        entries.append(("next", _DOT, True))
    found: list[Key] = []
    x, y = _LEFT, top
    for kind, said, cut in entries:
        wide = _SAMPLE + _LEFT + width_of(said, LABEL_SIZE)
        if x + wide > width and found:
            x, y = _LEFT, y + LEADING + 4
        found.append(_key(kind, said, Point(x, y), cut=cut))
        x += wide + _APART
    return tuple(found)


def _key(kind: EdgeKind, said: str, at: Point, *, cut: bool) -> Key:
    begin = Point(at.x + _SAMPLE + _LEFT, at.y + 4)
    rect = Rect(begin.x, begin.y - LABEL_SIZE, width_of(said, LABEL_SIZE), LEADING)
    return Key(kind, (at, Point(at.x + _SAMPLE, at.y)), Words(begin, (said,), LABEL_SIZE, rect), cut)
