"""The stage on which authors rehearse their journeys: what it can do, and what it says when it is used wrongly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from handrail.terms.problem import JourneyProblems
from handrail.testing import Answers, Refusal, Stage, Tells

JOURNEY = """
journey: mentoring
title: Mentoring
purpose: Everybody new has a mentor.
accountable: team:people
starts:
  hired: { event: person.hired }
  asked: { request: manager, form: { why: text } }
once: per person at a time
while: person.status is not "left"
when_no_longer: [ { undo: all }, { stop: left us } ]
defaults:
  owner: team:people
  within: 2 business days
  if_late: [ { hand_to: manager.manager or accountable, within: 2 business days }, { stop: nobody answered } ]
  if_fails: [ { retry: 2 times over 1 hour }, { hand_to: owner, within: 2 business days }, { stop: could not be done } ]
steps:
  mentor:
    ask: manager
    question: Who is the mentor of {person.name}?
    form: { who: person }
  first_talk:
    ask: mentor.who
    question: Have you talked?
    answers: { yes_we_have: continue, not_yet: [ { go_back_to: first_talk, after: 2 days, at_most: 1 }, { stop: never talked } ] }
  enroll:
    do: lms.enroll
    with: { course: MENTEE }
    undo: lms.unenroll
  course:
    wait: lms.completed
    where: event.course is "MENTEE"
    owner: learner
    within: 10 days
    if_late: { stop: not finished }
"""
MONDAY = date(2026, 3, 2)


@pytest.fixture
def stage() -> Stage:
    return Stage(JOURNEY, MONDAY)


def test_who_was_just_named_in_an_answer_is_asked_at_once(stage: Stage) -> None:
    mia, fred = stage.person("Mia Manager"), stage.person("Fred Friend")
    lena = stage.hire("Lena Learner", manager=mia)
    stage.answer("mentor", who=fred)
    stage.pass_time(hours=1)
    assert "First talk: Fred Friend was asked." in stage.timeline(lena)
    assert stage.decided_alike(lena)


def test_a_journey_goes_by_from_the_hire_to_the_end(stage: Stage) -> None:
    mia = stage.person("Mia Manager")
    stage.when("mentor", Answers(form={"who": mia}))
    stage.when("first_talk", Answers("not_yet"), Answers("yes_we_have"))
    stage.when("course", Tells("lms.completed", {"course": "MENTEE", "passed": True}, timedelta(days=4)))
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=20)
    assert stage.over(lena)
    assert stage.timeline(lena).endswith("The run came to its end.\n")
    assert stage.timeline(mia) == ""


def test_whoever_leaves_loses_what_was_done_for_them(stage: Stage) -> None:
    mia = stage.person("Mia Manager")
    stage.when("mentor", Answers(form={"who": mia}))
    stage.when("first_talk", Answers("yes_we_have"))
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=5)
    stage.leave(lena)
    stage.pass_time(days=1)
    assert "⚙ lms.unenroll (course: MENTEE)" in stage.timeline(lena)
    assert "The run was stopped: left us." in stage.timeline(lena)


def test_what_was_done_last_is_taken_back_first() -> None:
    text = JOURNEY.replace(
        "  course:\n",
        "  enroll_too: { do: lms.enroll, with: { course: SECOND }, undo: lms.unenroll }\n"
        "  badge: { do: badges.issue, with: { badge: MENTEE }, undo: badges.revoke }\n  course:\n",
    )
    stage = Stage(text, MONDAY)
    mia = stage.person("Mia Manager")
    stage.when("mentor", Answers(form={"who": mia}))
    stage.when("first_talk", Answers("yes_we_have"))
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=5)
    stage.leave(lena)
    stage.pass_time(hours=1)
    calls = [line.strip() for line in stage.timeline(lena).splitlines() if "⚙" in line]
    assert calls[3:] == [
        "⚙ badges.revoke (badge: MENTEE)",
        "⚙ lms.unenroll (course: SECOND)",
        "⚙ lms.unenroll (course: MENTEE)",
    ]


def test_a_system_that_refuses_makes_a_handoff_of_what_it_refused(stage: Stage) -> None:
    mia = stage.person("Mia Manager")
    stage.systems["lms"].refuses("lms.enroll", Refusal("permanent", "no_such_course"))
    stage.when("mentor", Answers(form={"who": mia}))
    stage.when("first_talk", Answers("yes_we_have"))
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=4)
    assert "Enroll: it could not be done: the other side refused it for good (no such course)." in stage.timeline(lena)
    assert "→ enroll is with team people" in stage.timeline(lena)


def test_a_system_that_fails_twice_is_asked_a_third_time(stage: Stage) -> None:
    mia = stage.person("Mia Manager")
    stage.systems["lms"].refuses("lms.enroll", Refusal("transient", "down", left=2))
    stage.when("mentor", Answers(form={"who": mia}))
    stage.when("first_talk", Answers("yes_we_have"))
    lena = stage.hire("Lena Learner", manager=mia)
    stage.pass_time(days=4)
    assert stage.timeline(lena).count("⚙ lms.enroll") == 3
    assert "Enroll: it was done and confirmed." in stage.timeline(lena)


def test_a_leave_pauses_a_journey_and_its_end_resumes_it(stage: Stage) -> None:
    lena = stage.hire("Lena Learner", manager=stage.person("Mia Manager"))
    stage.away(lena, date(2026, 3, 20))
    stage.pass_time(days=30)
    said = stage.timeline(lena)
    assert "Mon 2026-03-02 09:00  The run was started" in said
    assert said.index("The run was paused") < said.index("Sat 2026-03-21 00:00  The run was resumed")


def test_a_journey_is_asked_for_with_its_form(stage: Stage) -> None:
    lena = stage.person("Lena Learner", manager=stage.person("Mia Manager"))
    assert stage.begin("asked", lena, why="new team").disposition == "matched"
    assert stage.begin("asked", lena, why="once more").why == ["already"]


def test_what_nobody_can_tell_answer_or_start_is_refused_with_what_there_is(stage: Stage) -> None:
    lena = stage.hire("Lena Learner", manager=stage.person("Mia Manager"))
    with pytest.raises(LookupError, match=r'No connection tells "lms.finished". There are: .*lms.completed'):
        stage.told("lms.finished", lena)
    with pytest.raises(LookupError, match=r'"lms.completed" has no "grade". It has: course, edition, passed, score.'):
        stage.told("lms.completed", lena, grade=1)
    with pytest.raises(LookupError, match=r'Nobody has an open handoff of "course". Open are: mentor.'):
        stage.answer("course", "done")
    with pytest.raises(LookupError, match=r'"never" is no answer to "mentor" now. There are: done.'):
        stage.answer("mentor", "never")
    with pytest.raises(LookupError, match=r'No journey on the stage has a start named "promoted".'):
        stage.begin("promoted", lena)
    with pytest.raises(LookupError, match=r'The practice lms cannot "lms.dance". It can: .*lms.enroll'):
        stage.systems["lms"].replies("lms.dance", {})


def test_a_journey_that_does_not_compile_is_not_put_on_a_stage() -> None:
    with pytest.raises(JourneyProblems):
        Stage(JOURNEY.replace("ask: manager\n", "ask: somebody\n"), MONDAY)
