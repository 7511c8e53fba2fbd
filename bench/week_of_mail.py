"""A week of the demo's company through a real mail server: what went into the message boxes, and what came out of them.

Acme's people, practice systems and clock are the demo's; its mail goes over SMTP to a sink on loopback, with links, and is counted
there by what its headers say. On the Tuesday a team of forty newcomers is hired, all with one manager.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections import Counter
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from handrail.app.demo.company import Company
from handrail.app.demo.crowd import Crowd
from handrail.app.demo.running import prepare
from handrail.app.demo.script import Script, berlin
from handrail.app.mailing.postman import Postman
from handrail.app.mailing.server import Server
from handrail.app.mailing.tokens import tokens_of
from handrail.engine.mailing import Look
from handrail.insight.past import Past
from handrail.people.worlds import calendar_for
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.mail import Mail, ServedMail
from handrail.store.moments import to_millis

URL = "https://learning.acme.example"
MONDAY, DAYS = date(2026, 3, 9), 7
TEAM_OF, MANAGER = 40, "010355"


class Sink(Mail):
    """The mail server, which keeps each mail with the moment at which it came."""

    def __init__(self, company: Company) -> None:
        super().__init__(company.clock, Journal(company.folder / "mail.journal", durable=False), Faults.none())
        self.came: list[tuple[datetime, str, EmailMessage]] = []

    def store(self, message: EmailMessage, receivers: list[str]) -> None:
        """Keep it, for each receiver."""
        super().store(message, receivers)
        self.came += [(self._clock(), address.lower(), message) for address in receivers]


def play(folder: Path, days: int) -> dict[str, Any]:
    """The company from 2 March to the end of the week, and what became of its mail."""
    prepare(folder)
    with (folder / "acme" / "handrail.yaml").open("a", encoding="utf-8") as settings:
        settings.write(f"\nweb: {{ url: {URL} }}\n")
    hire_a_team(folder / "acme" / "hr")
    company = Company(folder)
    sink = Sink(company)
    served = ServedMail(sink)
    server = Server(f"smtp://127.0.0.1:{served.port}", "learning@acme.example")
    postman = Postman(
        server,
        tokens_of(company.store),
        lambda: company.workspace,
        lambda: Past(company.store, company.engine.worlds.organization),
    )
    company.engine.mail = lambda mail: postman.send([mail], company.clock())
    company.engine.mail_look = Look(rest=timedelta(), links=True)
    Crowd(company)
    Script(company).put_on()
    company.rehearsal.at(berlin(3, 10, 5), lambda _: take_in_team(company))
    began = time.monotonic()
    company.rehearsal.run_until(berlin(3, 9, 0) + timedelta(days=days))
    found = counted(company, sink, days)
    found["seconds"] = round(time.monotonic() - began, 1)
    served.stop()
    company.close()
    return found


# The team of forty


def hire_a_team(hr: Path) -> None:
    """A file of Tuesday: everybody of Monday's, and forty newcomers who begin today with one manager."""
    with (hr / "workers-2026-03-09.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file))
    names = lines[0]
    pattern = dict(zip(names, next(line for line in lines if line[names.index("manager_id")] == MANAGER), strict=True))
    for number in range(TEAM_OF):
        key = f"09{number:04d}"
        new = {
            **pattern,
            "employee_id": key,
            "first_name": "Nova",
            "last_name": f"Team {number}",
            "hire_date": "2026-03-10",
        }
        new |= {"work_email": f"nova.{key}@acme.example", "personal_email": f"p{key}@mail.example", "status": "active"}
        lines.append([new[name] for name in names])
    with (hr / "workers-2026-03-10.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(lines)


def take_in_team(company: Company) -> None:
    """The file arrives like every other one."""
    name = "workers-2026-03-10.csv"
    file = company.hris.drop(name, (company.folder / "acme" / "hr" / name).read_bytes())
    company.syncs().take_in(file, company.moment())


# What became of it


def counted(company: Company, sink: Sink, days: int) -> dict[str, Any]:
    """Messages before, letters after, and the promises."""
    zone = ZoneInfo(company.organization_zone)
    begin = datetime(MONDAY.year, MONDAY.month, MONDAY.day, tzinfo=zone)
    end = begin + timedelta(days=days)
    ask = "SELECT urgency, outcome, state FROM message WHERE at >= ? AND at < ?"
    rows = company.store.database.look(ask, (to_millis(begin), to_millis(end)))
    letters = [(at, address, mail) for at, address, mail in sink.came if begin <= at < end]
    return {
        "from": MONDAY.isoformat(),
        "days": days,
        "people": int(company.store.database.look("SELECT count(*) FROM person")[0][0]),
        "put_into_boxes": {"all": len(rows), **dict(sorted(Counter(str(row[0]) for row in rows).items()))},
        "became": dict(sorted(Counter(became(str(row[1]), int(row[2])) for row in rows).items())),
        "letters": len(letters),
        "digests": sum(len(about(mail)) > 1 for _, _, mail in letters),
        "handoffs_in_digests": sum(len(about(mail)) for _, _, mail in letters if len(about(mail)) > 1),
        "links": int(
            company.store.database.look("SELECT count(*) FROM link WHERE made >= ?", (to_millis(begin),))[0][0]
        ),
        "receivers": len({address for _, address, _ in letters}),
        "most_letters_to_one_address_on_a_day": max(Counter(on_days(company, letters)).values(), default=0),
        "twice_about_one_thing_on_a_day": twice(company, letters),
        "manager_of_forty": manager_of_forty(company, letters),
        "waiting_beyond_the_measure": beyond(company),
    }


def became(outcome: str, state: int) -> str:
    """In a word what became of a message."""
    return outcome.partition(":")[0] if outcome else "waits in its box" if state == 0 else "on its way"


def about(mail: EmailMessage) -> list[str]:
    """The handoffs that a mail is about, as its header says."""
    return str(mail["X-Handrail-About"]).replace("\n", "").split(", ")


def on_days(company: Company, letters: list[tuple[datetime, str, EmailMessage]]) -> list[tuple[date, str]]:
    """The day of each letter, where its receiver is, and the address."""
    zones = zones_of(company, {address for _, address, _ in letters})
    return [(at.astimezone(zones[address]).date(), address) for at, address, _ in letters]


def twice(company: Company, letters: list[tuple[datetime, str, EmailMessage]]) -> list[str]:
    """Who had two letters about one thing on one day."""
    days = on_days(company, letters)
    said = Counter(
        (day, address, thing)
        for (day, address), (_, _, mail) in zip(days, letters, strict=True)
        for thing in about(mail)
    )
    return [f"{day} {address} {thing}: {many}" for (day, address, thing), many in sorted(said.items()) if many > 1]


def zones_of(company: Company, addresses: set[str]) -> dict[str, ZoneInfo]:
    """Where each receiver is."""
    organization = company.engine.worlds.organization
    found = {address: ZoneInfo(organization.zone) for address in addresses}
    rows = company.store.database.look_in(
        "SELECT lower(email), id FROM person WHERE lower(email) {in}", sorted(addresses)
    )
    for address, number in rows:
        person = company.engine.worlds.newest(int(number))
        if person is not None:
            found[str(address)] = ZoneInfo(calendar_for(person, organization).zone)
    return found


def manager_of_forty(company: Company, letters: list[tuple[datetime, str, EmailMessage]]) -> dict[str, Any]:
    """What the manager of the new team found in their mailbox on the morning after."""
    person = company.store.persons_by_key("hris", [MANAGER])[MANAGER].person
    address = str(person.email).lower()
    newcomers = sorted(f"09{number:04d}" for number in range(TEAM_OF))
    ids = {at.person.id for at in company.store.persons_by_key("hris", newcomers).values()}
    runs = {int(run) for (run,) in company.store.database.look_in("SELECT id FROM run WHERE person {in}", sorted(ids))}
    first = [
        sum(int(thing[2:].partition("/")[0]) in runs for thing in about(mail))
        for at, to, mail in letters
        if to == address and at < datetime(2026, 3, 11, tzinfo=at.tzinfo)
    ]
    return {"newcomers": len(ids), "letters_on_that_day": len(first), "handoffs_in_each": first}


def beyond(company: Company) -> int:
    """Reminders and news that are due, and held back by the week's measure."""
    now = to_millis(company.clock())
    ask = "SELECT count(*) FROM message WHERE state = 0 AND urgency IN ('reminder', 'news') AND leave_at > ?"
    return int(company.store.database.look(ask, (now + 3 * 86_400_000,))[0][0])


def main() -> None:
    """Play it, and print what was counted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=DAYS, help="so many days from Monday 9 March")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = play(Path(folder), given.days)
    if given.json:
        sys.stdout.write(json.dumps(found) + "\n")
        return
    for name, value in found.items():
        sys.stdout.write(f"{name.replace('_', ' ')}: {value}\n")


if __name__ == "__main__":
    main()
