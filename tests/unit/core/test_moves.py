"""Moves: what happens next, and how a ladder is climbed."""

from __future__ import annotations

from tests.unit.core.plans import DIRECTOR, LEAD, MANAGER, MEMBER, Journey, berlin, plan_of, world_of

from handrail.core.answers import offered
from handrail.terms.effect import BeginRun, Call, Measure
from handrail.terms.event import Outcome
from handrail.terms.values import Duration

LADDER = """
approve:
  ask: manager
  question: May they?
  answers: { approve: continue, decline: { stop: declined } }
  within: 3 business days
  remind: [ after 1 business day ]
  if_late: [ { hand_to: manager.manager, within: 2 business days }, { assume: approve } ]
"""


def test_a_late_handoff_moves_to_its_next_owner() -> None:
    run = Journey(plan_of(LADDER))
    run.tick_past_reminders()
    assert (run.now, run.open("approve").owner) == (berlin(5, 17), "person:3")
    assert run.open("approve").due == berlin(9, 17)
    assert ("handoff", "person:3") in run.letters


def test_the_last_rung_assumes_the_answer_and_marks_it() -> None:
    run = Journey(plan_of(LADDER))
    run.tick_past_reminders()
    run.tick_past_reminders()
    assert run.result("approve")["by"] == "assumed"
    assert run.result("approve")["late"] is True
    assert run.state.phase == "finished"


def test_a_ladder_climbs_one_rung_a_tick_however_late_it_is() -> None:
    run = Journey(plan_of(LADDER))
    run.wait(60)
    run.tick()
    assert run.open("approve").owner == "person:3"
    due = run.open("approve").due
    assert due is not None
    assert due > run.now


def test_one_reminder_is_sent_once() -> None:
    run = Journey(plan_of(LADDER))
    run.tick()
    assert (run.now, run.said) == (berlin(3, 9), ["reminded"])
    assert run.letters.count(("reminder", "person:2")) == 1
    run.tick()
    assert run.said == ["late", "handed to"]


def test_whoever_had_the_step_is_not_handed_it_again() -> None:
    steps = LADDER.replace("manager.manager", "manager")
    run = Journey(plan_of(steps.replace("hand_to: manager,", "hand_to: sponsor or manager,")))
    run.tick_past_reminders()
    assert "passed over" in run.said
    assert run.state.phase == "finished"


def test_the_owner_of_a_wait_was_asked_nothing_and_may_be_handed_it() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: manager
  within: 10 days
  if_late: [ { hand_to: manager, within: 2 business days }, { stop: not finished } ]
"""
    run = Journey(plan_of(steps))
    run.tick()
    assert (run.open("course").asked, run.open("course").waiting) == (("person:2",), "event")
    run.told("lms.completed", course="X")
    assert run.state.phase == "finished", "what the step waits for still ends it"


ASKED_ON = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - hand_to: manager
      question: What now?
      answers: { two_more_weeks: { extend: 14 days }, withdraw: { stop: withdrawn } }
      within: 3 business days
    - stop: course not finished
"""


def test_a_late_wait_asks_a_question_of_its_own() -> None:
    run = Journey(plan_of(ASKED_ON))
    run.tick()
    assert set(offered(run.plan, run.open("course"))) == {"two_more_weeks", "withdraw"}
    run.answer("withdraw")
    assert run.state.reason == "withdrawn"


def test_more_time_is_given_by_the_same_owner_and_then_the_next_rung_follows() -> None:
    run = Journey(plan_of(ASKED_ON))
    run.tick()
    run.answer("two_more_weeks")
    course = run.open("course")
    assert (course.owner, course.limit) == ("person:2", Duration(14, "days"))
    assert set(offered(run.plan, course)) == {"withdraw"}, "more time is given once"
    run.tick()
    assert run.state.reason == "course not finished"


ON_AND_ON = """
approve:
  ask: manager
  question: May they?
  answers:
    yes_please: continue
    not_me: { hand_to: manager.manager, within: 2 business days }
  within: 3 business days
  if_late: [ { hand_to: team:assessment, within: 2 business days }, { stop: nobody answered } ]
"""


