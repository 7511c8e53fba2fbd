"""What no webhook told is found by asking, in a process that is served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.web.house import House

from handrail.app.running.asking import Asking
from handrail.engine.rehearsal import VirtualClock

ASK = "SELECT disposition, count(*) FROM ledger WHERE kind = 'lms.completed' GROUP BY disposition ORDER BY disposition"


def test_a_completion_that_no_webhook_told_is_found_by_asking_once(company: Path) -> None:
    clock = VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    house = House(company, clock)
    house.begin()
    try:
        house.runtime.asking.stop()
        house.lms.complete("1001", "WELCOME-1")
        asking = Asking(house.runtime)
        clock.to(clock.now + timedelta(minutes=1))  # the connection's limit
        assert asking.ask() == 1
        first = house.runtime.store.database.look(ASK)
        clock.to(clock.now + timedelta(minutes=1))
        assert asking.ask() == 1
        assert sum(int(count) for _, count in first) == 1
        assert house.runtime.store.database.look(ASK) == first
    finally:
        house.end()
