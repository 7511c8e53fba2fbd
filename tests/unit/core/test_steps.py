"""Kinds of step: how each opens, and when it is over."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import structs
from tests.unit.core.plans import HEAD, MEMBER, MONDAY, Journey, berlin, plan_of, world_of

from handrail.core.answers import offered
from handrail.core.decide import decide
from handrail.core.start import Beginning, start
from handrail.terms.decision import Started
from handrail.terms.effect import BeginRun, Call, JoinCohort, LeaveCohort, Measure, StopRun, Withdraw
from handrail.terms.event import (
    Answer,
    CohortEvent,
    Event,
    JourneyEnded,
    Moved,
    Outcome,
    OwnersChanged,
    Released,
    Stopped,
    Tick,
)
from handrail.terms.plan import NONE, Choose
from handrail.terms.values import UNKNOWN

ENROLL = """
enroll:
  do: lms.enroll
  with: { course: MGR-101 }
  undo: lms.unenroll
"""
COURSE = """
course:
  wait: lms.completed
  where: event.course is "MGR-101"
  owner: learner
  within: 30 days
"""
APPROVE = """
approve:
  ask: manager
  question: May they?
  answers: { approve: continue, decline: { stop: declined } }
  within: 3 business days
"""


def test_a_do_sends_one_call_and_is_over_when_it_is_confirmed() -> None:
    run = Journey(plan_of(ENROLL))
    (call,) = run.effects
    assert isinstance(call, Call)
    assert (call.action, call.object, call.retry is not None) == ("lms.enroll", "MGR-101", True)
    run.confirm(enrollment="E-1")
    assert run.state.phase == "finished"
    assert run.result("enroll")["enrollment"] == "E-1"


def test_a_do_that_was_so_already_is_over_too() -> None:
    run = Journey(plan_of(ENROLL))
    run.decide(Outcome(1, 0, run.now, "not needed", reason="enrolled by hand"))
    assert run.state.phase == "finished"
    assert run.said[0] == "not needed"


def test_a_do_has_no_limit_of_its_own_while_it_waits_for_its_connection() -> None:
    run = Journey(plan_of(ENROLL))
    assert run.open("enroll").due is None
    assert run.state.wake_at is None


def test_a_do_whose_time_ran_out_climbs_if_late() -> None:
    run = Journey(plan_of(ENROLL))
    run.fail(code="late", failure="transient")
    assert run.said[:2] == ["failed", "handed to"]
    assert run.open("enroll").owner == "team:people-experience"


def test_an_ask_is_over_with_its_answer() -> None:
    run = Journey(plan_of(APPROVE))
    assert run.letters == [("handoff", "person:2")]
    assert run.open("approve").due == berlin(5, 17)
    run.answer("approve")
    assert run.state.phase == "finished"
    assert run.result("approve")["by"] == "person:2"


def test_what_is_to_be_done_has_the_one_answer_done() -> None:
    run = Journey(plan_of("badge: { ask: manager, todo: Hand over the badge. }"))
    run.answer("")
    assert run.result("badge")["answer"] == "done"


def test_a_wait_is_over_when_its_event_comes() -> None:
    run = Journey(plan_of(COURSE))
    run.told("lms.completed", course="OTHER")
    assert run.at == ["course"]
    run.told("lms.completed", course="MGR-101", score=90)
    assert run.state.phase == "finished"
    assert run.result("course")["score"] == 90


def test_a_tell_is_over_when_the_box_has_it() -> None:
    run = Journey(plan_of("hello: { tell: learner, message: day-one }"))
    assert run.letters == [("day-one", "person:1")]
    assert run.state.phase == "finished"


def test_nobody_reachable_is_a_failure_and_somebody_has_it() -> None:
    run = Journey(plan_of("hello: { tell: learner, message: day-one }"), world_of(email=None, personal_email=None))
    while run.open("hello").waiting == "time":
        run.tick()
    assert run.open("hello").owner == "team:learning-operations"
    run.answer("done_by_hand", by=MEMBER)
    assert run.state.phase == "finished"


def test_an_address_that_is_not_there_is_looked_for_again_as_often_as_the_journey_says() -> None:
    run = Journey(plan_of("hello: { tell: learner, message: day-one }"), world_of(email=None, personal_email=None))
    assert run.said[-2:] == ["nobody reachable", "looked for later"]
    tries = 0
    while run.open("hello").waiting == "time":
        run.tick()
        tries += 1
    assert (tries, run.said) == (3, ["nobody reachable", "handed to"])
    assert run.now == MONDAY + timedelta(hours=1)


def test_an_address_that_has_come_meanwhile_is_written_to() -> None:
    run = Journey(plan_of("hello: { tell: learner, message: day-one }"), world_of(email=None, personal_email=None))
    run.becomes(email="ann@acme.example")
    assert run.letters == [], "it is looked for when its moment comes"
    run.tick()
    assert (run.letters, run.state.phase) == ([("day-one", "person:1")], "finished")


def test_a_check_lets_through_or_climbs_if_not() -> None:
    gate = "gate: { check: person.level >= 4, if_not: { stop: not eligible } }"
    assert Journey(plan_of(gate), world_of(level=4.0)).state.phase == "finished"
    stopped = Journey(plan_of(gate), world_of(level=3.0)).state
    assert (stopped.phase, stopped.reason) == ("stopped", "not eligible")


def test_a_check_whose_value_has_not_arrived_is_a_handoff_until_it_does() -> None:
    run = Journey(
        plan_of("gate: { check: person.level >= 4, if_not: { stop: not eligible } }"), world_of(level=UNKNOWN)
    )
    gate = run.open("gate")
    assert (gate.waiting, gate.owner) == ("value", "team:learning-operations")
    assert gate.due is not None
    run.becomes(title="Director")
    assert run.open("gate").number == gate.number, "another change does not begin its limit anew"
    run.becomes(level=5.0)
    assert run.state.phase == "finished"


CHOOSE = """
path:
  choose:
    seniors: { if: person.level >= 5, steps: { a: { do: hris.flag, with: { flag: SENIOR } } } }
    rest: { if: otherwise }
