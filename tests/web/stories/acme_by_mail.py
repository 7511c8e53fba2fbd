"""Acme on the morning of 16 March, served for real, with a mail server that keeps its letters and a clock that somebody moves."""

from __future__ import annotations

import csv
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator
from tests.web.browsing import Window
from tests.web.letterbox import Letterbox
from tests.web.stories.acme import MORNING, Acme

from handrail.app.demo.script import berlin
from handrail.people.sync import Moment, Syncs
from handrail.practice.hris import Hris
from handrail.terms.person import Person
from handrail.terms.values import Instant

HERE = "http://127.0.0.1"
"""Signing in is for browsers on this machine, without TLS."""

ZONE = "Europe/Berlin"
TUESDAY = berlin(3, 17, 10)
RENAMED = {"department_code": "dept_code"}
"""What was called so in Monday's export is called again as the mapping has it."""

LEADS_PEOPLE = "4"
"""The level from which on the program for new managers takes somebody."""


class AcmeByMail(Letterbox):
    """The company and its mailboxes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "acme", url=HERE, at=MORNING, serve=lambda _, clock: Acme(folder, clock))

    def person(self, key: str) -> Person:
        """Somebody by their number in the HR system, as they are known now."""
        return self.known(self.house.runtime.store.persons_by_key("hris", [key])[key].person.id)

    def known(self, number: object) -> Person:
        """Somebody by their own id."""
        assert isinstance(number, int)
        found = self.house.runtime.engine.worlds.newest(number)
        assert found is not None, f"P-{number} is known"
        return found

    def manager_of(self, person: Person) -> Person:
        """Who is their manager now."""
        return self.known(person.manager)

    def letter_box(self, person: Person) -> str:
        """Their address at work."""
        assert isinstance(person.email, str)
        return person.email

    def promote(self, key: str) -> None:
        """The HR system tells, by webhook, that somebody leads people from now on; the letters about it leave."""
        assert isinstance(self.house, Acme)
        hris = self.house.systems["hris"]
        assert isinstance(hris, Hris)
        hris.change(key, {"job_level": LEADS_PEOPLE})
        for told in hris.deliveries():
            answer = self.house.client().post("/hooks/hris", headers=dict(told.headers), content=told.body)
            assert answer.status_code == 200, answer.text
        self.post()

    def take_in_without(self, key: str) -> None:
        """Tuesday's export comes, in which somebody has left: everybody known is in it, as on Monday."""
        self.clock.to(TUESDAY)
        runtime, monday = self.house.runtime, self.house.folder / "hr" / "workers-2026-03-16.csv"
        with monday.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        known = runtime.store.persons_by_key("hris", [row["employee_id"] for row in rows])
        rows = [{RENAMED.get(name, name): row[name] for name in row} for row in rows if row["employee_id"] in known]
        (leaver,) = (row for row in rows if row["employee_id"] == key)
        leaver |= {"status": "terminated", "termination_date": "2026-03-16"}
        tuesday = self.house.folder / "hr" / "workers-2026-03-17.csv"
        with tuesday.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(leaver), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        mapping = runtime.mapping_of("hris")
        assert mapping is not None, "Acme has one"
        record = Syncs(runtime.directory(), mapping).take_in(tuesday, Moment(self.now(), ZONE))
        assert record.state == "applied"
        self.post()

    def wait_for_letter(self, person: Person) -> None:
        """Let time pass until another letter comes to somebody."""
        before = len(self.letters(self.letter_box(person)))
        for _ in range(24 * 7):
            if len(self.letters(self.letter_box(person))) > before:
                return
            self.wait(hours=1)


def said(moment: Instant) -> str:
    """A moment as pages say it: `Monday 16 March 2026, 09:01`."""
    local = moment.astimezone(ZoneInfo(ZONE))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M}"


def step(seen: Window, name: str) -> Locator:
    """The line of a step on the page of a run."""
    return seen.page.locator("tr").filter(has=seen.page.get_by_role("rowheader", name=name, exact=True))
