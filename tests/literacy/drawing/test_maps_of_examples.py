"""The maps of all example journeys: nothing is in the way of anything, and each line of the plan is there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import combinations
from xml.etree import ElementTree

import pytest
from tests.literacy.drawing.examples import NAMES, found, mapped
from tests.literacy.drawing.measuring import faults_of, lost_boxes, read_boxes, read_edges, read_labels

from handrail.literacy.drawing import map_of, pieces, sheet, svg
from handrail.literacy.drawing.placing.layout import WIDTH_MOST
from handrail.terms.plan import End, EndStep, HandTo, Plan


def test_there_are_the_journeys_of_three_examples_and_the_starter() -> None:
    assert len(NAMES) >= 26


@pytest.mark.parametrize("name", NAMES)
def test_nothing_on_a_map_is_in_the_way_of_anything_else(name: str) -> None:
    assert faults_of(mapped(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_map_is_no_wider_than_a_screen_nor_on_a_page_than_the_page(name: str) -> None:
    assert mapped(name).drawing.width <= WIDTH_MOST
    narrow = map_of(found(name).compiled.plan, found(name).glossary, width=990)
    assert narrow.drawing.width <= 990
    assert faults_of(narrow) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_that_was_written_has_no_box_or_label_on_another(name: str) -> None:
    text = svg(mapped(name))
    boxes, labels = list(read_boxes(text).values()), [rect for _, rect in read_labels(text)]
    assert len(boxes) == len(mapped(name).graph.nodes)
    assert not [pair for pair in combinations(boxes, 2) if pair[0].meets(pair[1])]
    assert not [(box, label) for box in boxes for label in labels if box.meets(label)]
    assert not [pair for pair in combinations(labels, 2) if pair[0].meets(pair[1])]


@pytest.mark.parametrize("name", NAMES)
def test_each_line_is_drawn_once_and_the_table_says_the_same(name: str) -> None:
    shown = mapped(name)
    keys = [(shown.graph.nodes[edge.source].key, shown.graph.nodes[edge.target].key) for edge in shown.graph.edges]
    assert sorted(read_edges(svg(shown))) == [(number, *ends) for number, ends in enumerate(keys)]
    assert len(set(shown.graph.edges)) == len(shown.graph.edges)
    assert len(shown.rows) == len(shown.graph.edges)
    assert [row.when for row in shown.rows] == [edge.label for edge in shown.graph.edges]


@pytest.mark.parametrize("name", NAMES)
def test_to_every_box_there_is_a_way_from_a_start_or_from_a_rule_of_many_steps(name: str) -> None:
    assert lost_boxes(mapped(name)) == []


def test_a_step_that_may_not_be_needed_has_a_way_past_it() -> None:
    rows = [(row.source, row.target) for row in mapped("programs/failed-exam").rows if row.when == "not needed"]
    assert rows == [("Decision", "Certify")]


def test_whom_an_answer_hands_a_step_to_is_late_as_the_step_is() -> None:
    rows = {(row.source.partition(":")[0], row.target): row for row in mapped("programs/contractor-onboarding").rows}
    assert rows["Confirm", "When late"].kind == "when late"
    handed = [row for row in mapped("programs/contractor-onboarding").rows if row.source.startswith("Confirm: Handed")]
    assert [(row.target, row.when) for row in handed] == [("When late", "still open")]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_handoff_and_end_of_the_plan_has_its_box(name: str) -> None:
    plan, shown = found(name).compiled.plan, mapped(name)
    assert [node.step for node in shown.graph.nodes if node.step >= 0] == list(range(len(plan.steps)))
    inherited = {plan.defaults.if_late, plan.defaults.if_fails}
    own = [ladder for number, ladder in enumerate(plan.ladders) if number not in inherited]
    shapes = Counter(node.shape for node in shown.graph.nodes)
    named = {node.title for node in shown.graph.nodes if node.shape == "handoff"}
    assert bool(named) == any(isinstance(move, HandTo) for ladder in own for move in ladder.moves)
    ends = {
        reason for ladder in plan.ladders for move in ladder.moves if isinstance(move, End) for reason in move.reason
    }
    ends |= {part for step in plan.steps if isinstance(step.body, EndStep) for part in step.body.reason}
    said = " ".join(line for node in shown.graph.nodes for line in node.lines)
    assert all(part in said for part in _reachable_texts(plan, ends))
    assert shapes["stop"] + shapes["finish"] >= 1


def _reachable_texts(plan: Plan, ends: Iterable[object]) -> list[str]:
    """The reasons of the ends that some run can come to; one of a default that no step has is on no map."""
    unused = {part for ladder in (plan.defaults.if_late, plan.defaults.if_fails) if ladder >= 0
              for move in plan.ladders[ladder].moves if isinstance(move, End) for part in move.reason}  # fmt: skip
    return [part for part in ends if isinstance(part, str) and part not in unused]


@pytest.mark.parametrize("name", NAMES)
def test_a_map_keeps_to_a_strict_content_policy_and_every_piece_is_an_image_with_a_title(name: str) -> None:
    for text in (svg(mapped(name)), *pieces(mapped(name))):
        root = ElementTree.fromstring(text)
        assert not [each for each in root.iter() if "style" in each.attrib or each.tag.endswith(("style", "script"))]
        titles = [each.attrib["id"] for each in root if each.tag.endswith("title")]
        assert titles == [root.attrib["aria-labelledby"]]
        assert root.attrib["role"] == "img"


@pytest.mark.parametrize("name", NAMES[::5])
def test_how_many_are_at_a_step_is_written_into_its_box_and_each_step_can_be_a_link(name: str) -> None:
    plan = found(name).compiled.plan
    step = plan.steps[0].name
    shown = map_of(plan, counts={step: (1204, 3)})
    text = svg(shown, hrefs={each.name: f"/steps/{each.name}?a=1&b=2" for each in plan.steps})
    root = ElementTree.fromstring(text)
    assert faults_of(shown) == []
    assert "1,204 here, 3 late" in " ".join(root.itertext())
    assert len([each for each in root.iter() if each.tag.endswith("}a")]) == len(plan.steps)
    assert root.attrib["role"] == "group"


def test_the_page_has_the_picture_and_the_table_and_nothing_from_elsewhere() -> None:
    page = sheet(mapped("acme/new-manager"))
    assert page.count("<svg") == len(mapped("acme/new-manager").drawing.bands) + 1
    assert page.count("<tr>") == len(mapped("acme/new-manager").rows) + 1
    assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
