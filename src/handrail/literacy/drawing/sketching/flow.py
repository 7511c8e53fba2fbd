"""A plan as a graph: what starts it, its steps with what follows them, and what holds at any time.

A ladder that a step has from `defaults` is drawn once, apart, and steps lead to it; every other ladder stands beside its step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from handrail.insight.telling.wording import words_of
from handrail.literacy.drawing.graph import Edge, EdgeKind, Graph, Lane, Node
from handrail.literacy.drawing.sketching import words
from handrail.literacy.drawing.sketching.ladders import ANSWERS_NOW, Ladders, Site, Sketch, asked_before
from handrail.literacy.drawing.sketching.steps import box_of, lane_of
from handrail.literacy.explaining.glossary import NO_GLOSSARY, Glossary
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import title_of
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Ask,
    Check,
    Choose,
    Do,
    EndStep,
    Gather,
    GoBackStep,
    HandTo,
    Places,
    Plan,
    Run,
    Step,
    Tell,
    Together,
    Wait,
)

_RULES: Final[dict[EdgeKind, str]] = {"late": "When late", "fails": "When it fails"}
_SAID: Final[dict[EdgeKind, str]] = {"late": "late", "fails": "fails"}
_TIMED: Final = (Do, Tell, Ask, Wait, Gather, Run, Together)
"""Kinds of step that can be late; the others only while something is unknown that they must know."""


def graph_of(plan: Plan, glossary: Glossary = NO_GLOSSARY) -> Graph:
    """Everything that a map of the plan shows: each step, each way from it, and each way on from there, once.

    `glossary` is what other files tell of what the plan names: subjects of messages, titles, names of people.
    """
    sketch = Sketch(Telling(plan, Places("", ()), glossary))
    starts = [_start(sketch, number) for number in range(len(plan.starts))]
    boxes = {number: _step(sketch, number) for number in range(len(plan.steps))}
    joins = {number: _join(sketch, number, boxes) for number in boxes if isinstance(plan.steps[number].body, Together)}
    end = _finish(sketch, plan)
    for start in starts:
        sketch.draw(Edge(start, boxes[plan.first], "next"))
    rules = _Rules(sketch, boxes)
    for number in boxes:
        after = _after(plan, number, boxes, joins, end)
        _ways(sketch, number, boxes, joins, after)
        _ladders(sketch, number, boxes, after, rules)
    rules.draw()
    return _without_lost(Graph(plan.title, _in_order(sketch), tuple(sketch.nodes), tuple(sketch.edges)))


def _without_lost(graph: Graph) -> Graph:
    """The graph, step by step, without what no way leads to: an end that no step comes to, a meeting of ways that all end."""
    reached = {number for number, node in enumerate(graph.nodes) if node.shape in ("start", "rule")}
    while new := {edge.target for edge in graph.edges if edge.source in reached} - reached:
        reached |= new
    kept = [number for number, node in enumerate(graph.nodes) if number in reached or node.step != NONE]
    now = {number: place for place, number in enumerate(kept)}
    nodes = tuple(replace(graph.nodes[number], home=now[graph.nodes[number].home]) for number in kept)
    edges = (
        replace(edge, source=now[edge.source], target=now[edge.target])
        for edge in graph.edges
        if edge.source in now and edge.target in now
    )
    by_step = sorted(edges, key=lambda edge: (nodes[edge.source].home, edge.source))
    return replace(graph, nodes=nodes, edges=tuple(by_step))


# Boxes


def _start(sketch: Sketch, number: int) -> int:
    start = sketch.plan.starts[number]
    if start.event:
        lane = words.system_lane(start.event)
    else:
        lane = words.owner_lane(sketch.t, start.request) if start.request else words.HANDRAIL
    title = f"Start: {title_of(start.name).lower()}"
    here = len(sketch.nodes)
    return sketch.add(
        Node(f"start:{start.name}", "start", lane.key, title, words.start_words(sketch.t, start), home=here), lane
    )


def _step(sketch: Sketch, number: int) -> int:
    lane = lane_of(sketch.t, sketch.plan.steps[number])
    return sketch.add(box_of(sketch.t, number, lane, len(sketch.nodes)), lane)


def _join(sketch: Sketch, number: int, boxes: dict[int, int]) -> int:
    step = sketch.plan.steps[number]
    body = step.body
    assert isinstance(body, Together)
    fork = sketch.nodes[boxes[number]]
    needed = f"when {body.needs} have ended well" if body.needs else "when all have ended well"
    rest = ("the rest are undone",) if body.undo_the_rest else ()
    here = len(sketch.nodes)
    node = Node(f"join:{step.name}", "group", fork.lane, f"{fork.title}: together again", (needed, *rest), home=here)
    return sketch.add(node, sketch.lanes[fork.lane])


def _finish(sketch: Sketch, plan: Plan) -> int:
    """The end of the steps, where some step leads to it; in the lane of the last one."""
    last = next(step for step in reversed(plan.steps) if step.parent == NONE)
    if isinstance(last.body, EndStep):
        return NONE
    lane = lane_of(sketch.t, last)
    here = len(sketch.nodes)
    return sketch.add(Node("finish", "finish", lane.key, "Finished", ("all steps are over",), home=here), lane)


# Lines


def _after(plan: Plan, number: int, boxes: dict[int, int], joins: dict[int, int], end: int) -> int:
    """The box that a step leads on to."""
    step = plan.steps[number]
    while step.next == NONE:
        if step.parent == NONE:
            return end
        parent = step.parent
        if parent in joins:
            return joins[parent]
        step = plan.steps[parent]
    return boxes[step.next]


def _ways(sketch: Sketch, number: int, boxes: dict[int, int], joins: dict[int, int], after: int) -> None:
    """The lines from a step that are no ladder's."""
    for edge in _ways_of(sketch.t, sketch.plan.steps[number], boxes[number], boxes, joins.get(number, NONE), after):
        sketch.draw(edge)
    for edge in _past(sketch.plan.steps[number], boxes[number], after):
        sketch.draw(edge)


