"""What a connection's driver does with calls that wait, fail, overtake, contradict or were left by the dead."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from msgspec import structs
from tests.unit.connect.world import COURSE, START, World, enroll

from handrail.connect.port import ConnectionState, Fenced, ItemOutcome, Row
from handrail.practice.faults import Fault
from handrail.terms.effect import RetryRule
from handrail.terms.values import Duration, Fields


def unenroll(run: int, person: int, decided: int) -> Row:
    row = enroll(run, decided, person=person, action="lms.unenroll")
    call = structs.replace(row.call, pass_=2, undoes=(1, 0), given=Fields({"enrollment": "E-0000001"}))
    return structs.replace(row, key=(run, 2, 0), call=call)


def asked(world: World) -> list[str]:
    return [f"{line.method} {line.status}" for line in world.witness.lines() if line.method]


def test_an_urgent_call_waits_at_most_one_slot_behind_a_bulk(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(*(enroll(run) for run in range(1, 201)))
    for _ in range(20):
        world.step()
    wanted_at = world.now
    world.want(enroll(999, urgent=True))
    while not (settled := world.outbox.kept[999, 1, 0].settled):
        world.step()
    assert settled.outcome is not None
    assert settled.outcome.at - wanted_at <= timedelta(seconds=0.6) + 2 * world.latency


def test_of_one_person_and_course_calls_leave_in_the_order_they_were_decided(tmp_path: Path) -> None:
    world = World(tmp_path, faults=(Fault("error", numbers=(1,)),))
    back = structs.replace(unenroll(1, 1, 2), urgent=True)
    world.want(back, enroll(1, 1))
    world.run()
    assert asked(world) == ["POST 500", "POST 201", "DELETE 200"]


def test_being_throttled_uses_up_no_try_and_closes_the_gate_for_everybody(tmp_path: Path) -> None:
    world = World(tmp_path, faults=(Fault("throttled", numbers=(1, 2, 3), seconds=40),))
    world.want(*(enroll(run, retry=None) for run in range(1, 4)))
    world.run()
    assert [one.settled.tries for one in world.outbox.kept.values() if one.settled] == [1, 1, 1]
    throttled = [line.at for line in world.witness.lines() if line.status == 429]
    assert all(later - sooner >= timedelta(seconds=40) for sooner, later in pairwise(throttled))


def test_a_call_that_is_never_going_to_work_is_not_tried_again(tmp_path: Path) -> None:
    world = World(tmp_path, suspended=frozenset({"P00001"}))
    world.want(enroll(1))
    world.run()
    (failed,) = world.ended("failed")
    assert failed.outcome is not None
    assert (failed.failure, failed.code, failed.outcome.tries) == ("permanent", "account_suspended", 1)
    assert asked(world) == ["POST 403"]


def test_when_the_tries_are_used_up_the_run_is_told(tmp_path: Path) -> None:
    world = World(tmp_path, faults=(Fault("error", share=1),))
    world.want(enroll(1, retry=RetryRule(2, Duration(1, "hours"))))
    world.run()
    (failed,) = world.ended("failed")
    assert failed.outcome is not None
    assert (failed.outcome.failure, failed.outcome.tries) == ("transient", 3)
    assert timedelta(minutes=54) <= world.now - START <= timedelta(hours=1, seconds=2)


def test_a_key_of_ours_that_is_refused_stops_the_connection_and_fails_nobody(tmp_path: Path) -> None:
    world = World(tmp_path, token="another")
    world.connector = World(tmp_path / "other").connector
    world.want(*(enroll(run, retry=None) for run in range(1, 4)))
    (flight,) = world.driver.take(world.now)
    refused = tuple(ItemOutcome(item.key, "failed", failure="auth", code="http_401") for item in flight.items)
    (again,) = world.driver.settle(flight, refused, world.now)
    assert (again.verdict, again.tries) == ("again", 0)
    assert world.driver.take(world.now + timedelta(seconds=10)) == ()
    assert world.driver.next_at(world.now) == world.now + timedelta(seconds=30)


def test_a_failing_system_is_left_alone_and_then_tried_with_one_call(tmp_path: Path) -> None:
    world = World(tmp_path, limit=6000, faults=(Fault("refused", numbers=tuple(range(1, 7))),))
    world.want(*(enroll(run) for run in range(1, 16)))
    for _ in range(40):
        world.step()
        if world.driver.state.breaker.until is not None:
            break
    opened = world.driver.state.breaker.until
    assert opened is not None
    world.run()
    assert len(world.ended("confirmed")) == 15
    quiet = (opened - timedelta(seconds=29), opened)
    assert not [at for at in world.witness.moments() if quiet[0] < at < quiet[1]]


def test_who_is_in_the_course_already_needs_no_call(tmp_path: Path) -> None:
    world = World(tmp_path)
    for person in range(1, 41):
        world.lms.enroll_by_hand(f"P{person:05}", COURSE)
    world.want(*(enroll(run) for run in range(1, 101)))
    world.run()
    assert (len(world.ended("not needed")), len(world.ended("confirmed"))) == (40, 60)
    assert asked(world) == ["GET 200"] + ["POST 201"] * 60


def test_for_a_few_people_no_list_is_read_and_being_there_already_is_no_failure(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.lms.enroll_by_hand("P00001", COURSE)
    world.want(enroll(1))
    world.run()
    assert asked(world) == ["POST 409"]
    assert len(world.ended("not needed")) == 1


def test_what_another_open_run_has_done_already_is_not_done_again(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1), enroll(2, person=1))
    world.run()
    assert asked(world) == ["POST 201"]
    (spared,) = world.ended("not needed")
    assert (spared.key[0], spared.reason) == (2, "R-1 has already done it.")


def test_what_another_open_run_still_wants_is_not_taken_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1), enroll(2, person=1))
    world.run()
    world.want(unenroll(1, 1, 3))
    world.run()
    spared = world.outbox.kept[1, 2, 0].settled
    assert spared is not None
    assert (spared.verdict, spared.reason) == ("not needed", "R-2 still wants it.")
    assert asked(world) == ["POST 201"]


def test_what_nobody_wants_any_more_is_taken_back(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1), enroll(2, person=1))
    world.run()
    world.outbox.closed_runs.add(2)
    world.want(unenroll(1, 1, 3))
    world.run()
    assert asked(world) == ["POST 201", "DELETE 200"]


def test_what_somebody_set_aside_is_not_needed_and_says_so(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(structs.replace(enroll(1), override="Set aside by Ada Park until 30 June."))
    world.run()
    (spared,) = world.ended("not needed")
    assert (spared.reason, asked(world) if world.path.stat().st_size else []) == (
        "Set aside by Ada Park until 30 June.",
        [],
    )


def test_a_call_that_is_withdrawn_before_it_leaves_does_not_leave(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1), enroll(2))
    world.outbox.withdraw((1, 1, 0))
    world.run()
    assert world.witness.enrollments()[0].user == "P00002"


def test_a_call_whose_moment_has_passed_does_not_leave(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1, retry=None))
    (flight,) = world.driver.take(world.now)
    late = world.now + timedelta(seconds=6)
    (again,) = world.driver.settle(flight, flight.send(late), late)
    assert (again.verdict, again.tries, again.next_at) == ("again", 0, late)
    world.now = late
    world.run()
    assert asked(world) == ["POST 201"]


def test_a_driver_that_was_replaced_writes_nothing_more(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1))
    old = world.driver
    (flight,) = old.take(world.now)
    world.crash()
    with pytest.raises(Fenced):
        old.settle(flight, flight.send(world.now), world.now)
    with pytest.raises(Fenced):
        old.take(world.now + timedelta(seconds=1)) or old.permit(world.now + timedelta(seconds=1))


def test_what_the_dead_left_is_looked_up_only_when_nobody_can_still_be_sending_it(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1))
    world.driver.take(world.now)
    world.crash()
    assert world.driver.next_at(world.now) == START + timedelta(seconds=25)
    world.run()
    assert asked(world) == ["GET 200", "POST 201"]


def test_a_poll_needs_a_permit_like_any_call(tmp_path: Path) -> None:
    world = World(tmp_path)
    assert world.driver.permit(world.now)
    assert not world.driver.permit(world.now)
    assert world.driver.next_permit(world.now) == START + timedelta(seconds=0.6)
    world.driver.note(ItemOutcome("", "failed", failure="throttled", retry_after="90"), world.now)
    assert world.driver.next_permit(world.now) == START + timedelta(seconds=90)
    world.driver.note(None, world.now)
    assert isinstance(world.outbox.row, ConnectionState)


def test_many_answers_are_written_in_one_commit(tmp_path: Path) -> None:
    world = World(tmp_path, limit=6000)
    world.want(*(enroll(run) for run in range(1, 5)))
    landed = []
    for _ in range(4):
        landed += [(flight, flight.send(world.now)) for flight in world.driver.take(world.now)]
        world.now += timedelta(milliseconds=10)
    commits = world.outbox.commits
    settlement = world.driver.judge(landed, world.now)
    assert world.driver.in_flight == 4
    assert len(world.outbox.settle(settlement)) == 4
    world.driver.adopt(landed, settlement)
    assert (world.driver.in_flight, world.outbox.commits) == (0, commits + 1)
    assert len(world.ended("confirmed")) == 4


def test_when_a_sender_dies_on_the_way_its_call_is_looked_up(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.want(enroll(1))
    (flight,) = world.driver.take(world.now)
    (verdict,) = world.driver.settle(flight, flight.unknown("The thread that sent it died."), world.now)
    assert verdict.verdict == "uncertain"
    world.run()
    assert asked(world) == ["GET 200", "POST 201"]
