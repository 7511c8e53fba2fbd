"""Whose a handoff is when people change, and who is looked after meanwhile."""

from __future__ import annotations

from tests.unit.engine.house import ANN, BOSS, NEXT, House, journey

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


def test_nobody_is_watched_for_a_handoff_that_is_closed() -> None:
    house = House(ASK)
    run = house.hire(ANN).runs[0]
    assert (BOSS, run) in watched(house)
    house.answer(run, "approve")
    assert watched(house) == []
