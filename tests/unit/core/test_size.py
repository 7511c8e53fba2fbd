"""A run has at most 64 KB: what would make it larger is refused, or ends it with somebody told."""

from __future__ import annotations

from tests.unit.core.plans import Journey, plan_of

from handrail.core.size import STATE_MAX
from handrail.terms import coding

LONG = "x" * 30_000
TOLD = """
course: { wait: lms.completed, where: event.course is "A", owner: learner, within: 30 days, if_late: { stop: late } }
"""
ASKED = """
a: { ask: manager, question: "Why?", form: { why: text }, answers: { filled: continue }, within: 3 days }
"""


def test_events_that_would_make_a_run_too_large_are_refused_and_it_stays_as_it_was() -> None:
    run = Journey(plan_of(TOLD))
    run.told("lms.completed", course=LONG)
    run.told("lms.completed", course=LONG)
    before = run.state
    run.told("lms.completed", course=LONG)
    assert (run.said, run.last.used, run.state) == (["too large"], False, before)
    run.told("lms.completed", course="A")
    assert run.state.phase == "finished"


def test_an_answer_that_is_too_long_for_the_run_is_refused() -> None:
    run = Journey(plan_of(ASKED))
    run.answer("filled", why=LONG * 3)
    assert (run.said, run.last.used, run.at) == (["too large"], False, ["a"])
    run.answer("filled", why="so")
    assert run.state.phase == "finished"


def test_a_run_that_a_call_makes_too_large_is_stopped_and_somebody_has_it() -> None:
    run = Journey(
        plan_of("a: { do: lms.create_account, with: { active_from: 2026-03-02 } }\nb: { ask: manager, todo: B. }")
    )
    run.confirm("a", account=LONG * 3)
    assert (run.state.phase, run.state.reason) == ("stopped", "the run grew too large")
    assert run.said[0] == "too large"
    assert [each.owner for each in run.state.passes] == ["team:learning-operations"]
    assert len(coding.pack(run.state)) < STATE_MAX
    run.answer("skip")
    assert run.state.passes == ()


def test_what_a_start_gives_may_be_too_much_too() -> None:
    run = Journey(plan_of(TOLD), given={"why": LONG * 3})
    assert (run.state.phase, len(run.state.start)) == ("stopped", 0)


def test_many_small_things_just_fit() -> None:
    run = Journey(plan_of(TOLD))
    for _ in range(195):
        run.told("lms.completed", course="y" * 280)
    assert run.said == ["kept for later"]
    assert STATE_MAX - 4096 < len(coding.pack(run.state)) <= STATE_MAX
