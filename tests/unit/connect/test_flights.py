"""What came of a request: each call's own outcome, however the far side's answer is ordered."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.unit.connect.world import START, enroll

from handrail.connect.leaving.flights import Flight, only
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


def test_a_flight_that_loses_a_call_loses_what_was_known_of_it_too() -> None:
    rows = (enroll(1), enroll(2))
    items = tuple(Item(key, "lms.enroll", f"u-{key}", "A", NOTHING) for key in "ab")
    known = tuple(ItemOutcome(item.key, "not needed") for item in items)
    flight = Flight(1, "known", "", "", rows, items, START, Mixed(""), known)
    left = only(flight, frozenset({rows[1].key}))
    assert (left.rows, left.items, left.send(START)) == (rows[1:], items[1:], known[1:])
