"""Two versions side by side: whatever a change does to what a journey promises is seen, and nothing else is."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.literacy.explaining.edits import Edit, edits
from tests.literacy.explaining.examples import NAMES, found

from handrail.literacy.explaining import explain
from handrail.literacy.explaining.compared import Difference, compared
from handrail.terms.plan import Plan


@cache
def edits_of(name: str) -> tuple[Edit, ...]:
    return tuple(edits(found(name).compiled.plan))


def differences(name: str, before: Plan, after: Plan) -> tuple[Difference, ...]:
    one = found(name)
    told = [explain(plan, one.compiled.places, one.glossary) for plan in (before, after)]
    return compared(told[0], told[1])


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), st.integers(0, 10_000))
def test_a_change_of_what_a_journey_promises_is_seen_beside_what_it_was(name: str, which: int) -> None:
    changes, plan = edits_of(name), found(name).compiled.plan
    what, changed = changes[which % len(changes)]
    seen = differences(name, plan, changed)
    assert seen, f"{what} of {name} was changed, and the comparison says nothing"
    assert all(each.before != each.after for each in seen)
    assert differences(name, plan, plan) == ()


def test_a_step_that_is_new_or_gone_is_said_to_be_that() -> None:
    one = found(NAMES[0])
    told = explain(one.compiled.plan, one.compiled.places, one.glossary)
    without = type(told)(**{name: getattr(told, name) for name in told.__struct_fields__} | {"steps": told.steps[1:]})
    (gone,), (new,) = compared(told, without), compared(without, told)
    assert (gone.is_, gone.after, new.is_, new.before) == ("gone", (), "new", ())
    assert told.steps[0].title in gone.title
