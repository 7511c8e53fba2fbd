"""Signing in with a real browser: by hand, by keyboard alone, at both widths; and what becomes of a page whose session has ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import DESK, WIDTHS, window
from tests.web.house import House

from handrail.app.access.accounts import NewAccount, add_account, grant_of, the_account
from handrail.app.access.passwords import hashed
from handrail.app.access.sessions import revoke

PASSWORD = "orange bicycle under rain"


def account(house: House, login: str) -> str:
    new = NewAccount(login, "Ada Lovelace", None, hashed(PASSWORD))
    house.runtime.do(lambda engine, now: add_account(engine.store, new, [grant_of("operations")], now, "the test"))
    return login


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-in?out=1", "/api/docs"])
def test_what_is_open_to_anybody_can_be_read_by_everybody(
    path: str, width: int, open_house: House, browser: Browser
) -> None:
    with window(browser, open_house, None, width) as seen:
        assert seen.open(path) == 200
        expect(seen.page.locator("h1")).to_have_count(1)
        assert seen.found_by_axe() == []
        assert seen.too_wide() == 0
        assert seen.complaints == []


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_signs_in_by_keyboard_alone_and_lands_where_they_wanted(
    scripts: bool,  # noqa: FBT001 - with scripts, and without
    open_house: House,
    browser: Browser,
) -> None:
    login = account(open_house, f"ada-{scripts}@acme.example".lower())
    with window(browser, open_house, None, DESK, scripts=scripts) as seen:
        seen.open("/handoffs?journey=welcome")
        seen.page.get_by_label("Login").focus()
        seen.page.keyboard.type(login)
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.type(PASSWORD)
        seen.page.keyboard.press("Enter")
        expect(seen.page).to_have_url(f"{open_house.url}/handoffs?journey=welcome")
        expect(seen.page.get_by_text("Signed in as Ada Lovelace")).to_be_visible()
        assert seen.complaints == []


def test_a_wrong_password_is_said_where_a_screen_reader_hears_it(open_house: House, browser: Browser) -> None:
    with window(browser, open_house, None, DESK) as seen:
        seen.open("/sign-in")
        seen.page.get_by_label("Login").fill("nobody@acme.example")
        seen.page.get_by_label("Password").fill("something else entirely")
        seen.page.get_by_role("button", name="Sign in").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("do not fit together")
        assert seen.page.get_by_label("Password").input_value() == ""
        assert seen.found_by_axe() == []


def test_a_page_whose_session_was_ended_leads_to_sign_in_with_its_next_click(
    open_house: House, browser: Browser
) -> None:
    visitor = open_house.visitor("operations", login="kim-seen@acme.example")
    with window(browser, open_house, visitor, DESK, scripts=False) as seen:
        seen.open("/handoffs")
        runtime = open_house.runtime
        runtime.do(
            lambda engine, now: revoke(
                engine.store, the_account(engine.store, "kim-seen@acme.example"), now, "the test"
            )
        )
        seen.page.get_by_role("button", name="Sign out").click()
        expect(seen.page.get_by_role("alert")).to_contain_text("Your session has ended, so nothing was changed")
        assert seen.page.locator("input[name=next]").first.get_attribute("value") == "/handoffs"
