"""Somebody's word that a journey is not to begin, or nothing to be done about an object: respected, told, and over in time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.unit.engine.house import ANN, BEN, House, journey

from handrail.engine.by_hand.overrides import Endings, NotSet, Wanted, end_override, set_override
from handrail.engine.items import Swept
from handrail.engine.outbox import StoreOutbox

SMALL = journey("small", "first: { do: lms.enroll, with: { course: A } }\nlast: { ask: manager, todo: Last. }")
SWEPT = journey("swept", "last: { ask: manager, todo: Last. }", 'every: Monday at 06:00, for: person.country is "DE"')


def held_back(house: House, person: int | None = ANN, *, days: int | None = 30, **about: str) -> int:
    until = None if days is None else house.clock() + timedelta(days=days)
    wanted = Wanted(person, about.get("journey", ""), about.get("object", ""), until, "Dana", "on a long project")
    return set_override(house.engine, wanted, house.clock())


def test_a_start_that_is_held_back_is_made_when_the_override_is_over() -> None:
    house = House(SMALL)
    house.appear(ANN, status="active")
    held_back(house, ANN, journey="small")
    house.change(ANN, "person.hired")
    assert house.runs(ANN) == []
    (waiting,) = house.store.database.look("SELECT reason, next_at, ended FROM held")
    assert waiting[0] == "small/hired: held back"
    endings = Endings(house.engine)
    assert endings.due(house.clock()) == 0
    due = endings.next_at()
    assert due is not None
    house.clock.to(due)
    assert endings.due(house.clock()) == 1
    assert len(house.runs(ANN)) == 1
    assert house.store.database.look("SELECT count(*) FROM held WHERE ended IS NULL") == [(0,)]
    assert endings.next_at() is None


def test_who_ends_an_override_has_what_it_put_off_tried_again() -> None:
    house = House(SMALL)
    house.appear(ANN)
    house.appear(BEN)
    number = held_back(house, None, journey="small")
    house.change(ANN, "person.hired")
    house.change(BEN, "person.hired")
    assert house.runs(ANN) + house.runs(BEN) == []
    end_override(house.engine, number, "Dana", house.clock())
    assert [len(house.runs(ANN)), len(house.runs(BEN))] == [1, 1]
    with pytest.raises(NotSet, match="ended already"):
        end_override(house.engine, number, "Dana", house.clock())


def test_an_override_without_an_end_sets_an_event_aside_for_good() -> None:
    house = House(SMALL)
    house.appear(ANN)
    number = held_back(house, ANN, days=None, journey="small")
    receipt = house.change(ANN, "person.hired")
    assert (receipt.disposition, receipt.why) == ("ignored", ["small/hired: held back"])
    end_override(house.engine, number, "Dana", house.clock())
    assert house.runs(ANN) == []


def test_a_schedule_passes_over_whom_somebody_holds_back() -> None:
    house = House(SWEPT)
    house.appear(ANN)
    house.appear(BEN)
    held_back(house, ANN, journey="swept")
    swept = [Swept("swept", "hired", number) for number in (ANN, BEN)]
    receipts = house.engine.take(swept, house.clock())
    assert [receipt.why for receipt in receipts] == [["held back"], []]


def test_a_call_about_an_object_that_is_held_back_is_not_needed_and_says_who_said_so() -> None:
    house = House(SMALL)
    house.hire(ANN)
    (effect,) = house.store.effects_of(house.runs(ANN)[0].id)
    outbox = StoreOutbox(house.engine, "hris")
    assert [row.override for row in outbox.offered([effect])] == [""]
    held_back(house, ANN, object="A")
    assert [row.override for row in outbox.offered([effect])] == [
        "Held back by Dana until 2026-04-25 10:00: on a long project."
    ]
    house.clock.to(house.clock() + timedelta(days=31))
    assert [row.override for row in outbox.offered([effect])] == [""]


def test_an_override_says_why_and_what_it_is_about() -> None:
    house = House(SMALL)
    for wanted, said in (
        (Wanted(ANN, "small", "", None, "Dana", " "), "has a reason"),
        (Wanted(ANN, "small", "A", None, "Dana", "exempt"), "Say either"),
        (Wanted(ANN, "other", "", None, "Dana", "exempt"), "no journey"),
        (Wanted(ANN, "small", "", None, "Dana", "exempt"), "nobody with the number"),
        (Wanted(None, "small", "", house.clock(), "Dana", "exempt"), "passed already"),
    ):
        with pytest.raises(NotSet, match=said):
            set_override(house.engine, wanted, house.clock())
