"""The reports of a large organization after it began to be served: counted beside, ready before they are asked for, and for programs too."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.house import House

from handrail.app.running.reporting import Reporting, StillCounting
from handrail.insight.reports.asking import Reach

ANSWER_SECONDS = 10


@pytest.fixture(name="at_rest")
def fixture_at_rest(company: Path) -> Iterator[House]:
    """A copy of the company that takes two runs for many; the test begins to serve it."""
    made = House(company)
    made.runtime.reporting = Reporting(made.runtime, small_runs=1)
    yield made
    made.end()


def test_the_reports_are_counted_before_anybody_looks(at_rest: House) -> None:
    at_rest.begin()
    at_rest.runtime.reporting.wait()
    before = at_rest.runtime.clock()
    sheets = at_rest.runtime.reporting.sheets(Reach(), before)
    assert (sheets.runs, sheets.begun < before) == (2, True)
    assert at_rest.visitor("operations").get("/reports/compliance").status_code == 200


def test_whoever_looks_while_they_are_counted_does_not_wait_and_is_told_how_far_it_is(at_rest: House) -> None:
    resting, go_on = threading.Event(), threading.Event()

    def rest(_: float) -> None:
        resting.set()
        go_on.wait(ANSWER_SECONDS)

    at_rest.runtime.reporting = Reporting(at_rest.runtime, small_runs=1, rest=rest)
    at_rest.begin()
    assert resting.wait(ANSWER_SECONDS)
    visitor, program = at_rest.visitor("operations"), at_rest.client("read")
    page = visitor.get("/reports/compliance", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "The reports are not ready yet. The runs are being counted: 0 of about 2 so far." in page.text
    assert program.get("/api/reports/stalls").headers["Retry-After"]
    assert visitor.get("/today").status_code == 200
    assert at_rest.visitor("manager", person=3).get("/reports").status_code == 200, "their own few are counted at once"
    go_on.set()
    at_rest.runtime.reporting.wait()
    assert visitor.get("/reports/compliance").status_code == 200


def test_an_organization_that_ends_begins_to_count_nothing_more(at_rest: House) -> None:
    at_rest.begin()
    at_rest.runtime.reporting = Reporting(at_rest.runtime, small_runs=1)
    at_rest.runtime.reporting.stop()
    at_rest.runtime.reporting.start()
    with pytest.raises(StillCounting):
        at_rest.runtime.reporting.sheets(Reach(), at_rest.runtime.clock())


def test_a_program_gets_the_numbers_of_a_page_and_the_lines_behind_them(open_house: House) -> None:
    program = open_house.client("read")
    listed = {each["name"]: each for each in program.get("/api/reports").json()["reports"]}
    assert list(listed) == ["compliance", "stalls", "attainment", "funnel"]
    followed = 0
    for name, definition in listed.items():
        for by in definition["by"]:
            found = program.get(f"/api/reports/{name}", params={"by": by["word"]}).json()
            for row in found["rows"]:
                for state, many in row["counts"].items():
                    asked = {"by": by["word"], "row": row["labels"], "state": state}
                    behind = program.get(f"/api/reports/{name}/lines", params=asked).json()
                    assert (behind["total"], len(behind["lines"])) == (many, many)
                    followed += many > 0
    assert followed >= 8


def test_a_program_that_asks_for_what_is_not_counted_is_told_what_is(open_house: House) -> None:
    program = open_house.client("read")
    wrong = {"journey": "weather", "by": "weather", "department": "Weather"}
    for field, value in wrong.items():
        answer = program.get("/api/reports/compliance", params={field: value})
        assert (answer.status_code, answer.json()["error"]) == (422, f'There is no {field} "{value}" to count.')
    assert "it is of now" in program.get("/api/reports/stalls", params={"period": "month"}).json()["error"]
    assert "no state" in program.get("/api/reports/stalls/lines", params={"state": "weather"}).json()["error"]
    assert program.get("/api/reports/weather").status_code == 422


def test_the_lines_behind_a_number_come_in_pages(open_house: House) -> None:
    program = open_house.client("read")
    first = program.get("/api/reports/compliance/lines", params={"limit": 1}).json()
    second = program.get("/api/reports/compliance/lines", params={"limit": 1, "after": first["next"]}).json()
    assert (first["total"], second["total"], second["next"]) == (2, 2, "")
    assert first["lines"][0]["run"] != second["lines"][0]["run"]
