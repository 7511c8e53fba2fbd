"""What is made by the way on a ladder, and what calls are made with."""

from __future__ import annotations

from datetime import date

from tests.unit.core.plans import Journey, berlin, plan_of, world_of

from handrail.terms.effect import Call

BY_THE_WAY = """
approve:
  ask: manager
  question: "May they?"
  answers: { approve: continue }
  within: 3 business days
  if_late:
    - { tell: learner, message: day-one }
    - { do: lms.enroll, with: { course: SAFE-001 } }
    - { record: { late: 1 } }
    - { run: small }
    - { stop: nobody answered }
"""


def test_every_move_made_by_the_way_is_said() -> None:
    run = Journey(plan_of(BY_THE_WAY))
    run.tick()
    assert run.said == ["late", "told", "asked for", "recorded", "begun", "ends the run", "stopped"]
    seen = {reason.rule: dict(reason.seen) for reason in run.last.reasons}
    assert seen["told"] == {"message": "day-one"}
    assert seen["asked for"] == {"action": "lms.enroll"}
    assert seen["begun"] == {"journey": "small"}


COURSE = "course: { wait: lms.completed, where: event.course is not empty, owner: learner, within: 30 days, if_late: { stop: late } }"
BY_STEP = (
    COURSE
    + """
account: { do: lms.create_account, with: { active_from: "{course.at - 2 days}" } }
"""
)
BY_MOVE = (
    COURSE
    + """
agree:
  ask: manager
  todo: Agree.
  within: 1 day
  if_late: [ { do: lms.create_account, with: { active_from: "{course.at}" } }, { stop: late } ]
"""
)


def test_a_moment_where_a_date_is_taken_is_the_learners_day() -> None:
    run = Journey(plan_of(BY_STEP), world_of(time_zone="Asia/Tokyo"))
    run.told("lms.completed", at=berlin(2, 23))
    assert dict(_account(run).arguments) == {"active_from": date(2026, 3, 1)}, (
        "in Tokyo it was the third when it happened"
    )


def test_a_move_takes_a_moment_for_the_learners_day_too() -> None:
    run = Journey(plan_of(BY_MOVE), world_of(time_zone="Asia/Tokyo"))
    run.told("lms.completed", at=berlin(2, 23))
    run.tick()
    assert dict(_account(run).arguments) == {"active_from": date(2026, 3, 3)}


def test_a_date_where_a_date_is_taken_stays_as_it_is() -> None:
    run = Journey(plan_of('account: { do: lms.create_account, with: { active_from: "{person.hired_on}" } }'))
    assert dict(_account(run).arguments) == {"active_from": date(2026, 3, 2)}


def _account(run: Journey) -> Call:
    return next(effect for effect in run.effects if isinstance(effect, Call))
