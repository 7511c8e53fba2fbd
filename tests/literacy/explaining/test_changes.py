"""What a journey promises stands in its text: nothing of it can be changed and the text stay the same."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.literacy.explaining.edits import Edit, edits
from tests.literacy.explaining.examples import NAMES, found, text_of
from tests.properties.core_runs import plans

from handrail.literacy.explaining import as_text, explain
from handrail.terms.plan import Places, Plan

NOWHERE = Places("journeys/random.yaml", ())


@cache
def edits_of(name: str) -> tuple[Edit, ...]:
    return tuple(edits(found(name).compiled.plan))


def text(plan: Plan, name: str = "") -> str:
    one = found(name) if name else None
    return as_text(explain(plan, one.compiled.places, one.glossary) if one else explain(plan, NOWHERE))


@settings(max_examples=200)
@given(st.sampled_from(NAMES), st.integers(0, 10_000))
def test_a_change_of_what_an_example_promises_changes_its_text(name: str, which: int) -> None:
    changes = edits_of(name)
    what, plan = changes[which % len(changes)]
    assert text(plan, name) != text_of(name), f"{what} of {name} was changed, and nobody could read it"


@settings(max_examples=100)
@given(plans(), st.lists(st.integers(0, 10_000), min_size=5, max_size=5, unique=True))
def test_a_change_of_what_any_journey_promises_changes_its_text(plan: Plan, which: list[int]) -> None:
    changes, before = tuple(edits(plan)), text(plan)
    for number in which:
        what, other = changes[number % len(changes)]
        assert text(other) != before, f"{what} was changed, and nobody could read it"


PARTS = (".owner", ".limit.within", ".limit.until", ".remind", "only_if", "credit_if", "where", "passes_if", "for_", ".to", "question", "rule.times", "after", "at_most", "reason", "arguments", "undo", ".once", ".accountable", "while_", "pause_while", ".event")  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_the_changes_that_are_tried_are_of_every_part_of_a_contract(part: str) -> None:
    assert any(part in f".{what}" for name in NAMES for what, _ in edits_of(name))
