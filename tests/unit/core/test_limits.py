"""Limits that end at midnight, and what is counted from them."""

from __future__ import annotations

from tests.unit.core.plans import Journey, berlin, plan_of

from handrail.terms.values import Duration

MORE = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  until: 2026-03-31
  if_late: [ MOVE, { stop: not finished } ]
"""


def late(move: str) -> Journey:
    """A run whose limit, the end of 31 March, has passed at midnight."""
    run = Journey(plan_of(MORE.replace("MOVE", move)))
    run.tick()
    assert run.now == berlin(1, 0, month=4)
    return run


def test_fourteen_days_after_the_end_of_march_end_with_the_fourteenth_of_april() -> None:
    assert late("{ extend: 14 days }").open("course").due == berlin(15, 0, month=4)


def test_five_business_days_after_the_end_of_march_are_five() -> None:
    run = late("{ hand_to: manager, within: 5 business days }")
    assert run.open("course").due == berlin(8, 17, month=4), "3 April is a holiday in Berlin"


def test_hours_are_counted_from_the_moment_itself() -> None:
    assert late("{ hand_to: manager, within: 4 hours }").open("course").due == berlin(1, 4, month=4)


def test_going_back_after_a_week_counts_from_the_end_of_march_too() -> None:
    run = late("{ go_back_to: course, after: 7 days, at_most: 1 }")
    assert run.open("course").due == berlin(7, 9, month=4)


def test_whoever_gets_it_after_working_time_went_by_has_all_of_theirs() -> None:
    run = Journey(plan_of(MORE.replace("MOVE", "{ extend: 14 days }")))
    run.now = berlin(1, 15, month=4)
    run.tick()
    assert run.open("course").due == berlin(16, 0, month=4)


def test_a_moment_that_comes_in_the_small_hours_still_counts_as_midnight() -> None:
    run = Journey(plan_of(MORE.replace("MOVE", "{ extend: 14 days }")))
    run.now = berlin(1, 6, month=4)
    run.tick()
    assert run.open("course").due == berlin(15, 0, month=4)
    assert run.open("course").limit == Duration(14, "days")
