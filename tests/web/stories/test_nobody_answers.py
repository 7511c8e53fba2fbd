"""Nobody answers, and the ladder climbs: the next owner has a name, a letter and a link of their own, and nothing is hidden."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from tests.web.browsing import PHONE, window
from tests.web.stories.acme_by_mail import AcmeByMail, said, step
from tests.web.stories.hands import Hands

from handrail.terms.person import Person

FELIX = "010584"
QUESTION = "Can Felix Jansen take two days for MGR-101 this quarter?"


@pytest.fixture
def silent(by_mail: AcmeByMail) -> tuple[Person, Person]:
    """Felix is promoted; his manager says nothing until it is somebody else's. Both of them."""
    by_mail.promote(FELIX)
    first = by_mail.manager_of(by_mail.person(FELIX))
    second = by_mail.manager_of(first)
    by_mail.wait_until_moved(by_mail.row(by_mail.link(by_mail.letter_box(first))).run)
    by_mail.wait_for_letter(second)
    return first, second


def test_nobody_answers_and_a_named_person_above_gets_a_link_of_their_own_and_decides(
    hands: type[Hands], silent: tuple[Person, Person], by_mail: AcmeByMail, browser: Browser
) -> None:
    first, second = silent
    old, new = (by_mail.link(by_mail.letter_box(each)) for each in silent)
    run = by_mail.row(new).run
    letter = by_mail.letters(by_mail.letter_box(second))[-1].text
    assert f"Who had it before: {first.name}" in letter

    with window(browser, by_mail.house, None, PHONE) as phone:
        by, main = hands(phone), phone.page.locator("main")
        by.go(old)
        expect(main).to_contain_text(f"This moved to {second.name} on Thursday 19 March 2026")
        expect(phone.page.get_by_role("button")).to_have_count(0)
        by.go(new)
        expect(main).to_contain_text(QUESTION)
        expect(main).to_contain_text(f"Who had it before you{first.name}")
        by.press("Approve")
        expect(main).to_contain_text("You answered “approve”. Your answer counts.")
        answered = said(by_mail.now())
        by_mail.wait(hours=1)
        by.go(old)
        expect(main).to_contain_text(f"It was already answered by {second.name} on {answered}: approve.")

    with window(browser, by_mail.house, by_mail.house.visitor("operations")) as desk:
        hands(desk).go(f"/runs/R-{run}")
        expect(step(desk, "time off")).to_contain_text(f"done {second.name}")
        expect(desk.page.locator("main")).to_contain_text(f"handed from {first.name} to {second.name}")


def test_while_it_waits_the_list_and_the_why_name_who_had_it_and_who_has_it(
    hands: type[Hands], silent: tuple[Person, Person], by_mail: AcmeByMail, browser: Browser
) -> None:
    first, second = silent
    with window(browser, by_mail.house, by_mail.house.visitor("operations")) as desk:
        by, main = hands(desk), desk.page.locator("main")
        by.go("/")
        by.fill("Find a person", "Felix Jansen")
        by.press("Find")
        by.follow("Felix Jansen", beside=FELIX)
        expect(main).to_contain_text(f"with {second.name}, before with {first.name}")
        by.follow("Why?", beside=QUESTION)
        expect(main).to_contain_text("because they are Felix Jansen's manager's manager")
        expect(main).to_contain_text(f"{first.name} had it before.")
        by.open("What this rests on")
        expect(main.get_by_text(f"handed from {first.name} to {second.name}")).to_be_visible()
        by.go("/")
        by.follow("stuck")
        by.fill("For whom", FELIX)
        by.press("Show")
        expect(main).to_contain_text("1 handoff")
        expect(main.get_by_role("row").last).to_contain_text(f"{second.name}before: {first.name}")
        expect(main.get_by_role("row").last).to_contain_text("handed on")
