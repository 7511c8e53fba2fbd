"""Cohorts: who waits for whom, when they leave, and who stays for the next."""

from __future__ import annotations

from datetime import date

import pytest

from handrail.store.rows import CohortMemberRow, CohortRow
from handrail.testing import Somebody, Stage

CLASS = """
journey: class
title: A class
purpose: People learn together.
accountable: team:people
starts:
  hired: { event: person.hired }
once: per person
when_no_longer: [ { stop: left us } ]
while: person.status is not "left"
defaults:
  owner: team:people
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  group:
    gather: 3 people
    or_every: month on the 1st at 08:00
    at_least: 2
    alike: [ person.language ]
    owner: team:people
    within: 200 days
    if_late: { stop: no class }
  classroom:
    wait: session.attended
    where: event.session is not empty
    owner: learner
    within: 60 days
    if_late: { stop: not there }
"""
BEGIN = date(2026, 3, 2)


def on_stage() -> Stage:
    return Stage(CLASS, BEGIN)


def left(stage: Stage, who: Somebody) -> bool:
    """Whether the cohort of somebody has left."""
    return "the cohort left" in stage.timeline(who)


def test_a_cohort_leaves_with_the_last_whom_it_needs() -> None:
    stage = on_stage()
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    stage.pass_time(hours=1)
    assert not left(stage, ann)
    cleo = stage.hire("Cleo", language="en")
    stage.pass_time(hours=1)
    assert all(left(stage, each) for each in (ann, ben, cleo))
    assert stage.decided_alike(ann)


def test_people_who_are_not_alike_wait_for_their_own_cohort() -> None:
    stage = on_stage()
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="de")
    stage.hire("Cleo", language="en")
    stage.pass_time(hours=1)
    assert not left(stage, ann)
    assert not left(stage, ben)


def test_at_its_moment_a_cohort_leaves_with_fewer_if_they_are_enough() -> None:
    stage = on_stage()
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    alone = stage.hire("Alone", language="de")
    stage.pass_time(days=29)
    assert not left(stage, ann)
    stage.pass_time(days=2)
    assert left(stage, ann)
    assert left(stage, ben)
    assert not left(stage, alone)
    stage.pass_time(days=40)
    assert not left(stage, alone)


def test_whoever_is_on_leave_is_not_counted_and_stays_for_the_next() -> None:
    stage = on_stage()
    away = stage.hire("Away", language="en")
    stage.away(away, date(2026, 3, 20))
    stage.pass_time(days=1)
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    stage.pass_time(days=1)
    assert not left(stage, ann)
    cleo = stage.hire("Cleo", language="en")
    stage.pass_time(days=1)
    assert all(left(stage, each) for each in (ann, ben, cleo))
    assert not left(stage, away)
    (waiting,) = [row for row in cohorts(stage) if row.left_at is None]
    assert len(members(stage, waiting.id)) == 1


def test_a_cohort_is_complete_when_somebody_comes_back() -> None:
    stage = on_stage()
    away = stage.hire("Away", language="en")
    stage.away(away, date(2026, 3, 20))
    stage.pass_time(days=1)
    ann, _ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    stage.pass_time(days=17)
    assert not left(stage, ann)
    stage.pass_time(days=3)
    assert left(stage, ann)
    assert left(stage, away)


def test_whoever_leaves_the_company_gives_up_their_place() -> None:
    stage = on_stage()
    gone, ann = stage.hire("Gone", language="en"), stage.hire("Ann", language="en")
    stage.leave(gone)
    stage.hire("Ben", language="en")
    stage.pass_time(hours=1)
    assert not left(stage, ann)
    (waiting,) = cohorts(stage)
    assert len(members(stage, waiting.id)) == 2


TOGETHER = CLASS.replace(
    "  classroom:\n",
    """  plan:
    ask: team:people
    once_for: group
    question: When is it?
    form: { starts_on: date }
    within: 5 days
  room: { do: lms.enroll, once_for: group, with: { course: "{plan.starts_on}" }, undo: lms.unenroll }
  classroom:
""",
)


def gathered(text: str = TOGETHER) -> tuple[Stage, list[Somebody]]:
    """A stage with a cohort that has left."""
    stage = Stage(text, BEGIN)
    people = [stage.hire(name, language="en") for name in ("Ann", "Ben", "Cleo")]
    stage.pass_time(hours=1)
    return stage, people


def test_what_is_done_once_for_a_cohort_is_asked_and_called_once() -> None:
    stage, people = gathered()
    said = [stage.timeline(each) for each in people]
    assert sum("✉ to team people: this is yours now (plan)" in each for each in said) == 1
    stage.answer("plan", starts_on=date(2026, 4, 14), about=people[0])
    stage.pass_time(hours=1)
    said = [stage.timeline(each) for each in people]
    assert sum("⚙ lms.enroll (course: 2026-04-14)" in each for each in said) == 1
    assert all("Classroom: it began to wait" in each for each in said)
    assert all(stage.decided_alike(each) for each in people)


def test_whoever_waits_for_what_another_does_is_asked_nothing() -> None:
    stage, people = gathered()
    with pytest.raises(LookupError):
        stage.answer("plan", "done", about=people[1], starts_on=date(2026, 4, 14))


def test_when_the_first_of_a_cohort_leaves_the_next_does_it() -> None:
    stage, people = gathered()
    stage.leave(people[0])
    stage.pass_time(hours=1)
    assert "Plan: the first of the cohort to get there" in stage.timeline(people[1])
    stage.answer("plan", starts_on=date(2026, 4, 14), about=people[1])
    stage.pass_time(hours=1)
    assert "Classroom: it began to wait" in stage.timeline(people[2])


def test_what_was_done_for_all_is_not_undone_for_one() -> None:
    stage, people = gathered(TOGETHER.replace("[ { stop: left us } ]", "[ { undo: all }, { stop: left us } ]"))
    stage.answer("plan", starts_on=date(2026, 4, 14), about=people[0])
    stage.pass_time(hours=1)
    stage.leave(people[0])
    stage.pass_time(hours=1)
    assert "lms.unenroll" not in stage.timeline(people[0])


def test_whoever_comes_later_finds_what_was_done_for_all() -> None:
    late = TOGETHER.replace("  plan:\n", "  ready: { ask: learner, todo: Get ready., within: 20 days }\n  plan:\n")
    stage, people = gathered(late)
    for each in people[:2]:
        stage.answer("ready", about=each)
    stage.pass_time(hours=1)
    stage.answer("plan", starts_on=date(2026, 4, 14), about=people[0])
    stage.pass_time(days=2)
    stage.answer("ready", about=people[2])
    stage.pass_time(hours=1)
    assert "Plan: another run of the cohort did it, for all of them." in stage.timeline(people[2])
    assert "Classroom: it began to wait" in stage.timeline(people[2])
    assert stage.decided_alike(people[2])


def cohorts(stage: Stage) -> list[CohortRow]:
    return [CohortRow(*row) for row in stage.engine.store.database.look("SELECT * FROM cohort ORDER BY id")]


def members(stage: Stage, cohort: int) -> list[CohortMemberRow]:
    found = stage.engine.store.database.look("SELECT * FROM cohort_member WHERE cohort = ?", (cohort,))
    return [CohortMemberRow(*row) for row in found]
