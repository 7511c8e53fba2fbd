"""Somebody should have been enrolled this morning and was not. An operations lead finds out why, mends it, and 200 people start."""

from __future__ import annotations

import csv

from playwright.sync_api import Browser, Page, expect
from tests.web.browsing import window
from tests.web.stories.acme import MONDAYS, Acme
from tests.web.stories.hands import Hands

FILE = f"workers-{MONDAYS[-1]}.csv"
JOURNEY = "Your first month at Acme"
MEND = "Mend the mapping and go through"


def newcomers(acme: Acme) -> dict[str, str]:
    """Who stands in this morning's export and in none before: name by number."""
    weeks = []
    for day in MONDAYS:
        with (acme.folder / "hr" / f"workers-{day}.csv").open(encoding="utf-8", newline="") as file:
            weeks.append({row["employee_id"]: row for row in csv.DictReader(file)})
    *before, now = weeks
    fresh = {key: row for key, row in now.items() if not any(key in week for week in before)}
    return {key: f"{row['first_name']} {row['last_name']}" for key, row in fresh.items()}


def in_the_journey(acme: Acme) -> int:
    """How many are in their first month, by the store."""
    return acme.count(
        "SELECT count(*) FROM run r JOIN plan p ON p.id = r.plan WHERE p.journey = 'onboarding' AND r.phase < 3"
    )


def counted(page: Page, what: str) -> int:
    """A number that the page says on top of its lists."""
    fact = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=what)).locator("dd")
    return int(fact.inner_text().split()[0].replace(",", ""))


def test_an_operations_lead_finds_out_why_somebody_was_not_enrolled_and_200_people_start(
    hands: type[Hands], acme: Acme, browser: Browser
) -> None:
    fresh, before = newcomers(acme), in_the_journey(acme)
    number, name = sorted(fresh.items())[0]
    many, lead = len(fresh), acme.visitor("operations", login="lena")
    with window(browser, acme, lead) as seen, window(browser, acme, lead) as beside:
        by, page = hands(seen), seen.page
        _finds_out_why(by, page, name, number)
        _reads_what_would_mend_it(by, page, many)
        colleague = hands(beside)
        colleague.go(f"/held/F-{len(MONDAYS)}")

        by.press(f"{MEND} {many} held rows again")
        expect(page.get_by_role("status")).to_contain_text("The mapping is mended")
        acme.settle()
        by.go(f"/held/F-{len(MONDAYS)}")
        assert counted(page, "Held") == 0
        expect(page.locator("main")).to_contain_text(f"{many} people of these have begun {JOURNEY} since.")
        by.follow(JOURNEY)
        assert counted(page, "Open") == before + many == in_the_journey(acme)

        colleague.press(f"{MEND} {many} held rows again")
        expect(beside.page.get_by_role("alert")).to_contain_text("mended already")
        acme.settle()
        assert in_the_journey(acme) == before + many
        _sees_that_it_goes_on(by, page, name, number)


def _finds_out_why(by: Hands, page: Page, name: str, number: str) -> None:
    by.go("/today")
    by.fill("Find a person", name)
    by.press("Find")
    held = page.get_by_role("region", name="In what is held")
    expect(held).to_contain_text("Whoever it is about is not known yet.")
    expect(held).to_contain_text(FILE)
    by.follow(f"Why is {number} held?")
    answer = page.get_by_role("region", name="The answer")
    expect(answer).to_contain_text("has been held since Monday 16 March 2026 and is in no journey yet")
    expect(answer).to_contain_text('the department is not known: the column "dept_code" is gone')
    expect(answer).to_contain_text("Up to team people-data")


def _reads_what_would_mend_it(by: Hands, page: Page, many: int) -> None:
    by.follow(FILE)
    assert counted(page, "Held") == many
    mending = page.get_by_role("region", name="What would mend it")
    expect(mending).to_contain_text("Read department from the column department_code instead of dept_code.")
    expect(mending).to_contain_text("such as SLS-EMEA, ENG, ")
    expect(mending).to_contain_text("Read SLS-EMEA as Sales in department.")
    expect(mending).to_contain_text(f"{many} of the {many} held rows could be applied then.")
    by.open("The lines of mappings/workers.yaml that change")
    expect(mending).to_contain_text("+    column: department_code")
    affected = page.get_by_role("region", name="Who is affected")
    expect(affected.get_by_role("row")).to_have_count(51)
    expect(affected).to_contain_text(f"These are the first 50 of {many}.")


def _sees_that_it_goes_on(by: Hands, page: Page, name: str, number: str) -> None:
    by.fill("Find a person", number)  # somebody else has the same name
    by.press("Find")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.get_by_role("table", name="Open journeys")).to_contain_text(JOURNEY)
