"""Who is in a journey is asked of both databases in words that they understand, for every role's reach, and both say the same."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from tests.unit.insight.crowd import JOURNEY, crowd

from handrail.insight.desk.journeys import journey_head, one_journey
from handrail.insight.desk.runs.lines import runs_lines
from handrail.insight.desk.runs.which import Bounds, Portion, RunsFound, RunsWanted, runs_in
from handrail.insight.rights import Grant, Viewer

REACHES = (Grant("operations"), Grant("operations", "Sales"), Grant("manager"))
ASKED = (
    RunsWanted(JOURNEY),
    RunsWanted(JOURNEY, "all", who="ana"),
    RunsWanted(JOURNEY, step="buddy", only="late"),
    RunsWanted(JOURNEY, only="resting", who="uri"),
)


def everything(url: str, bounds: Bounds) -> tuple[tuple[object, ...], list[RunsFound]]:
    """The numbers of the journey, and what is found for each reach."""
    company = crowd(url)
    try:
        past, found = company.past(), list[RunsFound]()
        head, one = journey_head(past, JOURNEY, company.now), one_journey(past, JOURNEY, company.now)
        assert head is not None
        assert one is not None
        numbers = (one.resting, one.late, one.line, one.steps)
        for wanted in ASKED:
            for grant in REACHES:
                viewer = Viewer(1, "ben", "Ben", 2, (grant,))
                found += [runs_in(past, viewer, wanted, head.counted, Portion(5, after, bounds)) for after in (0, 40)]
                assert len(runs_lines(past, found[-1].runs, company.now)) == len(found[-1].runs)
        return numbers, found
    finally:
        company.store.close()


@pytest.mark.parametrize("looked", [50_000, 7])
def test_both_databases_find_the_same_runs(looked: int, postgres_url: str, tmp_path: Path) -> None:
    bounds = Bounds(looked, few=3)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE runs_in_{looked}".encode())
    in_sqlite = everything(f"sqlite:///{tmp_path / 'runs.db'}", bounds)
    assert everything(postgres_url.replace("/postgres?", f"/runs_in_{looked}?"), bounds) == in_sqlite
    assert any(each.runs for each in in_sqlite[1])
