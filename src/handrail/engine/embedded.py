"""The embedded host: one thread that decides and writes, a pool that calls, and a queue between them.

Producers hand in items and get a future that is done after the commit. The thread takes what is there; when that is
less than a full group it waits until it has been quiet for a moment, so that one event a request costs hardly more
than batches. If the thread dies, everybody who waits is told, and the process ends: a silent engine is the worst.
"""

from __future__ import annotations

import gc
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, TypeAlias

from msgspec import Struct

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.leaving.flights import Flight, Landed
from handrail.connect.port import Fenced, ItemOutcome
from handrail.engine.engine import GROUP_MAX, Clock, Engine
from handrail.engine.items import Item, Receipt
from handrail.engine.sweeps import ClockDriver
from handrail.engine.turns import Leaving, take_turn
from handrail.terms.values import Instant

QUIET_SECONDS: Final = 0.003
GARBAGE_AT: Final = 100_000
"""A group makes some twenty thousand values that die with it: looking for circles among them at every 700 costs a fifth."""

IDLE_SECONDS: Final = 1.0
SWEEP_SECONDS: Final = 5.0
"""How often claims that nobody settled are looked for: recovery is always on."""

QUEUE_MAX: Final = 100_000
Job: TypeAlias = Callable[[Engine, Instant], Any]


class Full(Exception):
    """More waits than may: come again later."""


class HostStopped(Exception):
    """The host was stopped before it came to this: nothing of it was written."""


class _Request(Struct):
    items: Sequence[Item]
    future: Future[list[Receipt]]


class _Landed(Struct):
    driver: ConnectionDriver
    flight: Flight
    outcomes: tuple[ItemOutcome, ...]


class _Task(Struct):
    job: Job
    future: Future[Any]


