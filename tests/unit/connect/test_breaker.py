"""When a failing system is left alone."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.connect.world import START

from handrail.connect.breaker import CLOSED, Breaker, BreakerRule, failed, position, succeeded, trip

RULE = BreakerRule()


def after(calls: str) -> Breaker:
    """After so many calls, each an `o` that was answered or an `x` that failed."""
    breaker = CLOSED
    for one in calls:
        breaker = (succeeded if one == "o" else failed)(breaker, START, RULE)
    return breaker


def test_half_of_the_calls_failing_opens_the_breaker_but_not_before_five_calls() -> None:
    assert position(after("xxxx"), START) == "closed"
    assert position(after("ooxxx"), START) == "open"
    assert position(after("oooxx"), START) == "closed"


def test_failures_of_an_hour_ago_do_not_count() -> None:
    breaker = failed(after("xxxx"), START + timedelta(hours=1), RULE)
    assert (position(breaker, START), breaker.calls) == ("closed", 1)


def test_after_half_a_minute_one_call_is_tried_and_its_success_closes_the_breaker() -> None:
    later = START + timedelta(seconds=30)
    opened = after("xxxxx")
    assert position(opened, later - timedelta(milliseconds=1)) == "open"
    assert position(opened, later) == "half open"
    assert succeeded(opened, later, RULE) == CLOSED


def test_several_calls_that_were_answered_at_once_move_it_as_one_after_the_other_would() -> None:
    for breaker in (CLOSED, after("xxoo"), after("xxxxx")):
        for at in (START, START + timedelta(seconds=30), START + timedelta(hours=1)):
            one_by_one = breaker
            for _ in range(3):
                one_by_one = succeeded(one_by_one, at, RULE)
            assert succeeded(breaker, at, RULE, 3) == one_by_one


def test_each_failed_trial_doubles_the_wait_up_to_a_quarter_of_an_hour() -> None:
    breaker, now, waits = after("xxxxx"), START, []
    for _ in range(8):
        assert breaker.until is not None
        waits.append((breaker.until - now).total_seconds())
        now = breaker.until
        breaker = failed(breaker, now, RULE)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_answers_to_calls_that_left_before_change_nothing_while_it_is_open() -> None:
    opened = trip(CLOSED, START, RULE)
    assert succeeded(opened, START, RULE) == failed(opened, START, RULE) == trip(opened, START, RULE) == opened
