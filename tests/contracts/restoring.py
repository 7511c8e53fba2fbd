"""A company whose database is lost in the middle of a bulk and restored from a backup some days old.

The practice LMS keeps a journal of its own and is the witness; it outlives every engine. The mail server is a list. The
same people are hired in the lost days, and told again afterwards in another order, so that runs get other numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from typer.testing import CliRunner, Result

from handrail.calendar.holidays import Place, build
from handrail.cli import app
from handrail.connect.answers import Client
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate
from handrail.connect.http import Answer
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.settling import Pace
from handrail.engine.catching_up.polling import Poller
from handrail.engine.engine import MAIL_DRIVER, Engine
from handrail.engine.items import Arrived
from handrail.engine.mailing import Became, Mail, left
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.intake.told import Channel
from handrail.language.compile import compile_text
from handrail.people.canonical import Sighting
from handrail.people.compare import Told, difference
from handrail.people.directory import Made, person_row
from handrail.practice.exchange import Request
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, Witness
from handrail.practice.lms import LmsSettings as FarSettings
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import open_store
from handrail.store.rows import MessageRow, PersonKeyRow
from handrail.terms.catalog import Catalog, EventType, Kind
from handrail.terms.event import Event
from handrail.terms.organization import Organization, Team
from handrail.terms.person import FIELDS

BEGIN: Final = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
"""A Monday evening: what is written to people waits until Tuesday morning."""

PEOPLE, LATER_PEOPLE, NEWCOMERS = 60, 6, 2
FIRST, SECOND = "SAFE-1", "SAFE-2"
ZONE: Final = "Europe/Berlin"
JOURNEY: Final = f"""
journey: safety
title: Safety
purpose: Everyone knows what to do.
accountable: team:operations
starts:
  hired: {{ event: person.hired }}
once: per person
defaults:
  owner: team:operations
  within: 20 business days
  if_late: [ {{ stop: too late }} ]
  if_fails: [ {{ retry: 6 times over 4 hours }}, {{ hand_to: team:operations, within: 10 business days }}, {{ stop: could not be done }} ]
steps:
  enroll:
    do: lms.enroll
    with: {{ course: {FIRST} }}
  welcome:
    tell: learner
    message: welcome
  course:
    wait: lms.completed
    where: event.course is "{FIRST}"
    owner: learner
    within: 30 days
    remind: [ after 2 days ]
    if_late: [ {{ stop: not finished }} ]
  next:
    do: lms.enroll
    with: {{ course: {SECOND} }}
