"""What seldom happens and is decided all the same: dates that move, owners who are nobody, rungs that run out."""

from __future__ import annotations

from datetime import date

from tests.unit.core.plans import DIRECTOR, LEAD, MANAGER, Journey, berlin, plan_of, world_of

from handrail.core.answers import offered
from handrail.core.post import before_first_day
from handrail.terms.event import Moved
from handrail.terms.values import UNKNOWN


def test_a_pause_whose_date_moved_on_unseen_goes_on_until_then() -> None:
    run = Journey(plan_of("day: { pause: until person.hired_on + 14 days }"))
    run.world = world_of(hired_on=date(2026, 3, 9))
    run.tick()
    assert (run.now, run.open("day").due) == (berlin(16, 9), berlin(23, 9))
    run.tick()
    assert run.state.phase == "finished"


def test_events_count_from_the_moment_or_the_day_that_the_wait_names() -> None:
    first = "first: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days, if_late: { stop: late } }\n"
    second = "exam: { wait: assessment.scored, where: event.assessment is not empty, counts_from: WHEN, owner: learner, within: 30 days, if_late: { stop: late } }"
    for when, since in (("first.at", berlin(4, 12)), ("2026-02-01", berlin(1, 0, month=2))):
        run = Journey(plan_of(first + second.replace("WHEN", when)))
        run.told("lms.completed", at=berlin(4, 12))
        assert run.open("exam").since == since


def test_a_value_that_names_nobody_is_answered_for_by_whoever_is_accountable() -> None:
    steps = """
who: { ask: manager, question: "Who?", form: { helper: person optional }, within: 3 days }
help: { ask: who.helper, todo: Help. }
"""
    run = Journey(plan_of(steps))
    run.answer("done")
    assert run.open("help").owner == "team:people-experience"


def test_whoever_gets_a_pause_from_somebody_who_left_is_not_written_to() -> None:
    run = Journey(plan_of("rest: { pause: 10 days, owner: manager }"))
    letters = len(run.letters)
    run.staff(MANAGER, status="left")
    assert run.open("rest").owner == "team:people-experience"
    assert len(run.letters) == letters


def test_a_step_that_waits_for_a_value_is_reckoned_done_with_when_it_comes() -> None:
    run = Journey(plan_of("day: { pause: until person.leave_to }"), world_of(leave_to=None))
    assert run.open("day").waiting == "value"
    run.becomes(leave_to=date(2026, 3, 10))
    assert run.open("day").waiting == "time"


def test_an_unknown_list_opens_its_branches_when_it_has_come() -> None:
    steps = """
who: { ask: manager, question: "Which?", form: { sites: 2 of Lyon or Paris or Leipzig optional }, within: 3 days }
all:
  together: each site in who.sites
  steps: { look: { ask: manager, todo: "{site}" } }
  within: 20 days
  if_late: { skip: late }
  if_fails: { skip: few }
"""
    run = Journey(plan_of(steps))
    run.answer("done")
    assert run.state.phase == "finished", "nothing was chosen: there is nothing to do"


def test_what_a_run_that_moved_is_told_of_it_changes_nothing() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A. }"))
    before = run.state
    assert run.decide(Moved(run.now, "person:7", "another plan")).used is False
    assert run.state == before


def test_somebody_whose_first_day_is_not_known_is_written_to_at_work() -> None:
    world = world_of(hired_on=UNKNOWN)
    assert before_first_day(world.person, world, berlin(2, 10)) is False


def test_a_todo_that_is_done_is_offered_as_done_and_nothing_else() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A. }"))
    assert list(offered(run.plan, run.open("a"))) == ["done"]


def test_a_second_change_of_owners_is_graced_once_only() -> None:
    run = Journey(plan_of("a: { ask: manager, todo: A., within: 1 day, if_late: { stop: late } }"))
    run.now = berlin(3, 16)
    run.staff(MANAGER, status="left")
    due = run.open("a").due
    assert (due, run.open("a").graced) == (berlin(4, 17), True)
    run.now = berlin(4, 16)
    run.staff(LEAD, status="left")
    run.staff(DIRECTOR, status="left")
    assert run.open("a").due == due
