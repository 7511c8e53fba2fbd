"""What holds of every page, whoever made it: it opens, nothing is found by axe, nothing lies beyond the window, no script complains."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import DESK, PHONE, WIDTHS, window
from tests.web.house import House

from handrail.web.console import PAGES
from handrail.web.kit.page import Page

EVERYTHING = ("admin", "manager")
ADA = 2
"""Ada leads learning in the company of the tests, and has reports."""


def names(page: Page) -> str:
    return page.name


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES, ids=names)
def test_every_page_can_be_read_by_everybody(page: Page, width: int, open_house: House, browser: Browser) -> None:
    visitor = open_house.visitor(*EVERYTHING, person=ADA)
    with window(browser, open_house, visitor, width) as seen:
        assert seen.open(page.address) == 200
        expect(seen.page.locator("h1")).to_have_count(1)
        assert seen.too_wide() == 0
        seen.unfold()
        assert seen.found_by_axe() == []
        assert seen.too_wide() == 0
        assert seen.complaints == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_no_table_is_cut_off_at_a_desk(page: Page, open_house: House, browser: Browser) -> None:
    visitor = open_house.visitor(*EVERYTHING, person=ADA)
    with window(browser, open_house, visitor, DESK) as seen:
        seen.open(page.address)
        seen.unfold()
        assert seen.cut_off() == []


def test_the_filters_of_every_list_fit_into_one_line_at_a_desk(open_house: House, browser: Browser) -> None:
    visitor = open_house.visitor(*EVERYTHING, person=ADA)
    ends = "all => [...new Set(all.filter(each => each.offsetHeight).map(each => Math.round(each.getBoundingClientRect().bottom)))]"
    lines = {}
    with window(browser, open_house, visitor, DESK) as seen:
        for page in PAGES:
            seen.open(page.address)
            if found := seen.page.locator("form.filters > *").evaluate_all(ends):
                lines[page.name] = len(found)
    assert {"people", "journey-runs", "audit"} <= lines.keys()
    assert {name: many for name, many in lines.items() if many > 1} == {}


@pytest.mark.parametrize("page", [page for page in PAGES if page.right is not None], ids=names)
def test_whoever_may_not_open_a_page_is_told_so_and_whom_to_ask(page: Page, open_house: House) -> None:
    answer = open_house.visitor().get(page.address)
    assert answer.status_code == 403
    assert "This is not open to you" in answer.text
    assert "Ask whoever runs Handrail here" in answer.text


@pytest.mark.parametrize("path", ["/nothing-here", "/handoffs?only=everything", "/handoffs?colour=red"])
def test_what_went_wrong_is_said_on_a_page_that_can_be_read_by_everybody(
    path: str, open_house: House, browser: Browser
) -> None:
    with window(browser, open_house, open_house.visitor(*EVERYTHING), PHONE) as seen:
        assert seen.open(path) in (404, 422)
        expect(seen.page.locator("main")).to_contain_text("What to do:")
        assert seen.found_by_axe() == []
        assert seen.too_wide() == 0


def test_a_program_is_told_the_same_as_json(open_house: House) -> None:
    answer = open_house.client("read").get("/api/nothing-here")
    assert (answer.status_code, answer.json()["error"]) == (404, "There is nothing at /api/nothing-here.")


def test_a_dark_screen_can_be_read_too(open_house: House, browser: Browser) -> None:
    visitor = open_house.visitor(*EVERYTHING, person=ADA)
    with window(browser, open_house, visitor) as seen:
        seen.page.emulate_media(color_scheme="dark")
        for path in ("/today", "/handoffs", "/nothing-here"):
            seen.open(path)
            assert seen.found_by_axe() == []


def test_the_menu_shows_only_what_is_open_to_the_viewer(open_house: House) -> None:
    every = {page.path for page in PAGES if page.entry}
    for roles in (("learner",), ("auditor",), ("operations",), EVERYTHING):
        visitor = open_house.visitor(*roles, person=ADA)
        found = visitor.get("/handoffs").text
        shown = {path for path in every if f'<li><a href="{path}"' in found}
        may = {path for path in every if visitor.get(path).status_code == 200}
        assert shown == may, roles
