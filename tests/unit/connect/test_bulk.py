"""A bulk through a limit: nobody lost, nobody twice, never too often, and as fast as the limit allows."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from tests.unit.connect.world import World, enroll

from handrail.connect.progress import floor_seconds


def test_a_bulk_takes_exactly_as_long_as_the_limit_asks(tmp_path: Path) -> None:
    world = World(tmp_path, limit=100)
    world.want(*(enroll(run) for run in range(1, 251)))
    world.run()
    assert len(world.ended("confirmed")) == 250
    assert (world.lost(), world.witness.twice(), world.witness.throttled()) == ([], [], 0)
    moments = world.witness.moments("/enrollments")
    assert {(later - sooner).total_seconds() for sooner, later in pairwise(moments)} == {0.6}
    assert (moments[-1] - moments[0]).total_seconds() == floor_seconds(250, 1, world.rate) == 149.4


def test_calls_of_fifty_are_formed_when_a_slot_is_free(tmp_path: Path) -> None:
    world = World(tmp_path, limit=100, bulk=50)
    world.want(*(enroll(run) for run in range(1, 501)))
    world.run()
    assert len(world.ended("confirmed")) == 500
    assert len(world.witness.moments("/enrollments")) == 10
    assert (world.lost(), world.witness.twice()) == ([], [])


def test_a_bulk_that_is_killed_goes_on_where_it_was(tmp_path: Path) -> None:
    world = World(tmp_path, limit=100)
    world.want(*(enroll(run) for run in range(1, 251)))
    while len(world.ended("confirmed")) < 92:
        world.step()
    for flight in world.driver.take(world.now):
        flight.send(world.now)
    world.crash()
    world.run()
    assert len(world.ended("confirmed")) == 250
    assert (world.lost(), world.witness.twice(), world.witness.throttled()) == ([], [], 0)
    assert world.seconds() <= 1.01 * 149.4 + 1.2
