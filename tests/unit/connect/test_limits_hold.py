"""Under crashes and faults at any moment: lost 0, twice 0, and never more than the limit in any minute.

Each property has a twin that runs over a mechanism broken on purpose, and must fail.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from tests.unit.connect.outbox import MemoryOutbox
from tests.unit.connect.world import World, enroll

from handrail.connect.gate import Rate
from handrail.connect.port import Claimed, ConnectionState
from handrail.connect.progress import floor_seconds
from handrail.practice.faults import Fault

CRASHES = st.lists(st.tuples(st.integers(1, 60), st.booleans()), max_size=3)
FAULTS = st.lists(
    st.sampled_from(
        [
            Fault("answer_lost", share=0.15),
            Fault("throttled", share=0.1, hint="seconds", seconds=7),
            Fault("throttled", share=0.1, hint="date", seconds=7),
            Fault("throttled", share=0.1, hint="none", seconds=2),
            Fault("error", share=0.1),
            Fault("unavailable", share=0.1, seconds=9),
            Fault("refused", share=0.1),
            Fault("wrong_json", share=0.1),
            Fault("item_failed", share=0.1),
            Fault("item_timeout", share=0.1),
        ]
    ),
    max_size=3,
    unique=True,
)


class Load(Struct, frozen=True):
    """What is asked of a connection in one example."""

    people: int
    limit: int
    bulk: int
    keyed: bool
    burst: int = 1


LOADS = st.builds(
    Load,
    st.integers(1, 70),
    st.sampled_from([7, 20, 60, 100, 600]),
    st.sampled_from([1, 50]),
    st.booleans(),
    st.sampled_from([1, 5]),
)


def make(load: Load, folder: Path, faults: Sequence[Fault] = ()) -> World:
    # Without keys this LMS enrolls once more whoever asks: only looking before acting keeps it single.
    world = World(folder, load.limit, load.bulk, faults=tuple(faults), keys=load.keyed, unique=load.keyed)
    world.limit(Rate(load.limit, 60, load.burst))
    world.want(*(enroll(run) for run in range(1, load.people + 1)))
    return world


def run(world: World, crashes: Sequence[tuple[int, bool]]) -> list[float]:
    """Work off everything, crashing after so many steps, before or after what was claimed has left; when it crashed."""
    crashed = []
    for steps, sent in crashes:
        if not all(world.step() for _ in range(steps)):
            break
        for flight in world.driver.take(world.now):
            if sent:
                flight.send(world.now)
        world.crash()
        crashed.append((world.now - world.witness.moments()[0]).total_seconds() if world.witness.moments() else 0.0)
    world.run()
    return crashed


@settings(max_examples=40)
@given(load=LOADS, crashes=CRASHES, faults=FAULTS)
def test_nobody_is_lost_or_taken_twice_whatever_crashes_or_fails(
    load: Load, crashes: list[tuple[int, bool]], faults: list[Fault]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make(load, Path(folder), faults)
        run(world, crashes)
        open_ones = [one for one in world.outbox.kept.values() if one.open]
        given_up = {one.key for one in world.ended("failed")}
        lost = [one for one in world.lost() if (int(one[0][1:]), 1, 0) not in given_up]
        assert (open_ones, lost, world.witness.twice()) == ([], [], [])


@settings(max_examples=40)
@example(load=Load(18, 7, 1, keyed=True, burst=5), crashes=[])
@example(load=Load(20, 7, 1, keyed=False, burst=5), crashes=[(1, False)])
@given(load=LOADS, crashes=CRASHES)
def test_no_minute_ever_sees_more_calls_than_the_limit_and_no_slot_is_wasted(
    load: Load, crashes: list[tuple[int, bool]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = make(load, Path(folder))
        crashed = run(world, crashes)
        assert (world.witness.throttled(), len(world.ended("confirmed"))) == (0, load.people)
        assert world.witness.busiest(60.0) <= load.limit
        moments = world.witness.moments()
        taken = (moments[-1] - moments[0]).total_seconds()
        slot = world.rate.slot_seconds
        # The list that is read beforehand takes a slot. Of each call that a crash caught between claim and outcome, and of
        # these there are as many as may leave at once, the permit may be lost, and a look is taken before it is sent again.
        caught = min(load.burst, world.pace.concurrency)
        spare = slot * (2 + (1 + 2 * caught) * len(crashed))
        floor = floor_seconds(load.people, load.bulk, world.rate)
        looked = [at + world.pace.lease_seconds + world.pace.timeout_seconds for at in crashed]
        assert taken <= max([1.01 * floor, *looked]) + spare


class Forgetful(MemoryOutbox):
    """Broken: the gate is not stored."""

    def state(self, connection: str) -> ConnectionState:  # noqa: ARG002 - the protocol names it
        return ConnectionState()


class Hasty(MemoryOutbox):
    """Broken: what was claimed by a dead driver is simply free again."""

    def claimed(self, connection: str, epoch: int) -> Sequence[Claimed]:
        for one in super().claimed(connection, epoch):
            self.kept[one.row.key].claimed = None
        return []


def broken(world: World, outbox: MemoryOutbox) -> World:
    outbox.kept = world.outbox.kept
    world.outbox = outbox
    outbox.epoch = 0
    world.crash()
    return world


def test_a_gate_that_is_forgotten_in_a_restart_is_caught(tmp_path: Path) -> None:
    world = broken(make(Load(120, 100, 1, keyed=True), tmp_path), Forgetful())
    world.latency = timedelta(0)
    run(world, [(60, True), (60, True)])
    assert world.witness.throttled() > 0


def test_sending_again_without_looking_is_caught(tmp_path: Path) -> None:
    world = broken(make(Load(30, 100, 1, keyed=False), tmp_path), Hasty())
    run(world, [(20, True)])
    assert world.witness.twice() != []


@pytest.mark.parametrize("bulk", [1, 50])
def test_a_bulk_killed_on_the_way_loses_no_more_than_two_slots(tmp_path: Path, bulk: int) -> None:
    world = make(Load(400, 100, bulk, keyed=True), tmp_path)
    while len(world.ended("confirmed")) < 148:
        world.step()
    for flight in world.driver.take(world.now):
        flight.send(world.now)
    world.crash()
    world.run()
    assert (world.lost(), world.witness.twice(), world.witness.throttled()) == ([], [], 0)
    floor = floor_seconds(400, bulk, world.rate)
    assert floor <= world.seconds() <= 1.01 * floor + 1.2 + (25 if bulk == 50 else 0)
