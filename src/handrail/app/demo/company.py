"""The demo's company: the workspace of examples/acme, its practice systems, and the engine that stands between them.

Everything lives in one folder: the store, and a journal for each system that outlives a kill of the engine. Opened
again it goes on at the virtual time reached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import handrail
from handrail.app.checking import compiled
from handrail.app.connectors import connector_of
from handrail.app.organization import organization_of, years_around
from handrail.app.publishing import published
from handrail.app.workspace import Workspace, load_workspace
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.http import Answer, AnswerLost, Exchange, NotReached
from handrail.connect.port import Connector, Told
from handrail.connect.settling import Pace
from handrail.engine.engine import MAIL_DRIVER, Engine
from handrail.engine.mailing import Became, Mail, left, recover
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.intake.arrivals import arrivals
from handrail.intake.filing import Filing
from handrail.intake.sightings import sighted
from handrail.intake.told import Channel
from handrail.people.directory import StoreDirectory
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.sync import Moment, Syncs
from handrail.practice.assessment import Assessment, AssessmentSettings
from handrail.practice.badges import Badges, BadgesSettings
from handrail.practice.exchange import AnswerLost as FarLost
from handrail.practice.exchange import Request, Unreachable
from handrail.practice.faults import Faults
from handrail.practice.hris import Hris, HrisSettings
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, LmsSettings
from handrail.practice.web import System
from handrail.store.batch import Batch
from handrail.store.database.port import Rows
from handrail.store.kept.acts import note
from handrail.store.moments import to_millis
from handrail.store.opening import open_store
from handrail.store.rows import SettingsRow
from handrail.terms import coding
from handrail.terms.organization import Organization
from handrail.terms.values import Instant

BEGIN: Final = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""Monday 2 March, before anybody in Berlin is up."""

TOKEN: Final = "practice-token"  # noqa: S105 - of the practice systems
LATER: Final = 10**14


def examples_folder() -> Path:
    """Where the examples are: beside the package in a clone, inside it when installed."""
    inside = Path(handrail.__file__).parent / "examples"
    return inside if inside.exists() else Path(handrail.__file__).parents[2] / "examples"


class Company:
    """Acme at work in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.workspace: Workspace = load_workspace(folder / "acme")
        self.lms_journal = folder / "lms.journal"
        # As with the journals: the engine is killed here, and no kill takes back what the operating system has.
        self.store = open_store(f"sqlite:///{folder / 'handrail.db'}", flushed=False)
        self.began = BEGIN
        self.clock = VirtualClock(_reached(self.store.database.look("SELECT max(at) FROM ledger"), self.lms_journal))
        self.organization_zone = self.workspace.settings.zone
        self.engine = Engine(self.store, self._organization(), self.workspace.catalog, self.clock)
        self.systems = systems_in(folder, self.clock)
        self.connectors = self._connectors()
        self.directory = StoreDirectory(self.store, self._people_changed, files_in(folder), self.clock)
        self.mailed = 0
        self.engine.mail = self._mail
        self.engine.mail_epoch = self._take(MAIL_DRIVER)
        recover(self.engine, self.engine.mail_epoch, self.clock())
        self.rehearsal = Rehearsal(self.engine, self._drivers(), self.clock)
        self.rehearsal.after_step = self._hear

    @property
    def lms(self) -> Lms:
        system = self.systems["lms"]
        assert isinstance(system, Lms), "the LMS is one"
        return system

    @property
    def hris(self) -> Hris:
        system = self.systems["hris"]
        assert isinstance(system, Hris), "the HRIS is one"
        return system

    @property
    def assessment(self) -> Assessment:
        system = self.systems["assessment"]
        assert isinstance(system, Assessment), "the assessment tool is one"
        return system

    def publish(self) -> None:
        """Publish what lies in the workspace."""
        self.settle_organization()
        for each in compiled(self.workspace).values():
            self.engine.publish(each.plan, each.places, self.clock(), "Acme")
            note(self.store, published(each.plan, "Acme"), self.clock())

    def filing(self) -> Filing:
        """The files of the HRIS, as they are gone through again: who had it so is in the audit."""
        (mapping,) = self._mappings()
        return Filing(self.directory, mapping)

    def syncs(self) -> Syncs:
        """The syncs of the HRIS, by the mapping as it stands in the workspace now."""
        (mapping,) = self._mappings()
        return Syncs(self.directory, mapping)

    def _mappings(self) -> Sequence[SourceMapping]:
        """As they lie in the workspace now: somebody may have mended one."""
        return load_workspace(self.folder / "acme").mappings

    def moment(self) -> Moment:
        """Now, as a sync takes it."""
        return Moment(self.clock(), self.organization_zone)

    def settle_organization(self) -> None:
        """Look up again whom handrail.yaml names, and keep what decisions are made with from now on."""
        organization = self._organization()
        self.engine.worlds.set_organization(organization)
        now = to_millis(self.clock())
        kept, newest = (
            SettingsRow(self.engine.worlds.settings, now, coding.pack(organization)),
            self.store.newest_settings(),
        )
        if newest is None or newest.hash != kept.hash:
            self.store.commit(Batch(at=now, settings=[kept]))

    def key_of(self, person: int) -> str:
        """What the HRIS calls a person."""
        found = self.store.database.look("SELECT key FROM person_key WHERE source = 'hris' AND person = ?", (person,))
        return str(found[0][0]) if found else ""

    def tell(self, connection: str, told: Sequence[Told]) -> None:
        """Take in what a connection told: learning as events, workers as sightings of people."""
        draft = self.workspace.settings.connections[connection]
        channel = Channel(connection, draft.owner, self.clock(), self.organization_zone, draft.people_by)
        if connection == "hris":
            (mapping,) = self._mappings()
            for each in told:
                self.engine.take([sighted(self.directory, mapping, each, channel)], self.clock())
            return
        self.engine.take(arrivals(self.store, self.workspace.catalog, told, channel), self.clock())

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    # How it is put together

    def _organization(self) -> Organization:
        return organization_of(self.workspace, self._look_up, years_around(BEGIN.date()))

    def _look_up(self, names: Sequence[str]) -> Mapping[str, int]:
        keys = {name.removeprefix("hris:"): name for name in names if name.startswith("hris:")}
        found = self.store.persons_by_key("hris", sorted(keys))
        return {keys[key]: at.person.id for key, at in found.items() if at.person.status != "left"}

    def _people_changed(self, persons: Sequence[int]) -> None:
        for number in persons:
            self.engine.worlds.forget(number)

    def _connectors(self) -> dict[str, Connector]:
        made: dict[str, Connector] = {}
        for name, draft in self.workspace.settings.connections.items():
            if name in self.systems:
                connector = connector_of(draft, mounted(self.systems[name]), TOKEN, secret_of(self.systems[name]))
                assert connector is not None, f"{name} is called"
                made[name] = connector
        return made

    def _drivers(self) -> list[ConnectionDriver]:
        drivers = []
        for name, connector in self.connectors.items():
            draft = self.workspace.settings.connections[name]
            slot = draft.rate.slot_seconds if draft.rate else 1.0
            pace = Pace(draft.rate, concurrency=4, lease_seconds=slot, timeout_seconds=slot)
            outbox = StoreOutbox(self.engine, draft.people_by)
            driver = ConnectionDriver(name, connector, outbox, pace, self._take(driver_name(name)))
            driver.recover(self.clock())
            drivers.append(driver)
        return drivers

    def _take(self, name: str) -> int:
        now = to_millis(self.clock())
        return self.store.take_driver(name, "demo", now, now + LATER, force=True)

    def _mail(self, mail: Mail) -> list[Became]:
        """Mail leaves into nowhere here: the demo's people are told by the rule they live by."""
        self.mailed += len(mail.rows)
        return left(mail)

    def _hear(self, now: Instant) -> None:
        """Take in what the practice systems deliver by webhook."""
        for name in ("lms", "assessment", "hris"):
            system = self.systems[name]
            for delivery in system.deliveries():  # type: ignore[attr-defined]
                self.tell(name, self.connectors[name].receive(delivery.headers, delivery.body, now))


