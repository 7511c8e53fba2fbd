"""Answers: which are valid, which come too late, and what a form must hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.unit.core.plans import BUDDY, MANAGER, MONDAY, Journey, plan_of

from handrail.core.answers import form_of
from handrail.terms.event import Answer
from handrail.terms.values import Fields, Money, Value

FORM = """
coaching:
  ask: manager
  question: What did you see?
  form: { observed: text, confidence: 1 to 5, next_on: date optional }
  within: 5 business days
last: { ask: manager, todo: L. }
"""


def test_a_filled_form_is_the_result() -> None:
    run = Journey(plan_of(FORM))
    assert set(form_of(run.plan, run.open("coaching"))) == {"observed", "confidence", "next_on"}
    run.answer("", observed="well done", confidence=4)
    assert (run.at, run.result("coaching")["confidence"]) == (["last"], 4)


def test_a_form_that_is_not_rightly_filled_is_no_answer_and_says_why() -> None:
    run = Journey(plan_of(FORM))
    run.answer("", confidence=9, color="red")
    (reason,) = run.last.reasons
    assert (reason.rule, run.last.used, run.at) == ("answer not valid", False, ["coaching"])
    assert set(reason.seen) == {"word", "field_observed", "field_confidence", "field_color"}


def test_a_word_that_was_not_offered_is_no_answer() -> None:
    run = Journey(plan_of(FORM))
    run.answer("perhaps", observed="x", confidence=1)
    assert run.said == ["answer not valid"]


def test_the_first_answer_counts_and_a_later_one_is_told_so() -> None:
    run = Journey(plan_of(FORM))
    number = run.open("coaching").number
    run.answer("", observed="x", confidence=1)
    run.decide(Answer(number, run.now, f"person:{MANAGER}", "", Fields({"observed": "y", "confidence": 5})))
    assert (run.said, run.result("coaching")["confidence"]) == (["answered too late"], 1)


def test_an_answer_to_a_run_that_is_over_is_too_late() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A. }"))
    run.answer("")
    run.decide(Answer(1, run.now, "person:2", "done"))
    assert (run.said, run.last.used) == (["answered too late"], False)


def test_a_delegates_answer_says_in_whose_name() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A. }"))
    run.decide(Answer(1, run.now, f"person:{BUDDY}", "done", for_="person:2"))
    assert run.last.reasons[0].seen["in_the_name_of"] == "person:2"


def test_an_answer_after_the_limit_and_before_the_ladder_counts_and_is_late() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A. }"))
    run.wait(30)
    run.answer("")
    assert run.result("a")["late"] is True


KINDS = """
kinds:
  ask: manager
  question: Fill it in.
  form:
    count: number optional
    day: date optional
    sure: yes or no optional
    size: one of small or large optional
    two: 2 of a or b or c optional
    cost: money optional
  within: 5 business days
"""


@pytest.mark.parametrize(
    ("field", "right", "wrong"),
    [
        ("count", 3, "3"),
        ("count", 3, True),
        ("day", date(2026, 3, 2), MONDAY),
        ("sure", False, 1),
        ("size", "large", "huge"),
        ("two", ("a", "b"), ("a", "z")),
        ("two", ("a", "c"), ("a", "a")),
        ("cost", Money(Decimal(5), "EUR"), 5),
    ],
)
def test_each_field_takes_what_is_of_its_kind(field: str, right: Value, wrong: Value) -> None:
    run = Journey(plan_of(KINDS))
    run.decide(Answer(1, run.now, "person:2", "", Fields({field: wrong})))
    assert run.said == ["answer not valid"]
    run.decide(Answer(1, run.now, "person:2", "", Fields({field: right})))
    assert run.result("kinds")[field] == right


def test_a_form_may_come_with_an_answer() -> None:
    steps = """
ask:
  ask: manager
  question: Well?
  form: { why: text }
  answers: { approve: continue, decline: { stop: declined } }
"""
    run = Journey(plan_of(steps))
    run.answer("approve", why="because")
    assert (run.result("ask")["why"], run.result("ask")["answer"]) == ("because", "approve")


def test_the_owner_of_a_wait_has_nothing_to_answer() -> None:
    run = Journey(
        plan_of("c: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days }")
    )
    run.answer("done")
    assert run.said == ["answer not valid"]


def test_a_todo_nobody_did_may_be_taken_as_done() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A., if_late: { assume: done } }"))
    run.tick()
    assert (run.state.phase, run.result("a")["by"]) == ("finished", "assumed")
