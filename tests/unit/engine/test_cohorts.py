"""Cohorts: who waits for whom, when they leave, and who stays for the next."""

from __future__ import annotations

from datetime import date

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


def cohorts(stage: Stage) -> list[CohortRow]:
    return [CohortRow(*row) for row in stage.engine.store.database.look("SELECT * FROM cohort ORDER BY id")]


def members(stage: Stage, cohort: int) -> list[CohortMemberRow]:
    found = stage.engine.store.database.look("SELECT * FROM cohort_member WHERE cohort = ?", (cohort,))
    return [CohortMemberRow(*row) for row in found]
