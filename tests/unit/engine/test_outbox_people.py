"""Whom a call is about is named as the far side knows them now, though they are kept at hand."""

from __future__ import annotations

from tests.unit.engine.house import ANN, BEN, House, journey

from handrail.engine.outbox import EMAIL, StoreOutbox
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.rows import PersonKeyRow

CALLING = journey("calling", "first: { do: lms.enroll, with: { course: A } }")


def _called(kept: StoreOutbox, house: House) -> list[tuple[str, object]]:
    """By what name those are called whom a call waits for, and what is told of them."""
    return [(row.user, row.person.get("name")) for row in kept.due("lms", house.clock(), 10)]


def _name_in_source(house: House, person: int, key: str) -> None:
    row = PersonKeyRow("hris", key, person, b"", 0, None)
    house.store.commit(Batch(to_millis(house.clock()), person_keys=[row]))


def test_a_person_who_gets_a_key_is_called_by_it_from_then_on() -> None:
    house = House(CALLING)
    house.hire(ANN)
    kept = StoreOutbox(house.engine, "hris")
    assert _called(kept, house) == [(f"P-{ANN}", f"Person {ANN}")]
    _name_in_source(house, ANN, "ann")
    assert _called(kept, house) == [("ann", f"Person {ANN}")]


def test_a_key_that_goes_over_to_somebody_else_is_no_longer_the_first_ones() -> None:
    house = House(CALLING)
    house.hire(ANN)
    house.hire(BEN)
    _name_in_source(house, ANN, "one")
    kept = StoreOutbox(house.engine, "hris")
    assert [user for user, _ in _called(kept, house)] == ["one", f"P-{BEN}"]
    _name_in_source(house, BEN, "one")
    assert [user for user, _ in _called(kept, house)] == [f"P-{ANN}", "one"]


def test_who_has_another_name_or_address_is_told_of_by_it() -> None:
    house = House(CALLING)
    house.hire(ANN, email="ann@example.org")
    kept = StoreOutbox(house.engine, EMAIL)
    assert _called(kept, house) == [("ann@example.org", f"Person {ANN}")]
    house.change(ANN, name="Ann Else", email="else@example.org")
    assert _called(kept, house) == [("else@example.org", "Ann Else")]
