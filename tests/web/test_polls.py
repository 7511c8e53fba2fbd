"""What no webhook told is found by asking, in a process that is served."""

from __future__ import annotations

from pathlib import Path

from tests.web.house import House

from handrail.app.running.asking import Asking

ASK = "SELECT disposition, count(*) FROM ledger WHERE kind = 'lms.completed' GROUP BY disposition ORDER BY disposition"

TRIES_MAX = 10_000
"""The limit of the connection lets a request leave only every 0.6 s."""


def test_a_completion_that_no_webhook_told_is_found_by_asking_once(company: Path) -> None:
    house = House(company)
    house.begin()
    try:
        house.lms.complete("1001", "WELCOME-1")
        house.runtime.asking.stop()
        asking = Asking(house.runtime)
        assert any(asking.ask() for _ in range(TRIES_MAX))
        first = house.runtime.store.database.look(ASK)
        assert any(asking.ask() for _ in range(TRIES_MAX))
        assert sum(int(count) for _, count in first) == 1
        assert house.runtime.store.database.look(ASK) == first
    finally:
        house.end()
