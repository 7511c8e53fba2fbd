"""One commit for what is decided and what leaves: a call leaves only if that commit has claimed it."""

from __future__ import annotations

from tests.unit.engine.house import ANN, BEN, House, journey

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.noop import NoopConnector
from handrail.connect.settling import Pace
from handrail.engine.items import Arrived, Item
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.turns import take_turn
from handrail.store.moments import CLAIMED, WAITING, to_millis
from handrail.terms.event import Event
from handrail.terms.values import Fields

CALLING = journey(
    "calling", "first: { do: lms.enroll, with: { course: A } }", 'event: lms.completed, where: event.course is "A"'
)
LATER = journey("later", "first: { do: lms.enroll, with: { course: A } }", "event: person.changed")


def driver_of(house: House) -> ConnectionDriver:
    """The driver of a connection that confirms whatever it is asked."""
    now = to_millis(house.clock())
    epoch = house.store.take_driver(driver_name("lms"), "test", now, now, force=True)
    return ConnectionDriver("lms", NoopConnector("lms", ("enroll",)), StoreOutbox(house.engine, "hris"), Pace(), epoch)


def told(house: House, person: int, kind: str = "lms.completed") -> Item:
    return Arrived(Event(kind, house.clock(), person, "lms", fields=Fields({"course": "A"})))


def test_a_call_leaves_claimed_by_the_commit_that_decides_it() -> None:
    house = House(CALLING)
    house.appear(ANN)
    receipts, leaving = take_turn(house.engine, [driver_of(house)], [told(house, ANN)], {}, house.clock())
    (call,) = house.store.effects_of(receipts[0].runs[0])
    assert (call.state, [flight.rows[0].key for _, flight in leaving]) == (CLAIMED, [call[:3]])


def test_a_call_that_waits_does_not_leave_because_something_beside_it_could_not_be_stored() -> None:
    house = House(CALLING)
    house.appear(ANN)
    house.appear(BEN)
    driver = driver_of(house)
    items = [told(house, ANN), told(house, BEN, "lms.completed\0")]
    receipts, leaving = take_turn(house.engine, [driver], items, {}, house.clock())
    assert [each.disposition for each in receipts] == ["matched", "held"]
    (call,) = house.store.effects_of(receipts[0].runs[0])
    assert (call.state, leaving) == (WAITING, [])
    (flight,) = driver.take(house.clock())
    assert [row.key for row in flight.rows] == [call[:3]], "it leaves when it is its turn, and once"


def test_a_call_waits_for_an_earlier_one_about_the_same_that_nobody_settled_before_a_restart() -> None:
    house = House(CALLING, LATER)
    house.appear(ANN)
    assert take_turn(house.engine, [driver_of(house)], [told(house, ANN)], {}, house.clock())[1]
    restarted = driver_of(house)
    _, leaving = take_turn(house.engine, [restarted], [told(house, ANN, "person.changed")], {}, house.clock())
    calls = house.store.database.look("SELECT run, state FROM effect ORDER BY run")
    assert (calls, leaving) == ([(1, CLAIMED), (2, WAITING)], [])
