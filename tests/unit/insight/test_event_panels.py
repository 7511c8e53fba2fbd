"""What became of an event, asked of the event itself: told twice, corrected, taken back, about nobody known."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.intake.desk import Desk, completed, scored

from handrail.insight.answer import Answer
from handrail.insight.past import Past
from handrail.insight.whys.panel import panel


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def asked(desk: Desk, number: int) -> Answer:
    past = Past(desk.store, desk.engine.worlds.organization)
    return panel(past, f"E-{number}", desk.now + timedelta(minutes=1))


def test_what_was_told_twice_counts_once_and_names_the_first_time(desk: Desk) -> None:
    first, again = desk.tell(completed("1", id_="x"), completed("1", id_="y"))
    answer = asked(desk, again.number)
    assert answer.verdict == "not done"
    assert answer.sentence.endswith("and counts once.")
    assert [link.id for link in answer.links if link.kind == "event"] == [f"E-{first.number}"]


def test_a_correction_names_what_it_corrects(desk: Desk) -> None:
    (first,) = desk.tell(scored("A1", 74), connection="assessment")
    (second,) = desk.tell(scored("A1", 82, told=1), connection="assessment")
    told = [each.text for each in asked(desk, second.number).because if each.rule == "corrects"]
    assert len(told) == 1
    assert f"(E-{first.number})" in told[0]


def test_what_takes_back_names_what_it_takes_back(desk: Desk) -> None:
    (first,) = desk.tell(scored("A1", 82), connection="assessment")
    (second,) = desk.tell(scored("A1", 82, retracts=True, told=1), connection="assessment")
    told = [each.text for each in asked(desk, second.number).because if each.rule == "takes back"]
    assert (len(told), f"(E-{first.number})" in told[0]) == (1, True)


def test_an_event_about_nobody_known_is_held_and_says_by_whom(desk: Desk) -> None:
    (held,) = desk.tell(completed("4"))
    answer = asked(desk, held.number)
    assert (answer.verdict, answer.waiting_for[0].owner) == ("held", "team lms-admins")
    assert "nobody here is known by that key" in answer.sentence
