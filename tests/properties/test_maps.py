"""What always holds of a map, whatever the journey: nothing in the way of anything, every line once, and every way that a run goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from msgspec.structs import replace
from tests.literacy.drawing.measuring import faults_of, lost_boxes, read_boxes, read_edges
from tests.properties.core_runs import Run, Wish, plans, wishes

from handrail.literacy.drawing import Map, map_of, svg
from handrail.terms.plan import NONE, Plan

LOOK = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)

CORRECTIONS = frozenset({"corrected", "retracted"})
"""What is asked when an event is corrected that was used already goes beside the run, as a call taken back that fails; neither is on a map."""


@LOOK
@given(plans())
def test_on_the_map_of_any_journey_nothing_is_in_the_way_and_every_line_is_there_once(plan: Plan) -> None:
    shown = map_of(plan)
    assert faults_of(shown) == []
    assert lost_boxes(shown) == []
    text = svg(shown, alone=True)
    keys = [node.key for node in shown.graph.nodes]
    assert len(set(keys)) == len(keys)
    assert set(read_boxes(text)) == set(keys)
    edges = [(number, keys[edge.source], keys[edge.target]) for number, edge in enumerate(shown.graph.edges)]
    assert sorted(read_edges(text)) == edges
    assert Counter(shown.graph.edges).most_common(1)[0][1] == 1


@settings(LOOK, max_examples=60)
@given(wishes, plans())
def test_wherever_a_run_goes_its_map_has_a_way_there(script: Sequence[Wish], plan: Plan) -> None:
    script = [wish for wish in script if wish[0] not in CORRECTIONS]
    assert strays(script, plan, map_of(plan)) == []


def test_a_map_without_its_ways_back_is_found_out() -> None:
    @settings(LOOK, max_examples=400, phases=[Phase.generate], database=None, derandomize=True)
    @given(wishes, plans())
    def look(script: Sequence[Wish], plan: Plan) -> None:
        whole = map_of(plan)
        edges = tuple(edge for edge in whole.graph.edges if edge.kind != "back")
        script = [wish for wish in script if wish[0] not in CORRECTIONS]
        assert strays(script, plan, replace(whole, graph=replace(whole.graph, edges=edges))) == []

    with pytest.raises(AssertionError):
        look()


def strays(script: Sequence[Wish], plan: Plan, shown: Map) -> list[str]:
    """The steps that a run came to without a way on the map: from what was open, or was to go on after a pause."""
    ways = _ways(shown)
    boxes = {node.step: number for number, node in enumerate(shown.graph.nodes) if node.step != NONE}
    found = []
    for before, made in pairwise(Run(plan).follow(script)):
        state = before.decision.state
        known = {each.number for each in state.passes if each.step != NONE}
        here = {boxes[each.step] for each in state.passes if each.step != NONE}
        kept = {boxes[task.step] for task in state.pending if task.step != NONE}
        there = set().union(kept, *(ways[start] for start in here | kept))
        found += [
            plan.steps[each.step].name
            for each in made.decision.state.passes
            if each.number not in known and each.step != NONE and each.beside is None and boxes[each.step] not in there
        ]
    return found


def _ways(shown: Map) -> dict[int, set[int]]:
    """Where one can come to on the map from each box; a rule leads back to whatever step leads on to it."""
    onward: dict[int, set[int]] = defaultdict(set)
    for edge in shown.graph.edges:
        onward[edge.source].add(edge.target)
    found = {}
    for start in range(len(shown.graph.nodes)):
        seen, waiting = set[int](), [start]
        while waiting:
            for after in onward[waiting.pop()] - seen:
                seen.add(after)
                waiting.append(after)
        found[start] = seen
    return found
