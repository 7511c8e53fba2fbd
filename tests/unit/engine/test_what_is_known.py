"""What a decision is handed: the version before a change, also later; other runs of the person; what is over and still somebody's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from handrail.engine.items import ForRun
from handrail.store.rows import RunRow
from handrail.terms.event import Answer
from handrail.terms.values import UNKNOWN
from handrail.testing import Refusal, Stage

DEFAULTS = """
defaults:
  owner: team:people
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
"""
PROMOTED = f"""
journey: promoted
title: Promoted
purpose: Whoever becomes a manager is asked how it goes.
accountable: team:people
starts:
  up: {{ event: person.changed, where: was.level < 4 and person.level >= 4 and person.cost_center is "A" }}
once: per person
{DEFAULTS}
steps:
  talk: {{ ask: learner, todo: Talk. }}
"""
TAKEN_BACK = f"""
journey: access
title: Access
purpose: Whoever leaves has no access.
accountable: team:people
starts:
  hired: {{ event: person.hired }}
once: per person
while: person.status is not "left"
when_no_longer: [ {{ undo: all }}, {{ stop: left us }} ]
{DEFAULTS}
steps:
  enroll: {{ do: lms.enroll, with: {{ course: A }}, undo: lms.unenroll }}
  talk: {{ ask: learner, todo: Talk., within: 90 days }}
"""
SETTINGS = """
organization: { name: Small, zone: Europe/Berlin, language: en, owner: ada@stage.example }
teams:
  people: { lead: ada@stage.example }
"""
MONDAY = date(2026, 3, 2)


def test_a_start_that_waited_for_a_value_still_knows_how_it_was_before() -> None:
    stage = Stage(PROMOTED, MONDAY)
    lena = stage.person("Lena Learner", level=3, cost_center=UNKNOWN)
    stage.change(lena, level=4)
    stage.pass_time(days=1)
    assert stage.timeline(lena).count("was started") == 0
    stage.change(lena, cost_center="A")
    assert "The run was started by “up”." in stage.timeline(lena)
    assert stage.decided_alike(lena)


def on_stage_and_gone() -> tuple[Stage, int]:
    """A run that is over, of which something could not be taken back."""
    stage = Stage(TAKEN_BACK, MONDAY)
    stage.systems["lms"].refuses("lms.unenroll", Refusal("permanent", "gone"))
    mia = stage.person("Mia Manager")
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=1)
    stage.leave(lena)
    stage.pass_time(hours=1)
    return stage, lena.id


def open_handoffs(stage: Stage) -> list[tuple[int, int, str]]:
    found = stage.engine.store.database.look("SELECT run, pass, owner FROM handoff WHERE closed IS NULL")
    return [(run, pass_, owner) for run, pass_, owner in found]


def test_what_could_not_be_taken_back_is_somebodys_after_the_end_of_the_run() -> None:
    stage, _ = on_stage_and_gone()
    ((_, _, owner),) = open_handoffs(stage)
    assert owner == "team:people"
    assert stage.engine.next_due() is not None


def test_an_answer_reaches_a_handoff_beside_a_run_that_is_over() -> None:
    stage, _ = on_stage_and_gone()
    ((run, pass_, _),) = open_handoffs(stage)
    lead = stage.engine.worlds.organization.teams["people"].lead
    answer = Answer(pass_, stage.clock.now, f"person:{lead}", "done_by_hand")
    stage.engine.take([ForRun(run, answer)], stage.clock.now)
    assert open_handoffs(stage) == []


def test_the_limit_of_a_handoff_beside_a_run_that_is_over_comes_too() -> None:
    stage, _ = on_stage_and_gone()
    stage.pass_time(days=60)
    assert open_handoffs(stage) == []


PAIR = f"""
journey: first
title: First
purpose: To show that runs of one person know of each other.
accountable: team:people
starts:
  hired: {{ event: person.hired }}
once: per person
{DEFAULTS}
steps:
  talk: {{ ask: learner, todo: Talk., within: 90 days }}
  alone:
    check: not running("second")
    if_not: {{ stop: both at once }}
"""
SECOND = PAIR.replace("journey: first", "journey: second").split("  alone:")[0]


def test_an_answer_in_one_run_knows_of_the_other_runs_of_the_person(tmp_path: Path) -> None:
    (tmp_path / "journeys").mkdir()
    (tmp_path / "handrail.yaml").write_text(SETTINGS, "utf-8")
    for name, text in (("first", PAIR), ("second", SECOND)):
        (tmp_path / "journeys" / f"{name}.yaml").write_text(text, "utf-8")
    stage = Stage(tmp_path, MONDAY)
    lena = stage.hire("Lena Learner", email="lena@stage.example")
    stage.pass_time(days=1)
    first = next(
        row for row in stage.engine.store.runs_by_person([lena.id])[lena.id] if _journey(stage, row) == "first"
    )
    stage.engine.take([ForRun(first.id, Answer(1, stage.clock.now, f"person:{lena.id}", "done"))], stage.clock.now)
    assert "The run was stopped: both at once." in stage.timeline(lena)
    assert stage.decided_alike(lena)


def _journey(stage: Stage, row: RunRow) -> str:
    return stage.engine.plans.by_number[row.plan].journey
