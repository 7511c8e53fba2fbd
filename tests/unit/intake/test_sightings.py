"""A webhook about a worker makes the difference that a row would make, once, and only if nothing newer is known."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.unit.intake.desk import NOON, PEOPLE, Desk

from handrail.intake.arrivals import Arrived
from handrail.intake.sightings import PersonMade, dates_due
from handrail.intake.told import Item
from handrail.terms.values import Fields

GONE = Fields({"state": "gone"})


@pytest.fixture(name="desk")
def fixture_desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.store.close()


def left(
    user: str = "2", *, hours: float = 0, fields: Fields = GONE, kind: str = "worker.left", id_: str = "m"
) -> Item:
    return Item(kind, user, NOON + timedelta(hours=hours), fields, id=id_)


def test_a_worker_who_left_by_webhook_has_left(desk: Desk) -> None:
    made = desk.sight(left())
    assert isinstance(made, PersonMade)
    assert [event.kind for event in made.events] == ["person.left"]
    (receipt,) = desk.engine.take([made], desk.now)
    known = desk.directory.by_keys("hris", ["2"])["2"]
    assert (known.status, known.row_hash) == ("left", b"")
    assert receipt.number == desk.store.persons([known.person])[known.person].seq
    assert desk.store.verify().ok


def test_a_webhook_that_comes_twice_makes_no_second_difference(desk: Desk) -> None:
    desk.engine.take([desk.sight(left())], desk.now)
    again = desk.sight(left())
    assert isinstance(again, Arrived)
    (receipt,) = desk.engine.take([again], desk.now)
    assert receipt.disposition == "duplicate"


def test_two_copies_that_were_looked_at_together_are_looked_at_again(desk: Desk) -> None:
    copies = [desk.sight(left()), desk.sight(left())]
    assert [receipt.disposition for receipt in desk.engine.take(copies, desk.now)] == ["ignored", "deferred"]
    (receipt,) = desk.engine.take([desk.sight(left())], desk.now)
    assert receipt.disposition == "duplicate"


def test_a_webhook_older_than_the_newest_file_is_ignored(desk: Desk) -> None:
    desk.file("03-09", *PEOPLE)
    found = desk.sight(left(hours=-60))
    assert isinstance(found, Arrived)
    assert found.ignored == "a file of 2026-03-08, which is newer, was applied"


def test_a_webhook_older_than_what_another_one_told_is_ignored(desk: Desk) -> None:
    desk.engine.take([desk.sight(left())], desk.now)
    found = desk.sight(left(hours=-1, fields=Fields({"dept": "ENG"}), kind="worker.changed", id_="n"))
    assert isinstance(found, Arrived)
    assert found.ignored.startswith("hris has told something newer")


def test_the_next_file_takes_back_what_a_webhook_told_if_it_says_otherwise(desk: Desk) -> None:
    desk.engine.take([desk.sight(left())], desk.now)
    desk.now = NOON + timedelta(days=6)
    desk.file("03-16", *PEOPLE)
    assert desk.directory.by_keys("hris", ["2"])["2"].status == "active"


def test_only_the_columns_that_are_told_are_spoken_of(desk: Desk) -> None:
    made = desk.sight(left(fields=Fields({"dept": "ENG", "phone": "1"}), kind="worker.changed"))
    assert isinstance(made, PersonMade)
    assert (made.person.department, made.person.name) == ("Engineering", "Ben Cole")


def test_a_value_that_cannot_be_right_is_not_applied_and_said(desk: Desk) -> None:
    made = desk.sight(left(fields=Fields({"dept": "ENG", "boss": "99"}), kind="worker.changed"))
    assert isinstance(made, PersonMade)
    assert made.why == ("manager was not applied: nobody has this key",)


def test_somebody_new_is_taken_in_when_all_that_is_needed_is_told(desk: Desk) -> None:
    told = {"name": "Dan Eck", "email": "dan@x.example", "dept": "ENG", "state": "active", "start": "2026-03-09"}
    copies = [desk.sight(left("4", fields=Fields(told), kind="worker.hired")) for _ in range(2)]
    assert [receipt.disposition for receipt in desk.engine.take(copies, desk.now)] == ["ignored", "deferred"]
    assert desk.directory.by_keys("hris", ["4"])["4"].status == "active"


def test_somebody_new_of_whom_too_little_is_told_is_held(desk: Desk) -> None:
    found = desk.sight(left("4", fields=Fields({"name": "Dan"}), kind="worker.hired"))
    assert isinstance(found, Arrived)
    assert found.held.startswith("nobody is known as 4, and somebody new needs")
    (receipt,) = desk.engine.take([found], desk.now)
    assert receipt.disposition == "held"


@pytest.mark.parametrize(
    ("told", "held"),
    [
        (left(fields=Fields({"dept": "ENG"})), "it says that they left, and no column of the mapping with it"),
        (left(fields=Fields({"state": "xyz"})), "it says that they left, and its status cannot be read"),
        (left(hours=1), "it is said to happen at a time that is still to come"),
    ],
)
def test_what_cannot_be_understood_is_held_with_the_owner_of_the_mapping(desk: Desk, told: Item, held: str) -> None:
    found = desk.sight(told)
    assert isinstance(found, Arrived)
    assert (found.held, found.owner) == (held, desk.mapping.owner)


def test_a_webhook_about_nobody_is_refused(desk: Desk) -> None:
    found = desk.sight(left(""))
    assert isinstance(found, Arrived)
    assert found.refused == "it does not say which worker it is about"


def test_a_first_day_that_arrives_is_told_once(desk: Desk) -> None:
    desk.now = NOON + timedelta(hours=1)
    desk.file("03-10", *PEOPLE, "4,Dan Eck,dan@x.example,ENG,1,active,2026-03-12")
    assert dates_due(desk.store, desk.now, "Europe/Berlin") == []
    desk.now = NOON + timedelta(days=2)
    (made,) = dates_due(desk.store, desk.now, "Europe/Berlin")
    assert ([event.kind for event in made.events], made.person.status) == (["person.changed"], "active")
    desk.engine.take([made], desk.now)
    assert dates_due(desk.store, desk.now, "Europe/Berlin") == []
