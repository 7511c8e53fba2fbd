"""A run beside its person's life: pauses, scope, dates that move, values that arrive."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import structs
from tests.unit.core.plans import LEARNER, MEMBER, Journey, berlin, not_started, plan_of, world_of

from handrail.terms.effect import Call
from handrail.terms.event import Event, Tick
from handrail.terms.plan import NONE
from handrail.terms.values import UNKNOWN

ASK = """
approve:
  ask: manager
  question: May they?
  answers: { approve: [ { tell: learner, message: day-one }, continue ], decline: { stop: declined } }
  within: 3 business days
  remind: [ after 2 business days ]
  if_late: [ { hand_to: manager.manager, within: 2 business days }, { stop: nobody } ]
last: { do: hris.flag, with: { flag: X } }
"""


def test_on_leave_the_run_pauses_and_no_ladder_climbs() -> None:
    run = Journey(plan_of(ASK))
    run.becomes("person.leave_began", status="on leave", leave_to=date(2026, 3, 15))
    assert (run.state.phase, run.state.wake_at) == ("paused", berlin(16, 9))
    run.wait(5)
    run.decide(Tick(run.now))
    assert (run.state.phase, run.last.effects) == ("paused", ())


def test_what_was_left_of_a_limit_runs_on_in_its_own_unit() -> None:
    run = Journey(plan_of(ASK))
    run.wait(1)
    run.becomes("person.leave_began", status="on leave")
    run.wait(20)
    run.becomes("person.leave_ended", status="active")
    approve = run.open("approve")
    assert run.now.date() == date(2026, 3, 23)
    assert approve.due == berlin(25, 17), "two business days were left"
    assert approve.reminders == (berlin(24, 9),), "and the reminder that was to come runs on too"


def test_a_reminder_that_was_sent_is_not_sent_again_after_a_pause() -> None:
    run = Journey(plan_of(ASK))
    run.tick()
    run.becomes("person.leave_began", status="on leave")
    run.wait(20)
    run.becomes("person.leave_ended", status="active")
    assert run.open("approve").reminders == ()


def test_answers_are_taken_in_a_pause_and_act_when_it_is_over() -> None:
    run = Journey(plan_of(ASK))
    run.becomes(status="on leave")
    before = len(run.effects)
    run.answer("approve")
    assert (len(run.effects), run.result("approve")["answer"]) == (before, "approve")
    assert all(each.waiting != "answer" for each in run.state.passes)
    assert run.state.phase == "paused"
    run.becomes(status="active")
    assert ("day-one", "person:1") in run.letters
    assert run.at == ["last"]


def test_outcomes_are_taken_in_a_pause_and_the_next_step_opens_after_it() -> None:
    run = Journey(plan_of("a: { do: hris.flag, with: { flag: A } }\nb: { do: hris.flag, with: { flag: B } }"))
    run.becomes(status="on leave")
    run.confirm()
    assert (run.at, run.state.phase) == ([], "paused")
    run.becomes(status="active")
    assert run.at == ["b"]


def test_a_call_that_fails_in_a_pause_is_handed_over_after_it() -> None:
    run = Journey(plan_of("a: { do: hris.flag, with: { flag: A } }"))
    run.becomes(status="on leave")
    run.fail()
    assert run.letters == []
    run.becomes(status="active")
    assert run.letters == [("handoff", "team:learning-operations")]
    run.becomes(status="on leave")
    run.answer("try_again", by=MEMBER)
    assert len(run.calls) == 1, "nothing is sent in a pause"
    run.becomes(status="active")
    assert len(run.calls) == 2
    run.becomes(status="on leave")
    run.fail()
    run.becomes(status="active")
    assert run.letters[-1] == ("handoff", "team:learning-operations")


def test_events_are_kept_in_a_pause_and_count_after_it() -> None:
    run = Journey(
        plan_of("course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days }")
    )
    run.becomes(status="on leave")
    run.told("lms.completed")
    assert run.at == ["course"]
    run.becomes(status="active")
    assert run.state.phase == "finished"


def test_leaving_the_company_ends_a_pause_and_the_run() -> None:
    run = Journey(plan_of(ASK))
    run.becomes(status="on leave")
    run.becomes("person.left", status="left")
    assert (run.state.phase, run.state.reason) == ("stopped", "left the company")


def test_a_start_for_somebody_on_leave_begins_a_run_that_pauses_at_once() -> None:
    run = Journey(plan_of(ASK), world_of(status="on leave"))
    assert (run.state.phase, run.at, run.last.effects) == ("paused", [], ())
    run.becomes(status="active")
    assert run.at == ["approve"]


def test_a_pause_by_duration_stands_still_while_the_run_is_paused() -> None:
    run = Journey(plan_of("rest: { pause: 10 days }"))
    run.wait(4)
    run.becomes(status="on leave")
    run.wait(20)
    run.becomes(status="active")
    assert run.state.wake_at == berlin(1, 9, month=4)


def test_a_date_in_the_world_does_not_move_with_a_pause() -> None:
    run = Journey(plan_of("rest: { pause: until 2026-03-20 }"))
    run.becomes(status="on leave")
    run.wait(30)
    run.becomes(status="active")
    run.tick()
    assert run.state.phase == "finished"


NEVER = "pause_while: never\n"


def test_a_journey_may_never_pause() -> None:
    run = Journey(plan_of(ASK, NEVER))
    run.becomes(status="on leave")
    assert run.state.phase == "open"


RESUMED = "when_resumed: [ { tell: learner, message: back-again }, { extend: 20 days } ]\n"


def test_after_a_pause_no_limit_open_or_still_to_come_ends_sooner_than_that() -> None:
    run = Journey(plan_of(ASK + "more: { ask: manager, todo: More. }", RESUMED))
    run.becomes(status="on leave")
    run.wait(10)
    run.becomes(status="active")
    assert ("back-again", "person:1") in run.letters
    floor = run.open("approve").due
    assert floor is not None
    assert floor > run.now + timedelta(days=19)
    run.answer("approve")
    run.confirm()
    assert run.open("more").due == floor


SCOPE = "while: person.level >= 3\nwhen_no_longer: [ { undo: all }, { tell: learner, message: left-program }, MOVE ]\n"


def test_who_is_no_longer_in_scope_leaves_by_the_moves_for_it() -> None:
    run = Journey(
        plan_of(
            "a: { do: lms.enroll, with: { course: A }, undo: lms.unenroll }\n" + ASK,
            SCOPE.replace("MOVE", "{ stop: no longer }"),
        )
    )
    run.confirm()
    run.becomes(level=2.0)
    assert run.state.reason == "no longer"
    assert run.calls[-1] == "lms.unenroll"
    assert ("left-program", "person:1") in run.letters


def test_who_stays_in_is_looked_at_again_after_it_was_true_once() -> None:
    run = Journey(plan_of(ASK, SCOPE.replace("{ undo: all }, ", "").replace("MOVE", "continue")))
    run.becomes(level=2.0)
    assert run.letters.count(("left-program", "person:1")) == 1
    run.becomes(level=1.0)
    assert run.letters.count(("left-program", "person:1")) == 1
    run.becomes(level=3.0)
    run.becomes(level=2.0)
    assert run.letters.count(("left-program", "person:1")) == 2
    assert run.at == ["approve"]


def test_what_is_not_known_leaves_scope_and_pause_as_they_were() -> None:
    run = Journey(plan_of(ASK, SCOPE.replace("MOVE", "{ stop: no longer }")))
    run.becomes(level=UNKNOWN, status=UNKNOWN)
    phases = [run.state.phase]
    for status in ("on leave", UNKNOWN):
        run.becomes(status=status)
        phases.append(run.state.phase)
    assert phases == ["open", "paused", "paused"]


def test_scope_is_not_looked_at_while_paused() -> None:
    run = Journey(plan_of(ASK, SCOPE.replace("MOVE", "{ stop: no longer }")))
    run.becomes(status="on leave", level=1.0)
    assert run.state.phase == "paused"
    run.becomes(status="active")
    assert run.state.reason == "no longer"


def test_where_scope_reads_today_the_run_is_looked_at_each_day() -> None:
    run = Journey(
        plan_of(
            "course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days }",
            "while: today < 2026-03-05\nwhen_no_longer: { stop: too late }\n",
        )
    )
    run.tick()
    assert run.now == berlin(3, 0)
    run.tick()
    run.tick()
    assert run.state.reason == "too late"


UNTIL = """
bye: { wait: lms.completed, where: event.course is not empty, owner: learner, until: person.ends_on, remind: [ 7 days before ], if_late: { stop: gone } }
"""


def test_a_date_of_the_person_is_reckoned_again_when_it_changes() -> None:
    run = Journey(plan_of(UNTIL), world_of(ends_on=date(2026, 3, 31)))
    assert run.open("bye").due == berlin(1, 0, month=4)
    run.becomes(ends_on=date(2026, 3, 20))
    assert (run.open("bye").due, run.open("bye").reminders) == (berlin(21, 0), (berlin(13, 9),))
    assert run.said == ["date moved"]
    run.becomes(ends_on=UNKNOWN)
    assert run.open("bye").due == berlin(21, 0), "once reckoned it stays until there is another date"


def test_a_date_that_is_not_known_is_looked_for_again() -> None:
    run = Journey(plan_of(UNTIL), world_of(ends_on=UNKNOWN))
    assert "date not known" in run.said
    assert run.open("bye").due is not None


def test_past_at_opening_is_late_at_once() -> None:
    run = Journey(plan_of(UNTIL), world_of(ends_on=date(2026, 2, 1)))
    run.tick()
    assert (run.now, run.state.reason) == (run.state.begun, "gone")


def test_in_no_scope_at_a_start_there_is_no_run() -> None:
    plan = plan_of(ASK, SCOPE.replace("MOVE", "{ stop: no longer }"))
    event = Event("person.hired", berlin(2, 10), LEARNER)
    assert not_started(plan, world_of(level=1.0), event=event).why == "no longer"
    assert not_started(plan, world_of(level=UNKNOWN), event=event).why == "unknown"


def test_an_undo_is_called_with_what_the_call_was_called_with() -> None:
    run = Journey(
        plan_of(
            'a: { do: lms.enroll, with: { course: "{person.title}" }, undo: lms.unenroll }\n' + ASK,
            SCOPE.replace("MOVE", "{ stop: no longer }"),
        )
    )
    run.confirm(enrollment="E-1")
    run.becomes(title="Director", level=1.0)
    undone = run.effects[-2]
    assert isinstance(undone, Call)
    assert (undone.arguments["course"], undone.given["enrollment"]) == ("Clerk", "E-1")


def test_a_plan_that_says_nothing_of_it_stops_who_is_no_longer_in_scope() -> None:
    plan = structs.replace(plan_of(ASK, SCOPE.replace("MOVE", "{ stop: no longer }")), when_no_longer=NONE, hash="")
    run = Journey(plan)
    run.becomes(level=1.0)
    assert run.state.reason == "no longer in scope"


def test_a_choice_that_can_be_made_is_made_even_where_a_later_one_is_not_known() -> None:
    steps = """