def test_an_answer_may_hand_the_same_question_to_somebody_who_is_not_offered_that_answer() -> None:
    run = Journey(plan_of(ON_AND_ON))
    run.answer("not_me")
    assert run.open("approve").owner == "person:3"
    assert set(offered(run.plan, run.open("approve"))) == {"yes_please"}
    run.answer("yes_please", by=DIRECTOR)
    assert run.result("approve")["by"] == "person:3"


def test_after_the_answer_that_handed_it_on_the_steps_own_ladder_follows() -> None:
    run = Journey(plan_of(ON_AND_ON))
    run.answer("not_me")
    run.tick()
    assert run.open("approve").owner == "team:assessment"
    run.tick()
    assert run.state.reason == "nobody answered"


def test_an_answer_given_late_goes_on_at_the_rung_above_it() -> None:
    run = Journey(plan_of(ON_AND_ON.replace("manager.manager", "team:learning-operations")))
    run.tick()
    run.answer("not_me", by=LEAD)
    assert run.open("approve").owner == "team:learning-operations"
    run.tick()
    assert run.state.reason == "nobody answered", "the rung that was climbed is not climbed again"


NESTED = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - hand_to: manager
      question: What now?
      answers: { ask_above: { hand_to: manager.manager, within: 2 business days }, go_on: continue }
      within: 3 business days
    - stop: nobody knew
"""


def test_an_answer_inside_an_answer_asks_the_same_question_above() -> None:
    run = Journey(plan_of(NESTED))
    run.tick()
    run.answer("ask_above")
    assert run.open("course").owner == "person:3"
    assert set(offered(run.plan, run.open("course"))) == {"go_on"}
    run.answer("go_on", by=DIRECTOR)
    assert run.state.phase == "finished"
    assert run.result("course")["at"] is not None


def test_an_answer_above_that_never_comes_goes_on_below() -> None:
    run = Journey(plan_of(NESTED))
    run.tick()
    run.answer("ask_above")
    run.tick()
    assert run.state.reason == "nobody knew"


def test_moves_that_do_not_wait_are_made_on_the_way() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - { tell: manager, message: welcome-before-day-one }
    - { do: hris.flag, with: { flag: LATE } }
    - { record: { late: "true" } }
    - { run: sales-onboarding }
    - { stop: late }
"""
    run = Journey(plan_of(steps))
    run.tick()
    kinds = [type(effect) for effect in run.effects]
    assert kinds[1:] == [Call, Measure, BeginRun]
    begun = run.effects[3]
    assert isinstance(begun, BeginRun)
    assert begun.tied is False
    assert ("welcome-before-day-one", "person:2") in run.letters


def test_a_move_may_be_made_only_if() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late:
    - { stop: a senior is late, only_if: person.level >= 5 }
    - { skip: never mind }
"""
    run = Journey(plan_of(steps))
    run.tick()
    assert "move not needed" in run.said
    assert run.state.phase == "finished"


ENROLL = """
enroll: { do: lms.enroll, with: { course: MGR-101 }, undo: lms.unenroll }
after: { check: enroll.times >= 1, if_not: { stop: without a course } }
"""


def test_a_failed_call_is_its_owners_who_may_try_again() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    assert set(offered(run.plan, run.open("enroll"))) == {"try_again", "done_by_hand", "skip", "stop"}
    run.answer("try_again", by=MEMBER)
    assert (run.calls, run.open("enroll").waiting) == (["lms.enroll", "lms.enroll"], "outcome")
    run.confirm()
    assert run.state.phase == "finished"


def test_a_call_that_fails_again_goes_back_to_who_had_it_tried() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    run.answer("try_again", by=MEMBER)
    run.fail()
    assert (run.open("enroll").owner, run.open("enroll").waiting) == ("team:learning-operations", "answer")
    run.tick()
    assert run.state.reason == "could not be done"


def test_what_was_done_by_hand_is_done() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    run.answer("done_by_hand", by=MEMBER)
    assert run.state.phase == "finished"
    assert run.result("enroll")["by"] == "person:6"


def test_a_call_that_is_skipped_leaves_no_result() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    run.answer("skip", by=MEMBER)
    assert run.state.reason == "without a course"


def test_a_call_that_could_not_be_done_may_stop_the_run() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    run.answer("stop", by=MEMBER)
    assert run.state.phase == "stopped"


def test_a_later_retry_is_made_by_the_run_but_not_where_the_other_side_said_never() -> None:
    steps = """
