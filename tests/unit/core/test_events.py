"""What is told: early events, several of them, corrections and withdrawals."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.core.plans import LEAD, LEARNER, MONDAY, Journey, plan_of, world_of

from handrail.core.answers import offered
from handrail.core.inputs.told import EARLY_MAX
from handrail.terms.event import Event
from handrail.terms.values import UNKNOWN, Fields

LATER = """
first: { ask: manager, todo: First. }
exam:
  wait: assessment.scored
  where: event.assessment is "A"
  owner: team:assessment
  within: 30 days
  passes_if: event.score >= 80
  if_fails:
    - { hand_to: manager, question: "What now?", answers: { coach: continue, end: { stop: withdrawn } }, within: 5 days }
    - { stop: not passed }
last: { ask: manager, todo: Last. }
"""


def test_an_event_that_came_early_counts() -> None:
    run = Journey(plan_of(LATER))
    run.told("assessment.scored", assessment="A", score=90)
    assert run.said == ["kept for later"]
    run.answer("")
    assert run.at == ["last"]


def test_an_event_from_before_the_run_does_not_count() -> None:
    run = Journey(plan_of(LATER))
    run.told("assessment.scored", at=MONDAY - timedelta(days=1), assessment="A", score=90)
    run.answer("")
    assert run.at == ["exam"]


def test_what_counts_from_a_date_counts_from_there() -> None:
    steps = "c: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days, counts_from: person.hired_on - 30 days }\nlast: { ask: manager, todo: L. }"
    run = Journey(plan_of(steps))
    run.told("lms.completed", at=MONDAY - timedelta(days=10))
    assert run.at == ["last"]


def test_what_counts_from_the_opening_counts_from_there() -> None:
    steps = "first: { ask: manager, todo: First. }\nc: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days, counts_from: opening }"
    run = Journey(plan_of(steps))
    run.told("lms.completed")
    run.wait(1)
    run.answer("")
    assert run.at == ["c"]


def test_of_several_the_first_that_passes_counts() -> None:
    run = Journey(plan_of(LATER))
    for day, score in ((3, 95), (1, 50), (2, 85)):
        run.told("assessment.scored", at=MONDAY + timedelta(hours=day), assessment="A", score=score)
    run.wait(1)
    run.answer("")
    assert (run.at, run.result("exam")["score"]) == (["last"], 85)


def test_of_several_that_do_not_pass_the_last_counts() -> None:
    run = Journey(plan_of(LATER))
    for day, score in ((2, 60), (1, 50)):
        run.told("assessment.scored", at=MONDAY + timedelta(hours=day), assessment="A", score=score)
    run.wait(1)
    run.answer("")
    assert (run.open("exam").owner, run.result("exam")["score"]) == ("person:2", 60)


def test_one_that_passes_ends_the_wait_also_when_somebody_has_it() -> None:
    run = Journey(plan_of(LATER))
    run.answer("")
    run.told("assessment.scored", assessment="A", score=50)
    run.told("assessment.scored", assessment="A", score=40)
    assert run.result("exam")["score"] == 50
    run.told("assessment.scored", assessment="A", score=88)
    assert (run.at, run.result("exam")["score"]) == (["last"], 88)


def test_going_on_in_spite_of_it_keeps_the_events_fields() -> None:
    run = Journey(plan_of(LATER))
    run.answer("")
    run.told("assessment.scored", assessment="A", score=50)
    happened = run.now
    run.wait(1)
    run.answer("coach")
    exam = run.result("exam")
    assert (exam["score"], exam["at"], exam["answer"]) == (50, happened, "coach")


def test_an_event_ends_one_wait_of_a_run() -> None:
    steps = "a: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days }\nb: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 9 days }"
    run = Journey(plan_of(steps))
    run.told("lms.completed")
    assert run.at == ["b"]


def test_what_no_wait_is_for_is_ignored() -> None:
    run = Journey(plan_of(LATER))
    run.told("lms.completed")
    assert not run.last.used


def test_more_than_a_run_can_keep_is_held() -> None:
    run = Journey(plan_of(LATER))
    for _ in range(EARLY_MAX):
        run.told("assessment.scored", assessment="B")
    run.told("assessment.scored", assessment="B")
    assert (run.said, run.last.used) == (["too many kept"], False)


def test_where_that_is_not_known_is_tried_again() -> None:
    steps = "c: { wait: lms.completed, where: event.course is person.department, owner: learner, within: 9 days }\nlast: { ask: manager, todo: L. }"
    run = Journey(plan_of(steps), world_of(department=UNKNOWN))
    run.told("lms.completed", course="Sales")
    assert run.at == ["c"]
    run.becomes(department="Sales")
    assert run.at == ["last"]


def test_a_correction_of_what_was_not_used_takes_its_place() -> None:
    run = Journey(plan_of(LATER))
    number = run.told("assessment.scored", assessment="A", score=50)
    run.corrected("assessment.scored.corrected", number, assessment="A", score=90)
    run.answer("")
    assert (run.at, run.result("exam")["score"]) == (["last"], 90)


def test_a_withdrawal_of_what_was_not_used_takes_it_away() -> None:
    run = Journey(plan_of(LATER))
    number = run.told("assessment.scored", assessment="A", score=90)
    run.decide(Event("assessment.scored.retracted", run.now, LEARNER, number=999, retracts=number))
    run.answer("")
    assert run.at == ["exam"]


def used_then_corrected() -> Journey:
    run = Journey(plan_of(LATER))
    run.answer("")
    number = run.told("assessment.scored", assessment="A", score=82)
    run.corrected("assessment.scored.corrected", number, assessment="A", score=74)
    return run


def test_a_correction_of_what_was_used_rewinds_nothing_and_asks_the_owner_of_the_step() -> None:
    run = used_then_corrected()
    assert run.at == ["last", "exam"]
    beside = run.open("exam")
    assert beside.owner == "team:assessment"
    assert set(offered(run.plan, beside)) == {"keep", "go_back", "stop"}
    said = next(reason for reason in run.last.reasons if reason.rule == "corrected after use")
    assert dict(said.seen) == {"event": "assessment.scored.corrected", "before_score": 82, "after_score": 74}


def test_a_correction_may_be_left_as_it_is() -> None:
    run = used_then_corrected()
    run.answer("keep", "exam", by=LEAD)
    assert (run.at, run.result("exam")["score"]) == (["last"], 82)


def test_a_correction_may_send_back_to_the_step() -> None:
    run = used_then_corrected()
    run.answer("go_back", "exam", by=LEAD)
    assert (run.at, run.open("exam").times) == (["exam"], 2)


def test_a_correction_may_stop_the_run() -> None:
    run = used_then_corrected()
    run.answer("stop", "exam", by=LEAD)
    assert run.state.reason == "stopped by person:5"


def test_a_correction_of_a_correction_asks_one_question() -> None:
    run = used_then_corrected()
    run.corrected("assessment.scored.corrected", run.number, assessment="A", score=81)
    assert run.at == ["last", "exam"]


def test_a_correction_told_in_a_pause_is_asked_about_after_it() -> None:
    run = Journey(plan_of(LATER))
    run.answer("")
    number = run.told("assessment.scored", assessment="A", score=82)
    run.becomes(status="on leave")
    run.corrected("assessment.scored.corrected", number, assessment="A", score=74)
    assert run.at == ["last"]
    run.becomes(status="active")
    assert run.at == ["last", "exam"]


def test_a_wait_for_a_change_of_the_person_is_ended_by_it() -> None:
    run = Journey(plan_of("m: { wait: person.changed, where: person.level >= 5, owner: manager, within: 9 days }"))
    run.becomes(level=5.0)
    assert (run.state.phase, run.last.used) == ("finished", True)


def test_fields_that_are_not_there_are_empty() -> None:
    run = Journey(plan_of(LATER))
    run.answer("")
    run.decide(Event("assessment.scored", run.now, LEARNER, fields=Fields({"assessment": "A"}), number=5))
    assert run.open("exam").owner == "person:2", "no score is no pass"
