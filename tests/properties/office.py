"""A small office at work on the virtual clock, and all that can happen to it: the ground of the engine's properties.

People are hired, enrolled at a practice LMS that fails, asked, and tell that they have finished. The engine dies before,
during or after any commit, and a new one goes on over the same file; whoever told it something tells it again until that
was confirmed. Every mechanism is handed in (`Made`), so that a twin can hand in a broken one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.unit.connect.world import mounted

from handrail.calendar.holidays import Place, build
from handrail.connect.answers import Client
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate
from handrail.connect.leaving.flights import Landed
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.noop import NoopConnector
from handrail.connect.settling import Pace
from handrail.engine.deciding.telling import person_row
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, ForRun, Item, Receipt
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.engine.turns import take_turn
from handrail.language.compile import compile_text
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, Witness
from handrail.practice.lms import LmsSettings as FarSettings
from handrail.store.batch import Batch
from handrail.store.database.sqlite import SqliteDatabase
from handrail.store.deciding import Committed
from handrail.store.moments import identity_key, to_millis
from handrail.store.opening import Store, open_store
from handrail.store.rows import GateRow, HandoffRow, PersonKeyRow
from handrail.store.work import EffectKey
from handrail.terms.catalog import TEXT, Catalog, EventType, Kind
from handrail.terms.event import Answer, Event
from handrail.terms.organization import Organization, Team
from handrail.terms.person import FIELDS, Origin, Person
from handrail.terms.values import Fields, Instant

BEGIN = datetime(2026, 3, 26, 8, tzinfo=UTC)
"""The clocks change on the night to Sunday, the 29th."""

COURSE = "SAFE-001"
TOKEN = "practice"
MINUTE = Rate(20, 60.0, 1)
DAYS = 90
MANAGER, LEAD = 1, 2
JOURNEY = f"""
journey: onboarding
title: Onboarding
purpose: Everybody new has finished the course.
accountable: team:learning-operations
starts:
  hired: {{ event: person.hired }}
once: per person
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: {{ stop: nobody answered }}
  if_fails: [ {{ retry: 6 times over 4 hours }}, {{ hand_to: owner, within: 2 business days }}, {{ stop: could not be done }} ]
steps:
  enroll:
    do: lms.enroll
    with: {{ course: {COURSE} }}
  agree:
    ask: manager
    question: Can {{person.name}} take part?
    answers: {{ approve: continue, decline: {{ stop: declined }} }}
    within: 3 days
    if_late: [ {{ hand_to: team:learning-operations, within: 2 business days }}, {{ assume: approve }} ]
  course:
    wait: lms.completed
    where: event.course is "{COURSE}"
    owner: learner
    within: 30 days
    if_late: {{ stop: not finished }}
  close:
    do: tools.close
