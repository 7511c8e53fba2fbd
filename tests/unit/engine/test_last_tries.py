"""A call that waits remembers how its last try failed, so that whoever asks why is told."""

from __future__ import annotations

from datetime import date

import pytest

from handrail.insight.past import Past
from handrail.insight.sending import call_text, cause_text
from handrail.insight.why import Question, why
from handrail.store.kept.tries import LOOKED, TRIED, UNCERTAIN, LastTry, is_uncertain, last_try, pack_try, was_looked_at
from handrail.store.rows import EffectRow
from handrail.testing import Refusal, Somebody, Stage

JOURNEY = """
journey: small
title: A small journey
purpose: To show one rule.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: [ { retry: 6 times over 4 hours }, { stop: could not be done } ]
steps:
  enroll: { do: lms.enroll, with: { course: X } }
"""


@pytest.fixture(scope="module")
def waiting() -> tuple[Stage, Somebody]:
    """A call whose first tries failed."""
    stage = Stage(JOURNEY, date(2026, 3, 2))
    stage.systems["lms"].refuses("lms.enroll", Refusal("transient", "connection_refused"))
    lena = stage.hire("Lena Learner")
    stage.pass_time(hours=1)
    return stage, lena


def call(stage: Stage, who: Somebody) -> EffectRow:
    (run,) = stage.engine.store.runs_by_person([who.id])[who.id]
    (effect,) = stage.engine.store.effects_of(run.id)
    return effect


def test_a_call_that_is_tried_again_keeps_why_its_last_try_failed(waiting: tuple[Stage, Somebody]) -> None:
    effect = call(*waiting)
    last = last_try(effect.outcome)
    assert effect.tries > 0
    assert (last.failure, last.code) == ("transient", "connection_refused")
    assert cause_text(effect) == "the practice lms was told to refuse it"


def test_whoever_asks_why_is_told_how_the_last_try_failed(waiting: tuple[Stage, Somebody]) -> None:
    stage, lena = waiting
    effect = call(stage, lena)
    assert "the last try: the practice lms was told to refuse it" in call_text(
        stage.engine.store, effect, stage.clock.now, "Europe/Berlin"
    )
    past = Past(stage.engine.store, stage.engine.worlds.organization)
    said = why(past, Question(f"P-{lena.id}", stage.clock.now, "small"))
    assert "the practice lms was told to refuse it" in " ".join(each.text for each in said.because)


def test_a_call_that_is_done_in_the_end_says_nothing_of_earlier_tries() -> None:
    stage = Stage(JOURNEY, date(2026, 3, 2))
    stage.systems["lms"].refuses("lms.enroll", Refusal("transient", "connection_refused", left=2))
    lena = stage.hire("Lena Learner")
    stage.pass_time(hours=5)
    assert stage.over(lena)


@pytest.mark.parametrize("mark", [UNCERTAIN, LOOKED, TRIED])
def test_what_is_known_of_a_call_reads_back_as_it_was_kept(mark: bytes) -> None:
    kept = pack_try(mark, LastTry("transient", "503", "The LMS is being updated." * 50))
    assert kept is not None
    assert (is_uncertain(kept), was_looked_at(kept)) == (mark == UNCERTAIN, mark != TRIED)
    assert last_try(kept).code == "503"
    assert len(last_try(kept).reason) == 300
    assert last_try(pack_try(mark, LastTry())) == LastTry()
    assert pack_try(TRIED, LastTry()) is None
