"""*Who is in it*: the names behind the numbers of a journey, found by phase, step and name; each viewer sees their own people."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.web.browsing import DESK, PHONE, WIDTHS, window
from tests.web.house import House
from tests.web.season import IN_SALES, IN_WORKSHOP, NEW, in_season

from handrail.insight.desk.runs.which import USUAL, Bounds

ADA, BEN, EVA = 2, 3, 6
WHO = "/journeys/season/runs"
NUMBER = re.compile(r'<a href="(/journeys/season/runs[^"]*)">([\d,]+)</a>')


@pytest.fixture(scope="module")
def season(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("season") / "company"
    shutil.copytree(prepared, folder)
    made = in_season(folder)
    yield made
    made.end()


@pytest.fixture
def bounded(season: House) -> Iterator[Callable[[Bounds], None]]:
    """Has pages look no further than so, as long as a test lasts."""
    yield lambda bounds: setattr(season.application.state, "bounds", bounds)
    season.application.state.bounds = USUAL


@pytest.fixture
def operations(season: House) -> httpx2.Client:
    return season.visitor("operations")


def listed(visitor: httpx2.Client, path: str) -> list[dict[str, str]]:
    """The lines of a list as its file has them, by the titles of its columns."""
    text = visitor.get(f"{path}{'&' if '?' in path else '?'}format=csv").text
    return list(csv.DictReader(io.StringIO(text.split("\r\n\r\n", 1)[1])))


def names(visitor: httpx2.Client, path: str) -> list[str]:
    """Who is listed, by the first name."""
    return [line["Person"].split()[0] for line in listed(visitor, path)]


@pytest.mark.parametrize("page", ["/journeys", "/journeys/season", "/journeys/season/map", WHO])
def test_each_number_opens_a_list_of_so_many(page: str, operations: httpx2.Client) -> None:
    found = [(to.replace("&amp;", "&"), int(many)) for to, many in NUMBER.findall(operations.get(page).text)]
    assert len(found) >= 4
    for to, many in found:
        shown = operations.get(to).text
        assert f"<strong>{many} run" in shown, to
        assert shown.count('data-label="Person"') == len(listed(operations, to)) == many, to


def test_every_number_of_who_is_where_opens_a_list(operations: httpx2.Client) -> None:
    page = operations.get("/journeys/season").text
    table = page[page.index("Table: who is where") : page.index("</table>")]
    asked = {urlsplit(to.replace("&amp;", "&")).query: int(many) for to, many in NUMBER.findall(table)}
    assert asked == {
        "step=kit_given": 3, "step=kit_given&only=late": 3, "step=badge_given": 4, "only=resting": 2, "phase=waiting%20for%20release": 3,
        "": 9, "only=late": 3,
    }  # fmt: skip
    assert "3 more above, because some are at several steps at once" in table


def test_each_line_says_where_somebody_stands_since_when_and_what_comes_next(operations: httpx2.Client) -> None:
    said = {line["Person"].split()[0]: line for line in listed(operations, f"{WHO}?phase=all")}
    assert {name: said[name]["Where they stand"] for name in ("Abel", "Birk", "Cleo", "Dana", "Enno", "Karl")} == {
        "Abel": "Rest", "Birk": "No badge", "Cleo": "Had one before", "Dana": "Paused", "Enno": "Badge given; with team learning",
        "Karl": "Waits for release",
    }  # fmt: skip
    assert said["Fria"]["Where they stand"] == "Badge given; with team learning; Kit given; with team people-data"
    assert [said[name]["State"] for name in ("Abel", "Birk", "Cleo", "Dana", "Fria", "Karl")] == [
        "open", "stopped", "finished", "paused", "handed on; late once", "waiting for release",
    ]  # fmt: skip
    assert said["Abel"]["What comes next"] == "It goes on by itself"
    assert said["Enno"]["What comes next"] == "This step is left out, if nobody does anything"
    assert said["Karl"]["What comes next"] == "It ends without having begun, if nobody releases it"
    assert all(bool(line["When"]) is (name not in ("Birk", "Cleo")) for name, line in said.items())
    assert said["Abel"]["Since"] == said["Abel"]["Begun"]


def test_filters_find_whom_they_name_those_who_began_first_standing_first(operations: httpx2.Client) -> None:
    found = {
        query: names(operations, f"{WHO}?{query}")
        for query in ("", "only=stuck", "only=resting", "step=badge_given", "phase=paused", "who=a", "who=Enno+Neu", "phase=all")
    }  # fmt: skip
    assert found[""] == [name for name in NEW if name not in ("Birk", "Cleo")]
    assert found["only=stuck"] == ["Fria", "Gero", "Hedy"]
    assert found["only=resting"] == ["Abel", "Dana"]
    assert found["step=badge_given"] == ["Enno", "Fria", "Gero", "Hedy"]
    assert (found["phase=paused"], found["who=Enno+Neu"]) == (["Dana"], ["Enno"])
    assert found["who=a"] == ["Abel", "Dana", "Fria", "Karl"]
    assert found["phase=all"] == list(NEW[::-1]), "of what may be over, those who began last"


def test_whoever_sees_some_people_is_shown_those_alone_and_told_so(season: House, operations: httpx2.Client) -> None:
    for visitor, theirs in (
        (season.visitor("manager", person=BEN), IN_SALES),
        (season.visitor("operations in Workshop"), IN_WORKSHOP),
    ):
        everybody = f"{WHO}?phase=all"
        assert sorted(names(visitor, everybody)) == sorted(theirs)
        page = visitor.get(everybody).text
        assert {name for name in NEW if f"{name} Neu" in page} == set(theirs)
        assert f"<strong>{len(theirs)} runs</strong>" in page
        assert "Listed are those whom you may see." in page
        other = next(name for name in NEW if name not in theirs)
        assert names(visitor, f"{everybody}&who={other}") == []
        assert "Nobody of those whom you may see." in visitor.get(f"{everybody}&who={other}").text
    assert "Listed are those whom you may see." not in operations.get(WHO).text


def test_a_learner_is_refused_also_of_themselves_and_nobody_signed_in_signs_in_first(season: House) -> None:
    assert season.visitor("learner", person=EVA).get(WHO).status_code == 403
    assert season.visitor("learner", person=EVA).get(f"{WHO}?format=csv").status_code == 403
    assert season.client().get(WHO).status_code == 303


def test_the_same_is_found_however_many_there_are(
    season: House, operations: httpx2.Client, bounded: Callable[[Bounds], None]
) -> None:
    queries = ("", "only=late", "step=badge_given", "phase=all", "only=resting", "phase=all&who=neu")
    viewers = (operations, season.visitor("manager", person=BEN), season.visitor("operations in Workshop"))
    before = [names(visitor, f"{WHO}?{query}") for visitor in viewers for query in queries]
    bounded(Bounds(few=0))
    assert [names(visitor, f"{WHO}?{query}") for visitor in viewers for query in queries] == before
    bounded(Bounds(few=0, looked=3))
    assert [names(visitor, f"{WHO}?{query}") for visitor in viewers for query in queries] == before
    page = operations.get(f"{WHO}?only=late").text
    assert "There are more runs than are looked at for one page: 3. The next page looks further." in page
    assert 'rel="next">Look further back</a>' in page
    assert "are looked at for one page" not in operations.get(f"{WHO}?phase=all").text


def test_the_next_page_keeps_the_filters_and_nobody_is_on_two(
    operations: httpx2.Client, bounded: Callable[[Bounds], None]
) -> None:
    bounded(Bounds(few=0, looked=2))
    path, found, pages = f"{WHO}?step=badge_given&who=e", list[str](), 0
    while path:
        pages += 1
        page = operations.get(path).text
        found += re.findall(r'<a href="/people/P-\d+">(\w+) Neu</a>', page)
        further = re.search(r'<a href="([^"]+)" rel="next">', page)
        path = further[1].replace("&amp;", "&") if further is not None else ""
        assert not path or {"step": ["badge_given"], "who": ["e"]}.items() <= parse_qs(urlsplit(path).query).items()
    assert found == ["Enno", "Fria", "Gero", "Hedy"]
    assert pages > 2


def test_the_files_name_the_journey_and_the_filter(operations: httpx2.Client) -> None:
    lines = operations.get(f"{WHO}?only=late&format=csv").text.splitlines()
    assert lines[:2] == ["list,The season: who is in it", "filter,which: late once"]
    book = operations.get(f"{WHO}?only=late&format=xlsx")
    assert (book.status_code, book.content[:2]) == (200, b"PK")
    assert operations.get(f"{WHO}?format=csv-excel").content.startswith("\N{ZERO WIDTH NO-BREAK SPACE}".encode())


@pytest.mark.parametrize(
    ("path", "said", "good"),
    [
        ("/journeys/welcome/runs?phase=waiting+for+release", "Nobody waits for release.", True),
        ("/journeys/welcome/runs?phase=finished&only=late", "Nobody here is late.", True),
        (f"{WHO}?who=Zoe", "Nobody here is called so.", False),
        (f"{WHO}?step=rest", "Nobody is at this step now.", False),
        (f"{WHO}?phase=not+released", "Everybody who waited for release was let in, or still waits.", True),
    ],
)
def test_an_empty_list_says_whether_that_is_good(path: str, said: str, good: bool, operations: httpx2.Client) -> None:  # noqa: FBT001 - a column of the table
    empty = re.search(r'<p class="empty (\w+)">.*?</span> (.*?)</p>', operations.get(path).text)
    assert empty is not None
    assert empty.groups() == ("good" if good else "plain", said)


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/journeys/weather/runs", 404, "There is no journey"),
        (f"{WHO}?step=dance", 422, "It has: ready, kit_given, badge_given, rest."),
        (f"{WHO}?phase=asleep", 422, "not released"),
    ],
)
def test_what_there_is_not_is_said_with_what_there_is(path: str, status: int, said: str, operations: httpx2.Client) -> None:  # fmt: skip
    answer = operations.get(path)
    assert (answer.status_code, said in answer.text) == (status, True)


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on by the tabulator until this has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if wanted.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail(f"{wanted} is not reached by the tabulator")


def test_from_a_number_to_a_name_by_keyboard_alone(season: House, browser: Browser) -> None:
    with window(browser, season, season.visitor("operations")) as seen:
        seen.open("/journeys/season")
        tab_to(seen.page, seen.page.get_by_role("link", name="Who is in it"))
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("link", name="Who is in it")).to_have_attribute("aria-current", "page")
        tab_to(seen.page, seen.page.get_by_label("At the step"))
        seen.page.keyboard.type("Badge")
        expect(seen.page.locator("tbody tr")).to_have_count(4)
        expect(seen.page).to_have_url(re.compile("step=badge_given"))
        tab_to(seen.page, seen.page.get_by_role("link", name="R-12"))
        seen.page.keyboard.press("Enter")
        expect(seen.page.locator("h1")).to_contain_text("Enno Neu")
        seen.page.go_back()
        expect(seen.page.get_by_label("At the step")).to_have_value("badge_given")
        expect(seen.page.locator("tbody tr")).to_have_count(4)


def test_without_scripts_a_phone_finds_who_is_late(season: House, browser: Browser) -> None:
    with window(browser, season, season.visitor("operations"), PHONE, scripts=False) as seen:
        seen.open(WHO)
        seen.page.get_by_label("Which").select_option("late")
        seen.page.get_by_label("Who", exact=True).fill("fria")
        seen.page.get_by_role("button", name="Show").click()
        assert parse_qs(urlsplit(seen.page.url).query) == {"only": ["late"], "who": ["fria"]}
        expect(seen.page.locator("tbody tr")).to_have_count(1)
        expect(seen.page.locator("tbody")).to_contain_text("late once")
        seen.page.get_by_role("link", name="Kit given").click()
        expect(seen.page.locator("h1")).to_contain_text("Fria Neu")


@pytest.mark.parametrize("width", WIDTHS)
def test_whatever_is_listed_can_be_read_by_everybody(width: int, season: House, browser: Browser) -> None:
    with window(browser, season, season.visitor("admin", "manager", person=ADA), width) as seen:
        for path in (f"{WHO}?phase=all", f"{WHO}?step=rest", "/journeys/season"):
            seen.open(path)
            assert seen.found_by_axe() == []
            assert seen.too_wide() == 0
            assert width != DESK or seen.cut_off() == []
