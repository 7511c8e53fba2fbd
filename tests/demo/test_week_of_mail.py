"""Three days of the demo's mail through a real mail server: nobody is told the same twice a day, and forty handoffs are one letter."""

from __future__ import annotations

from typing import Any

import pytest
from bench.week_of_mail import TEAM_OF, play


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was counted, Monday to Wednesday."""
    return play(tmp_path_factory.mktemp("week"), 3)


def test_nobody_gets_two_letters_about_the_same_thing_on_one_day(week: dict[str, Any]) -> None:
    assert week["letters"] > 100
    assert week["twice_about_one_thing_on_a_day"] == []


def test_a_manager_of_forty_newcomers_gets_one_letter_about_all_of_them(week: dict[str, Any]) -> None:
    found = week["manager_of_forty"]
    assert found["newcomers"] == TEAM_OF
    assert [many for many in found["handoffs_in_each"] if many] == [TEAM_OF]


def test_every_message_that_went_into_a_box_is_a_letter_in_one_overtaken_or_waits(week: dict[str, Any]) -> None:
    assert sum(week["became"].values()) == week["put_into_boxes"]["all"]
    assert set(week["became"]) <= {"sent", "in digest", "overtaken", "waits in its box"}
    assert week["became"]["in digest"] >= TEAM_OF
    assert week["letters"] <= week["became"]["sent"] + week["digests"]
