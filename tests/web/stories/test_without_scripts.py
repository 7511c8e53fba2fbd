"""With JavaScript off, by mouse and by keyboard alone: *today*, *handoffs* and answering do all that they do with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import window
from tests.web.house import House
from tests.web.stories.hands import Hands

ADA, BEN = 2, 3
"""Ada leads learning, and Kaya reports to Ben in the company of the tests."""


@pytest.mark.parametrize(
    ("number", "leads_to"),
    [
        ("stuck late, handed on", "Handoffs"),
        ("must act have something due", "Handoffs"),
        ("held everything was understood", "Held"),
        ("changed since yesterday", "What changed"),
    ],
)
def test_each_number_of_today_leads_to_its_list(
    number: str, leads_to: str, hands: type[Hands], open_house: House, browser: Browser
) -> None:
    with window(browser, open_house, open_house.visitor("operations"), scripts=False) as seen:
        by = hands(seen)
        by.go("/")
        by.follow(number)
        expect(seen.page.get_by_role("heading", level=1)).to_have_text(leads_to)


def test_two_handoffs_are_picked_and_given_away_together(hands: type[Hands], house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("operations", person=ADA), scripts=False) as seen:
        by, main = hands(seen), seen.page.locator("main")
        by.go("/handoffs")
        by.tick("Pick", beside="Kaya Demir")
        by.tick("Pick", beside="Luis Costa")
        by.press("Answer, give away or snooze")
        expect(main).to_contain_text("Give 2 handoffs to somebody else")
        by.open("Give 2 handoffs to somebody else")
        by.fill("To a person", "hris:1005")
        by.fill("Why", "She knows both of them.")
        by.press("Give 2 handoffs away")
        expect(main).to_contain_text("Done with 2 of 2 handoffs")
        by.go("/handoffs")
        expect(main.get_by_role("row", name="Kaya Demir")).to_contain_text("Eva Santosbefore: Ben Okoro")


def test_a_manager_answers_and_snoozes_in_the_console(hands: type[Hands], house: House, browser: Browser) -> None:
    with window(browser, house, house.visitor("manager", person=BEN), scripts=False) as seen:
        by, status = hands(seen), seen.page.get_by_role("status")
        by.go("/handoffs?whose=mine")
        by.follow("Who will look after Kaya")
        by.open("Snooze it")
        by.fill("Until", str(house.runtime.clock().date() + timedelta(days=1)))
        by.fill("Why", "Asking around.")
        by.press("Snooze it")
        expect(status).to_contain_text("Nobody is reminded of it before then.")
        by.fill("Who", "Ana Silva")
        by.press("Done")
        expect(status).to_contain_text("Your answer counts, and the journey goes on.")
