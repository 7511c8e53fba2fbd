"""States that were decided a moment ago are at hand, and are what their bytes say."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from handrail.engine.deciding.running_copy import BYTES_MAX, STATES_MAX, States
from handrail.terms import coding
from handrail.terms.state import State
from handrail.terms.values import Fields

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _state(run: int) -> State:
    return State(run, 1, "plan", NOW, Fields({"name": "hired"}), results={"exam": Fields({"at": NOW, "score": 80})})


def test_a_state_that_was_just_decided_is_not_read_from_its_bytes_again() -> None:
    states, state = States(), _state(1)
    packed = coding.pack(state)
    states.keep(packed, state)
    assert states.read(bytes(bytearray(packed))) is state


def test_a_state_that_is_not_at_hand_is_read_from_its_bytes_and_is_the_same() -> None:
    states, state = States(), _state(1)
    packed = coding.pack(state)
    read = states.read(packed)
    assert read is not state
    assert read == state


def test_no_more_states_are_kept_than_the_bound_and_the_oldest_go_first() -> None:
    states = States()
    made = [_state(run) for run in range(STATES_MAX + 1)]
    for state in made:
        states.keep(coding.pack(state), state)
    assert states.read(coding.pack(made[-1])) is made[-1]
    assert states.read(coding.pack(made[1])) is made[1]
    assert states.read(coding.pack(made[0])) is not made[0]


def test_a_large_state_is_not_kept_at_hand() -> None:
    states, large = States(), replace(_state(1), reason="x" * BYTES_MAX)
    states.keep(coding.pack(large), large)
    assert states.read(coding.pack(large)) is not large
