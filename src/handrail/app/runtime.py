"""A workspace and its store as a running organization: the engine, its connections and their drivers in one process.

Here objects are put together and taken apart again. What is published stands in `publishing`, how it is served in `serving`.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeAlias, TypeVar

from msgspec import structs

from handrail.app.connectors import connector_of, exchange_of
from handrail.app.mailing.posting import Posting
from handrail.app.mailing.server import server_of
from handrail.app.organization import resolve, years_around
from handrail.app.running.asking import Asking
from handrail.app.running.reporting import Reporting
from handrail.app.running.ticking import Ticking
from handrail.app.settings import ConnectionDraft, MailSettings, Settings, SignInSettings, secret_of
from handrail.app.systems.owners import look_up_in
from handrail.app.workspace import Workspace, load_workspace, standing_of
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate
from handrail.connect.http import Exchange
from handrail.connect.port import Connector
from handrail.connect.settling import Pace
from handrail.engine.by_hand.pausing import agree
from handrail.engine.catching_up.reorganizing import reorganized
from handrail.engine.clock import RealClock
from handrail.engine.embedded import Embedded
from handrail.engine.engine import MAIL_DRIVER, Clock, Engine
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.insight.past import Past
from handrail.people.directory import StoreDirectory
from handrail.people.mappings.mapping import SourceMapping
from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.opening import Store, open_store
from handrail.store.rows import SettingsRow
from handrail.terms import coding
from handrail.terms.organization import Organization
from handrail.terms.problem import Problem
from handrail.terms.values import Instant

T = TypeVar("T")
Reach: TypeAlias = Callable[[ConnectionDraft], Exchange]
"""The way to the system of a connection; over HTTP unless another is handed in."""

ENGINE_DRIVER: Final = "engine"
LEASE: Final = timedelta(seconds=15)
ANSWER_SECONDS: Final = 30.0
"""How long anybody waits for a commit. After that it is not known whether it came."""

SLACK: Final = 0.02
"""So much longer is the stretch that a limit is kept over, for what a real network does (docs/reference/connections.md)."""

_PUBLISHED: Final = "published settings"
_KEEP_META: Final = (
    "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)


class Runtime:
    """One organization at work in this process. `start` begins the work; before it, and after `close`, nothing moves."""

    def __init__(self, workspace: Workspace, store: Store, clock: Clock) -> None:
        self.workspace = workspace
        self.store = store
        self.clock = clock
        self.unknown: tuple[Problem, ...] = ()
        self.engine = Engine(store, self._organization(clock()), workspace.catalog, clock)
        self.connectors: dict[str, Connector] = {}
        self.drivers: list[ConnectionDriver] = []
        self.host: Embedded | None = None
        self.ticking = Ticking(self)
        self.asking = Asking(self)
        self.reporting = Reporting(self)
        self.posting: Posting | None = None
        self._epochs: dict[str, int] = {}
        self._stands: frozenset[tuple[str, int, int]] = frozenset()
        self._named_changed = False
        """Whether somebody whom the settings name has another version since they were looked up."""
        self.engine.after_commit.append(self._heard)

    @classmethod
    def open(
        cls,
        folder: Path | str,
        url: str,
        clock: Clock | None = None,
        reach: Reach | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Runtime:
        """Open workspace and store, and take all their drivers.

        Raises JourneyProblems, SettingsError, and StoreError (StoreTaken: another process works on it).
        """
        clock = clock or RealClock()
        workspace = load_workspace(folder)
        store = open_store(url)
        try:
            runtime = cls(workspace, store, clock)
            runtime._take_engine()
            runtime._connect(os.environ if environment is None else environment, reach)
            agree(runtime.engine)
        except BaseException:
            store.close()
            raise
        return runtime

    @classmethod
    def at_rest(cls, folder: Path | str, url: str, clock: Clock | None = None) -> Runtime:
        """Open workspace and store for one piece of work that calls nobody, so that no secret is needed.

        What it decides to call is called when the organization is served. Raises as `open` does.
        """
        clock = clock or RealClock()
        workspace = load_workspace(folder)
        store = open_store(url)
        try:
            runtime = cls(workspace, store, clock)
            runtime._take_engine()
        except BaseException:
            store.close()
            raise
        return runtime

    def start(self) -> None:
        """Begin to work: first what an earlier process left."""
        self.host = Embedded(self.engine, self.drivers, self.clock)
        self.host.start()
        self.ticking.start()
        self.asking.start()
        self.reporting.start()
        if self.posting is not None:
            self.posting.start()

    def close(self) -> None:
        """Finish what was begun, then let go of everything."""
        self.reporting.stop()
        self.asking.stop()
        self.ticking.stop()
        if self.posting is not None:
            self.posting.stop()
        if self.host is not None:
            self.host.stop()
        if self.died is None:
            self.host = None
            self.renew(timedelta())  # whoever comes next need not wait for the leases
        self.store.close()

    @property
    def died(self) -> BaseException | None:
        """Why nothing is worked on any more, if so."""
        parts = (self.host, self.ticking, self.asking, self.posting)
        return next((part.died for part in parts if part is not None and part.died is not None), None)

    @property
    def works(self) -> bool:
        """Whether what is handed in is worked on."""
        return self.host is not None and self.died is None

    def do(self, job: Callable[[Engine, Instant], T]) -> T:
        """Have something done where writing is done: in the engine's thread, or here while it has not begun.

        Raises what the job raises; TimeoutError when it is not known whether it was done.
        """
        host = self.host
        if self.died is not None:
            raise self.died
        if host is None or threading.current_thread().name == "engine":
            return job(self.engine, self.clock())
        found: T = host.run_job(job).result(timeout=ANSWER_SECONDS)
        return found

    def past(self) -> Past:
        """All that is known now, for one question: what it has fetched it keeps."""
        return Past(self.store, self.engine.worlds.organization)

    def directory(self, keep_files: Path | None = None) -> StoreDirectory:
        """People and syncs, written in the engine's thread; `keep_files` is where files that came are kept."""

        def changed(people: Sequence[int]) -> None:
            self._named_changed |= any(self.engine.worlds.is_named(number) for number in people)
            for number in people:
                self.engine.worlds.forget(number)
            self.people_came()

        return StoreDirectory(
            self.store,
            changed,
            keep_files or self.workspace.folder / ".handrail" / "files",
            self.clock,
            lambda work: self.do(lambda _engine, _now: work()),
        )

    def mapping_of(self, source: str) -> SourceMapping | None:
        """The mapping by which a source's people are read."""
        return next((mapping for mapping in self.workspace.mappings if mapping.source == source), None)

    # Settings

    def read_again(self) -> None:
        """Look at the folder anew: its mappings count from now on, its journeys when they are published.

        Connections stay as they are until the organization is served anew. Raises JourneyProblems.
        """
        stands = standing_of(self.workspace.folder)
        if stands != self._stands:
            self.workspace = load_workspace(self.workspace.folder)
            self.engine.catalog = self.workspace.catalog
            self._stands = stands

    def keep_settings(self, now: Instant) -> None:
        """What the folder says of the organization counts from now on, and is kept as it stands."""
        with self.store.database.transaction() as transaction:
            transaction.count(_KEEP_META, (_PUBLISHED, meaning_of(self.workspace.settings)))
        self._reorganize(now)

    def people_came(self) -> None:
        """Whoever was not known may be by now: named in handrail.yaml, or in events that wait. Called in the engine's thread."""
        self.ticking.people_came()
        if self.unknown or self._named_changed:
            self._reorganize(self.clock())

    def look_up_again(self, now: Instant) -> None:
        """Somebody whom handrail.yaml names may have left, or come back. Called in the engine's thread."""
        if self._named_changed:
            self._reorganize(now)

    def _reorganize(self, now: Instant) -> None:
        """Decide in the organization as it is now; where that changes whose something is, owners are looked up again."""
        self._named_changed = False
        before, after = self.engine.worlds.organization, self._organization(now)
        if after != before:
            self.engine.worlds.set_organization(after)
            reorganized(self.engine, before, after, now)

    def _heard(self, batch: Batch) -> None:
        """After a commit of the engine: whether it changed somebody whom the settings name."""
        self._named_changed |= any(self.engine.worlds.is_named(row.id) for row in batch.persons)

    def _organization(self, now: Instant) -> Organization:
        """The organization that decisions are made in: as published, with everybody looked up who is known by now."""
        published = _published(self.store)
        if published and self.settings_differ:
            kept = self.store.newest_settings()
            if kept is not None:
                return coding.unpack(kept.body, Organization)
        found = resolve(self.workspace.settings, look_up_in(self.store), years_around(now.date()))
        self.unknown = found.remarks
        if published:
            settings, at = coding.pack(found.organization), to_millis(now)
            row, newest = SettingsRow(coding.digest(settings).hex(), at, settings), self.store.newest_settings()
            if newest is None or newest.hash != row.hash:
                self.store.commit(Batch(at=at, settings=[row]))
        return found.organization

    @property
    def settings_differ(self) -> bool:
        """Whether handrail.yaml says something else than what was published; then the latter counts."""
        return _published(self.store) not in ("", meaning_of(self.workspace.settings))

    # Drivers and leases

    def _take_engine(self) -> None:
        self._epochs[ENGINE_DRIVER] = self._take(ENGINE_DRIVER)
        self.engine.drivers = ((ENGINE_DRIVER, self._epochs[ENGINE_DRIVER]),)

    def _take(self, name: str) -> int:
        """The driver's new epoch. Whoever had it in a SQLite file is dead: the file has one owner, and that is us."""
        now = self.clock()
        return self.store.take_driver(name, _holder(), to_millis(now), to_millis(now + LEASE), force=self._alone)

    @property
    def _alone(self) -> bool:
        """Whether nobody else can work on this store: the operating system sees to that for a SQLite file."""
        return self.store.database.dialect == "sqlite"

    def _connect(self, environment: Mapping[str, str], reach: Reach | None) -> None:
        folder = self.workspace.folder
        for name, draft in self.workspace.settings.connections.items():
            token = secret_of(draft.token, environment, folder) if draft.token else ""
            webhook_secret = secret_of(draft.webhook_secret, environment, folder) if draft.webhook_secret else ""
            if isinstance(draft.system, MailSettings):
                self._epochs[MAIL_DRIVER] = self._take(MAIL_DRIVER)
                self.posting = Posting(self, server_of(draft, environment, folder), self._epochs[MAIL_DRIVER])
                continue
            exchange = reach(draft) if reach is not None else exchange_of(draft, environment)
            connector = connector_of(draft, exchange, token, webhook_secret)
            assert connector is not None, "only mail has no connector"
            epoch = self._take(driver_name(name))
            self._epochs[driver_name(name)] = epoch
            self.connectors[name] = connector
            outbox = StoreOutbox(self.engine, draft.people_by)
            self.drivers.append(ConnectionDriver(name, connector, outbox, pace_of(draft), epoch))

    def renew(self, lease: timedelta = LEASE) -> None:
        """Stay the driver of everything. Raises StaleDriver when another process is."""
        if self._alone:
            return

        def renewed(engine: Engine, now: Instant) -> None:
            for name, epoch in self._epochs.items():
                engine.store.renew_driver(name, epoch, to_millis(now + lease))

        self.do(renewed)


