"""*People*: who is found in which order, and what of them was told wrongly is marked where it is seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from tests.web.house import House, take_in

from handrail.engine.clock import RealClock
from handrail.terms.values import Instant

FORMULA = '=HYPERLINK("http://evil.example")'


class Tomorrow(RealClock):
    """The real clock, a day on."""

    def __call__(self) -> Instant:
        return super().__call__() + timedelta(days=1)


@pytest.fixture
def tomorrow(company: Path) -> Iterator[House]:
    made = House(company, Tomorrow())
    made.begin()
    yield made
    made.end()


def told_a_formula(house: House) -> None:
    """The HR system's next file has a formula where Luis's name was."""
    newest = sorted((house.folder / "hr").glob("*.csv"))[-1]
    day = re.search(r"\d{4}-\d\d-\d\d", newest.name)
    assert day is not None, newest.name
    later = house.runtime.clock().date()
    file = newest.with_name(newest.name.replace(day[0], later.isoformat()))
    quoted = FORMULA.replace('"', '""')
    file.write_text(newest.read_text("utf-8").replace("Luis,Costa", f'"{quoted}",Costa'), "utf-8")
    take_in(house.runtime, file)


def test_a_name_that_looks_like_a_formula_comes_last_and_is_marked_as_what_it_is(tomorrow: House) -> None:
    house, visitor = tomorrow, tomorrow.visitor("operations")
    before = re.findall(r'href="/people/P-(\d+)"', visitor.get("/people").text)
    told_a_formula(house)
    page = visitor.get("/people").text
    assert page.count("looks like a formula: have it corrected where it comes from") == 1
    assert "=HYPERLINK" in page[page.rindex("<tr>") :]
    assert sorted(set(re.findall(r'href="/people/P-(\d+)"', page))) == sorted(set(before)), "nobody is missing"
    assert "looks like a formula" in visitor.get("/people/P-24").text
    assert "looks like a formula" not in visitor.get("/people/P-23").text
