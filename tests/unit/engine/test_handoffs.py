"""Whose a handoff is when people change, and who is looked after meanwhile."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from tests.unit.engine.house import ANN, BOSS, NEXT, House, journey

from handrail.store.batch import Batch, MessageDone
from handrail.store.moments import CONFIRMED, to_millis

ASK = journey(
    "asking",
    """
agree:
  ask: manager
  question: Can they take part?
  within: 20 business days
  if_late: { stop: nobody answered }
  answers: { approve: continue, decline: { stop: declined } }
""",
)


def watched(house: House) -> list[tuple[int, ...]]:
    return house.store.database.look("SELECT person, run FROM watch ORDER BY person")


def test_a_handoff_finds_its_new_owner_when_its_owner_leaves() -> None:
    house = House(ASK)
    run = house.hire(ANN).runs[0]
    assert [row.owner for row in house.handoffs(run)] == [f"person:{BOSS}"]
    house.change(BOSS, "person.left", status="left")
    house.settle()
    assert [row.owner for row in house.handoffs(run)] == ["team:learning-operations"]


def test_a_handoff_follows_a_change_of_manager() -> None:
    house = House(ASK)
    run = house.hire(ANN).runs[0]
    house.change(ANN, manager=NEXT)
    house.settle()
    assert [row.owner for row in house.handoffs(run)] == [f"person:{NEXT}"]


NAMED = ASK.replace("journey: asking", "journey: named").replace("ask: manager", f"ask: person:{NEXT}")


@pytest.mark.parametrize("journeys", [(ASK, NAMED), (NAMED, ASK)], ids=["manager first", "named first"])
def test_each_of_two_journeys_that_begin_at_once_finds_whom_it_names(journeys: tuple[str, str]) -> None:
    house = House(*journeys)
    runs = house.hire(ANN).runs
    assert sorted(row.owner for run in runs for row in house.handoffs(run)) == [f"person:{BOSS}", f"person:{NEXT}"]


def test_nobody_is_watched_for_a_handoff_that_is_closed() -> None:
    house = House(ASK)
    run = house.hire(ANN).runs[0]
    assert (BOSS, run) in watched(house)
    house.answer(run, "approve")
    assert watched(house) == []


REMINDED = journey(
    "reminded",
    """
agree:
  ask: manager
  question: Can they take part?
  within: 20 business days
  remind: [ 10 days before ]
  if_late: { stop: nobody answered }
  answers: { approve: continue, decline: { stop: declined } }
""",
)


def test_reminders_that_are_overdue_because_the_engine_slept_leave_one_after_the_other() -> None:
    house = House(REMINDED)
    for person in (ANN, ANN + 1, ANN + 2):
        house.hire(person)
    told = house.store.database.look("SELECT run, pass, rung FROM message")
    sent = [MessageDone(run, pass_, rung, CONFIRMED, "") for run, pass_, rung in told]
    house.store.commit(Batch(to_millis(house.clock()), messages_done=sent))
    house.clock.to(house.clock() + timedelta(days=25))
    house.settle()
    ask = "SELECT leave_at FROM message WHERE urgency = 'reminder' ORDER BY leave_at"
    moments = [at for (at,) in house.store.database.look(ask)]
    assert [later - earlier for earlier, later in itertools.pairwise(moments)] == [60_000, 60_000]