def rates_of(workspace: Workspace) -> Mapping[str, Rate]:
    """The limits of the connections that have one."""
    drafts = workspace.settings.connections
    return {name: draft.rate for name, draft in drafts.items() if draft.rate is not None}


def pace_of(draft: ConnectionDraft) -> Pace:
    """How a connection may be used, with the slack that a real network needs."""
    rate = draft.rate
    if rate is not None and not rate.slack_seconds:
        rate = Rate(rate.count, rate.per_seconds, rate.burst, rate.per_seconds * SLACK)
    return Pace(rate, concurrency=draft.concurrency, timeout_seconds=float(draft.timeout_seconds))


def meaning_of(settings: Settings) -> str:
    """A name for what handrail.yaml says, whatever its order, comments and places. How people sign in is not published."""
    return coding.digest(coding.pack(_plain(structs.replace(settings, places={}, sign_in=SignInSettings())))).hex()


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever settings hold
    """Settings as sorted lists, so that the order in which they were written is no part of them."""
    if hasattr(value, "__struct_fields__"):
        return [type(value).__name__, *(_plain(getattr(value, name)) for name in value.__struct_fields__)]
    if isinstance(value, Mapping):
        return [[str(name), _plain(value[name])] for name in sorted(value)]
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value)


def _published(store: Store) -> str:
    found = store.database.look("SELECT value FROM meta WHERE name = ?", (_PUBLISHED,))
    return str(found[0][0]) if found else ""


def _holder() -> str:
    return f"{os.uname().nodename}/{os.getpid()}"