def _past(step: Step, here: int, after: int) -> Iterator[Edge]:
    """The way past a step that may not be needed, where no line leads on from it anyway."""
    decided = isinstance(step.body, Ask) and NONE not in step.body.answers.values()
    goes_on = not decided and not isinstance(step.body, EndStep | Choose | Together)
    if step.only_if is not None and not goes_on:
        yield Edge(here, after, "choice", "not needed")
    if step.credit_if is not None and not goes_on:
        yield Edge(here, after, "choice", "done already")


def _ways_of(t: Telling, step: Step, here: int, boxes: dict[int, int], join: int, after: int) -> Iterator[Edge]:
    match step.body:
        case EndStep():
            return
        case Choose(branches=branches):
            for count, branch in enumerate(branches, 1):
                said = f"{count}. {words.branch_words(t, branch)}"
                yield Edge(here, after if branch.first == NONE else boxes[branch.first], "choice", said)
        case Together(branches=branches, item=item):
            for branch in branches:
                said = f"for each {words_of(item)}" if item else title_of(branch.name)
                yield Edge(here, boxes[branch.first], "next", said)
            yield Edge(join, after, "next")
        case GoBackStep(step=target) as body:
            yield Edge(here, boxes[target], "back", words.back_words(body))
            yield Edge(here, after, "next", words.used_up(body))
        case Ask(answers=answers) if answers:
            return
        case Check():
            yield Edge(here, after, "next", "if so")
        case _:
            yield Edge(here, after, "next")


def _ladders(sketch: Sketch, number: int, boxes: dict[int, int], after: int, rules: _Rules) -> None:
    """The lines from a step that its answers and moves make."""
    plan, step = sketch.plan, sketch.plan.steps[number]
    node = sketch.nodes[boxes[number]]
    answers = step.body.answers if isinstance(step.body, Ask) else {}
    late = step.contract.if_late
    as_all = _in_force("late", step) and late != NONE and rules.is_default("late", late)
    site = Site(
        boxes[number], f"step:{step.name}", sketch.lanes[node.lane], step.contract.owner, after, boxes,
        answers, asked_before(plan, number), late=late, late_rule=rules.box_of("late", late) if as_all else NONE,
    )  # fmt: skip
    ladders = Ladders(sketch, site)
    for answer, ladder in answers.items():
        ladders.lead(boxes[number], "choice", title_of(answer), ladder)
    if isinstance(step.body, Check):
        ladders.lead(boxes[number], "choice", "if not", step.body.if_not)
    for kind, ladder in _of_contract(step):
        if _in_force(kind, step) and rules.is_default(kind, ladder):
            sketch.draw(Edge(boxes[number], rules.box_of(kind, ladder), kind, _SAID[kind]))
        elif _in_force(kind, step) or (kind == "late" and not rules.is_default(kind, ladder)):
            ladders.lead(boxes[number], kind, _SAID[kind], ladder)


