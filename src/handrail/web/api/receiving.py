"""What comes in over HTTP, on its way to the engine: many requests share one commit, and nobody is answered before it.

While one group is being decided and committed the next gathers. Whether something is a duplicate, older or about somebody
unknown is looked at in the engine's thread, right before the commit, so that nothing comes between.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from handrail.app.runtime import ANSWER_SECONDS, Runtime
from handrail.engine.embedded import Embedded
from handrail.engine.engine import Engine
from handrail.engine.items import Item, Receipt
from handrail.intake.arrivals import Arrived, arrivals
from handrail.intake.sightings import sighted
from handrail.intake.told import Channel, Told
from handrail.people.mappings.mapping import SourceMapping
from handrail.store.batch import Batch
from handrail.store.kept.marks import TOLD
from handrail.store.moments import to_millis
from handrail.store.rows import WatermarkRow
from handrail.terms.values import Instant
from handrail.web.refusals import busy

WAITING_MAX: Final = 100_000
TOGETHER_MAX: Final = 300


@dataclass(slots=True, frozen=True)
class Way:
    """The way something came: over a connection, or the API (then `connection` is empty).

    `mapping` reads what an HR system tells of its workers; `people_by` as in handrail.yaml.
    """

    connection: str = ""
    owner: str = ""
    people_by: str = ""
    mapping: SourceMapping | None = None


@dataclass(slots=True)
class _Asked:
    """What one request brought: told things of one way, or arrivals that are made already."""

    way: Way
    told: Sequence[Told | Arrived]
    future: Future[list[Receipt]]


class Receiving:
    """Takes in what was told, in the order it came."""

    def __init__(self, runtime: Runtime, waiting_max: int = WAITING_MAX) -> None:
        self._runtime = runtime
        self._waiting_max = waiting_max
        self._guard = threading.Lock()
        self._gathering: deque[_Asked] = deque()
        self._waiting = 0
        self._at_work = False

    async def take(self, way: Way, told: Sequence[Told | Arrived]) -> list[Receipt]:
        """What became of each, after the commit. Raises Refused (503) when too many wait, TimeoutError, HostStopped."""
        future = self._ask(_Asked(way, told, Future()))
        return await asyncio.wait_for(asyncio.wrap_future(future), ANSWER_SECONDS)

    @property
    def waiting(self) -> int:
        """How many told things wait for their commit."""
        return self._waiting

    def _ask(self, asked: _Asked) -> Future[list[Receipt]]:
        host, many = self._runtime.host, len(asked.told)
        if self._runtime.died is not None or host is None:
            raise busy("Nothing is taken in: the engine does not run.", "Send it again when it was started anew.")
        with self._guard:
            if self._waiting + many > self._waiting_max:
                raise busy(f"{self._waiting:,} wait to be taken in, and no more than {self._waiting_max:,} may.")
            self._waiting += many
            self._gathering.append(asked)
            begin, self._at_work = not self._at_work, True
        if begin:
            self._begin(host)
        return asked.future

    def _begin(self, host: Embedded) -> None:
        host.run_job(self._work).add_done_callback(self._ended)

    def _ended(self, work: Future[None]) -> None:
        """Where it did not come to the work, whoever waits is told so: the host was stopped, or its thread died."""
        error = work.exception()
        if error is None:
            return
        with self._guard:
            left = list(self._gathering)
            self._gathering.clear()
            self._waiting -= sum(len(asked.told) for asked in left)
            self._at_work = False
        for asked in left:
            _tell(asked.future, error)

    def _work(self, engine: Engine, now: Instant) -> None:
        """In the engine's thread: one group; then, if more has gathered, the next, after what else is due."""
        group = self._group()
        try:
            for part in _parts(group):
                self._decide(part, engine, now)
        finally:
            with self._guard:
                self._waiting -= sum(len(asked.told) for asked in group)
                self._at_work = again = bool(self._gathering)
            if again and self._runtime.host is not None:
                self._begin(self._runtime.host)

    def _group(self) -> list[_Asked]:
        group: list[_Asked] = []
        many = 0
        with self._guard:
            while self._gathering and (not group or many + len(self._gathering[0].told) <= TOGETHER_MAX):
                group.append(self._gathering.popleft())
                many += len(group[-1].told)
        return group

    def _decide(self, part: Sequence[_Asked], engine: Engine, now: Instant) -> None:
        """Decide and commit what came one way, and tell everybody who asked."""
        try:
            receipts = self._taken(part[0].way, [one for asked in part for one in asked.told], engine, now)
        except Exception as error:  # noqa: BLE001 - it is the askers': the futures carry it
            for asked in part:
                _tell(asked.future, error)
            return
        first = 0
        for asked in part:
            _tell(asked.future, receipts[first : first + len(asked.told)])
            first += len(asked.told)

    def _taken(self, way: Way, told: list[Told | Arrived], engine: Engine, now: Instant) -> list[Receipt]:
        channel = Channel(way.connection, way.owner, now, engine.worlds.organization.zone, way.people_by)
        if way.mapping is None:
            fresh = [one for one in told if not isinstance(one, Arrived)]
            looked = iter(arrivals(engine.store, engine.catalog, fresh, channel))
            items = [one if isinstance(one, Arrived) else next(looked) for one in told]
            return engine.take(items, now, _noted(way.connection, now))
        directory = self._runtime.directory()
        receipts = list[Receipt]()
        for one in told:
            # The next sighting may be of the same person: it is read when this one is committed.
            item: Item = one if isinstance(one, Arrived) else sighted(directory, way.mapping, one, channel)
            receipts += engine.take([item], now, _noted(way.connection, now))
        self._runtime.people_came()
        return receipts


def _noted(connection: str, now: Instant) -> Callable[[Batch, Sequence[Receipt]], None]:
    """Keeps, with what was told, when the connection told something last."""

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        if connection:
            batch.watermarks.append(WatermarkRow(connection, TOLD, to_millis(now), b""))

    return more


def _parts(group: Sequence[_Asked]) -> Iterator[list[_Asked]]:
    """What came one way, in a row."""
    for _, part in groupby(group, key=lambda asked: asked.way):
        yield list(part)


def _tell(future: Future[list[Receipt]], found: list[Receipt] | BaseException) -> None:
    """Whoever asked may have gone away meanwhile."""
    if not future.set_running_or_notify_cancel():
        return
    if isinstance(found, BaseException):
        future.set_exception(found)
    else:
        future.set_result(found)