"""

Where: TypeAlias = Literal["before", "during", "after"]


class Crash(BaseException):
    """The process is gone, at this very moment."""


@dataclass
class Fate:
    """At which write of the store the process dies, and how."""

    plan: dict[int, Where]
    writes: int = 0

    def through(self, store: Store, write: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the write answers
        self.writes += 1
        where = self.plan.get(self.writes)
        if where == "before":
            raise Crash
        if where == "during":
            store.database = _Torn(store.database)
        answer = write()
        if where == "after":
            raise Crash
        return answer


class _Torn:
    """A database whose next transaction is cut before its end."""

    def __init__(self, whole: Any) -> None:  # noqa: ANN401 - any database
        self._whole = whole

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the whole one
        return getattr(self._whole, name)

    @contextmanager
    def transaction(self) -> Iterator[Any]:
        with self._whole.transaction() as inner:
            yield inner
            raise Crash


class MortalStore(Store):
    """A store that dies as its fate says."""

    def __init__(self, database: SqliteDatabase, fate: Fate) -> None:
        super().__init__(database)
        self.fate = fate

    def commit(self, batch: Batch) -> Committed:
        committed: Committed = self.fate.through(self, lambda: super(MortalStore, self).commit(batch))
        return committed

    def claim(
        self, driver: tuple[str, int], keys: Sequence[EffectKey], until: int, gate: GateRow | None = None
    ) -> list[EffectKey]:
        ours: list[EffectKey] = self.fate.through(
            self, lambda: super(MortalStore, self).claim(driver, keys, until, gate)
        )
        return ours


@dataclass
class Made:
    """The mechanisms, to be replaced one at a time by a broken one."""

    store: Callable[[SqliteDatabase, Fate], Store] = MortalStore
    engine: Callable[[Store, Organization, Catalog, VirtualClock], Engine] = Engine
    driver: Callable[..., ConnectionDriver] = ConnectionDriver
    outbox: Callable[[Engine, str], StoreOutbox] = StoreOutbox
    rate: Rate | None = MINUTE


@dataclass(frozen=True)
class Trouble:
    """What happens in one example. Days and hours count from the beginning."""

    people: int
    finished_on: tuple[float, ...]
    answered: tuple[bool, ...]
    doubled: tuple[bool, ...]
    crashes: tuple[tuple[int, Where], ...]
    faults: tuple[Fault, ...] = ()
    bulk: int = 1
    jump: tuple[int, int] = (0, 0)
    together: bool = False
    seed: int = 0


@dataclass
class Told:
    """Something that somebody outside tells until it is confirmed."""

    at: Instant
    item: Arrived
    receipts: list[Receipt] = field(default_factory=list)


@cache
def organization() -> Organization:
    """An office in Berlin."""
    calendar = build("office", Place("Europe/Berlin", "DE"), range(2025, 2028))
    team = Team("learning-operations", LEAD, (LEAD,))
    return Organization(
        "Office", "Europe/Berlin", "en", "team:learning-operations", "office", {"office": calendar},
        teams={team.name: team},
    )  # fmt: skip


def catalog(bulk: int) -> Catalog:
    """What the journey names."""
    nowhere = Client("lms", mounted(Lms(lambda: BEGIN, Journal(None), FarSettings(), Faults.none())), TOKEN)
    lms = LmsConnector(nowhere, LmsSettings(bulk=bulk, keyed=False), "lms")
    connectors = (NoopConnector("tools", ("close",)), lms)
    actions = {each.name: each for connector in connectors for each in connector.actions()}
    events = {
        "person.hired": EventType("person.hired", "", {"again": Kind("truth")}),
        "person.left": EventType("person.left", "", {}),
        "lms.completed": EventType("lms.completed", "lms", {"course": TEXT}, "course"),
    }
    return Catalog(
        events,
        actions,
        ("tools", "lms"),
        frozenset({"tools", "lms"}),
        frozenset(FIELDS),
        teams=frozenset({"learning-operations"}),
    )


class Office:
    """Runs one example. `look` is called after every step, `restarts` counts deaths."""

    begin = BEGIN
    end = BEGIN + timedelta(days=DAYS)

    def __init__(self, folder: Path, trouble: Trouble, made: Made, *, apart_minutes: int = 1) -> None:
        self.trouble, self.made, self._folder = trouble, made, folder
        self._apart = timedelta(minutes=apart_minutes)
        folder.mkdir(exist_ok=True)
        self.clock = VirtualClock(BEGIN)
        self.fate = Fate({})
        self.restarts = 0
        self.confirmed: list[tuple[int, str]] = []
        self.look: Callable[[Office], None] = lambda _: None
        self.journal = Journal(folder / "lms.journal", durable=False)
        far = FarSettings(token=TOKEN, limit=10_000, auto_accounts=True, unique=False, keys=False)
        self.lms = Lms(self.clock, self.journal, far, Faults(trouble.faults, random.Random(trouble.seed)))
        self.witness = Witness(folder / "lms.journal")
        self.people = list(range(3, 3 + trouble.people))
        self._open()
        try:
            self._settle_in()
        except BaseException:
            self.close()
            raise
        self.told = self._tellings()
        self.fate.plan = {self.fate.writes + number: where for number, where in trouble.crashes}

    # Birth and death

    def _open(self) -> None:
        open_store(f"sqlite:///{self._folder / 'office.db'}").close()
        database = SqliteDatabase(str(self._folder / "office.db"))
        self.store = self.made.store(database, self.fate)
        self.engine = self.made.engine(self.store, organization(), catalog(self.trouble.bulk), self.clock)
        self.drivers = [self._driver("lms"), self._driver("tools")]
        self.host = Rehearsal(self.engine, self.drivers, self.clock)

    def _driver(self, name: str) -> ConnectionDriver:
        now = self.clock()
        epoch = self.store.take_driver(driver_name(name), "office", to_millis(now), to_millis(now), force=True)
        outbox = self.made.outbox(self.engine, "hris")
        if name == "tools":
            return self.made.driver(name, NoopConnector("tools", ("close",)), outbox, Pace(list_from=10**9), epoch)
        connector = LmsConnector(
            Client("lms", mounted(self.lms), TOKEN), LmsSettings(bulk=self.trouble.bulk, keyed=False), "lms"
        )
        pace = Pace(self.made.rate, concurrency=2, lease_seconds=3.0, timeout_seconds=6.0, list_from=10**9)
        return self.made.driver(name, connector, outbox, pace, epoch)

    def _settle_in(self) -> None:
        batch = Batch(to_millis(BEGIN))
        for number in (MANAGER, LEAD, *self.people):
            manager = MANAGER if number in self.people else None
            person = Person(
                number, 1, Origin("hris", BEGIN), name=f"Person {number}", email=f"p{number}@office.example",
                country="DE", time_zone="Europe/Berlin", manager=manager, status="active",
            )  # fmt: skip
            batch.new_persons.append(person_row(person, number % 64, to_millis(BEGIN), 0, None))
            batch.person_keys.append(PersonKeyRow("hris", f"u{number}", number, b""))
        self.store.commit(batch)
        compiled = compile_text(JOURNEY, "onboarding.yaml", catalog(self.trouble.bulk))
        self.engine.publish(compiled.plan, compiled.places, self.clock())

    def _die(self) -> None:
        self.restarts += 1
        database = self.store.database
        getattr(database, "_whole", database).close()
        while True:
            try:
                self._open()
                for driver in self.drivers:
                    driver.recover(self.clock())
            except Crash:
                getattr(self.store.database, "_whole", self.store.database).close()
                continue
            return

    # What is told, and by whom

    def _tellings(self) -> list[Told]:
        told = []
        for index, person in enumerate(self.people):
            told += self._about(index, "person.hired", person, BEGIN + self._apart * index, {"again": False})
            day = BEGIN + timedelta(days=self.trouble.finished_on[index % len(self.trouble.finished_on)])
            told += self._about(
                index, "lms.completed", person, max(day, BEGIN + timedelta(minutes=30)), {"course": COURSE}
            )
        return told

    def _about(self, index: int, kind: str, person: int, at: Instant, fields: dict[str, Any]) -> list[Told]:
        event = Event(kind, at, person, kind.partition(".")[0], fields=Fields(fields))
        item = Arrived(event, identity_key(at.date(), f"{kind} {person}".encode()), b"so")
        times = 2 if self.trouble.doubled[index % len(self.trouble.doubled)] else 1
        return [Told(at + timedelta(minutes=7 * time), item) for time in range(times)]

    def _tell(self, one: Told) -> None:
        receipts = self._take([one.item])
        one.receipts += receipts
        self.confirmed += [(receipt.number, one.item.event.kind) for receipt in receipts]

    def _answers(self) -> None:
        """Whoever answers at all answers what is open."""
        for row in self.store.database.look("SELECT * FROM handoff WHERE closed IS NULL"):
            handoff = HandoffRow(*row)
            if handoff.step == 1 and self.trouble.answered[handoff.person % len(self.trouble.answered)]:
                given = Answer(handoff.pass_, self.clock(), handoff.owner, "approve")
                self._take([ForRun(handoff.run, given)])

    def _take(self, items: Sequence[Item]) -> list[Receipt]:
        """As the embedded host: one commit for all, and what leaves with it lands in the next; or the engine alone."""
        if not self.trouble.together:
            return self.engine.take(items, self.clock())
        receipts, leaving = take_turn(self.engine, self.drivers, items, {}, self.clock())
        while leaving:
            landed: dict[str, list[Landed]] = {}
            for driver, flight in leaving:
                landed.setdefault(driver.name, []).append((flight, flight.send(self.clock())))
            _, leaving = take_turn(self.engine, self.drivers, [], landed, self.clock())
        return receipts

    # Time

    def work(self) -> None:
        """Let everything happen; then wait until every limit has passed."""
        for moment, act in self._agenda():
            self._until(moment)
            self._surely(act)
        self._until(self.end)

    def _agenda(self) -> list[tuple[Instant, Callable[[], None]]]:
        acts: list[tuple[Instant, Callable[[], None]]] = [(one.at, partial(self._tell, one)) for one in self.told]
        acts += [(BEGIN + timedelta(days=day, hours=4), self._answers) for day in range(0, 12, 2)]
        day, by = self.trouble.jump
        if by:
            acts.append((BEGIN + timedelta(days=day), lambda: self.clock.to(self.clock() + timedelta(days=by))))
        return sorted(acts, key=lambda pair: pair[0])

    def _until(self, moment: Instant) -> None:
        self._surely(lambda: self.host.run_until(moment))
        self.look(self)

    def _surely(self, act: Callable[[], None]) -> None:
        """Do it, as often as it takes."""
        while True:
            try:
                act()
            except Crash:
                self._die()
            else:
                return

    # What came of it

    def rows(self, ask: str, *values: object) -> list[tuple[Any, ...]]:
        """What the store says."""
        return self.store.database.look(ask, values)

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()
        self.journal.close()
