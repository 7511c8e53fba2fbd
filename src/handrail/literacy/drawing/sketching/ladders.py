"""Moves as boxes and lines: whom a late or failed handoff goes to, what an answer leads to, and where it all ends.

A box is drawn where somebody is handed something, where time is given, and where the run ends; what takes no time is written into
the next box. A move that leads on, or back, is a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from handrail.literacy.drawing.graph import Edge, EdgeKind, Lane, Node, Shape
from handrail.literacy.drawing.sketching import words
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Ask,
    Assume,
    Continue,
    DoMove,
    End,
    Extend,
    GoBack,
    HandTo,
    Owner,
    Plan,
    RecordMove,
    Retry,
    RunMove,
    Skip,
    TellMove,
    UndoMove,
)

Aside: TypeAlias = TellMove | DoMove | RecordMove | RunMove | UndoMove
GOES_ON: Final = "with the next step"
RESUMED: Final = "rule:pause"
"""The lane of what happens after a pause, where more time is no sign of being late."""
ANSWERS_NOW: Final = "answers for it now"


class Sketch:
    """The boxes and lines found so far."""

    def __init__(self, telling: Telling) -> None:
        self.t = telling
        self.plan = telling.plan
        self.nodes: list[Node] = []
        self.edges: list[Edge] = []
        self.lanes: dict[str, Lane] = {words.HANDRAIL.key: words.HANDRAIL}

    def add(self, node: Node, lane: Lane) -> int:
        """A new box in its lane; the number that it has."""
        self.lanes.setdefault(lane.key, lane)
        self.nodes.append(node)
        return len(self.nodes) - 1

    def draw(self, edge: Edge) -> None:
        """A new line."""
        self.edges.append(edge)


class Arm(NamedTuple):
    """A way on: where to, and what is said of it after what led here; a way back is drawn as such."""

    target: int
    said: str = ""
    back: bool = False


class Site(Struct, frozen=True):
    """Where a ladder stands: its step's box and lane, what follows the step (NONE: drawn as an end), the boxes of all steps.

    `late` is the step's own ladder for being late, `late_rule` the box of the one that it has from `defaults`; NONE: it has none.
    """

    home: int
    key: str
    lane: Lane
    owner: Owner
    after: int
    boxes: Mapping[int, int]
    answers: Mapping[str, int] = {}
    asked: str = ""
    late: int = NONE
    late_rule: int = NONE


class Ladders:
    """Draws the ladders of one site; a ladder that two answers share is drawn once."""

    def __init__(self, sketch: Sketch, site: Site) -> None:
        self.sketch = sketch
        self.t = sketch.t
        self.plan = sketch.plan
        self.site = site
        self.known: dict[tuple[int, int], tuple[Arm, ...]] = {}
        self.begun: set[tuple[int, int]] = set()

    def lead(self, source: int, kind: EdgeKind, said: str, ladder: int, rung: int = 0) -> None:
        """Lines from a box into a ladder, from one of its rungs on; without a ladder, on to what follows."""
        if ladder == NONE:
            self.sketch.draw(Edge(source, self.site.after, "next", "" if kind == "choice" else said))
            return
        for arm in self.arms(ladder, rung):
            self.sketch.draw(Edge(source, arm.target, "back" if arm.back else kind, joined(said, arm.said)))

    def arms(self, ladder: int, rung: int) -> tuple[Arm, ...]:
        """Where a ladder leads from one of its rungs on."""
        found = self.known.get((ladder, rung))
        if found is None:
            self.begun.add((ladder, rung))
            found = self._arms(ladder, rung)
            self.known[ladder, rung] = found
        return found

    def _arms(self, ladder: int, rung: int) -> tuple[Arm, ...]:
        """Write down what takes no time, then see where the first move leads that does."""
        moves = self.plan.ladders[ladder].moves
        aside: list[str] = []
        tried = ""
        for number in range(rung, len(moves)):
            move = moves[number]
            if isinstance(move, Aside):
                aside.append(words.aside_words(self.t, move))
            elif isinstance(move, Retry):
                tried = words.retry_words(move)
            else:
                return _said(tried, self._deciding(ladder, number, move, tuple(aside)))
        return _said(tried, self._with_aside(ladder, len(moves), tuple(aside), self._off_the_top(ladder)))

    def _off_the_top(self, ladder: int) -> tuple[Arm, ...]:
        """What follows on the last move of a list that did not end: the rung above, the step's own ladder, or the next step."""
        each = self.plan.ladders[ladder]
        if each.parent != NONE:
            return self.arms(each.parent, each.parent_rung + 1)
        if self.site.late_rule != NONE:
            return (Arm(self.site.late_rule),)
        if self.site.late not in (NONE, ladder) and (self.site.late, 0) not in self.begun - self.known.keys():
            return self.arms(self.site.late, 0)
        if self.site.after != NONE:
            return (Arm(self.site.after, "skipped"),)
        return (Arm(self._end(ladder, "goes on", ("where it was",), len(each.moves))),)

    def _deciding(self, ladder: int, rung: int, move: AnyMove, aside: tuple[str, ...]) -> tuple[Arm, ...]:
        """A move that waits, leads elsewhere or ends; where it has an `only_if`, also the way past it."""
        match move:
            case HandTo():
                arms: tuple[Arm, ...] = (Arm(self._handed(ladder, rung, move, aside)),)
            case Extend():
                arms = (Arm(self._extended(ladder, rung, move, aside)),)
            case End(how=how, reason=reason):
                first = tuple(f"before: {each}" for each in aside)
                arms = (Arm(self._end(ladder, how, (words.reason_of(self.t, reason), *first), rung)),)
            case _:
                arms = self._with_aside(ladder, rung, aside, self._led(ladder, rung, move))
        if move.only_if is None:
            return arms
        past = _said("otherwise", self.arms(ladder, rung + 1))
        return (*_said(f"if {words.condition(self.t, move.only_if)}", arms), *past)

    def _led(self, ladder: int, rung: int, move: AnyMove) -> tuple[Arm, ...]:
        """A move that is nothing but a way: on, or back."""
        match move:
            case GoBack():
                back = Arm(self.site.boxes[move.step], words.back_words(move), back=True)
                return (back, *_said(words.used_up(move), self.arms(ladder, rung + 1)))
            case Skip(reason=reason):
                return (Arm(self._after(ladder, rung), f"skipped: {words.reason_of(self.t, reason)}"),)
            case Continue():
                return (Arm(self._after(ladder, rung)),)
            case Assume(answer=answer) if answer in self.site.answers:
                return _said(f"taken as “{title_of(answer)}”", self.arms(self.site.answers[answer], 0))
            case _:
                assert isinstance(move, Assume), f"{type(move).__name__} is no way on"
                return (Arm(self._after(ladder, rung), f"taken as “{title_of(move.answer)}”"),)

    def _with_aside(self, ladder: int, rung: int, aside: tuple[str, ...], arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
        """What takes no time, in a box of its own before lines that have none to write it into."""
        if not aside:
            return arms
        box = self._box(f"moves:{ladder}:{rung}", "moves", self.site.lane, "On the way", aside)
        for arm in arms:
            self.sketch.draw(Edge(box, arm.target, "back" if arm.back else "next", arm.said))
        return (Arm(box),)

    def _handed(self, ladder: int, rung: int, move: HandTo, aside: tuple[str, ...]) -> int:
        lane = words.owner_lane(self.t, move.to, self.site.owner)
        here = self.site.lane if self.site.lane.kind == "rule" else lane
        lines = (
            *aside,
            *words.hand_words(self.t, move),
            *(() if move.question else (self.site.asked,)),
        )
        box = self._box(
            f"handoff:{ladder}:{rung}",
            "handoff",
            here,
            words.handed_title(self.t, move, self.site.owner),
            tuple(filter(None, lines)),
        )
        for answer, inner in move.answers.items():
            self.lead(box, "choice", title_of(answer), inner)
        self.lead(box, "late", "no answer" if move.question else "still open", ladder, rung + 1)
        return box

    def _extended(self, ladder: int, rung: int, move: Extend, aside: tuple[str, ...]) -> int:
        """More time, and what comes when that has passed: the next rung, or that of the handoff whose answer this is."""
        box = self._box(f"more:{ladder}:{rung}", "moves", self.site.lane, f"{move.by} more", aside)
        self.lead(box, "late" if self.site.lane.key != RESUMED else "next", "then", ladder, rung + 1)
        return box

    def _end(self, ladder: int, how: Literal["finish", "stop", "goes on"], lines: tuple[str, ...], rung: int) -> int:
        shape: Shape = "stop" if how == "stop" else "finish" if how == "finish" else "moves"
        title = {"stop": "Stopped", "finish": "Finished", "goes on": "Goes on"}[how]
        return self._box(f"{how}:{ladder}:{rung}", shape, self.site.lane, title, tuple(filter(None, lines)))

    def _after(self, ladder: int, rung: int) -> int:
        """The box of the step that follows; where the ladder is many steps' own, a box that says so."""
        if self.site.after != NONE:
            return self.site.after
        return self._end(ladder, "goes on", (GOES_ON,), rung)

    def _box(self, key: str, shape: Shape, lane: Lane, title: str, lines: tuple[str, ...]) -> int:
        node = Node(f"{self.site.key}/{key}", shape, lane.key, title, lines, home=self.site.home)
        return self.sketch.add(node, lane)


def asked_before(plan: Plan, step: int) -> str:
    """What whoever is handed a handoff without a question of its own is asked."""
    body = plan.steps[step].body
    if isinstance(body, Ask):
        return "asked the same question"
    return ANSWERS_NOW


def joined(first: str, second: str) -> str:
    """Two things said of one line."""
    return ": ".join(filter(None, (first, second)))


def _said(first: str, arms: tuple[Arm, ...]) -> tuple[Arm, ...]:
    return tuple(Arm(arm.target, joined(first, arm.said), arm.back) for arm in arms) if first else arms
