"""A manager leaves while three people wait for her answer: with the next export each of the three waits for somebody else, by name."""

from __future__ import annotations

from playwright.sync_api import Browser, expect
from tests.web.browsing import window
from tests.web.stories.acme_by_mail import AcmeByMail
from tests.web.stories.hands import Hands

from handrail.insight.telling.wording import owner_text
from handrail.store.rows import HandoffRow

IVANA = "010373"


def test_a_manager_leaves_and_her_three_open_handoffs_find_their_new_owners(
    hands: type[Hands], by_mail: AcmeByMail, browser: Browser
) -> None:
    ivana = by_mail.person(IVANA)
    hers = [row for row in by_mail.handoffs() if row.owner == f"person:{ivana.id}" and row.closed is None]
    with window(browser, by_mail.house, by_mail.house.visitor("operations")) as desk:
        hands(desk).go(f"/handoffs?owner=person:{ivana.id}")
        expect(desk.page.locator("main")).to_contain_text(f"Those of {ivana.name} only.")
        expect(desk.page.locator("main")).to_contain_text("3 handoffs")

    by_mail.take_in_without(IVANA)
    with window(browser, by_mail.house, by_mail.house.visitor("operations")) as desk:
        by, main = hands(desk), desk.page.locator("main")
        by.go(f"/handoffs?owner=person:{ivana.id}")
        expect(main).to_contain_text("Nothing waits for anybody here.")
        for was in hers:
            owner = owner_text(now_of(by_mail, was).owner, lambda number: str(by_mail.known(number).name))
            by.go("/handoffs")
            by.fill("For whom", f"P-{was.person}")
            by.press("Show")
            expect(main).to_contain_text("1 handoff")
            expect(main.get_by_role("row").last).to_contain_text(f"{owner}before: {ivana.name}")
            by.follow(main.get_by_role("row").last.get_by_role("link").first.inner_text())
            by.follow(f"run R-{was.run}")
            expect(main).to_contain_text(f"with {owner}, before with {ivana.name}")
            expect(main).to_contain_text(f"{ivana.name} has left, and it went from {ivana.name} to {owner}.")

    assert all(row.owner for row in by_mail.handoffs() if row.closed is None), "nobody waits for nobody"
    by_mail.wait(hours=6)
    for was in hers:
        told = [letter.text for letter in by_mail.letters(reader_of(by_mail, now_of(by_mail, was).owner))]
        assert any(f"before: {ivana.name}" in text and f"(R-{was.run}, handoff {was.pass_})" in text for text in told)


def now_of(by_mail: AcmeByMail, was: HandoffRow) -> HandoffRow:
    """The handoff as it is now."""
    return next(row for row in by_mail.handoffs() if row[:2] == was[:2])


def reader_of(by_mail: AcmeByMail, owner: str) -> str:
    """The address of whoever reads what an owner is told: of a team its lead."""
    kind, _, name = owner.partition(":")
    lead = by_mail.house.runtime.engine.worlds.organization.teams[name].lead if kind == "team" else int(name)
    return by_mail.letter_box(by_mail.known(lead))
