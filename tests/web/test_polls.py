"""What no webhook told is found by asking, in a process that is served."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.web.house import House

from handrail.app.publishing import publish
from handrail.app.running.asking import Asking
from handrail.app.systems.owners import look_up_in
from handrail.engine.rehearsal import VirtualClock

OWNED = "    people_by: hris\n    owner: team:learning"
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


def test_what_is_held_of_a_system_that_was_asked_is_up_to_the_person_who_answers_for_it(company: Path) -> None:
    settings = company / "handrail.yaml"
    text = settings.read_text("utf-8")
    assert OWNED in text
    settings.write_text(text.replace(OWNED, OWNED.replace("team:learning", "hris:1002")), "utf-8")
    clock = VirtualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    house = House(company, clock)
    house.begin()
    try:
        publish(house.runtime, "Ada", those_there=False)
        house.runtime.asking.stop()
        house.lms.complete("nobody-here", "WELCOME-1")
        clock.to(clock.now + timedelta(minutes=1))  # the connection's limit
        Asking(house.runtime).ask()
        (held,) = house.runtime.store.held()
        assert held.owner == f"person:{look_up_in(house.runtime.store)(['hris:1002'])['hris:1002']}"
    finally:
        house.end()
