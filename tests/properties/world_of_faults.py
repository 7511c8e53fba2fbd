"""A small company on the virtual clock to which anything may happen: what it does, and what goes wrong on the way.

Whoever tells it something (the HR system, the LMS, a person who answers) tells it again until that was confirmed. The process
dies before, during or after a commit, and another one, with nothing in memory, goes on over the same file. Only the process
dies here, not the power, so the disk is not waited for. Every mechanism is handed in (`Mechanisms`), so that a twin can
hand in one that is broken.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct
from tests.properties.handful import BEGIN, ZONE, catalog, compiled, ground
from tests.unit.connect.world import mounted

from handrail.connect.answers import Client
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate
from handrail.connect.leaving.flights import Landed
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.noop import NoopConnector
from handrail.connect.settling import Pace
from handrail.engine.catching_up.polling import Poller
from handrail.engine.engine import MAIL_DRIVER, Engine
from handrail.engine.items import Item, PersonMade, Receipt
from handrail.engine.mailing import Became, Mail, left, recover
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.engine.turns import Leaving, take_turn
from handrail.intake.arrivals import Arrived, arrivals
from handrail.intake.told import Channel
from handrail.people.directory import StoreDirectory
from handrail.people.sync import Moment, Syncs
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, Witness
from handrail.practice.lms import LmsSettings as FarSettings
from handrail.practice.webhooks import PRACTICE_SECRET
from handrail.store.database.sqlite import SqliteDatabase, SqliteTransaction
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms.values import Instant

More: TypeAlias = Callable[..., None]
When: TypeAlias = Literal["before", "during", "after"]
TOKEN: Final = "practice"
MINUTE: Final = 60.0
ROUNDS_MAX: Final = 400


class Kill(Struct, frozen=True):
    """The process dies at its so manieth commit; the next one begins `down` later."""

    nth: int
    when: When
    down: timedelta = timedelta(0)


class Setting(Struct, frozen=True):
    """What one world is like. `keyed`: the LMS honors idempotency keys; `bulk`: enrollments that one of its calls takes.

    `together`: what is decided and what it lets leave is one commit, as in the embedded host.
    """

    journeys: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
    kills: tuple[Kill, ...] = ()
    limit: int = 20
    bulk: int = 1
    keyed: bool = True
    together: bool = False
    seed: int = 0


class Killed(BaseException):
    """The process is gone. No `Exception`, so that nobody in it goes on."""


class MortalDatabase(SqliteDatabase):
    """A database of whose commits one is the last that its process makes."""

    def __init__(self, path: str, kill: Kill | None) -> None:
        super().__init__(path)
        self.look("PRAGMA synchronous = OFF")
        self.kill, self.commits = kill, 0
        self.dead: When | None = None

    @contextmanager
    def transaction(self) -> Iterator[SqliteTransaction]:
        self.commits += 1
        when = self.kill.when if self.kill is not None and self.commits == self.kill.nth else None
        if self.dead or when == "before":
            self._die("before")
        with super().transaction() as inner:
            yield inner
            if when == "during":
                self._die(when)
        if when == "after":
            self._die(when)

    def _die(self, when: When) -> None:
        self.dead = self.dead or when
        raise Killed


@dataclass
class Mechanisms:
    """What the company is made of; a twin replaces one by a broken one."""

    store: Callable[[MortalDatabase], Store] = Store
    engine: Callable[..., Engine] = Engine
    driver: Callable[..., ConnectionDriver] = ConnectionDriver
    outbox: Callable[[Engine, str], StoreOutbox] = StoreOutbox
    rehearsal: Callable[..., Rehearsal] = Rehearsal
    directory: Callable[..., StoreDirectory] = StoreDirectory
    syncs: Callable[..., Syncs] = Syncs


@dataclass
class Account:
    """What outsiders know: which items were committed, which receipts they got, what was sent to people."""

    committed: Counter[str] = field(default_factory=Counter)
    receipts: list[tuple[str, int]] = field(default_factory=list)
    mailed: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    kills: int = 0


Look: TypeAlias = Callable[["World"], None]
Act: TypeAlias = Callable[["World"], None]


class World:
    """One company. `look` is called whenever all that was due is done."""

    def __init__(self, folder: Path, setting: Setting, made: Mechanisms) -> None:
        self.folder, self.setting, self.made = folder, setting, made
        self.clock = VirtualClock(BEGIN)
        self.account = Account()
        self.look: Look = lambda _: None
        self._kills = list(reversed(setting.kills))
        self._agenda: list[tuple[Instant, int, Act]] = []
        self._numbered = 0
        self._rounds = (BEGIN, 0)
        self.path = folder / "handrail.db"
        self.path.write_bytes(ground().file)
        self.journal = Journal(folder / "lms.journal", durable=False)
        far = FarSettings(
            token=TOKEN,
            limit=setting.limit,
            auto_accounts=True,
            unique=False,
            keys=setting.keyed,
            secret=PRACTICE_SECRET,
        )
        self.lms = Lms(self.clock, self.journal, far, Faults(setting.faults, random.Random(setting.seed)))
        self._open(None)
        for name in setting.journeys:
            self.engine.publish(compiled(name).plan, compiled(name).places, self.clock())
        self.database.commits = 0
        self.database.kill = self._kills.pop() if self._kills else None

    # Birth and death

    def _open(self, kill: Kill | None) -> None:
        """A process begins: nothing is known but what the file says."""
        self.database = MortalDatabase(str(self.path), kill)
        self.store = self.made.store(self.database)
        known = catalog(self.setting.bulk, keyed=self.setting.keyed)
        self.engine = self.made.engine(self.store, ground().organization, known, self.clock)
        self.engine.mail = self._mail
        self.directory = self.made.directory(self.store, self._changed, self.folder / "kept", self.clock)
        self.connector = LmsConnector(
            Client("lms", mounted(self.lms), TOKEN),
            LmsSettings(bulk=self.setting.bulk, keyed=self.setting.keyed, webhook_secret=PRACTICE_SECRET),
            "lms",
        )
        self.engine.mail_epoch = self._take(MAIL_DRIVER)
        pace = Pace(Rate(self.setting.limit, MINUTE), 2, lease_seconds=3.0, timeout_seconds=6.0)
        tools = NoopConnector("tools", ("open", "close"))
        self.drivers = [self._driver("lms", self.connector, pace), self._driver("tools", tools, Pace())]
        self.poller = Poller(_Counted(self), self.drivers[0], self.connector, self.channel("lms"))  # type: ignore[arg-type]  # as much of an engine as it needs
        self.host = self.made.rehearsal(self.engine, self.drivers, self.clock)
        self.host.after_step = self._turned
        for driver in self.drivers:
            driver.recover(self.clock())
        recover(self.engine, self.engine.mail_epoch, self.clock())

    def _driver(self, name: str, connector: Any, pace: Pace) -> ConnectionDriver:  # noqa: ANN401 - any connector
        outbox = self.made.outbox(self.engine, "hris")
        return self.made.driver(name, connector, outbox, pace, self._take(driver_name(name)))

    def _take(self, name: str) -> int:
        now = to_millis(self.clock())
        return self.store.take_driver(name, "world", now, now, force=True)

    def _live(self, act: Callable[[], None]) -> bool:
        """Do it; whether the process survived. If not, the next one has begun."""
        try:
            act()
        except Killed:
            self._again()
            return False
        return True

    def _again(self) -> None:
        while True:
            self.account.kills += 1
            died = self.database.kill
            self.database.close()
            self.clock.to(self.clock.now + (died.down if died is not None else timedelta(0)))
            try:
                self._open(self._kills.pop() if self._kills else None)
            except Killed:
                continue
            return

    def close(self) -> None:
        """Let go of the files."""
        self.database.close()
        self.journal.close()

    # What is told

    def channel(self, connection: str) -> Channel:
        """Where something comes through, now."""
        return Channel(connection, "team:operations", self.clock(), ZONE, "hris")

    def moment(self) -> Moment:
        """Now, as a sync takes it."""
        return Moment(self.clock(), ZONE)

    def take(self, items: Sequence[Item], more: More | None = None) -> list[Receipt]:
        """Hand in, and remember what was confirmed; what was committed though nobody heard of it counts as committed."""
        kinds = [kind for item in items for kind in _kinds_of(item)]
        leaving: Leaving = []
        try:
            if self.setting.together and more is None:
                receipts, leaving = take_turn(self.engine, self.drivers, items, {}, self.clock())
            else:
                receipts = self.engine.take(items, self.clock(), more)
        except Killed:
            if self.database.dead == "after":
                self.account.committed.update(kinds)
            raise
        for item, receipt in zip(items, receipts, strict=True):
            if receipt.number:
                self.account.committed.update(_kinds_of(item))
                self.account.receipts += [(kind, receipt.number) for kind in _kinds_of(item)[:1]]
        self._land(leaving)
        return receipts

    def _land(self, leaving: Leaving) -> None:
        """What left is sent, and lands in the next commit; and so on."""
        while leaving:
            landed: dict[str, list[Landed]] = {}
            for driver, flight in leaving:
                landed.setdefault(driver.name, []).append((flight, flight.send(self.clock())))
            _, leaving = take_turn(self.engine, self.drivers, [], landed, self.clock())

    def _changed(self, persons: Sequence[int]) -> None:
        for number in persons:
            self.engine.worlds.forget(number)

    def _mail(self, mail: Mail) -> list[Became]:
        self.account.mailed.update((row.run, row.pass_, row.rung) for row in mail.rows)
        return left(mail)

    def hear(self) -> None:
        """Take in what the LMS delivers; it is delivered again until that was confirmed."""
        for delivery in self.lms.outgoing.peek():
            told = self.connector.receive(delivery.headers, delivery.body, self.clock())
            self.take(arrivals(self.store, self.engine.catalog, told, self.channel("lms")))
            self.lms.outgoing.settle([delivery])

    # Time

    def at(self, moment: Instant, act: Act) -> None:
        """Put something on the agenda."""
        self._numbered += 1
        heapq.heappush(self._agenda, (moment, self._numbered, act))

    def run_until(self, moment: Instant) -> None:
        """Let everything happen that comes up to and at `moment`."""
        while (following := self._following()) is not None and following <= moment:
            self.clock.to(following)
            if self._agenda and self._agenda[0][0] <= self.clock.now:
                act = self._agenda[0][2]
                if self._live(lambda act=act: act(self)):  # type: ignore[misc]
                    heapq.heappop(self._agenda)
            alive = self._live(self.hear) and self._live(self.host.settle_down)
            if alive:
                self.look(self)
        self.clock.to(moment)

    def _following(self) -> Instant | None:
        """The next moment at which anything is on."""
        known = (self._agenda[0][0] if self._agenda else None, self.lms.outgoing.next_at(), self.host.next_moment())
        found = [moment for moment in known if moment is not None]
        return max(min(found), self.clock.now) if found else None

    def _turned(self, now: datetime) -> None:
        """Count the rounds of a moment: one that finds no end is a fault of its own."""
        before, many = self._rounds
        self._rounds = (now, many + 1 if before == now else 0)
        assert many < ROUNDS_MAX, f"at {now} the work found no end"

    # What came of it

    def rows(self, ask: str, *values: object) -> list[tuple[Any, ...]]:
        """What the store says."""
        return self.store.database.look(ask, values)

    @property
    def witness(self) -> Witness:
        """What the LMS's journal says."""
        return Witness(self.folder / "lms.journal")


class _Counted:
    """The engine of a world, for what is polled: it is counted as all that comes from outside."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.store, self.catalog = world.store, world.engine.catalog

    def take(self, items: Sequence[Item], now: Instant, more: More | None = None) -> list[Receipt]:
        del now
        return self._world.take(items, more)


def _kinds_of(item: Item) -> list[str]:
    """The kinds under which an item stands in the ledger."""
    match item:
        case Arrived():
            return [item.event.kind]
        case PersonMade():
            return [event.kind for event in item.events]
        case _:
            return []
