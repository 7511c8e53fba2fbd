"""A manager answers from the mail, on a phone: the page that the link opens, in a real browser, without scripts and by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import PHONE, WIDTHS, window
from tests.web.letterbox import Letterbox

BEN = "ben.okoro@example.com"


@pytest.fixture
def box(company: Path) -> Iterator[Letterbox]:
    """A company whose first letters have left."""
    made = Letterbox(company)
    made.post()
    yield made
    made.close()


def test_a_manager_answers_from_the_mail_on_a_phone_without_scripts(box: Letterbox, browser: Browser) -> None:
    path = box.link(BEN)
    with window(browser, box.house, None, PHONE, scripts=False) as seen:
        assert seen.open(path) == 200
        expect(seen.page.locator("main")).to_contain_text("Who will look after Kaya in the first month?")
        seen.page.get_by_label("Who").fill("Eva Santos")
        seen.page.get_by_role("button", name="Done").click()
        expect(seen.page.get_by_role("heading", level=1)).to_have_text("Thank you")
        seen.page.reload()
        expect(seen.page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert [how for how, _ in box.answers(box.row(path).run)] == ["counts"]


def test_the_link_is_answered_by_keyboard_alone(box: Letterbox, browser: Browser) -> None:
    with window(browser, box.house, None, PHONE) as seen:
        seen.open(box.link(BEN))
        for _ in range(10):
            seen.page.keyboard.press("Tab")
            if seen.page.evaluate("() => document.activeElement.tagName") == "TEXTAREA":
                break
        seen.page.keyboard.type("Eva")
        seen.page.keyboard.press("Tab")
        seen.page.keyboard.press("Enter")
        expect(seen.page.get_by_role("heading", level=1)).to_have_text("Thank you")


@pytest.mark.parametrize("width", WIDTHS)
def test_what_a_link_shows_can_be_read_by_everybody_whatever_has_become_of_it(
    width: int, box: Letterbox, browser: Browser
) -> None:
    path = box.link(BEN)
    with window(browser, box.house, None, width) as seen:
        for stands in ("open", "wrong", "answered", "unknown"):
            if stands == "wrong":
                seen.page.get_by_label("Who").evaluate("field => field.removeAttribute('required')")
                seen.page.get_by_role("button", name="Done").click()
                expect(seen.page.get_by_role("alert")).to_be_visible()
            else:
                if stands == "answered":
                    box.answer(path, who="Eva")
                seen.open(path if stands != "unknown" else "/a/unknown.x")
            assert (stands, seen.found_by_axe()) == (stands, [])
            assert seen.too_wide() == 0
    assert [said for said in seen.complaints if "status of 4" not in said] == []
