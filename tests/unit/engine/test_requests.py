"""Journeys that somebody asks for: who may, with what form, and what is written of it."""

from __future__ import annotations

from datetime import date

import pytest

from handrail.engine.by_hand.requests import MayNotAsk, NotBegun, Request, request
from handrail.terms.values import Fields, PersonRef
from handrail.testing import Somebody, Stage

COURSE = """
journey: course
title: An outside course
purpose: Whoever needs it goes.
accountable: team:people
starts:
  asked: { request: manager or team:people, form: { why: text, tutor: person optional } }
once: per person at a time
defaults:
  owner: team:people
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: { stop: could not be done }
steps:
  talk: { ask: start.tutor or learner, todo: "Talk about it: {start.why}." }
"""


@pytest.fixture
def cast() -> tuple[Stage, Somebody, Somebody, Somebody]:
    """A stage; a learner, their manager, somebody else."""
    stage = Stage(COURSE, date(2026, 3, 2))
    mia, fred = stage.person("Mia Manager"), stage.person("Fred Friend")
    return stage, stage.person("Lena Learner", manager=mia), mia, fred


def asked(who: Somebody, by: Somebody, **form: object) -> Request:
    return Request("course", "asked", who.id, Fields(form), f"person:{by.id}")  # type: ignore[arg-type]


def test_a_manager_asks_and_the_run_begins(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, mia, _ = cast
    receipt = request(stage.engine, asked(lena, mia, why="big customers"), stage.clock.now)
    assert len(receipt.runs) == 1
    assert "Talk: Lena Learner was asked." in stage.timeline(lena)
    audited = stage.engine.store.database.look("SELECT by, what FROM audit")
    assert [tuple(row) for row in audited] == [(f"person:{mia.id}", "journey asked for")]


def test_a_member_of_a_team_that_may_ask_asks(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, _, _ = cast
    lead = stage.engine.worlds.organization.teams["people"].lead
    assert lead is not None
    receipt = request(stage.engine, asked(lena, Somebody(lead, ""), why="yes"), stage.clock.now)
    assert receipt.runs


def test_whoever_may_not_ask_is_told_who_may(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, mia, fred = cast
    with pytest.raises(MayNotAsk, match=f"who may: person:{mia.id}"):
        request(stage.engine, asked(lena, fred, why="I think so"), stage.clock.now)
    assert stage.timeline(lena) == ""


def test_a_form_that_is_not_filled_in_begins_nothing(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, mia, _ = cast
    with pytest.raises(NotBegun) as refused:
        request(stage.engine, asked(lena, mia, tutor=PersonRef(999_999), more="x"), stage.clock.now)
    assert refused.value.fields == {
        "field_why": "must be filled in",
        "field_more": "there is no such field",
        "field_tutor": "nobody here has that number",
    }


def test_a_journey_that_nobody_can_ask_for_is_refused_with_those_there_are(
    cast: tuple[Stage, Somebody, Somebody, Somebody],
) -> None:
    stage, lena, mia, _ = cast
    with pytest.raises(NotBegun, match="there are: course"):
        request(stage.engine, Request("curse", "asked", lena.id, Fields(), f"person:{mia.id}"), stage.clock.now)
    with pytest.raises(NotBegun, match="there are: asked"):
        request(stage.engine, Request("course", "told", lena.id, Fields(), f"person:{mia.id}"), stage.clock.now)


def test_somebody_named_in_the_form_is_asked_at_once(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, mia, fred = cast
    request(stage.engine, asked(lena, mia, why="yes", tutor=PersonRef(fred.id)), stage.clock.now)
    assert "Talk: Fred Friend was asked." in stage.timeline(lena)
    assert stage.decided_alike(lena)


def test_a_second_one_is_not_needed_and_says_which_stands(cast: tuple[Stage, Somebody, Somebody, Somebody]) -> None:
    stage, lena, mia, _ = cast
    request(stage.engine, asked(lena, mia, why="yes"), stage.clock.now)
    receipt = request(stage.engine, asked(lena, mia, why="again"), stage.clock.now)
    assert (receipt.runs, receipt.why) == ([], ["already"])
