"""Journeys begun and runs ended by hand: by a named person, with a reason; `while`, `once` and the limit hold."""

from __future__ import annotations

from tests.unit.engine.house import ANN, BEN, House, journey
from tests.unit.engine.test_lives import reasons

from handrail.engine.by_hand.beginning import Began, begin, stop
from handrail.insight.past import Past
from handrail.insight.replay import replay
from handrail.store.moments import PHASES
from handrail.terms import coding
from handrail.terms.values import Fields

STEPS = "enroll: { do: lms.enroll, with: { course: X } }\nagree: { ask: manager, todo: Look. }"
SAID = ("person:2", "she asked for it in person")


def begun(house: House, person: int, name: str = "small") -> Began:
    return begin(house.engine, name, person, SAID, house.clock())


def house_with(more: str = "once: per person") -> House:
    house = House(journey("small", STEPS, more=more))
    for person in (ANN, BEN):
        house.appear(person)
    return house


def test_a_journey_begins_by_hand_and_says_by_whom_and_why() -> None:
    house = house_with()
    began = begun(house, ANN)
    assert (began.why, PHASES[house.run(began.run).phase]) == ("", "open")
    assert reasons(house, began.run, "started") == [
        {"trigger": "by hand", "by": "person:2", "reason": "she asked for it in person"}
    ]
    (row,) = house.store.audit()
    assert (row.by, row.what, row.person) == ("person:2", "run begun", ANN)
    assert dict(coding.unpack(row.body or b"", Fields)) == {"about": "small", "reason": "she asked for it in person"}
    past = Past(house.store, house.engine.worlds.organization)
    assert replay(past, house.run(began.run)).recomputed


def test_a_second_start_by_hand_is_not_needed_and_says_which_run_stands() -> None:
    house = house_with()
    first = begun(house, ANN)
    assert begun(house, ANN) == Began(first.run, "already")
    assert len(house.runs(ANN)) == 1
    assert len(house.store.audit()) == 1


def test_a_journey_is_not_begun_by_hand_for_whom_it_does_not_concern() -> None:
    house = house_with('once: per person\nwhile: person.department is "Sales"\nwhen_no_longer: { stop: moved }')
    assert begun(house, ANN) == Began(0, "unknown")
    house.change(ANN, department="Law")
    assert begun(house, ANN) == Began(0, "no longer")


def test_above_the_limit_a_start_by_hand_waits_for_its_release() -> None:
    house = house_with("once: per person\nlimit: 1 people a day")
    begun(house, ANN)
    began = begun(house, BEN)
    assert (began.why, PHASES[house.run(began.run).phase]) == ("waiting for release", "waiting for release")


def test_a_journey_that_is_not_published_is_not_begun() -> None:
    assert begun(house_with(), ANN, "other") == Began(0, "not published")


def test_a_run_that_is_ended_by_hand_says_by_whom_and_why_and_sends_nothing_more() -> None:
    house = house_with()
    run = begun(house, ANN).run
    assert stop(house.engine, run, ("person:2", "hired by mistake"), house.clock())
    assert PHASES[house.run(run).phase] == "stopped"
    assert reasons(house, run, "ended by hand") == [{"by": "person:2"}]
    assert reasons(house, run, "stopped") == [{"reason": "hired by mistake"}]
    assert [effect.state for effect in house.store.effects_of(run)] == [5]
    assert [row.what for row in house.store.audit()] == ["run begun", "run ended"]


def test_a_run_that_is_over_is_not_ended_again() -> None:
    house = house_with()
    run = begun(house, ANN).run
    stop(house.engine, run, SAID, house.clock())
    assert not stop(house.engine, run, SAID, house.clock())
    assert not stop(house.engine, 99, SAID, house.clock())