"""


def test_a_choose_takes_the_first_branch_that_is_true() -> None:
    assert Journey(plan_of(CHOOSE), world_of(level=6.0)).at == ["a"]


def test_a_branch_without_steps_goes_on() -> None:
    assert Journey(plan_of(CHOOSE), world_of(level=2.0)).state.phase == "finished"


def test_a_choose_whose_value_has_not_arrived_waits_for_it() -> None:
    run = Journey(plan_of(CHOOSE), world_of(level=UNKNOWN))
    assert run.open("path").waiting == "value"
    run.becomes(level=6.0)
    assert run.at == ["a"]


def test_a_pause_wakes_at_opening_time() -> None:
    run = Journey(plan_of("rest: { pause: 4 days }\nhello: { tell: learner, message: day-one }"))
    assert run.state.wake_at == berlin(6, 9)
    run.tick()
    assert run.state.phase == "finished"


def test_a_pause_until_a_day_off_wakes_on_the_next_working_day() -> None:
    run = Journey(plan_of("rest: { pause: until 2026-03-07 }"))
    assert run.state.wake_at == berlin(9, 9)


def test_a_pause_until_a_date_that_is_past_is_over_at_once() -> None:
    run = Journey(plan_of("rest: { pause: until person.hired_on }"), world_of(hired_on=date(2026, 2, 2)))
    assert run.state.phase == "finished"


def test_a_pause_until_a_date_that_is_not_there_is_somebodys_to_find() -> None:
    run = Journey(plan_of("rest: { pause: until person.ends_on }"), world_of(ends_on=UNKNOWN))
    assert (run.open("rest").waiting, run.open("rest").owner) == ("value", "team:learning-operations")
    run.becomes(ends_on=date(2026, 3, 20))
    assert (run.open("rest").waiting, run.state.wake_at) == ("time", berlin(20, 9))
    run.becomes(ends_on=date(2026, 3, 24))
    assert run.state.wake_at == berlin(24, 9)


def test_a_record_writes_measures_and_is_over_at_once() -> None:
    run = Journey(plan_of('note: { record: { level: "{person.level}" }, phase: before }'))
    (measure,) = run.effects
    assert isinstance(measure, Measure)
    assert (measure.phase, measure.values["level"]) == ("before", 3.0)
    assert run.state.phase == "finished"


RUN = """
other: { run: sales-onboarding, within: 60 days }
after: { check: other.outcome is "finished", if_not: { stop: not trained } }
"""


def test_a_run_is_over_when_the_journey_it_began_has_ended() -> None:
    run = Journey(plan_of(RUN))
    (begun,) = run.effects
    assert isinstance(begun, BeginRun)
    assert begun.tied
    run.decide(JourneyEnded(1, run.now, 9, "sales-onboarding", "finished"))
    assert run.state.phase == "finished"


def test_a_journey_begun_by_a_step_is_stopped_with_the_run() -> None:
    run = Journey(plan_of(RUN))
    run.decide(Stopped(run.now, "no longer wanted"))
    assert any(isinstance(effect, StopRun) for effect in run.effects)


GATHER = """
cohort: { gather: 12 people, alike: [ person.language ], within: 90 days, if_late: { stop: no cohort } }
"""


def test_a_gather_holds_a_place_until_the_cohort_leaves() -> None:
    run = Journey(plan_of(GATHER))
    (join,) = run.effects
    assert isinstance(join, JoinCohort)
    assert dict(join.alike) == {"person.language": "en"}
    run.decide(CohortEvent(1, run.now, 3, 12))
    assert run.result("cohort")["size"] == 12


def test_who_waits_too_long_for_a_cohort_gives_the_place_back() -> None:
    run = Journey(plan_of(GATHER))
    run.tick()
    assert run.state.reason == "no cohort"
    assert isinstance(run.effects[-1], LeaveCohort)


def test_a_stop_ends_the_whole_run_and_withdraws_what_is_not_sent() -> None:
    steps = """