path:
  choose:
    high: { if: person.level >= 5, steps: { a: { ask: manager, todo: A. } } }
    full: { if: person.fte >= 1, steps: { b: { ask: manager, todo: B. } } }
    rest: { if: otherwise }
"""
    run = Journey(plan_of(steps), world_of(level=UNKNOWN, fte=UNKNOWN))
    run.becomes(level=6.0)
    assert run.at == ["a"]


def test_a_pass_that_is_not_known_keeps_the_event_until_it_is() -> None:
    steps = """
exam:
  wait: assessment.scored
  where: event.assessment is not empty
  owner: learner
  within: 30 days
  passes_if: event.score >= person.level
  if_fails: { stop: not passed }
"""
    run = Journey(plan_of(steps), world_of(level=UNKNOWN))
    run.told("assessment.scored", score=3)
    assert (run.at, run.said) == (["exam"], ["value not known", "kept for later"])
    run.becomes(level=3.0)
    assert run.state.phase == "finished"


def test_where_a_pause_reads_today_it_is_looked_at_each_day() -> None:
    run = Journey(plan_of(ASK, "pause_while: today < 2026-03-06\n"))
    assert (run.state.phase, run.state.wake_at) == ("paused", berlin(3, 0))
    while run.state.phase == "paused":
        run.tick()
    assert run.now == berlin(6, 0)


def test_a_handoff_beside_the_run_stands_still_in_a_pause_too() -> None:
    run = Journey(
        plan_of(
            "exam: { wait: assessment.scored, where: event.assessment is not empty, owner: manager, within: 9 days }\nlast: { ask: manager, todo: L., within: 90 days }"
        )
    )
    number = run.told("assessment.scored", score=82)
    run.corrected("assessment.scored.corrected", number, score=74)
    due = run.open("exam").due
    run.becomes(status="on leave")
    run.wait(20)
    run.becomes(status="active")
    after = run.open("exam").due
    assert due is not None
    assert after is not None
    assert after - due >= timedelta(days=19)
