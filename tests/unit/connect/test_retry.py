"""When a failed call is tried again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.connect.world import START

from handrail.connect.retry import next_try, throttled_wait, when_to_come_again
from handrail.terms.effect import RetryRule
from handrail.terms.values import Duration

RULE = RetryRule(6, Duration(4, "hours"))


@given(times=st.integers(1, 40), hours=st.integers(1, 200), key=st.text(max_size=20))
def test_tries_come_ever_more_slowly_and_within_the_stated_time(times: int, hours: int, key: str) -> None:
    rule = RetryRule(times, Duration(hours, "hours"))
    now, waits = START, []
    for tries in range(1, times + 1):
        at = next_try(rule, key, tries, now)
        assert at is not None
        waits.append(at - now)
        now = at
    assert next_try(rule, key, times + 1, now) is None
    assert sum(waits, timedelta(0)) <= timedelta(hours=hours)
    assert all(later > sooner for sooner, later in zip(waits, waits[2:], strict=False))


def test_the_same_call_is_always_tried_again_at_the_same_moment() -> None:
    assert next_try(RULE, "handrail-88-3-0", 2, START) == next_try(RULE, "handrail-88-3-0", 2, START)


def test_a_thousand_calls_that_failed_together_do_not_come_back_together() -> None:
    assert len({next_try(RULE, f"handrail-{run}-1-0", 1, START) for run in range(1000)}) > 900


def test_without_a_rule_there_is_no_further_try() -> None:
    assert next_try(None, "handrail-88-3-0", 1, START) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        (" 0 ", 0),
        ("Mon, 30 Mar 2026 08:01:00 GMT", 60),
        ("Mon, 30 Mar 2026 07:00:00 GMT", 0),
        ("99999999999999", 7 * 86_400),
        ("Mon, 30 Mar 2099 08:01:00 GMT", 7 * 86_400),
    ],
)
def test_the_far_side_says_when_to_come_again_in_seconds_or_as_a_date(text: str, seconds: int) -> None:
    assert when_to_come_again(text, START) == START + timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "soon", "-5", "1.5"])
def test_a_hint_that_cannot_be_read_is_no_hint(text: str) -> None:
    assert when_to_come_again(text, START) is None


def test_without_a_hint_the_wait_doubles_up_to_five_minutes() -> None:
    waits = [throttled_wait(0.6, before).total_seconds() for before in range(12)]
    assert waits[:3] == [1.2, 2.4, 4.8]
    assert waits[-1] == 300