"""


def catalog() -> Catalog:
    """What the journey may name."""
    lms = LmsConnector(None, LmsSettings(), "lms")  # type: ignore[arg-type]
    fields = {"course": Kind("text"), "edition": Kind("text"), "score": Kind("number"), "passed": Kind("truth")}
    return Catalog(
        events={
            "person.hired": EventType("person.hired", "", {"again": Kind("truth")}),
            "person.left": EventType("person.left", "", {}),
            "person.changed": EventType("person.changed", "", {}),
            "lms.completed": EventType("lms.completed", "lms", fields, "course"),
        },
        actions={each.name: each for each in lms.actions()},
        connections=("lms",),
        limited=frozenset({"lms"}),
        filled=frozenset(FIELDS),
        teams=frozenset({"operations"}),
        messages={"welcome": frozenset({"en"})},
    )


def organization() -> Organization:
    """One team, in Berlin."""
    office = build("office", Place(ZONE, "DE"), range(2025, 2031))
    teams = {"operations": Team("operations", 1, (1,))}
    return Organization("Acme", ZONE, "en", "team:operations", "office", {"office": office}, teams=teams)


class FarSide:
    """The LMS and the mail server. `on_request` is called with the number of each enrollment asked for, once it is done."""

    def __init__(self, folder: Path, clock: VirtualClock, *, keys: bool) -> None:
        self.keys = keys
        self.folder = folder
        self.journal = folder / "lms.journal"
        settings = FarSettings(token="t", limit=100, auto_accounts=True, unique=False, keys=keys)
        self.lms = Lms(clock, Journal(self.journal, durable=False), settings, Faults.none())
        self.mailed: list[MessageRow] = []
        self.on_request = dict[int, object]()
        self.asked = 0

    def exchange(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """A request is a call."""
        path, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        response = self.lms.respond(Request(method, path, asked, dict(headers), body))
        if (method, path) == ("POST", "/enrollments"):
            self.asked += 1
            act = self.on_request.pop(self.asked, None)
            if callable(act):
                act()
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.body)

    def mail(self, mail: Mail) -> list[Became]:
        """Take a mail of one message, or of several."""
        self.mailed += mail.rows
        return left(mail)

    def mailed_twice(self) -> list[tuple[str, str, str]]:
        """Who got the same twice."""
        counts = Counter((each.receiver, each.template, each.urgency) for each in self.mailed)
        return sorted(what for what, many in counts.items() if many > 1)


class Company:
    """An engine at work on one database file, with its drivers taken anew."""

    def __init__(self, path: Path, clock: VirtualClock, far: FarSide) -> None:
        self.path, self.clock, self.far = path, clock, far
        self.store = open_store(f"sqlite:///{path}")
        self.engine = Engine(self.store, organization(), catalog(), clock)
        self.engine.mail = far.mail
        self.engine.mail_epoch = self._take(MAIL_DRIVER)
        rate = Rate(100, 60.0, 1, 0.0)
        connector = LmsConnector(Client("lms", far.exchange, "t"), LmsSettings(keyed=far.keys), "lms")
        pace = Pace(rate, lease_seconds=0.6, timeout_seconds=0.6)
        self.driver = ConnectionDriver(
            "lms", connector, StoreOutbox(self.engine, "hris"), pace, self._take(driver_name("lms"))
        )
        self.driver.recover(clock())
        channel = Channel("lms", "team:operations", clock(), ZONE, "hris")
        self.poller = Poller(self.engine, self.driver, connector, channel)
        self.rehearsal = Rehearsal(self.engine, [self.driver], clock)

    def begin(self) -> None:
        """Publish the journey, and make everybody."""
        made = compile_text(JOURNEY, "journeys/safety.yaml", catalog())
        self.engine.publish(made.plan, made.places, self.clock(), "Ann")
        batch = Batch(at=to_millis(BEGIN))
        empty = dict.fromkeys(set(FIELDS) - {"status"})
        for number in self.store.numbers("person", PEOPLE + LATER_PEOPLE + NEWCOMERS):
            values = {**empty, "name": f"Person {number}", "email": f"p{number}@acme.example", "time_zone": ZONE}
            values |= {"status": "active", "contract": "permanent", "country": "DE"}
            told = Told("hris", BEGIN, BEGIN, ZONE, first=True)
            person = difference(None, Sighting(f"u{number}", values, {}, {}), {}, told, number)
            assert person is not None, "somebody new is always a difference"
            batch.new_persons.append(person_row(Made(person, number % 64), to_millis(BEGIN), number))
            batch.person_keys.append(PersonKeyRow("hris", f"u{number}", number, b""))
        self.store.commit(batch)

    def hire(self, people: Sequence[int]) -> None:
        """Everybody of these is hired, in this order."""
        self.engine.take(
            [Arrived(Event("person.hired", self.clock(), number, "hris")) for number in people], self.clock()
        )

    def work(self, hours: int) -> None:
        """Work for so many hours, and ask the LMS every six hours what happened."""
        for hour in range(1, hours + 1, 6):
            self.rehearsal.at(self.clock.now + timedelta(hours=hour), self._poll)
        self.rehearsal.run_until(self.clock.now + timedelta(hours=hours, minutes=30))

    def untold(self, template: str) -> list[int]:
        """Whom nobody wrote about it, and no held message would."""
        told = {each.receiver for each in self.far.mailed if each.template == template}
        ask = "SELECT receiver FROM message WHERE template = ? AND outcome = 'held: restored'"
        held = {str(receiver) for (receiver,) in self.store.database.look(ask, (template,))}
        return [number for number in everybody() if f"person:{number}" not in told | held]

    def counts(self, table: str, column: str) -> dict[object, int]:
        """How many rows of each value."""
        asked = f"SELECT {column}, count(*) FROM {table} GROUP BY {column}"
        return {value: int(many) for value, many in self.store.database.look(asked)}

    def _poll(self, now: datetime) -> None:
        while self.poller.poll(now):
            pass

    def _take(self, name: str) -> int:
        now = to_millis(self.clock())
        return self.store.take_driver(name, "test", now, now, force=True)


def everybody() -> list[int]:
    """Their own ids: those of the bulk, those hired in the lost days, those hired afterwards."""
    return list(range(1, PEOPLE + LATER_PEOPLE + NEWCOMERS + 1))


def enrollments_wanted(completed: Sequence[int]) -> list[tuple[str, str]]:
    """Everybody in the first course, and whoever completed it in the second."""
    return [(f"u{number}", FIRST) for number in everybody()] + [(f"u{number}", SECOND) for number in completed]


def witness(far: FarSide) -> Witness:
    """What the LMS's journal says."""
    return Witness(far.journal)


def typed(*words: str) -> Result:
    """A command, as somebody types it."""
    return CliRunner().invoke(app, list(words))
