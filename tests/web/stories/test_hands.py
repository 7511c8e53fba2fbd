"""Both pairs of hands do the same with a page, and the keyboard's do not pass what nobody could see."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import window
from tests.web.house import House
from tests.web.stories.hands import Hands, Keyboard

BEN = 3


def test_a_handoff_is_found_and_given_away_with_either(hands: type[Hands], house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN)) as seen:
        by = hands(seen)
        by.go("/")
        by.follow("Handoffs")
        by.choose("Which", "due by tomorrow")
        by.press("Show")
        expect(seen.page.locator("#list")).to_contain_text("Nothing is due by tomorrow.")
        by.follow("Show all")
        by.follow("Who will look after", beside="Kaya Demir")
        by.open("Give it to somebody else")
        by.choose("or to a team", "learning")
        by.fill("Why", "I know nobody there.")
        by.press("Give it away")
        expect(seen.page.get_by_role("status")).to_contain_text("You gave it to team learning")


def test_what_has_the_focus_and_does_not_show_it_stops_the_keyboard(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN)) as seen:
        by = Keyboard(seen)
        by.go("/handoffs")
        seen.page.evaluate("() => { document.querySelector('.brand').style.outline = 'none' }")
        with pytest.raises(AssertionError, match="that “Handrail” has the focus can be seen"):
            by.follow("Who will look after")


def test_what_the_keyboard_does_not_reach_is_told_with_all_that_it_passed(house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN)) as seen:
        by = Keyboard(seen, steps_most=30)
        by.go("/handoffs")
        seen.page.get_by_role("button", name="Sign out").evaluate("(one) => { one.tabIndex = -1 }")
        with pytest.raises(pytest.fail.Exception, match=r"it passed .*Skip to the content.*Find"):
            by.press("Sign out")
