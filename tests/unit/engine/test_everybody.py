"""What concerns everybody: schedules that look for people, and events about nobody."""

from __future__ import annotations

from datetime import date

from handrail.engine.sweeps import ClockDriver
from handrail.insight.past import Past
from handrail.insight.why import Question, why
from handrail.language.compile import compile_text
from handrail.store.moments import to_instant
from handrail.store.rows import SweepRow
from handrail.terms import coding
from handrail.testing import Stage
from handrail.testing.cast import Somebody

READING = """
journey: reading
title: Reading a new procedure
purpose: Whoever works by a procedure has read it.
accountable: team:quality
starts:
  new_version:
    event: document.published
    for: person.department in event.departments
    with: { document: "{event.document}" }
once: per person and start.document
limit: 2 people a day
defaults:
  owner: team:quality
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  read: { ask: learner, todo: "Read {start.document}." }
"""
YEARLY = (
    READING.replace(
        '    event: document.published\n    for: person.department in event.departments\n    with: { document: "{event.document}" }',
        "    every: Tuesday at 06:00\n    for: person.level >= 4",
    )
    .replace(" and start.document", "")
    .replace("{start.document}", "it")
)


def sweeps(stage: Stage) -> list[tuple[SweepRow, dict[str, int]]]:
    found = [SweepRow(*row) for row in stage.engine.store.database.look("SELECT * FROM sweep ORDER BY moment")]
    return [(row, coding.unpack(row.counts, dict[str, int])) for row in found]


def test_a_published_document_is_told_to_everybody_whom_it_is_for() -> None:
    stage = Stage(READING, date(2026, 3, 2))
    ann, ben = stage.person("Ann", department="Quality"), stage.person("Ben", department="Sales")
    receipt = stage.told("document.published", document="SOP-1", version="7", departments=("Quality",))[0]
    stage.pass_time(hours=1)
    assert receipt.disposition == "matched"
    assert "The run was started by “new_version”." in stage.timeline(ann)
    assert stage.timeline(ben) == ""
    assert stage.decided_alike(ann)


def test_of_everybody_whom_an_event_about_nobody_is_told_one_thing_became() -> None:
    stage = Stage(READING, date(2026, 3, 2))
    for name in ("Ann", "Ben", "Cleo", "Dan"):
        stage.person(name, department="Sales" if name == "Dan" else "Quality")
    stage.told("document.published", document="SOP-1", version="7", departments=("Quality",))
    stage.pass_time(hours=1)
    ((row, counts),) = sweeps(stage)
    everybody = stage.engine.store.database.look("SELECT count(*) FROM person")[0][0]
    assert row.ended is not None
    assert (counts["started"], counts["waiting for release"]) == (2, 1)
    assert sum(counts.values()) == everybody


def test_a_document_that_no_journey_waits_for_is_ignored() -> None:
    stage = Stage(YEARLY, date(2026, 3, 2))
    receipt = stage.told("document.published", document="SOP-1", version="7", departments=("Quality",))[0]
    assert receipt.disposition == "ignored"


def test_the_counts_of_a_sweep_sum_up_to_the_people_it_looked_at() -> None:
    stage = Stage(YEARLY, date(2026, 3, 2))
    stage.person("Ann", level=5)
    stage.person("Ben", level=2)
    stage.pass_time(days=9)
    everybody = stage.engine.store.database.look("SELECT count(*) FROM person")[0][0]
    first, second = sweeps(stage)
    assert first[1]["started"] == 1
    assert second[1]["already"] == 1
    assert [sum(counts.values()) for _, counts in (first, second)] == [everybody, everybody]


def test_an_event_about_nobody_goes_on_being_told_after_a_restart() -> None:
    stage = Stage(READING, date(2026, 3, 2))
    ann = stage.person("Ann", department="Quality")
    stage.told("document.published", document="SOP-1", version="7", departments=("Quality",))
    assert ClockDriver(stage.engine).due(stage.clock.now) > 0
    assert stage.engine.store.runs_by_person([ann.id])[ann.id]


def publish(stage: Stage, schedule: str) -> None:
    """The journey looks at other moments from now on."""
    compiled = compile_text(YEARLY.replace("Tuesday at 06:00", schedule), "reading.yaml", stage.engine.catalog)
    stage.engine.publish(compiled.plan, compiled.places, stage.clock.now)


def sentence_for(stage: Stage, who: Somebody) -> str:
    past = Past(stage.engine.store, stage.engine.worlds.organization)
    return why(past, Question(f"P-{who.id}", stage.clock.now, "reading")).sentence


def looked(stage: Stage) -> list[str]:
    return [f"{to_instant(row.moment):%a %d %H:%M}" for row, _ in sweeps(stage)]


def changed_after(schedule: str, **time: int) -> Stage:
    """A look on Tuesdays that is published with another schedule after so much time, from a Monday on; Ann is in its scope."""
    stage = Stage(YEARLY, date(2026, 3, 2))
    stage.person("Ann", level=5)
    stage.pass_time(**time)
    publish(stage, schedule)
    return stage


def test_a_schedule_that_is_changed_is_followed_at_once() -> None:
    stage = changed_after("Monday at 15:00", hours=1)
    stage.pass_time(hours=10)
    assert looked(stage) == ["Mon 02 14:00"], "in UTC"


def test_a_schedule_looks_at_no_moment_before_it_was_published() -> None:
    stage = changed_after("business day at 06:00", days=3)
    stage.pass_time(days=1)
    assert looked(stage) == ["Tue 03 05:00", "Fri 06 05:00"]


def test_who_asks_after_a_change_of_schedule_is_told_since_when_it_is_so() -> None:
    stage = changed_after("business day at 06:00", days=3)
    ben = stage.person("Ben", level=1)
    since = "has not looked yet since “business day at 06:00” was published on"
    assert since in sentence_for(stage, ben)
    stage.pass_time(days=1)
    assert since not in sentence_for(stage, ben)
