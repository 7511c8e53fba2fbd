"""Going back: what is done anew, what counts, and how often."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.core.plans import Journey, berlin, plan_of

EXAM = """
course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days }
exam:
  wait: assessment.scored
  where: event.assessment is not empty
  owner: learner
  within: 30 days
  passes_if: event.score >= 80
  if_fails:
    - { go_back_to: course, at_most: 2 }
    - { stop: not passed }
last: { ask: manager, todo: Shake hands. }
"""


def through(run: Journey, score: int) -> None:
    run.wait(1)
    run.told("lms.completed", course="X")
    run.wait(1)
    run.told("assessment.scored", score=score)


def test_a_failed_exam_sends_back_to_the_course_and_both_are_done_anew() -> None:
    run = Journey(plan_of(EXAM))
    through(run, 50)
    assert (run.at, run.open("course").times) == (["course"], 2)
    through(run, 90)
    assert run.result("exam")["times"] == 2
    assert run.result("course")["times"] == 2
    assert run.at == ["last"]


def test_going_back_happens_as_often_as_it_says_and_then_the_next_move_follows() -> None:
    run = Journey(plan_of(EXAM))
    for score in (10, 20, 30):
        through(run, score)
    assert "used up" in run.said
    assert run.state.reason == "not passed"
    assert run.result("exam")["score"] == 30


def test_only_what_happened_after_it_was_sent_back_counts() -> None:
    run = Journey(plan_of(EXAM))
    run.wait(5)
    run.told("lms.completed")
    failed = run.now
    run.told("assessment.scored", score=10)
    run.told("lms.completed", at=failed - timedelta(hours=1))
    assert run.at == ["course"], "what is older is kept and does not count"
    run.told("lms.completed", at=failed)
    assert run.at == ["course"], "nor does what happened in the same moment"
    run.told("lms.completed", at=failed + timedelta(hours=1))
    assert run.at == ["exam"]


def test_results_from_there_on_are_empty_until_they_are_done_again() -> None:
    run = Journey(plan_of(EXAM))
    through(run, 50)
    assert "course" not in run.state.results
    assert "exam" not in run.state.results


AGAIN_LATER = """
time_off:
  ask: manager
  question: Can they take the days?
  answers: { approve: continue, later: [ { go_back_to: time_off, after: 14 days, at_most: 2 }, { stop: put off } ] }
  within: 3 business days
"""


def test_a_question_put_off_is_asked_again_after_that_time() -> None:
    run = Journey(plan_of(AGAIN_LATER))
    run.answer("later")
    assert (run.open("time_off").waiting, run.state.wake_at) == ("time", berlin(16, 9))
    run.tick()
    assert (run.open("time_off").waiting, run.open("time_off").times) == ("answer", 2)
    run.answer("later")
    run.tick()
    run.answer("later")
    assert run.state.reason == "put off"


def test_while_it_waits_to_go_back_its_date_is_not_mistaken_for_the_steps_own() -> None:
    steps = AGAIN_LATER.replace("within: 3 business days", "until: person.ends_on")
    run = Journey(plan_of(steps))
    run.answer("later")
    wakes = run.state.wake_at
    run.becomes(ends_on=run.now.date())
    assert run.state.wake_at == wakes


def test_as_a_step_it_goes_back_until_it_is_used_up() -> None:
    steps = """
ask: { ask: manager, todo: Look at it. }
round: { go_back_to: ask, at_most: 1 }
"""
    run = Journey(plan_of(steps))
    run.answer("")
    assert run.open("ask").times == 2
    run.answer("")
    assert run.state.phase == "finished"


def test_going_back_in_one_item_leaves_the_others_alone() -> None:
    steps = """
sites:
  together: each site in list:sites-with-forklifts
  steps:
    look: { ask: manager, question: "Is {site} ready?", answers: { ready: continue, not_yet: [ { go_back_to: look, at_most: 1 }, { stop: never } ] } }
  within: 30 days
  if_fails: { stop: too few }
"""
    run = Journey(plan_of(steps))
    first, second = (each for each in run.state.passes if each.items)
    run.answer("not_yet", "look")
    looks = [each for each in run.state.passes if each.items]
    assert [(each.items, each.times) for each in looks] == [((1,), 1), ((0,), 2)]
    assert second.number == looks[0].number
    assert first.number != looks[1].number