def _in_force(kind: EdgeKind, step: Step) -> bool:
    """Whether a step with an inherited ladder can come to it."""
    if kind == "late":
        return isinstance(step.body, _TIMED)
    return isinstance(step.body, Do | Tell | Together) or (
        isinstance(step.body, Wait) and step.body.passes_if is not None
    )


def _of_contract(step: Step) -> Iterator[tuple[EdgeKind, int]]:
    if step.contract.if_late != NONE:
        yield "late", step.contract.if_late
    if step.contract.if_fails != NONE:
        yield "fails", step.contract.if_fails


# What holds at any time


class _Rules:
    """Ladders that are no single step's: those of `defaults`, and of the whole journey."""

    def __init__(self, sketch: Sketch, boxes: dict[int, int]) -> None:
        self.sketch = sketch
        self.plan = sketch.plan
        self.boxes = boxes
        self.found: dict[EdgeKind, tuple[int, int]] = {}
        self.own = {kind: self._moves(ladder) for kind, ladder in _defaults(self.plan)}

    def is_default(self, kind: EdgeKind, ladder: int) -> bool:
        """Whether a step's ladder says the same as that of `defaults`."""
        return self.own.get(kind) == self._moves(ladder)

    def box_of(self, kind: EdgeKind, ladder: int) -> int:
        """The box that steps lead to which inherit this ladder."""
        if kind not in self.found:
            self.found[kind] = (self._entry(kind, _RULES[kind], "Any step", "unless it says otherwise"), ladder)
        return self.found[kind][0]

    def draw(self) -> None:
        """What follows on each rule that some step leads to, and the rules of the whole journey."""
        for kind, (box, ladder) in self.found.items():
            self._lead(box, kind, ladder)
        plan = self.plan
        if plan.while_ is not None and plan.when_no_longer != NONE:
            box = self._entry("while", "At any time", "When no longer", words.condition(self.sketch.t, plan.while_))
            self._lead(box, "next", plan.when_no_longer)
        if plan.pause_while is not None and plan.when_resumed != NONE:
            box = self._entry(
                "pause", "After a pause", "Paused while", words.condition(self.sketch.t, plan.pause_while)
            )
            self._lead(box, "next", plan.when_resumed)

    def _entry(self, key: str, lane_title: str, title: str, line: str) -> int:
        lane = Lane(f"rule:{key}", lane_title, "rule")
        here = len(self.sketch.nodes)
        return self.sketch.add(Node(f"rule:{key}", "rule", lane.key, title, (line,), home=here), lane)

    def _lead(self, box: int, kind: EdgeKind, ladder: int) -> None:
        node = self.sketch.nodes[box]
        site = Site(box, node.key, self.sketch.lanes[node.lane], (), NONE, self.boxes, asked=ANSWERS_NOW)
        Ladders(self.sketch, site).lead(box, kind, "", ladder)

    def _moves(self, ladder: int) -> object:
        """What a ladder says, with the answers on it: two that say the same are one."""
        if ladder == NONE:
            return ()
        each = self.plan.ladders[ladder]
        return [self._move(move) for move in each.moves]

    def _move(self, move: AnyMove) -> object:
        if not isinstance(move, HandTo):
            return replace(move, place=0)
        answers = {word: self._moves(inner) for word, inner in move.answers.items()}
        return (replace(move, place=0, answers={}), answers)


def _defaults(plan: Plan) -> Iterator[tuple[EdgeKind, int]]:
    yield "late", plan.defaults.if_late
    yield "fails", plan.defaults.if_fails


def _in_order(sketch: Sketch) -> tuple[Lane, ...]:
    """Handrail first, then people, then systems, then rules; each in the order in which they come up."""
    used = {node.lane for node in sketch.nodes}
    order = ("handrail", "owner", "system", "rule")
    lanes = [lane for key, lane in sketch.lanes.items() if key in used]
    return tuple(sorted(lanes, key=lambda lane: order.index(lane.kind)))
