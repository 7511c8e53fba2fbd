"""What a run that is full does with an event, and which runs count for `once`."""

from __future__ import annotations

from tests.unit.engine.house import ANN, House, journey

from handrail.store.moments import PHASE

ANY = "event: person.changed"
LATER = """
later: { pause: 3 days }
gate: { check: person.level > 8, if_not: { stop: too small } }
hello: { tell: learner, message: day-one }
"""
WAITS = """
course: { wait: lms.completed, where: event.course is "A", owner: learner, within: 30 days, if_late: { stop: late } }
"""


def test_who_was_stopped_by_a_check_after_some_days_may_begin_again() -> None:
    house = House(journey("small", LATER, ANY))
    house.appear(ANN, level=3.0, email="ann@acme.example")
    first = house.change(ANN, title="Clerk").runs[0]
    house.wait(days=5)
    assert house.run(first).phase == PHASE["stopped"]
    assert house.change(ANN, level=9.0).runs, "nothing had left the first one"
    house.wait(days=5)
    assert len(house.runs(ANN)) == 2
    assert not house.change(ANN, title="Manager").runs, "the second one finished, and counts"


def test_an_event_that_a_full_run_does_not_take_is_held() -> None:
    house = House(journey("small", WAITS))
    run = house.hire(ANN).runs[0]
    for _ in range(3):
        house.tell("lms.completed", ANN, course="x" * 30_000)
    (held,) = house.held()
    assert (held.kind, held.reason) == ("lms.completed", f"R-{run} keeps no more: too large")
    house.tell("lms.completed", ANN, course="A")
    assert house.run(run).phase == PHASE["finished"]
