"""A virtual minute in which a driver and a practice LMS meet: a heap of moments, no sockets, no sleep.

A crash drops the driver with all that is in flight; the next one takes the connection under a new epoch.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from msgspec import structs
from tests.unit.connect.outbox import MemoryOutbox

from handrail.connect.answers import Client
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate
from handrail.connect.http import Answer, AnswerLost, Exchange, NotReached
from handrail.connect.leaving.flights import Flight
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.port import Connector, ItemOutcome, Row, Settled
from handrail.connect.settling import Pace
from handrail.practice import exchange as practice
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms
from handrail.practice.lms import LmsSettings as PracticeSettings
from handrail.practice.lms.witness import Witness
from handrail.practice.web import System
from handrail.terms.effect import Call, RetryRule
from handrail.terms.values import NOTHING, Duration, Fields, Instant

START = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
COURSE = "COC-101"
PATIENT = RetryRule(20, Duration(2, "hours"))


def mounted(system: System) -> Exchange:
    """A practice system in process, as an exchange."""

    def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        parts = urlsplit(path)
        request = practice.Request(method, parts.path, dict(parse_qsl(parts.query)), dict(headers), body)
        try:
            answer = system.respond(request)
        except practice.Unreachable as error:
            raise NotReached(str(error)) from error
        except practice.AnswerLost as error:
            raise AnswerLost(str(error)) from error
        return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)

    return exchange


def enroll(
    run: int, decided: int = 0, *, urgent: bool = False, retry: RetryRule | None = PATIENT, **more: object
) -> Row:
    """Run `run` wants its person, number `run` as well, in the course."""
    call = Call(
        1,
        0,
        "enroll",
        "lms",
        str(more.pop("action", "lms.enroll")),
        int(str(more.pop("person", run))),
        COURSE,
        Fields({"course": COURSE}),
        retry,
    )
    key, about = (run, call.pass_, call.rung), (call.person, call.object)
    return Row(key, about, call, decided or run, f"P{call.person:05}", urgent=urgent, person=NOTHING)


class World:
    """One connection to one LMS that counts in minutes of `minute_seconds`."""

    def __init__(
        self, folder: Path, limit: int = 100, bulk: int = 1, *, faults: tuple[Fault, ...] = (), **settings: object
    ) -> None:
        self.now = START
        self.path = folder / "lms.jsonl"
        practice_settings = PracticeSettings(limit=limit, auto_accounts=True, **settings)  # type: ignore[arg-type]
        self.lms = Lms(
            lambda: self.now, Journal(self.path, durable=False), practice_settings, Faults(faults, random.Random(7))
        )
        self.rate = Rate(limit, 60)
        self.pace = Pace(rate=self.rate)
        self.latency = timedelta(milliseconds=200)
        self.outbox = MemoryOutbox()
        client = Client("The LMS", mounted(self.lms), practice_settings.token)
        self.connector: Connector = LmsConnector(client, LmsSettings(bulk=bulk, keyed=practice_settings.keys))
        self._heap: list[tuple[Instant, int, Flight, tuple[ItemOutcome, ...]]] = []
        self._pushed = 0
        self.settled: list[Settled] = []
        self.driver = self._begin()

    @property
    def witness(self) -> Witness:
        return Witness(self.path)

    def limit(self, rate: Rate) -> None:
        """Another limit of ours; the LMS keeps its own."""
        self.rate = rate
        self.pace = structs.replace(self.pace, rate=rate)
        self.driver = self._begin()

    def want(self, *rows: Row) -> None:
        for row in rows:
            self.outbox.add(row, self.now)

    def crash(self) -> None:
        """SIGKILL: whatever is in flight is forgotten, and somebody else takes over at once."""
        self._heap.clear()
        self.outbox.epoch += 1
        self.driver = self._begin()

    def step(self) -> bool:
        """Take what may leave, send it, and go to the next moment. False when nothing is left to do."""
        flights = self.driver.take(self.now)
        for flight in flights:
            outcomes = flight.send(self.now)
            self._pushed += 1
            later = self.now if flight.kind == "known" else self.now + self.latency
            heapq.heappush(self._heap, (later, self._pushed, flight, outcomes))
        following = self.driver.next_at(self.now)
        if self._heap and (following is None or self._heap[0][0] <= following):
            self.now, _, flight, outcomes = heapq.heappop(self._heap)
            self.settled += self.driver.settle(flight, outcomes, self.now)
            return True
        if following is None:
            return False
        assert flights or following > self.now, "the driver asks to be called again at once, and then does nothing"
        self.now = following
        return True

    def run(self, most: int = 200_000) -> None:
        """Until nothing is left to do."""
        for _ in range(most):
            if not self.step():
                return
        raise AssertionError(f"not over after {most} steps, at {self.now}")

    def ended(self, verdict: str) -> list[Settled]:
        return [one.settled for one in self.outbox.kept.values() if one.settled and one.settled.verdict == verdict]

    def lost(self) -> list[tuple[str, str]]:
        return self.witness.lost((one.row.user, COURSE) for one in self.outbox.kept.values())

    def seconds(self) -> float:
        """From the first request to the last answer."""
        moments = self.witness.moments("/enrollments")
        return (moments[-1] + self.latency - moments[0]).total_seconds()

    def _begin(self) -> ConnectionDriver:
        driver = ConnectionDriver("lms", self.connector, self.outbox, self.pace, self.outbox.epoch)
        driver.recover(self.now)
        return driver
