"""Cohorts while their journey is changed: who waits keeps the turn, and what is done once for all is done once."""

from __future__ import annotations

from datetime import date

from tests.unit.engine.test_cohorts import BEGIN, CLASS, TOGETHER, gathered

from handrail.engine.by_hand import moving
from handrail.engine.by_hand.moving import Intent
from handrail.store.rows import CohortRow
from handrail.testing import Somebody, Stage, ground_of


def move(stage: Stage, text: str, *but: Somebody) -> int:
    """Have the open runs go on by another version, but for those of some people."""
    engine, now = stage.engine, stage.clock.now
    (new,) = ground_of(text).journeys
    chosen = tuple(run.id for each in but for run in engine.store.runs_by_person([each.id])[each.id])
    number = moving.begin(engine, Intent(new.plan, new.places, "Dana", chosen), now)
    while moving.look(engine, number):
        pass
    moving.begin_applying(engine, number, "Dana", now)
    while moving.go_on(engine, number, now):
        pass
    return number


def back(stage: Stage, number: int) -> None:
    moving.begin_reverting(stage.engine, number, "Dana", stage.clock.now)
    while moving.go_on(stage.engine, number, stage.clock.now):
        pass


def sizes(stage: Stage) -> list[int]:
    """How many left in each cohort that left."""
    rows = [CohortRow(*row) for row in stage.engine.store.database.look("SELECT * FROM cohort ORDER BY id")]
    return [row.size for row in rows if row.left_at is not None]


RENAMED = CLASS.replace("  group:\n", "  crowd:\n    was: group\n").replace("within: 200 days", "within: 150 days")


def test_who_waits_for_a_cohort_waits_in_that_of_the_new_version_in_the_same_turn() -> None:
    stage = Stage(CLASS, BEGIN)
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    move(stage, RENAMED)
    stage.hire("Cleo", language="en")
    stage.hire("Dora", language="en")
    stage.pass_time(hours=1)
    assert sizes(stage) == [3]
    assert "the cohort left with 3" in stage.timeline(ann)
    assert "the cohort left with 3" in stage.timeline(ben)
    assert stage.decided_alike(ann)


def test_a_move_that_completes_a_cohort_lets_it_leave() -> None:
    stage = Stage(CLASS, BEGIN)
    for name in ("Ann", "Ben"):
        stage.hire(name, language="en")
    move(stage, CLASS.replace("gather: 3 people", "gather: 2 people"))
    stage.pass_time(hours=1)
    assert sizes(stage) == [2]


def test_who_was_moved_back_stands_where_the_others_stand() -> None:
    stage = Stage(CLASS, BEGIN)
    ann, ben = stage.hire("Ann", language="en"), stage.hire("Ben", language="en")
    number = move(stage, RENAMED, ben)
    back(stage, number)
    stage.hire("Cleo", language="en")
    stage.pass_time(hours=1)
    assert sizes(stage) == [3]
    assert "the cohort left with 3" in stage.timeline(ann)


def test_what_a_cohort_does_once_is_done_once_though_some_of_it_were_moved() -> None:
    stage, people = gathered()
    longer = TOGETHER.replace("within: 60 days", "within: 90 days").replace("  plan:\n", "  setup:\n    was: plan\n", 1)
    longer = longer.replace("plan.starts_on", "setup.starts_on")
    assert longer != TOGETHER
    move(stage, longer, people[0])
    stage.answer("plan", starts_on=date(2026, 4, 14), about=people[0])
    stage.pass_time(hours=1)
    said = [stage.timeline(each) for each in people]
    assert sum("⚙ lms.enroll (course: 2026-04-14)" in each for each in said) == 1
    assert sum("this is yours now" in each and "team people" in each for each in said) >= 1
    assert all("classroom is with" in each for each in said)
    assert all(stage.decided_alike(each) for each in people)
