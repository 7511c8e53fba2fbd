"""Who is in a journey: every way to ask gives the runs that it means, page by page, however they are found; the numbers are as long as the lists."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from itertools import product
from pathlib import Path
from typing import Any, Final

import pytest
from tests.unit.insight.company import BEN, Company, march
from tests.unit.insight.crowd import JOURNEY, RUNS, crowd, handoffs_of, run_row

from handrail.insight.desk.journeys import journey_head, one_journey
from handrail.insight.desk.runs.which import (
    USUAL,
    Bounds,
    Only,
    Phase,
    Portion,
    RunsFound,
    RunsWanted,
    runs_in,
    steps_of,
)
from handrail.insight.past import Past
from handrail.insight.rights import Grant, Viewer
from handrail.store.database.port import Rows
from handrail.store.database.sqlite import SqliteDatabase
from handrail.store.moments import PHASES
from handrail.store.opening import Store
from handrail.store.rows import RunRow

NOW: Final = march(10)
VIEWERS: Final = {
    "everybody": Viewer(1, "o", "O", 0, (Grant("operations"),)),
    "Sales": Viewer(2, "s", "S", 0, (Grant("operations", "Sales"),)),
    "reports": Viewer(3, "b", "B", BEN, (Grant("manager"),)),
    "nobody": Viewer(4, "l", "L", 0, (Grant("learner"),)),
}
NAMES: Final = {1: ("account", "buddy", "safety_done"), 2: ("account", "buddy", "first_aid")}
IN: Final[tuple[Phase, ...]] = ("", "open", "paused", "waiting for release", "stopped", "all")
ONLY: Final[tuple[Only, ...]] = ("", "late", "stuck", "resting")
ASKED: Final = [
    RunsWanted(JOURNEY, phase, step, only, who)
    for phase, only in product(IN, ONLY)
    for step, who in product(("", "buddy", "first_aid", "nowhere"), ("", "ana", "nobody at all"))
]


def means(wanted: RunsWanted, viewer: Viewer, run: RunRow) -> bool:
    """Whether the run is meant, said without any store."""
    phase, person = PHASES[run.phase], run.person
    still = run.phase < 3
    here = [each for each in handoffs_of(run) if each.closed is None]
    at = [each for each in here if not wanted.step or (each.step >= 0 and NAMES[run.plan][each.step] == wanted.step)]
    at = [each for each in at if (wanted.only != "late" or each.late) and (wanted.only != "stuck" or each.stuck)]
    seen = viewer.everywhere or ("Sales" in viewer.units and person % 5 != 0) or (viewer.leads and person % 7 == 0)
    return (
        (still if not wanted.phase else wanted.phase in ("all", phase))
        and (not (wanted.step or wanted.only in ("late", "stuck")) or bool(at))
        and (wanted.only != "resting" or (phase in ("open", "paused") and all(each.step < 0 for each in here)))
        and (not wanted.who or (wanted.who == "ana" and person % 3 == 0))
        and seen
    )


def paged(
    past: Past, viewer: Viewer, wanted: RunsWanted, limit: int, bounds: Bounds = USUAL
) -> tuple[list[int], set[int | None]]:
    """All pages of the list, and the totals that they told."""
    head = journey_head(past, JOURNEY, NOW)
    assert head is not None
    found, totals, after = list[int](), set[int | None](), 0
    for _ in RUNS:
        page: RunsFound = runs_in(past, viewer, wanted, head.counted, Portion(limit, after, bounds))
        found += page.runs
        totals.add(page.total)
        if page.next is None:
            return found, totals
        after = page.next
    pytest.fail("the list does not end")


@pytest.fixture(scope="module", name="company")
def fixture_company() -> Company:
    return crowd()


BOUNDS: Final = {
    "as they are": USUAL,
    "many people": Bounds(few=0),
    "more runs than are looked at": Bounds(few=0, looked=7),
    "more versions than a statement takes": Bounds(few=0, looked=7, parts=1),
}


@pytest.mark.parametrize("viewer", VIEWERS.values(), ids=VIEWERS)
@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
def test_every_way_to_ask_gives_what_it_means_in_its_order_and_each_once(
    viewer: Viewer, bounds: Bounds, company: Company
) -> None:
    past, wrong = company.past(), []
    for wanted in ASKED:
        meant = [number for number in RUNS if means(wanted, viewer, run_row(number))]
        meant = meant if wanted.longest_first else meant[::-1]
        found, totals = paged(past, viewer, wanted, 4, bounds)
        if found != meant or not totals <= {None, len(meant)}:
            wrong.append((wanted, found, meant, totals))
    assert wrong == []


def test_the_numbers_of_a_journey_are_as_long_as_the_lists_behind_them(company: Company) -> None:
    past, everybody = company.past(), VIEWERS["everybody"]
    found = one_journey(past, JOURNEY, NOW)
    assert found is not None

    def many(**asked: Any) -> int:  # noqa: ANN401 - the filters
        return len(paged(past, everybody, RunsWanted(JOURNEY, **asked), 1000)[0])

    assert {each.step for each in found.steps} == {"buddy", "safety_done", "first_aid"}
    for each in found.steps:
        assert (each.open, each.late) == (many(step=each.step), many(step=each.step, only="late"))
    assert {phase: many(phase=phase) for phase in PHASES} == dict(found.line.counts)
    assert (found.line.open, found.waiting) == (many(), many(phase="waiting for release"))
    assert (found.resting, found.late) == (many(only="resting"), many(only="late"))
    assert found.at_once == sum(each.open for each in found.steps) - (found.line.open - found.waiting - found.resting)
    late = [each for number in RUNS for each in handoffs_of(run_row(number)) if each.late and each.closed is None]
    assert found.line.late == len(late) > found.late, "handoffs, of which some runs have two"


def test_the_steps_that_can_be_asked_for_are_those_of_the_newest_version_then_those_only_earlier_ones_had(
    company: Company,
) -> None:
    found = list(steps_of(company.past(), JOURNEY, NOW).items())
    assert found[-2:] == [("first_aid", "First aid"), ("safety_done", "Safety done")]


class Explaining(SqliteDatabase):
    """A database that asks itself how it would go about each question about runs."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), read_only=True)
        self.said: list[str] = []

    def read(self, sql: str, values: Sequence[object] = ()) -> Rows:
        if "FROM run r" in sql:
            self.said += [str(row[3]) for row in super().read(f"EXPLAIN QUERY PLAN {sql}", values)]
        return super().read(sql, values)


@pytest.mark.parametrize("bounds", BOUNDS.values(), ids=BOUNDS)
def test_whatever_is_asked_no_run_of_another_journey_is_looked_at_and_nothing_is_sorted(
    bounds: Bounds, tmp_path: Path
) -> None:
    company = crowd(f"sqlite:///{tmp_path / 'runs.db'}")
    database = Explaining(tmp_path / "runs.db")
    with closing(company.store), closing(database):
        past = Past(Store(database), company.engine.worlds.organization)
        for wanted in ASKED:
            for viewer in VIEWERS.values():
                paged(past, viewer, wanted, 4, bounds)
    steps = {each for each in database.said if " r" in each or "TEMP" in each}
    assert all("run_plan (plan=? AND phase=?" in each for each in steps), steps
    assert steps