enroll:
  do: lms.enroll
  with: { course: MGR-101 }
  if_fails: [ { tell: learner, message: day-one }, { retry: 2 times over 1 hour }, { stop: no course } ]
"""
    run = Journey(plan_of(steps))
    run.fail(failure="transient")
    assert run.calls == ["lms.enroll", "lms.enroll"]
    run.fail(failure="transient")
    assert run.state.reason == "no course"
    never = Journey(plan_of(steps))
    never.fail(failure="permanent")
    assert never.state.reason == "no course"


def test_a_call_whose_time_ran_out_gets_more_of_it_once() -> None:
    steps = """
enroll:
  do: lms.enroll
  with: { course: MGR-101 }
  if_late: [ { extend: 2 days }, { stop: no course } ]
"""
    run = Journey(plan_of(steps))
    run.fail(code="late", failure="transient")
    last = run.effects[-1]
    assert isinstance(last, Call)
    assert last.within == Duration(2, "days")
    run.fail(code="late", failure="transient")
    assert run.state.reason == "no course"


UNDO = """
one: { do: lms.enroll, with: { course: A }, undo: lms.unenroll }
two: { do: hris.flag, with: { flag: B }, undo: hris.unflag }
three: { do: badges.issue, with: { badge: C }, undo: badges.revoke }
four: { ask: manager, todo: Go on., if_late: [ { undo: all }, { stop: gave up } ] }
"""


def test_everything_is_undone_last_first_with_what_it_was_called_with() -> None:
    run = Journey(plan_of(UNDO))
    for _ in range(3):
        run.confirm()
    run.tick()
    assert run.calls[3:] == ["badges.revoke", "hris.unflag", "lms.unenroll"]
    undone = run.effects[-1]
    assert isinstance(undone, Call)
    assert (undone.arguments["course"], undone.undoes, undone.retry is not None) == ("A", (1, 0), True)


def test_what_was_not_needed_is_not_undone() -> None:
    run = Journey(plan_of(UNDO))
    run.decide(Outcome(1, 0, run.now, "not needed"))
    run.confirm()
    run.confirm()
    run.tick()
    assert "lms.unenroll" not in run.calls


SEND_AND_STOP = """
both:
  together:
    one: { a: { do: lms.enroll, with: { course: A }, undo: lms.unenroll } }
    two: { b: { ask: manager, todo: Go on., if_late: [ { undo: a }, { stop: gave up } ] } }
  within: 9 days
  if_fails: { stop: too few }
"""


def test_a_call_that_was_sent_all_the_same_is_undone_when_it_becomes_known() -> None:
    run = Journey(plan_of(SEND_AND_STOP))
    a = run.open("a")
    run.tick()
    assert run.state.phase == "stopped"
    assert "lms.unenroll" not in run.calls
    run.decide(Outcome(a.number, a.call, run.now, "confirmed"))
    assert run.calls[-1] == "lms.unenroll"
    run.decide(Outcome(a.number, a.call, run.now, "confirmed"))
    assert run.calls.count("lms.unenroll") == 1


def test_an_undo_that_fails_is_somebodys_also_when_the_run_is_over() -> None:
    run = Journey(plan_of(UNDO))
    for _ in range(3):
        run.confirm()
    run.tick()
    run.decide(Outcome(1, -1, run.now, "failed", failure="permanent"))
    (beside,) = run.state.passes
    assert (beside.owner, run.state.phase) == ("team:learning-operations", "stopped")
    assert set(offered(run.plan, beside)) == {"done_by_hand", "skip"}
    run.answer("done_by_hand", by=MEMBER)
    assert (run.state.passes, run.state.wake_at) == ((), None)


def test_an_undo_nobody_looks_at_is_closed_in_the_end() -> None:
    run = Journey(plan_of(UNDO))
    for _ in range(3):
        run.confirm()
    run.tick()
    run.decide(Outcome(1, -1, run.now, "failed", failure="permanent"))
    run.tick()
    assert (run.said, run.state.wake_at) == (["nobody looked at it"], None)


def test_a_call_of_a_ladder_that_fails_is_a_handoff_beside_the_run() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late: [ { do: hris.flag, with: { flag: LATE } }, { hand_to: manager, within: 5 days }, { stop: late } ]
"""
    run = Journey(plan_of(steps))
    run.tick()
    run.decide(Outcome(1, 0, run.now, "failed", failure="permanent"))
    assert run.at == ["course", "course"]
    run.told("lms.completed")
    assert run.state.phase == "finished"


