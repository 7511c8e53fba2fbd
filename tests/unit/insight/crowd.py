"""Runs of one journey in two versions, in every phase, at every step, late and not, of people in two departments."""

from __future__ import annotations

from typing import Final

from tests.journeys.catalog import catalog
from tests.unit.insight.company import BEN, JOURNEYS, Company, march

from handrail.language.compile import compile_text
from handrail.store.batch import Batch
from handrail.store.moments import PHASES, to_millis
from handrail.store.opening import MEMORY
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms.plan import NONE

JOURNEY: Final = "onboarding"
PEOPLE: Final = range(100, 130)
RUNS: Final = range(1, 121)
AT: Final = to_millis(march(3))
STEPS: Final = ("account", "buddy", "safety_done")
"""Those of the first version; in the second the last one is called otherwise."""


def crowd(url: str = MEMORY) -> Company:
    """A company in which they stand."""
    company = Company(JOURNEY, url=url)
    text = (JOURNEYS / f"{JOURNEY}.yaml").read_text("utf-8").replace("safety_done", "first_aid")
    second = compile_text(text, f"journeys/{JOURNEY}.yaml", catalog())
    company.engine.publish(second.plan, second.places, march(2, 12))
    for number in PEOPLE:
        name = f"Ana Abel {number}" if number % 3 == 0 else f"Uri Unger {number}"
        company.appear(number, name, march(2), department="Sales" if number % 5 else "Workshop", manager=BEN if number % 7 == 0 else None)  # fmt: skip
    runs = [run_row(number) for number in RUNS]
    handoffs = [row for run in runs for row in handoffs_of(run)]
    company.store.commit(Batch(AT, new_runs=runs, handoffs=handoffs))
    return company


def run_row(number: int) -> RunRow:
    """A run of which nothing is kept but its row."""
    phase = number % 7 % len(PHASES)
    person, plan = PEOPLE[number * 11 % len(PEOPLE)], 1 + number % 2
    return RunRow(number, 0, person, plan, 1, phase, AT + number, AT if phase > 2 else None, AT, 0, 1, None, None, b"")


def handoffs_of(run: RunRow) -> list[HandoffRow]:
    """None where the run rests; else at one step or two, in every fifth run twice at the same; in runs that are over they are closed."""
    if run.phase == 0:
        return [_handoff(run, 0, NONE, late=False)]
    if run.id % 4 == 0:
        return []
    places = ((1,), (1, 2), (2,))[run.id % 3]
    at = (*places, places[0]) if run.id % 5 == 0 else places
    return [_handoff(run, pass_, step, late=run.id % 4 == 1 or pass_ == 3) for pass_, step in enumerate(at, 1)]


def _handoff(run: RunRow, pass_: int, step: int, *, late: bool) -> HandoffRow:
    closed = AT if run.phase > 2 else None
    stuck = late or run.id % 6 == 0
    return HandoffRow(run.id, pass_, step, run.person, f"person:{BEN}", AT, AT, 0, closed, "", None, None, int(stuck), int(late))  # fmt: skip
