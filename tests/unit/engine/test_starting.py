"""What begins a run, what holds a start back, and how it is let go."""

from __future__ import annotations

from tests.unit.engine.house import ANN, BEN, BOSS, House, journey

from handrail.engine.by_hand.releases import refuse, release
from handrail.store.batch import Batch
from handrail.store.moments import PHASE
from handrail.terms.values import UNKNOWN

ASK = """
agree:
  ask: manager
  question: Can they take part?
  answers: { approve: continue, decline: { stop: declined } }
"""
LEVELED = journey("leveled", ASK, "event: person.hired, where: person.level > 2")
CROWDED = journey("crowded", ASK, more="once: per person\nlimit: 1 people a day")

RUN_CHILD = "other:\n  run: child\n  within: 30 days\n"
LEAVES = """once: per person
while: person.status is not "left"
when_no_longer: { stop: gone }"""


def test_a_start_waits_for_the_value_it_asks_for_and_begins_when_it_comes() -> None:
    house = House(LEVELED)
    assert house.hire(ANN, level=UNKNOWN).disposition == "deferred"
    assert [row.reason for row in house.held()] == ["leveled/hired: a value is not known"]
    house.change(ANN, level=3.0)
    assert [run.phase for run in house.runs(ANN)] == [PHASE["open"]]
    assert house.held() == []


def test_a_start_that_waited_and_does_not_fit_is_over() -> None:
    house = House(LEVELED)
    house.hire(ANN, level=UNKNOWN)
    house.change(ANN, title="Clerk")
    assert len(house.held()) == 1
    house.change(ANN, level=1.0)
    assert (house.runs(ANN), house.held()) == ([], [])


def test_starts_above_the_limit_are_one_handoff_to_whoever_is_accountable() -> None:
    house = House(CROWDED)
    for person in (ANN, BEN, 6):
        house.hire(person)
    first, second, third = (house.runs(person)[0] for person in (ANN, BEN, 6))
    assert [run.phase for run in (first, second, third)] == [PHASE["open"], 0, 0]
    assert [(row.owner, row.pass_) for row in house.handoffs(second.id)] == [("team:learning-operations", 0)]
    assert house.handoffs(third.id) == []


def test_released_starts_begin_oldest_first_and_the_handoff_ends_with_the_last() -> None:
    house = House(CROWDED)
    for person in (ANN, BEN, 6):
        house.hire(person)
    second, third = house.runs(BEN)[0].id, house.runs(6)[0].id
    assert release(house.engine, "crowded", "person:1", house.clock(), at_most=1) == 1
    assert [house.run(run).phase for run in (second, third)] == [PHASE["open"], 0]
    assert 0 in [row.pass_ for row in house.handoffs(second)]
    assert refuse(house.engine, "crowded", "person:1", house.clock()) == 1
    assert house.run(third).phase == PHASE["not released"]
    assert 0 not in [row.pass_ for row in house.handoffs(second)]


def test_who_released_starts_is_written_in_the_commit_that_begins_them() -> None:
    house = House(CROWDED)
    for person in (ANN, BEN):
        house.hire(person)
    batches: list[Batch] = []
    house.engine.after_commit.append(batches.append)
    release(house.engine, "crowded", "Ada", house.clock())
    (batch,) = batches
    assert [(row.by, row.what) for row in batch.audit] == [("Ada", "starts released")]
    assert [row.run for row in batch.ledger] == [house.runs(BEN)[0].id]


def test_a_run_that_another_waits_for_tells_it_of_its_end() -> None:
    child = journey("child", ASK, "event: person.changed, where: person.level > 8")
    parent = journey("parent", RUN_CHILD)
    house = House(child, parent)
    run = house.hire(ANN).runs[0]
    house.settle()
    begun = next(row for row in house.runs(ANN) if row.id != run)
    house.answer(begun.id, "approve")
    house.settle()
    assert (house.run(begun.id).phase, house.run(run).phase) == (PHASE["finished"], PHASE["finished"])


def test_a_run_that_ends_as_it_begins_tells_whoever_waits_for_it() -> None:
    child = journey(
        "child",
        "small:\n  check: person.level > 8\n  if_not: { stop: too small }\n",
        "event: person.changed, where: person.level > 8",
    )
    parent = journey("parent", RUN_CHILD)
    house = House(child, parent)
    run = house.hire(ANN, level=1.0).runs[0]
    house.settle()
    assert house.run(run).phase in (PHASE["finished"], PHASE["stopped"])


def test_a_journey_that_ends_before_its_child_began_never_begins_it() -> None:
    child = journey("child", ASK, "event: person.changed, where: person.level > 8")
    parent = journey("parent", RUN_CHILD, more=LEAVES)
    house = House(child, parent)
    house.hire(ANN)
    house.change(ANN, "person.left", status="left")
    house.settle()
    assert [run.phase for run in house.runs(ANN)] == [PHASE["stopped"]]
    assert house.runs(BOSS) == []
