"""Whoever has just been named is known in the decision about it: what comes with each kind of input."""

from datetime import UTC, datetime

import pytest

from handrail.terms.event import Answer, CohortEvent, Event, Input, Outcome, Tick, said_in
from handrail.terms.state import State, heard
from handrail.terms.values import NOTHING, Fields, PersonRef

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
FRED = Fields({"who": PersonRef(7)})


@pytest.mark.parametrize(
    "given",
    [
        Answer(1, NOW, "person:2", form=FRED),
        Event("lms.completed", NOW, 1, fields=FRED),
        Outcome(1, 0, NOW, "confirmed", FRED),
        CohortEvent(1, NOW, 1, 12, result=FRED),
    ],
    ids=lambda given: type(given).__name__,
)
def test_whoever_an_input_names_is_beside_the_results(given: Input) -> None:
    state = State(1, 1, "", NOW, NOTHING, results={"mentor": NOTHING})
    assert heard(state, said_in(given)).results == {"mentor": NOTHING, "": FRED}


def test_what_names_nobody_leaves_the_state_as_it_is() -> None:
    state = State(1, 1, "", NOW, NOTHING)
    assert said_in(Tick(NOW)) == said_in(None) == NOTHING
    assert heard(state, Fields({"score": 80})) is state
