"""Runs that were decided a moment ago are at hand, and are what the store has of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace
from tests.unit.engine.house import ANN, BOSS, House, journey, known

from handrail.engine.deciding.running_copy import BYTES_MAX, RUNS_MAX, Recent, Working
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun
from handrail.language.compile import compile_text
from handrail.store.errors import LostUpdate
from handrail.store.moments import PHASE
from handrail.terms.event import Answer
from handrail.terms.state import State
from handrail.terms.values import Fields

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TWICE = journey(
    "twice",
    """
first: { ask: manager, question: "Fine?", answers: { fine: continue } }
second: { ask: manager, question: "Sure?", answers: { fine: continue } }
""",
)


PLAN = compile_text(TWICE, "small.yaml", known()).plan


def _decided(run: int, state: State | None = None, packed: bytes = b"packed") -> Working:
    """A run as a group leaves it that has begun it."""
    working = Working(state or State(run, 1, "plan", NOW, Fields({"name": "hired"})), PLAN, 0)
    working.rev, working.written, working.packed = 0, True, packed
    return working


def test_a_run_that_was_just_decided_is_at_hand_once_as_its_commit_left_it() -> None:
    recent, working = Recent(), _decided(1)
    recent.keep([working])
    assert recent.take(1) is working
    assert (working.before, working.phase, working.written) == (0, PHASE["open"], False)
    assert working.read is working.state
    assert recent.take(1) is None


def test_no_more_runs_are_kept_than_the_bound_and_the_oldest_go_first() -> None:
    recent = Recent()
    recent.keep(_decided(run) for run in range(RUNS_MAX + 1))
    assert recent.take(0) is None
    assert recent.take(1) is not None
    assert recent.take(RUNS_MAX) is not None


def test_a_run_that_is_over_or_large_or_as_it_was_is_not_kept_at_hand() -> None:
    recent, untouched = Recent(), _decided(3)
    untouched.written = False
    over = replace(untouched.state, run=1, phase="finished")
    recent.keep([_decided(1, over), _decided(2, packed=b"x" * (BYTES_MAX + 1)), untouched])
    assert [recent.take(run) for run in (1, 2, 3)] == [None, None, None]


def test_what_somebody_else_has_written_meanwhile_is_never_overwritten_and_is_read_the_next_time() -> None:
    house = House(TWICE)
    run = house.hire(ANN).runs[0]
    other = Engine(house.store, house.engine.worlds.organization, house.engine.catalog, house.clock)
    first = ForRun(run, Answer(1, house.clock(), f"person:{BOSS}", "fine"))
    assert other.take([first], house.clock())[0].used
    with pytest.raises(LostUpdate):
        house.engine.take([first], house.clock())
    assert house.answer(run, "fine").used
    assert house.run(run).phase == PHASE["finished"]