def test_a_late_outcome_of_a_run_that_is_over_is_noted_and_sets_nothing_off() -> None:
    run = Journey(plan_of(SEND_AND_STOP))
    run.answer("", "b", by=MANAGER)
    a = run.open("a")
    run.confirm("a")
    run.decide(Outcome(a.number, a.call, run.now, "confirmed"))
    assert (run.state.phase, run.said, run.last.effects) == ("finished", ["settled"], ())


def escalated(run: Journey, step: str) -> bool:
    number = run.open(step).number
    return next(change.escalated for change in run.last.handoffs if change.pass_ == number)


def test_a_handoff_is_escalated_when_it_is_handed_to_somebody_else() -> None:
    ask = Journey(plan_of(LADDER))
    assert not escalated(ask, "approve")
    ask.tick_past_reminders()
    assert escalated(ask, "approve")
    wait = Journey(plan_of(ASKED_ON))
    assert not escalated(wait, "course")
    wait.tick()
    assert escalated(wait, "course")
    wait.answer("two_more_weeks")
    assert escalated(wait, "course")


def test_a_failed_call_in_its_owners_hands_is_not_escalated_and_one_above_is() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail()
    assert not escalated(run, "enroll")
    ask = Journey(plan_of(LADDER))
    ask.staff(MANAGER, status="left")
    assert not escalated(ask, "approve"), "a new owner is no escalation"


def test_a_message_of_a_ladder_that_reaches_nobody_is_a_handoff_beside_the_run() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: manager
  within: 10 days
  if_late: [ { tell: learner, message: day-one }, { hand_to: manager.manager, within: 5 days }, { stop: late } ]
"""
    run = Journey(plan_of(steps), world_of(email=None, personal_email=None))
    run.tick()
    assert "nobody reachable" in run.said
    assert [each.owner for each in run.state.passes] == ["person:3", "person:2"]


def test_calls_and_outcomes_that_come_in_a_pause_are_handed_beside_after_it() -> None:
    steps = """
course:
  wait: lms.completed
  where: event.course is not empty
  owner: learner
  within: 10 days
  if_late: [ { do: hris.flag, with: { flag: LATE } }, { hand_to: manager, within: 5 days }, { stop: late } ]
"""
    run = Journey(plan_of(steps))
    run.tick()
    run.becomes(status="on leave")
    run.decide(Outcome(1, 0, run.now, "failed", failure="permanent"))
    assert run.at == ["course"]
    run.becomes(status="active")
    assert run.at == ["course", "course"]


def test_a_call_that_nobody_waits_for_any_more_is_settled() -> None:
    run = Journey(plan_of(UNDO))
    run.decide(Outcome(9, 0, run.now, "confirmed"))
    assert run.said == ["settled"]


def test_an_undo_that_was_confirmed_needs_nobody() -> None:
    run = Journey(plan_of(UNDO.replace("{ stop: gave up }", "continue") + "\nlast: { ask: manager, todo: L. }"))
    for _ in range(3):
        run.confirm()
    run.tick()
    run.decide(Outcome(1, -1, run.now, "confirmed"))
    assert (run.said, run.last.used, run.at) == (["taken back"], True, ["last"])
