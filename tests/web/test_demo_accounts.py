"""The demo lets anybody in with one click, as one of its own people; and nothing else does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.house import House

from handrail.insight.rights import ROLES


@pytest.fixture(name="demo")
def fixture_demo(company: Path) -> Iterator[House]:
    """A company served as the demo serves its own."""
    made = House(company, demo=True)
    made.begin()
    yield made
    made.end()


def test_there_is_a_button_for_each_role_with_somebody_of_the_company(demo: House) -> None:
    page = demo.client().get("/sign-in").text
    buttons = re.findall(r'<button type="submit" class="secondary">([^<]+), ([\w-]+)</button>', page)
    assert [role for _, role in buttons] == list(ROLES)
    assert len({name for name, _ in buttons}) == len(ROLES)
    assert ("Ada Moreau", "manager") in buttons


def test_one_click_signs_in_as_them_and_goes_on(demo: House) -> None:
    browser = demo.client()
    entered = browser.post("/sign-in/demo", data={"login": "demo-manager", "next": "/handoffs"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/handoffs")
    assert "Signed in as <strong>Ada Moreau</strong>" in browser.get("/handoffs").text


def test_nobody_else_is_let_in_by_that_way(demo: House) -> None:
    demo.visitor("admin", login="root")
    assert demo.client().post("/sign-in/demo", data={"login": "root"}).status_code == 404
    cross = demo.client().post("/sign-in/demo", data={"login": "demo-admin"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert cross.status_code == 403


def test_served_anew_the_demo_has_the_same_accounts_and_no_more(company: Path) -> None:
    for _ in range(2):
        made = House(company, demo=True)
        made.begin()
        many = made.runtime.store.database.read("SELECT count(*) FROM account")[0][0]
        made.end()
        assert many == len(ROLES)


def test_the_accounts_of_a_demo_do_not_open_a_company_that_is_none(company: Path) -> None:
    once = House(company, demo=True)
    once.begin()
    once.end()
    real = House(company)
    real.begin()
    assert real.client().post("/sign-in/demo", data={"login": "demo-admin"}).status_code == 404
    signed_in = real.client().post("/sign-in", data={"login": "demo-admin", "password": ""})
    assert signed_in.status_code == 401
    real.end()