both:
  together:
    one: { a: { do: lms.enroll, with: { course: MGR-101 } } }
    two: { b: { stop: enough } }
  within: 9 days
  if_fails: { stop: too few }
"""
    run = Journey(plan_of(steps))
    assert (run.state.phase, run.state.reason, run.state.passes) == ("stopped", "enough", ())
    assert isinstance(run.effects[-1], Withdraw)


def test_a_step_that_is_not_wanted_is_not_needed_and_the_journey_goes_on() -> None:
    run = Journey(plan_of("a: { do: hris.flag, with: { flag: X }, only_if: person.level >= 5 }"))
    assert run.state.phase == "finished"
    assert "not needed" in run.said


def test_a_step_that_is_proved_already_is_credited() -> None:
    run = Journey(plan_of("a: { do: hris.flag, with: { flag: X }, credit_if: person.level >= 3 }"))
    assert run.calls == []
    assert "credited" in run.said


def test_credit_is_not_given_on_what_is_not_known() -> None:
    run = Journey(
        plan_of("a: { do: hris.flag, with: { flag: X }, credit_if: person.level >= 3 }"), world_of(level=UNKNOWN)
    )
    assert run.calls == ["hris.flag"]


def test_a_journey_that_could_not_be_begun_is_a_failure() -> None:
    run = Journey(plan_of(RUN))
    run.decide(Outcome(1, 0, run.now, "failed", failure="permanent"))
    assert run.open("other").owner == "team:learning-operations"
    run.tick()
    assert run.state.reason == "could not be done"


def test_what_comes_from_elsewhere_for_a_step_that_is_over_changes_nothing() -> None:
    run = Journey(plan_of(APPROVE))
    for event in (
        JourneyEnded(1, run.now, 9, "sales-onboarding", "finished"),
        CohortEvent(1, run.now, 1, 3),
        Outcome(9, 3, run.now, "confirmed"),
        Released(run.now, "person:7"),
        Moved(run.now, "person:7", "x"),
    ):
        run.decide(event)
        assert (run.last.used, run.at) == (False, ["approve"])


def test_what_comes_to_a_run_that_is_over_changes_nothing() -> None:
    run = Journey(plan_of("hello: { tell: learner, message: day-one }"))
    for event in (
        Tick(run.now),
        OwnersChanged(run.now),
        Event("person.changed", run.now, 1),
        Outcome(9, -1, run.now, "failed"),
        Stopped(run.now, "x"),
    ):
        run.decide(event)
        assert (run.last.used, run.last.effects, run.state.phase) == (False, (), "finished")


def test_a_step_whose_only_if_is_not_known_waits_for_it() -> None:
    run = Journey(
        plan_of("a: { do: hris.flag, with: { flag: X }, only_if: person.level >= 5 }"), world_of(level=UNKNOWN)
    )
    assert run.open("a").waiting == "value"
    run.becomes(level=2.0)
    assert run.state.phase == "finished"


def test_a_handoff_about_a_value_climbs_its_ladder_as_any() -> None:
    gate = "gate: { check: person.level >= 4, if_not: { stop: not eligible } }"
    run = Journey(plan_of(gate), world_of(level=UNKNOWN))
    run.tick()
    assert run.open("gate").owner == "team:people-experience"
    run.tick()
    assert run.state.reason == "nobody answered"


def test_while_a_call_is_on_its_way_nothing_is_offered_and_an_answer_is_too_late() -> None:
    run = Journey(plan_of(ENROLL))
    assert offered(run.plan, run.open("enroll")) == {}
    run.decide(Answer(1, run.now, "person:2", "skip"))
    assert run.said == ["answered too late"]


def test_a_choice_without_a_branch_for_it_goes_on() -> None:
    run = Journey(plan_of(CHOOSE), world_of(level=2.0))
    body = run.plan.steps[0].body
    assert isinstance(body, Choose)
    only = structs.replace(body, branches=body.branches[:1])
    plan = structs.replace(
        run.plan, steps=(structs.replace(run.plan.steps[0], body=only), *run.plan.steps[1:]), hash=""
    )
    assert "chose nothing" in Journey(plan, world_of(level=2.0)).said


def test_a_step_that_says_nothing_of_failing_or_stalling_is_skipped() -> None:
    plan = plan_of(ENROLL + APPROVE)
    bare = tuple(
        structs.replace(each, contract=structs.replace(each.contract, if_late=NONE, if_fails=NONE))
        for each in plan.steps
    )
    run = Journey(structs.replace(plan, steps=bare, hash=""))
    run.fail()
    assert run.at == ["approve"]
    run.tick()
    assert run.state.phase == "finished"
    told = plan_of("hello: { tell: learner, message: day-one }")
    bare = tuple(structs.replace(each, contract=structs.replace(each.contract, if_fails=NONE)) for each in told.steps)
    assert Journey(structs.replace(told, steps=bare, hash=""), world_of(email=None)).state.phase == "finished"


def test_before_release_only_its_end_can_come() -> None:
    plan = plan_of(APPROVE)
    made = start(
        plan, Beginning(plan.starts[0], 7, above_limit=True), Event("person.hired", MONDAY, 1), world_of(), (), MONDAY
    )
    assert isinstance(made, Started)
    waiting = made.decision.state
    for event in (Tick(MONDAY), Answer(1, MONDAY, "person:2", "approve"), Event("person.changed", MONDAY, 1)):
        assert not decide(plan, waiting, event, world_of(), MONDAY).used
    assert decide(plan, waiting, Stopped(MONDAY, "replaced"), world_of(), MONDAY).state.phase == "stopped"


def test_the_handoff_that_is_left_of_a_run_that_is_over_finds_its_owner() -> None:
    steps = (
        ENROLL.strip() + "\n  owner: manager\n" + APPROVE.strip() + "\n  if_late: [ { undo: all }, { stop: late } ]\n"
    )
    run = Journey(plan_of(steps))
    run.confirm()
    run.tick()
    run.decide(Outcome(1, -1, run.now, "failed", failure="permanent"))
    run.staff(2, status="left")
    assert [each.owner for each in run.state.passes] == ["team:people-experience"]
    run.decide(Event("person.changed", run.now, 1))
    assert run.said == ["run is over"]


def test_values_of_a_start_are_reckoned_when_it_begins() -> None:
    head = HEAD.replace("{ event: person.hired }", '{ event: person.hired, with: { due: "{today + 30 days}" } }')
    run = Journey(plan_of("a: { ask: manager, todo: A., until: start.due }", instead=head))
    assert run.state.start["due"] == date(2026, 4, 1)
    assert run.open("a").due == berlin(2, 0, month=4)
