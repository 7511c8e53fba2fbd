"""How far a bulk is."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.connect.world import START

from handrail.connect.gate import Gate, parse_rate, take
from handrail.connect.progress import Progress, floor_seconds, over_at

RATE = parse_rate("100/min")


def test_the_floor_of_the_mission_is_just_under_fifty_minutes_one_by_one_and_a_minute_in_calls_of_fifty() -> None:
    assert round(floor_seconds(5000, 1, RATE), 3) == 2999.4
    assert round(floor_seconds(5000, 50, RATE), 3) == 59.4
    assert (floor_seconds(0, 1, RATE), floor_seconds(5000, 1, None)) == (0, 0)


def test_the_forecast_is_when_the_last_call_leaves() -> None:
    gate, _ = take(Gate(), START, RATE)
    assert over_at(100, 1, gate, RATE, START) == START + timedelta(seconds=60)
    assert over_at(100, 50, gate, RATE, START) == START + timedelta(seconds=1.2)
    assert over_at(0, 1, gate, RATE, START) is None


def test_the_sum_of_a_bulk_is_one_sentence_and_adds_up() -> None:
    progress = Progress(5116, 3050, 40, 2014, 0, 12, 0)
    assert progress.sentence() == "5,116 wanted = 3,050 confirmed + 40 not needed + 2,014 waiting + 12 held"
    assert progress.adds_up
    assert not Progress(5116, 3050, 40, 2013, 0, 12, 0).adds_up
