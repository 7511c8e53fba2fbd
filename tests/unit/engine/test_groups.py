"""One group, one commit: what cannot be stored or decided is held alone, and a commit that fails leaves nothing."""

from __future__ import annotations

import pytest
from tests.unit.engine.house import ANN, BEN, House, journey

from handrail.engine.items import Arrived
from handrail.engine.outbox import StoreOutbox
from handrail.store.batch import Batch
from handrail.store.database.sqlite import SqliteDatabase
from handrail.store.deciding import Committed
from handrail.store.errors import StoreFull
from handrail.store.opening import Store, open_store
from handrail.terms.event import Event
from handrail.terms.values import Fields

WAITING = journey(
    "waiting",
    """
course:
  wait: lms.completed
  where: event.course is "SAFE-001"
  owner: learner
  within: 30 days
  if_late: { stop: not finished }
""",
)

CALLING = journey(
    "calling",
    """
first:
  do: lms.enroll
  with: { course: A }
  within: 2 days
  if_fails: [ { retry: 6 times over 4 hours }, { stop: could not be done } ]
""",
)


def done(house: House, person: int, course: str = "SAFE-001", source: str = "lms", key: bytes = b"") -> Arrived:
    event = Event("lms.completed", house.clock(), person, source, fields=Fields({"course": course}))
    return Arrived(event, key, b"so")


def test_an_event_that_cannot_be_stored_is_held_and_the_others_go_on() -> None:
    house = House(WAITING)
    runs = [house.hire(person).runs[0] for person in (ANN, BEN)]
    poison = Arrived(Event("lms.completed\x00", house.clock(), ANN))
    receipts = house.engine.take([done(house, ANN), poison, done(house, BEN)], house.clock())
    assert [receipt.disposition for receipt in receipts] == ["matched", "held", "matched"]
    assert [house.run(run).phase for run in runs] == [3, 3]


def test_the_second_of_two_equal_events_in_one_group_is_a_duplicate() -> None:
    house = House(WAITING)
    house.hire(ANN)
    twice = [done(house, ANN, key=b"k" * 16), done(house, ANN, key=b"k" * 16)]
    assert [one.disposition for one in house.engine.take(twice, house.clock())] == ["matched", "duplicate"]


def test_an_event_about_nobody_we_know_is_held_with_an_owner() -> None:
    house = House(WAITING)
    receipt = house.engine.take([done(house, 77)], house.clock())[0]
    assert receipt.disposition == "held"
    assert [row.owner for row in house.held()] == ["team:learning-operations"]


class FullOnce(Store):
    """A store whose disk is full at the first run that begins."""

    full = True

    def commit(self, batch: Batch) -> Committed:
        if self.full and batch.new_runs:
            self.full = False
            raise StoreFull("here")
        return super().commit(batch)


def test_a_commit_that_fails_leaves_nothing_behind() -> None:
    made = open_store("sqlite:///:memory:")
    assert isinstance(made.database, SqliteDatabase)
    house = House(WAITING, store=FullOnce(made.database))
    with pytest.raises(StoreFull):
        house.hire(ANN)
    assert house.engine.worlds.newest(ANN) is None
    assert house.hire(ANN).disposition == "matched"
    assert len(house.runs(ANN)) == 1


def test_a_call_that_was_just_decided_is_offered_as_its_row_keeps_it() -> None:
    house = House(CALLING)
    batches: list[Batch] = []
    house.engine.after_commit.append(batches.append)
    house.hire(ANN)
    (batch,) = [each for each in batches if each.effects]
    outbox = StoreOutbox(house.engine, "hris")
    calls = [batch.calls[row[:3]] for row in batch.effects]
    assert outbox.offered(batch.effects, calls) == outbox.offered(batch.effects)
    assert [(call.object, call.retry is None, call.within is None) for call in calls] == [("A", False, False)]
