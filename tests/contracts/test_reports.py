"""The reports say the same of the same runs on both databases: every number, in every way to make rows, and every list behind one."""

from __future__ import annotations

import psycopg
import pytest
from tests.unit.insight.company import organization
from tests.unit.insight.reports_world import NOW, RandomWorld

from handrail.insight.answer import plain
from handrail.insight.past import Past
from handrail.insight.reports.asking import Ground, Reach, Wanted, lines_behind, report
from handrail.insight.reports.behind import behind
from handrail.insight.reports.defined import REPORTS
from handrail.insight.reports.reckoning import reckoned
from handrail.insight.reports.sheets import key_of

RUNS = 1500
"""More than a slice of the reckoning has."""


def everything_told(world: RandomWorld, people: list[int] | None) -> dict[str, object]:
    """Each report in each way, with the first lines of the list behind each state."""
    past = Past(world.company.store, organization())
    reach = Reach() if people is None else Reach(frozenset(), 100)
    ground, found = Ground(reckoned(past, NOW, people), reach, NOW.date()), dict[str, object]()
    for definition in REPORTS.values():
        for by in definition.by:
            wanted = Wanted("welcome", "", "quarter" if definition.period else "", by.word)
            found[f"{definition.name} {by.word}"] = plain(report(ground, definition, wanted))
        for word in definition.words:
            lines = [key_of(line) for line in lines_behind(ground, definition, Wanted("welcome"), None, word)]
            found[f"{definition.name}: {word}"] = (len(lines), plain(behind(past, lines[:20])))
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_the_reports_are_the_same_on_postgresql_as_on_sqlite(seed: int, postgres_url: str) -> None:
    name = f"reports_{seed}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    here = RandomWorld(seed, people=40, runs=RUNS)
    there = RandomWorld(seed, people=40, runs=RUNS, url=postgres_url.replace("/postgres?", f"/{name}?"))
    mine = [number for number, person in here.people.items() if person.manager == 100]
    try:
        assert everything_told(there, None) == everything_told(here, None)
        assert everything_told(there, mine) == everything_told(here, mine)
        assert everything_told(here, None) != everything_told(here, mine)
    finally:
        there.company.store.close()
