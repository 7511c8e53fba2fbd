"""Addresses that nobody was given: a cursor, a number or a filter that somebody typed, or that came cut off. Refused or passed over, never a fault."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import quote

import pytest
from tests.web.house import House

from handrail.web.console import MODULES, PAGES
from handrail.web.kit.lists import Asked
from handrail.web.kit.page import Page

ODD: Final = ("²", "9" * 30, "-1", "1.²", "1.2.3.4", "P-" + "9" * 30, "\0", "'", "[1,2,3]", "é" * 300)
ADA: Final = 2


def names(page: Page) -> str:
    return page.name


def filters_of(page: Page) -> list[str]:
    """What the page's list may be asked for."""
    module: Any = next(each for each in MODULES if each.PAGE is page)
    kinds = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Asked)]
    return sorted({field for kind in kinds for field in kind.__struct_fields__} | {"of", "day", "done", "pick"})


def odd_paths(page: Page) -> list[str]:
    """The page's path with something odd in the place of each of its parts."""
    if "{" not in page.path:
        return []
    return [re.sub(r"{\w+}", quote(odd, safe=""), page.path) for odd in ODD]


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_whatever_stands_in_an_address_is_no_fault_of_ours(page: Page, open_house: House) -> None:
    visitor = open_house.visitor("admin", "manager", person=ADA)
    asked = [(page.address.partition("?")[0], {name: odd}) for name in filters_of(page) for odd in ODD]
    asked += [(path, {}) for path in odd_paths(page)]
    wrong = [(path, query) for path, query in asked if visitor.get(path, params=query).status_code >= 500]
    assert wrong == []


@pytest.mark.parametrize("page", PAGES, ids=names)
def test_what_was_done_is_said_in_words_of_ours_whatever_an_address_says(page: Page, open_house: House) -> None:
    path, _, query = page.address.partition("?")
    text = open_house.visitor("admin", "manager", person=ADA).get(f"{path}?{query}&done=Call+0900-1234").text
    assert "0900-1234" not in text


def test_an_address_that_is_not_there_speaks_to_people_and_to_programs_each_in_their_words(open_house: House) -> None:
    visitor = open_house.visitor("learner", person=ADA)
    page = visitor.get("/nonsense")
    assert page.status_code == 404
    assert "/api/docs" not in page.text
    assert '<li><a href="/handoffs">Handoffs</a></li>' in page.text
    assert '<li><a href="/held">' not in page.text
    told = open_house.client("read").get("/api/nonsense").json()
    assert told["what_to_do"] == "See what there is at /api/docs."


def test_an_address_in_the_advice_can_be_followed_where_it_is_open(open_house: House) -> None:
    page = open_house.visitor("operations").get("/held/F-999").text
    assert 'See what is held: <a href="/held">/held</a>' in page


def test_a_page_that_is_not_open_says_where_one_may_go(open_house: House) -> None:
    page = open_house.visitor("learner", person=ADA).get("/held")
    assert page.status_code == 403
    assert '<li><a href="/handoffs">Handoffs</a></li>' in page.text
