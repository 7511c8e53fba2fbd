"""When calls may leave."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.connect.world import START

from handrail.connect.gate import Gate, Rate, close, next_allowed, parse_rate, take
from handrail.practice.window import Window, busiest
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant


def leave(rate: Rate, count: int, start: Instant = START, late: timedelta = timedelta(0)) -> list[Instant]:
    """When so many calls leave that all wait; each is taken `late` after it might be."""
    gate, now, moments = Gate(), start, []
    for _ in range(count):
        now = next_allowed(gate, now, rate) + late
        gate, first = take(gate, now, rate)
        assert first == now
        moments.append(now)
    return moments


def test_with_a_hundred_a_minute_calls_leave_six_tenths_of_a_second_apart() -> None:
    moments = leave(parse_rate("100/min"), 201)
    assert {later - sooner for sooner, later in pairwise(moments)} == {timedelta(seconds=0.6)}
    assert moments[-1] - moments[0] == timedelta(seconds=120)


def test_there_is_no_opening_burst_after_a_quiet_night() -> None:
    rate = parse_rate("100/min")
    gate, _ = take(Gate(), START, rate)
    morning = START + timedelta(hours=8)
    gate, first = take(gate, morning, rate)
    _, second = take(gate, morning, rate)
    assert (first, second) == (morning, morning + timedelta(seconds=0.6))


@given(
    count=st.integers(1, 300),
    seconds=st.sampled_from([1.0, 6.0, 60.0, 3600.0]),
    burst=st.integers(1, 300),
    waits=st.lists(st.integers(0, 40_000), min_size=1, max_size=400),
)
def test_no_window_of_the_far_side_ever_sees_more_than_the_limit(
    count: int, seconds: float, burst: int, waits: list[int]
) -> None:
    rate = Rate(count, seconds, min(burst, count))
    gate, now, moments = Gate(), START, []
    window = Window(count, seconds)
    for wait in waits:
        now = next_allowed(gate, now + timedelta(milliseconds=wait * (wait % 3 == 0)), rate)
        gate, _ = take(gate, now, rate)
        moments.append(now)
        assert window.take(now)
    assert busiest(moments, seconds) <= count


def test_a_limit_that_does_not_divide_the_minute_loses_next_to_nothing_to_rounding() -> None:
    moments = leave(parse_rate("700/min"), 7001)
    assert busiest(moments, 60) <= 700
    assert (moments[-1] - moments[0]).total_seconds() == pytest.approx(600, abs=0.01)


def test_leaving_a_little_late_does_not_add_up_where_there_is_slack() -> None:
    rate = parse_rate("100/6s", slack_seconds=0.12)
    moments = leave(rate, 1001, late=timedelta(milliseconds=20))
    assert busiest(moments, 6) <= 100
    assert (moments[-1] - moments[0]).total_seconds() == pytest.approx(61.2, abs=0.05)


def test_a_burst_leaves_at_once_and_is_taken_from_the_rest_of_the_window() -> None:
    moments = leave(parse_rate("100/min", burst=10), 200)
    assert moments[:10] == [START] * 10
    assert moments[10] > START
    assert busiest(moments, 60) <= 100


def test_a_closed_gate_lets_nobody_through_and_no_burst_after() -> None:
    rate = parse_rate("100/min", burst=5)
    until = START + timedelta(seconds=30)
    gate = close(Gate(), until, rate)
    gate, first = take(gate, START, rate)
    _, second = take(gate, START, rate)
    assert first == until
    assert second > until
    assert next_allowed(close(Gate(), until, None), START, None) == until


def test_several_permits_can_be_taken_at_once() -> None:
    gate, first = take(Gate(), START, parse_rate("60/min"), 3)
    assert (first, next_allowed(gate, START, parse_rate("60/min"))) == (START, START + timedelta(seconds=3))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("100/min", Rate(100, 60)),
        ("10 / s", Rate(10, 1)),
        ("5000/day", Rate(5000, 86_400)),
        ("100/6s", Rate(100, 6)),
    ],
)
def test_a_limit_is_written_as_calls_and_time(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "fast", "0/min", "-1/min", "100", "100/fortnight", "1e3/s"])
def test_a_limit_that_cannot_be_read_says_how_to_write_one(text: str) -> None:
    with pytest.raises(SettingsError, match="100/min"):
        parse_rate(text)


def test_a_burst_greater_than_the_limit_is_refused() -> None:
    with pytest.raises(SettingsError, match="burst"):
        parse_rate("10/min", burst=11)
