"""*People*: who is found in which order, and what of them was told wrongly is marked where it is seen, and can be mended."""

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


class TwoDaysOn(RealClock):
    """The real clock, two days on: there is room for two files more."""

    def __call__(self) -> Instant:
        return super().__call__() + timedelta(days=2)


@pytest.fixture
def later(company: Path) -> Iterator[House]:
    made = House(company, TwoDaysOn())
    made.begin()
    yield made
    made.end()


def told_next(house: House, instead: dict[str, str], days: int = 0) -> str:
    """The HR system's next file has other words where a text stood before; its name."""
    newest = sorted((house.folder / "hr").glob("*.csv"))[-1]
    day = re.search(r"\d{4}-\d\d-\d\d", newest.name)
    assert day is not None, newest.name
    on = house.runtime.clock().date() + timedelta(days=days)
    file = newest.with_name(newest.name.replace(day[0], on.isoformat()))
    text = newest.read_text("utf-8")
    for old, new in instead.items():
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    take_in(house.runtime, file)
    return file.name


def told_a_formula(house: House) -> None:
    """The HR system's next file has a formula where Luis's name was."""
    quoted = FORMULA.replace('"', '""')
    told_next(house, {"Luis,Costa": f'"{quoted}",Costa'})


def test_a_name_that_looks_like_a_formula_comes_last_and_is_marked_as_what_it_is(later: House) -> None:
    house, visitor = later, later.visitor("operations")
    before = re.findall(r'href="/people/P-(\d+)"', visitor.get("/people").text)
    told_a_formula(house)
    page = visitor.get("/people").text
    assert page.count("looks like a formula: have it corrected where it comes from") == 1
    assert "=HYPERLINK" in page[page.rindex("<tr>") :]
    assert sorted(set(re.findall(r'href="/people/P-(\d+)"', page))) == sorted(set(before)), "nobody is missing"
    assert "looks like a formula" in visitor.get("/people/P-24").text
    assert "looks like a formula" not in visitor.get("/people/P-23").text


def test_a_person_shows_which_values_came_and_could_not_be_applied_and_in_which_file(later: House) -> None:
    visitor = later.visitor("operations")
    assert "could not be applied" not in visitor.get("/people/P-24").text
    name = told_next(
        later,
        {"luis.costa@example.com": "luis@", "Technician,Workshop,DE,,": "Technician,Workshop,DE,10077,"},
        days=-1,
    )
    page = " ".join(visitor.get("/people/P-24").text.split())
    assert re.search(r"Email: “luis@” came on .{10,90} and could not be applied \(no e-mail address\)", page)
    assert re.search(r"Manager: “10077” came on .{10,90} and could not be applied \(nobody has this key\)", page)
    (file,) = set(re.findall(rf'<a href="(/held/F-\d+)#values">{name}</a>', page))
    assert "luis@" in visitor.get(file).text
    assert "luis.costa@example.com" in page, "what was known before stands"
    told_next(later, {"luis@": "luis.costa@example.com"})
    page = visitor.get("/people/P-24").text
    assert ("luis@" in page, "10077" in page) == (False, True)


def test_what_a_mending_would_apply_counts_rows_that_are_held_and_values_of_people_who_are_known(later: House) -> None:
    """A word that nobody knows stands with one person who is known; a row of somebody new has no first day."""
    new = "1013,Mo,New,mo.new@example.com,Technician,Workshop,DE,1004,active,soon"
    name = told_next(later, {"Workshop,DE,1004,active,2018": "Workshop,DE,1004,retired,2018", "1012,": f"{new}\n1012,"})
    visitor = later.visitor("operations")
    (file,) = set(re.findall(rf'<a href="(/held/F-\d+)">{name}</a>', visitor.get("/held").text))
    page = " ".join(re.sub("<[^>]+>", "", visitor.get(f"{file}?word.status.retired=left").text).split())
    assert "0 of the 1 held row could be applied then." in page
    assert "1 of the 1 value that was not applied to people who are known could be applied then." in page


def test_a_learner_is_not_sent_to_a_page_that_learners_do_not_have(later: House) -> None:
    said = "Look for them by name under People."
    learner = later.visitor("learner", person=6).get("/people/P-23")
    assert (learner.status_code, said in learner.text) == (404, False)
    assert "Ask whoever sent you here." in learner.text
    assert said in later.visitor("operations").get("/people/P-999").text