def files_in(folder: Path) -> Path:
    """Where the files of people are kept: where the organization looks for them when it is served."""
    return folder / "acme" / ".handrail" / "files"


def reached_in(folder: Path) -> Instant:
    """The virtual time that the company in this folder has reached."""
    store = open_store(f"sqlite:///{folder / 'handrail.db'}", create=False)
    try:
        return _reached(store.database.look("SELECT max(at) FROM ledger"), folder / "lms.journal")
    finally:
        store.close()


def _reached(newest: Rows, lms_journal: Path) -> Instant:
    """The latest of our ledger and the LMS's journal."""
    found = newest[0][0]
    moments = [BEGIN]
    if found is not None:
        moments.append(datetime.fromtimestamp(int(found) / 1000, UTC))
    if lms_journal.exists():
        from handrail.practice.lms import Witness  # noqa: PLC0415 - only after a kill

        moments += Witness(lms_journal).moments()[-1:]
    return max(moments)


def mounted(system: System) -> Exchange:
    """A practice system in process, as a connector's exchange."""

    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        path, _, query = path.partition("?")
        try:
            response = system.respond(Request(method, path, dict(parse_qsl(query)), dict(headers), body))
        except FarLost as error:
            raise AnswerLost(str(error)) from error
        except Unreachable as error:
            raise NotReached(str(error)) from error
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.body)

    return exchange


def systems_in(folder: Path, clock: Callable[[], Instant]) -> dict[str, System]:
    """The practice systems; their journals need no fsync, for only the engine is killed here."""

    def journal(name: str) -> Journal:
        return Journal(folder / f"{name}.journal", durable=False)

    none, twice = Faults.none(), Faults.parse("webhook_doubled:share=1", 0)
    lms = LmsSettings(token=TOKEN, limit=100, auto_accounts=True)
    return {
        "lms": Lms(clock, journal("lms"), lms, none),
        "assessment": Assessment(clock, journal("assessment"), AssessmentSettings(token=TOKEN, limit=0), none),
        "badges": Badges(clock, journal("badges"), BadgesSettings(token=TOKEN, limit=0), none),
        "hris": Hris(clock, journal("hris"), HrisSettings(token=TOKEN, limit=0, folder=str(folder / "drops")), twice),
    }


def secret_of(system: System) -> str:
    """What the system signs its webhooks with; the badge issuer sends none."""
    return str(getattr(getattr(system, "settings", None), "secret", ""))
