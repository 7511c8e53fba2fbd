"""What came of a request: each call's own outcome, however the far side's answer is ordered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.unit.connect.world import START

from handrail.connect.leaving.flights import Flight
from handrail.connect.noop import NoopConnector
from handrail.connect.port import Item, ItemOutcome
from handrail.terms.values import NOTHING


class Mixed(NoopConnector):
    """Tells of these calls, in this order."""

    def __init__(self, told: Sequence[str]) -> None:
        super().__init__("lms", ("enroll",))
        self._told = told

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:  # noqa: ARG002 - it tells what it tells
        return [ItemOutcome(key, "confirmed") for key in self._told]


@pytest.mark.parametrize("told", ["abc", "cba", "bac", "abcd", "aab", "c", ""])
def test_each_call_gets_its_own_outcome_in_whatever_order_and_what_is_not_mentioned_is_not_known(told: str) -> None:
    items = tuple(Item(key, "lms.enroll", f"u-{key}", "A", NOTHING) for key in "abc")
    outcomes = Flight(1, "send", "lms.enroll", "A", (), items, START, Mixed(told)).send(START)
    expected = [
        (key, "confirmed" if key in told else "failed", "" if key in told else "not_mentioned") for key in "abc"
    ]
    assert [(one.key, one.ended, one.code) for one in outcomes] == expected