class Embedded:
    """Runs an engine and its connections' drivers until `stop`."""

    def __init__(
        self, engine: Engine, drivers: Sequence[ConnectionDriver], clock: Clock, calls_at_once: int = 16
    ) -> None:
        self.engine = engine
        self._drivers = list(drivers)
        self._clock = clock
        self._calendar = ClockDriver(engine)
        self._queue: queue.SimpleQueue[_Request | _Landed | _Task | None] = queue.SimpleQueue()
        self._pool = ThreadPoolExecutor(calls_at_once, thread_name_prefix="call")
        self._back: dict[str, list[Landed]] = {}
        """What came back without anybody waiting for it, by its connection's name."""
        self._waiting = 0
        self._guard = threading.Lock()
        self._stopping = False
        self.died: BaseException | None = None
        self._over: BaseException | None = None
        """Why nothing is taken any more: it was stopped, or died."""
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)

    def start(self) -> None:
        """Begin to work: first what an earlier process left."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_AT)
        self._thread.start()

    def submit(self, items: Sequence[Item]) -> Future[list[Receipt]]:
        """Hand in items; the future is done after their commit, and has HostStopped where there will be none. Raises Full."""
        future: Future[list[Receipt]] = Future()
        with self._guard:
            if self._waiting + len(items) > QUEUE_MAX:
                raise Full
            self._waiting += len(items)
        self._put(_Request(items, future))
        return future

    def run_job(self, job: Job) -> Future[Any]:
        """Have the engine's thread do something that writes: a sync's slice, publishing. The future is as that of `submit`."""
        future: Future[Any] = Future()
        self._put(_Task(job, future))
        return future

    def _put(self, asked: _Request | _Task) -> None:
        self._queue.put(asked)
        if self._over is not None:  # looked at only now: whoever ended the work has refused what was there before
            self._refuse_all(self._over)

    def stop(self) -> None:
        """Finish what was begun, then stop."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join(timeout=30)
        self._pool.shutdown(wait=True, cancel_futures=True)

    # The engine's thread

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self.died = self._over = error
            self._refuse_all(error)
            raise
        self._over = HostStopped("Handrail was stopped before it came to this: nothing of it was written.")
        self._refuse_all(self._over)

    def _work(self) -> None:
        swept = self._clock() - timedelta(days=1)
        while not self._stopping:
            now = self._clock()
            if now - swept > timedelta(seconds=SWEEP_SECONDS):
                for driver in self._drivers:
                    driver.recover(now)
                swept = now
            busy = self.engine.due(now) + self._calendar.due(now) > 0
            self._send_off()
            at_once = busy or self._back or not self._queue.empty()
            self._take_in(0.0 if at_once else self._seconds_to_wait())
        self._settle_last()

    def _settle_last(self) -> None:
        """Write what calls came to so far, and let nothing new leave. One that is still on its way is read back at the next start."""
        landed, self._back = self._back, {}
        asked: list[_Request | _Task] = []
        with suppress(queue.Empty):
            while True:
                one = self._queue.get_nowait()
                if isinstance(one, _Landed):
                    landed.setdefault(one.driver.name, []).append((one.flight, one.outcomes))
                elif one is not None:
                    asked.append(one)
        for each in asked:
            self._queue.put(each)  # whoever asked is told that it is too late
        for driver in self._drivers:
            with suppress(Fenced):  # somebody else has taken the connection over, and reads it back
                if flights := landed.get(driver.name):
                    driver.settle_all(flights, self._clock())

    def _take_in(self, seconds: float) -> None:
        """Take what is handed in within so many seconds; requests as one group, until it is full or quiet."""
        requests: list[_Request] = []
        landed, self._back = self._back, {}
        taken = 0
        patience = 0.0 if landed else seconds
        while taken < GROUP_MAX:
            try:
                one = self._queue.get(timeout=patience) if patience > 0 else self._queue.get_nowait()
            except queue.Empty:
                break
            patience = QUIET_SECONDS
            if isinstance(one, _Request):
                requests.append(one)
                taken += len(one.items)
            elif isinstance(one, _Landed):
                landed.setdefault(one.driver.name, []).append((one.flight, one.outcomes))
                taken += len(one.flight.rows)
            elif isinstance(one, _Task):
                self._do(one)
            else:  # told to stop: what comes after that is too late
                break
        if requests or landed:
            self._decide(requests, landed)

    def _decide(self, requests: list[_Request], landed: dict[str, list[Landed]]) -> None:
        """Decide what was handed in and what came back, in one commit; then send what it let leave."""
        items = [item for request in requests for item in request.items]
        try:
            receipts, leaving = take_turn(self.engine, self._drivers, items, landed, self._clock())
        except BaseException as error:
            for request in requests:
                request.future.set_exception(error)
            raise
        first = 0
        for request in requests:
            request.future.set_result(receipts[first : first + len(request.items)])
            first += len(request.items)
        with self._guard:
            self._waiting -= len(items)
        self._leave(leaving)

    def _do(self, task: _Task) -> None:
        try:
            task.future.set_result(task.job(self.engine, self._clock()))
        except Exception as error:  # noqa: BLE001 - it is the asker's: the future carries it
            task.future.set_exception(error)

    def _send_off(self) -> None:
        for driver in self._drivers:
            self._leave([(driver, flight) for flight in driver.take(self._clock())])

    def _leave(self, leaving: Leaving) -> None:
        """Send what leaves: what waits for nobody here and now, all else in the pool."""
        now = self._clock()
        for driver, flight in leaving:
            if flight.at_once:
                self._back.setdefault(driver.name, []).append((flight, flight.send(now)))
            else:
                self._pool.submit(self._fly, driver, flight)

    def _fly(self, driver: ConnectionDriver, flight: Flight) -> None:
        outcomes = flight.send(self._clock())
        self._queue.put(_Landed(driver, flight, outcomes))

    def _seconds_to_wait(self) -> float:
        """How long until something is due; what is handed in wakes us."""
        now = self._clock()
        moments = [at for driver in self._drivers if (at := driver.next_at(now)) is not None]
        moments += [at for at in (self.engine.next_due(), self._calendar.next_at(now)) if at is not None]
        return min((max((at - now).total_seconds(), 0.0) for at in moments), default=IDLE_SECONDS)

    def _refuse_all(self, error: BaseException) -> None:
        while True:
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                return
            if isinstance(one, _Request | _Task) and not one.future.done():
                one.future.set_exception(error)
