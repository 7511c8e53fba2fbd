"""A newcomer sees what is next, why, by when and whom to ask; does it; is asked how it goes, and answers. Of others, nothing."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import httpx2
from msgspec import Struct
from playwright.sync_api import Browser, Page, expect
from tests.web.browsing import window
from tests.web.stories.acme import Acme
from tests.web.stories.hands import Hands

from handrail.insight.telling.wording import day_text, due_text
from handrail.people.worlds import zone_for
from handrail.store.moments import to_instant
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.values import Instant

JOURNEY, COURSE = "Your first month at Acme", "SAFE-010"
_WAITS = (
    "SELECT h.person, h.run, h.due, k.key, p.body FROM handoff h JOIN person p ON p.id = h.person "
    "JOIN person_key k ON k.person = p.id JOIN run r ON r.id = h.run JOIN plan l ON l.id = r.plan "
    "WHERE h.closed IS NULL AND l.journey = 'onboarding' AND h.owner = 'person:' || h.person ORDER BY h.due, h.run LIMIT 1"
)


class Newcomer(Struct, frozen=True):
    """Whoever has the least time left for the safety course, as the store has them."""

    person: int
    run: int
    number: str
    until: str
    zone: str
    known: Person
    boss: str


def newcomer(acme: Acme) -> Newcomer:
    ((person, run, due, key, body),) = acme.runtime.store.database.read(_WAITS)
    known = coding.unpack(body, Person)
    assert isinstance(known.manager, int)
    boss = coding.unpack(acme.runtime.store.persons([known.manager])[known.manager].body, Person)
    zone = zone_for(known, acme.runtime.engine.worlds.organization)
    return Newcomer(person, run, key, due_text(to_instant(due), zone), zone, known, str(boss.name))


def test_a_learner_sees_what_is_next_does_it_and_is_asked_how_it_goes(
    hands: type[Hands], acme: Acme, browser: Browser
) -> None:
    new = newcomer(acme)
    with window(browser, acme, acme.visitor("learner", person=new.person, login="carla")) as seen:
        by, page = hands(seen), seen.page
        _reads_what_is_next(by, page, new)
        acme.finish_course(new.number, COURSE)
        by.go("/my/learning")
        expect(page.get_by_role("region", name="What is next")).to_contain_text("Nothing is up to you now.")
        expect(page.get_by_role("region", name=JOURNEY)).to_contain_text(due_text(_asked(acme, new), new.zone))
    acme.wait_until(_asked(acme, new))
    with window(browser, acme, acme.visitor("learner", person=new.person, login="carla-again")) as seen:
        by, page = hands(seen), seen.page
        _answers(by, page)
        assert acme.count("SELECT count(*) FROM run WHERE id = ? AND phase = 3", new.run) == 1
        expect(page.get_by_role("region", name="What is behind you")).to_contain_text(f"finished {JOURNEY}")


def _asked(acme: Acme, new: Newcomer) -> Instant:
    """When they are asked how it goes, by the store: on the first working day, a month after the first."""
    ((wake,),) = acme.runtime.store.database.read("SELECT wake_at FROM run WHERE id = ?", (new.run,))
    assert isinstance(new.known.hired_on, date)
    assert timedelta(0) <= to_instant(wake).date() - new.known.hired_on - timedelta(days=30) <= timedelta(days=3)
    return to_instant(wake)


def _reads_what_is_next(by: Hands, page: Page, new: Newcomer) -> None:
    by.go("/")
    following = page.get_by_role("region", name="What is next")
    expect(following).to_contain_text("1 thing is up to you.")
    expect(following).to_contain_text(f"Finish the course {COURSE}")
    expect(following).to_contain_text(new.until)
    expect(following).to_contain_text(f"It goes to {new.boss}")
    journey = page.get_by_role("region", name=JOURNEY)
    assert isinstance(new.known.hired_on, date)
    expect(journey).to_contain_text(f"You joined on {day_text(new.known.hired_on)}.")
    expect(journey.get_by_role("link", name="team people-experience")).to_have_attribute("href", re.compile("^mailto:"))
    expect(journey).to_contain_text("After that: A month in, then How it goes.")
    by.follow(f"Finish the course {COURSE}")
    expect(page.locator("main")).to_contain_text("we are told when it is done")
    expect(page.locator("main")).not_to_contain_text("Give it to somebody else")


def _answers(by: Hands, page: Page) -> None:
    by.go("/my/learning")
    by.follow("You have been here for a month.")
    by.fill("Come again", "5")
    by.fill("Missing", "A map of the canteen.")
    by.press("Done")
    expect(page.get_by_role("status")).to_contain_text("Your answer counts, and the journey goes on.")
    by.follow("My learning")


def test_every_link_that_a_learner_is_shown_opens_and_is_about_them(open_acme: Acme) -> None:
    new = newcomer(open_acme)
    visitor = open_acme.visitor("learner", person=new.person, login="kofi")
    shown = _all_pages(visitor)
    assert len(shown) > 6
    numbers = {number for text in shown.values() for number in re.findall(r"\b01\d{4}\b", text)}
    addresses = {address for text in shown.values() for address in re.findall(r"[\w.']+@acme\.example", text)}
    mine = {str(new.known.email), "learning@acme.example"}
    assert numbers <= {new.number}
    assert {address for address in addresses if re.search(r"\d", address)} <= mine | _to_ask(open_acme)


def _all_pages(visitor: httpx2.Client) -> dict[str, str]:
    """Every page that is reached by links from their first one."""
    found, ahead = dict[str, str](), ["/my/learning"]
    visitor.follow_redirects = True
    while ahead:
        path = ahead.pop()
        if path in found:
            continue
        answer = visitor.get(path)
        assert answer.status_code == 200, f"{path} is linked, and opens"
        found[path] = html.unescape(answer.text)
        ahead += [
            each.replace("&amp;", "&")
            for each in re.findall(r'href="(/[^"#]*)', answer.text)
            if "/assets/" not in each and "format=" not in each
        ]
    return found


def _to_ask(acme: Acme) -> set[str]:
    """Addresses of whoever leads a team: whom a learner is told to ask."""
    organization = acme.runtime.engine.worlds.organization
    leads = [team.lead for team in organization.teams.values() if team.lead is not None]
    people = acme.runtime.store.persons(leads)
    return {str(coding.unpack(row.body, Person).email) for row in people.values()}


def test_what_is_of_others_a_learner_does_not_open(open_acme: Acme) -> None:
    new = newcomer(open_acme)
    visitor = open_acme.visitor("learner", person=new.person)
    ((run, number, other),) = open_acme.runtime.store.database.read(
        "SELECT run, pass, person FROM handoff WHERE closed IS NULL AND person <> ? AND owner <> ? ORDER BY run LIMIT 1",
        (new.person, f"person:{new.person}"),
    )
    for path in (
        f"/people/P-{other}",
        f"/runs/R-{run}",
        f"/handoffs/R-{run}/{number}",
        "/people",
        "/journeys",
        "/held",
        f"/why?of=P-{other}",
    ):
        assert visitor.get(path).status_code in (403, 404), path
    assert "<strong>1 handoff</strong>" in visitor.get("/handoffs").text
