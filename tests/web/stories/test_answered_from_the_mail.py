"""A manager answers from the mail on a phone, between two meetings, without ever signing in."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from tests.web.browsing import PHONE, window
from tests.web.stories.acme_by_mail import AcmeByMail, said, step
from tests.web.stories.hands import Hands

FELIX = "010584"
QUESTION = "Can Felix Jansen take two days for MGR-101 this quarter?"


def test_a_manager_answers_from_the_mail_on_a_phone_and_the_journey_goes_on(
    hands: type[Hands], by_mail: AcmeByMail, browser: Browser
) -> None:
    by_mail.promote(FELIX)
    manager = by_mail.manager_of(by_mail.person(FELIX))
    (letter,) = by_mail.letters(by_mail.letter_box(manager))
    assert QUESTION in letter.text
    link = by_mail.link(by_mail.letter_box(manager))
    run = by_mail.row(link).run

    with window(browser, by_mail.house, None, PHONE) as phone:
        by, main = hands(phone), phone.page.locator("main")
        by.go(link)
        expect(main).to_contain_text(QUESTION)
        expect(main).to_contain_text(f"It goes to {by_mail.manager_of(manager).name}.")
        expect(main).to_contain_text(f"You answer as {manager.name}.")
        assert phone.too_wide() == 0
        by.press("Approve")
        expect(main).to_contain_text("You answered “approve”. Your answer counts.")
        expect(main).to_contain_text(
            f"What happens now: Felix Jansen's “First-time manager certification” (R-{run}) waits"
        )
        answered = said(by_mail.now())

        by_mail.wait(hours=2)
        by.go(link)
        expect(main).to_contain_text(f"It was already answered by {manager.name} on {answered}: approve.")
        expect(phone.page.get_by_role("button")).to_have_count(0)

    with window(browser, by_mail.house, by_mail.house.visitor("operations")) as desk:
        hands(desk).go(f"/runs/R-{run}")
        expect(step(desk, "time off")).to_contain_text(f"done {manager.name}")
        expect(step(desk, "course")).to_contain_text("open Felix Jansen")
