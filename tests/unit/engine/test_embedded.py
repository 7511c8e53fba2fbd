"""The embedded host: whoever hands something in hears of its commit, or that there will be none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from tests.properties.office import Made, Office, Trouble
from tests.unit.engine.house import ANN, BEN, House, journey

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.noop import NoopConnector
from handrail.connect.port import Item as Asked
from handrail.connect.port import ItemOutcome
from handrail.connect.settling import Pace
from handrail.engine.embedded import QUEUE_MAX, Embedded, Full, HostStopped
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, Item
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.store.batch import Batch
from handrail.store.moments import CLAIMED, CONFIRMED, WAITING, to_millis
from handrail.terms.event import Event
from handrail.terms.values import Fields

CALM = Trouble(people=3, finished_on=(1.0,), answered=(True,), doubled=(False,), crashes=())
TWO_CALLS = journey(
    "calling", "first: { do: lms.enroll, with: { course: A } }\nsecond: { do: lms.enroll, with: { course: B } }"
)
CLEO = 6
Hosting = Callable[[type[Engine]], tuple[Office, Embedded]]


@pytest.fixture(name="hosting")
def fixture_hosting(tmp_path: Path) -> Iterator[Hosting]:
    opened: list[tuple[Office, Embedded]] = []

    def make(engine: type[Engine] = Engine) -> tuple[Office, Embedded]:
        office = Office(tmp_path, CALM, Made(engine=engine))
        host = Embedded(office.engine, office.drivers, office.clock)
        host.start()
        opened.append((office, host))
        return office, host

    yield make
    for office, host in opened:
        host.stop()
        office.close()


def hired(office: Office, person: int) -> Item:
    event = Event("person.hired", office.clock(), person, "hris", fields=Fields({"again": False}))
    return Arrived(event, b"%016d" % person, b"so")


def test_a_hire_is_confirmed_after_its_commit_and_its_call_leaves_by_itself(hosting: Hosting) -> None:
    office, host = hosting(Engine)
    receipts = host.submit([hired(office, person) for person in office.people[:1]]).result(timeout=20)
    assert [one.disposition for one in receipts] == ["matched"]
    asked = host.run_job(lambda engine, _: engine.store.effects_of(receipts[0].runs[0])).result(timeout=20)
    assert [effect.action for effect in asked] == ["lms.enroll"]


def test_a_job_of_the_engines_thread_hands_its_error_to_whoever_asked(hosting: Hosting) -> None:
    _, host = hosting(Engine)

    def fails(engine: Engine, now: object) -> None:
        raise ValueError(f"nothing at {now} for {engine}")

    with pytest.raises(ValueError, match="nothing at"):
        host.run_job(fails).result(timeout=20)


def test_more_than_may_wait_is_refused(hosting: Hosting) -> None:
    office, host = hosting(Engine)
    with pytest.raises(Full):
        host.submit([hired(office, office.people[0])] * (QUEUE_MAX + 1))


def test_whoever_asked_too_late_hears_that_nothing_was_written(hosting: Hosting) -> None:
    office, host = hosting(Engine)
    asked: list[Future[Any]] = []

    def ask(person: int) -> None:
        asked.extend((host.submit([hired(office, person)]), host.run_job(lambda _engine, _now: None)))

    def last_work(_engine: Engine, _now: object) -> None:
        with suppress(RuntimeError):  # The engine's thread cannot wait for its own end.
            host.stop()
        ask(office.people[0])

    host.run_job(last_work).result(timeout=20)
    host.stop()
    ask(office.people[1])
    for each in asked:
        with pytest.raises(HostStopped, match="nothing of it was written"):
            each.result(timeout=20)
    assert not office.store.database.look("SELECT id FROM run")


class LastWord(NoopConnector):
    """Answers at once, and while it is asked the host is told to stop."""

    host: Embedded

    def send(self, items: Sequence[Asked]) -> Sequence[ItemOutcome]:
        with suppress(RuntimeError):  # The engine's thread cannot wait for its own end.
            self.host.stop()
        return super().send(items)


def calling(house: House, connector: NoopConnector) -> Embedded:
    """A host whose one connection is the connector's, one call at a time."""
    now = to_millis(house.clock())
    epoch = house.store.take_driver(driver_name("lms"), "test", now, now, force=True)
    driver = ConnectionDriver("lms", connector, StoreOutbox(house.engine, "hris"), Pace(), epoch)
    return Embedded(house.engine, [driver], house.clock, calls_at_once=1)


def hire(house: House, person: int) -> Item:
    event = Event("person.hired", house.clock(), person, "hris", fields=Fields({"again": False}))
    return Arrived(event)


def test_what_a_system_answered_at_once_in_the_last_turn_is_settled_before_the_host_stops() -> None:
    house = House(TWO_CALLS)
    house.appear(ANN)
    connector = LastWord("lms", ("enroll",))
    connector.host = host = calling(house, connector)
    host.start()
    (receipt,) = host.submit([hire(house, ANN)]).result(timeout=20)
    host.stop()
    calls = house.store.effects_of(receipt.runs[0])
    assert [call.state for call in calls] == [CONFIRMED, WAITING], "the next one leaves after the next start"


class Waited(NoopConnector):
    """Each answer is waited for; the first comes when `may_answer` is set, the second when `may_end` is."""

    asks_nobody = False

    def __init__(self) -> None:
        super().__init__("lms", ("enroll",))
        self.may_answer, self.second_asked, self.may_end = threading.Event(), threading.Event(), threading.Event()

    def send(self, items: Sequence[Asked]) -> Sequence[ItemOutcome]:
        if self.may_answer.is_set():
            self.second_asked.set()
            self.may_end.wait(20)
        self.may_answer.wait(20)
        return super().send(items)


def test_what_a_system_answered_while_the_host_was_told_to_stop_is_settled() -> None:
    house = House(TWO_CALLS)
    for person in (ANN, BEN, CLEO):
        house.appear(person)
    connector = Waited()
    host = calling(house, connector)

    def stop_when_the_first_has_answered(_batch: Batch) -> None:
        if connector.may_answer.is_set():
            return
        connector.may_answer.set()
        connector.second_asked.wait(20)
        with suppress(RuntimeError):  # The engine's thread cannot wait for its own end.
            host.stop()

    host.start()
    first, second = host.submit([hire(house, ANN), hire(house, BEN)]).result(timeout=20)
    host.run_job(lambda engine, _: engine.after_commit.append(stop_when_the_first_has_answered)).result(timeout=20)
    host.submit([hire(house, CLEO)]).result(timeout=20)
    connector.may_end.set()
    host.stop()
    calls = [house.store.effects_of(receipt.runs[0])[0] for receipt in (first, second)]
    assert [call.state for call in calls] == [CONFIRMED, CLAIMED], "the other is read back after the next start"
