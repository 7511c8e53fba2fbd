"""How many journeys a second, against two hand-written scripts on the same machine in the same run.

    python bench/journeys.py --runs 5000 --json [--store postgres]

*onboarding-7* is: check, call, call, a human answer with a 3-day limit, an event with a 30-day limit, call, call.
Everything is on: durable commits (SQLite, synchronous=FULL), the ledger's chain, identities, dispositions, reasons,
claims before calls. The calls do nothing. Events are handed to the intake in process and confirmed after their
commit. The floors (`floors.py`) write three rows a transition with the sqlite3 module, or psycopg, in order: one
transaction a transition (`single`), 500 transitions a transaction (`batched`).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ground
from floors import floor, postgres_floor

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.noop import NoopConnector
from handrail.connect.settling import Pace
from handrail.engine.clock import RealClock
from handrail.engine.embedded import Embedded
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, ForRun, Item
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.store.moments import identity_key, to_millis
from handrail.terms.event import Answer, Event
from handrail.terms.values import Fields

ROUNDS = 5
JOURNEY = """
journey: onboarding-7
title: Onboarding
purpose: Everyone new has an account, a course and a certificate.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 2 business days
  if_late: { stop: nobody answered }
  if_fails: [ { retry: 6 times over 4 hours }, { stop: could not be done } ]
steps:
  eligible:
    check: person.country in ["DE", "FR", "NL"] and person.status is "active"
    if_not: { stop: not eligible }
  account:
    do: tools.open_account
  enroll:
    do: tools.enroll
    with: { what: SAFE-001 }
  agree:
    ask: manager
    question: Can {person.name} take part?
    answers: { approve: continue, decline: { stop: declined } }
    within: 3 days
    if_late: [ { hand_to: manager.manager, within: 2 business days }, { assume: approve } ]
  course:
    wait: lms.completed
    where: event.course is "SAFE-001"
    owner: learner
    within: 30 days
    if_late: { stop: not finished }
  certify:
    do: tools.issue
    with: { what: SAFE }
  close:
    do: tools.close
"""
OTHERS = {
    f"bench/other-{name}.yaml": JOURNEY.replace("onboarding-7", name).replace(
        "person.hired }", f"{event}, where: person.level > 8 }}"
    )
    for name, event in (("other-1", "person.changed"), ("other-2", "lms.completed"))
}


class Crowd:
    """Drives `runs` journeys through an embedded engine, phase by phase, the people shuffled in each."""

    def __init__(self, folder: Path, runs: int, url: str = "") -> None:
        self.clock = RealClock()
        self.path = folder / "handrail.db"
        self.engine = ground.engine_on(url or self.path, self.clock, {"bench/onboarding-7.yaml": JOURNEY, **OTHERS})
        self.ids = ground.people(self.engine.store, runs)
        self.managers = self.ids[:50]
        self.runs: dict[int, int] = {}
        self.size_before = _bytes(self.engine, self.path)
        self.dice = random.Random(1)

    def drive(self, batch: int, in_flight: int) -> float:
        """Journeys a second with `batch` events a request and so many requests in flight."""
        host = Embedded(self.engine, [_tools(self.engine, self.clock)], self.clock)
        host.start()
        began = time.perf_counter()
        now = self.clock()
        day = now.date()

        def hired(person: int) -> Item:
            event = Event("person.hired", now, person, "hris", fields=Fields({"again": False}))
            return Arrived(event, identity_key(day, b"hired%d" % person), b"hired")

        def completed(person: int) -> Item:
            event = Event(
                "lms.completed", self.clock(), person, "lms", fields=Fields({"course": "SAFE-001", "passed": True})
            )
            return Arrived(event, identity_key(day, b"completed%d" % person), b"passed")

        def answer(person: int) -> Item:
            return ForRun(self.runs[person], Answer(3, now, "person:1", "approve"))

        self._phase(host, hired, batch, in_flight, collect=True)
        self._until(host, "SELECT count(*) FROM handoff WHERE closed IS NULL")
        self._phase(host, answer, batch, in_flight)
        self._phase(host, completed, batch, in_flight)
        self._until(host, "SELECT count(*) FROM run WHERE phase = 3")
        seconds = time.perf_counter() - began
        host.stop()
        return len(self.ids) / seconds

    def _phase(
        self, host: Embedded, make: Callable[[int], Item], batch: int, in_flight: int, *, collect: bool = False
    ) -> None:
        people = list(self.ids)
        self.dice.shuffle(people)
        waiting: deque[tuple[Sequence[int], object]] = deque()
        for first in range(0, len(people), batch):
            some = people[first : first + batch]
            waiting.append((some, host.submit([make(person) for person in some])))
            while len(waiting) >= in_flight:
                self._confirmed(*waiting.popleft(), collect=collect)
        while waiting:
            self._confirmed(*waiting.popleft(), collect=collect)

    def _confirmed(self, people: Sequence[int], future: object, *, collect: bool) -> None:
        receipts = future.result(timeout=300)  # type: ignore[attr-defined]
        if collect:
            for person, receipt in zip(people, receipts, strict=True):
                self.runs[person] = receipt.runs[0]

    def _until(self, host: Embedded, ask: str) -> None:
        while host.died is None and self.engine.store.database.look(ask)[0][0] < len(self.ids):
            time.sleep(0.01)
        if host.died is not None:
            raise host.died

    def bytes_per_journey(self) -> float:
        """What the journeys take on disk, without the people."""
        return (_bytes(self.engine, self.path) - self.size_before) / len(self.ids)


def _tools(engine: Engine, clock: RealClock) -> ConnectionDriver:
    connector = NoopConnector("tools", ("open_account", "enroll", "issue", "close"))
    now = to_millis(clock())
    epoch = engine.store.take_driver(driver_name("tools"), str(os.getpid()), now, now + 86_400_000, force=True)
    return ConnectionDriver(
        "tools", connector, StoreOutbox(engine, ground.SOURCE), Pace(None, concurrency=600, list_from=10**9), epoch
    )


def _bytes(engine: Engine, path: Path) -> int:
    database = engine.store.database
    if database.dialect != "sqlite":
        return int(database.look("SELECT pg_database_size(current_database())")[0][0])
    database.checkpoint()
    return path.stat().st_size


class Bench:
    """One kind of store: makes crowds and floors, each on a database of its own. `server` is empty for SQLite."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._numbered = 0

    def crowd(self, runs: int, batch: int, in_flight: int) -> tuple[float, float]:
        """Journeys a second, and bytes a journey."""
        with tempfile.TemporaryDirectory(prefix="handrail-journeys-") as folder:
            crowd = Crowd(Path(folder), runs, self._database())
            rate = crowd.drive(batch, in_flight)
            size = crowd.bytes_per_journey()
            crowd.engine.store.close()
            return rate, size

    def floor(self, runs: int, per_transaction: int) -> tuple[float, float]:
        """Journeys a second of the hand-written script, and its bytes a journey."""
        if self._server:
            return postgres_floor(runs, per_transaction, self._database())
        with tempfile.TemporaryDirectory(prefix="handrail-floor-") as folder:
            return floor(runs, per_transaction, Path(folder) / "floor.db")

    def _database(self) -> str:
        if not self._server:
            return ""
        import psycopg

        self._numbered += 1
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bench_{self._numbered}".encode())
        return self._server.replace("/postgres?", f"/bench_{self._numbered}?")


def measure(bench: Bench, runs: int, rounds: int, *, flat: bool = True) -> dict[str, object]:
    """The medians of interleaved rounds; a ratio is taken within each round, for the machine changes from one to the next."""
    found: dict[str, list[float]] = {}

    def note(**figures: float) -> None:
        for name, figure in figures.items():
            found.setdefault(name, []).append(figure)

    for _ in range(rounds):
        single, _size = bench.floor(min(runs, 500), 1)
        batched, floor_bytes = bench.floor(runs, 500)
        rate, size = bench.crowd(runs, 100, 8)
        one_by_one, _size = bench.crowd(runs, 1, 300)
        note(single=single, batched=batched, floor_bytes=floor_bytes, rate=rate, size=size)
        note(to_single=rate / single, to_batched=rate / batched, one_by_one=one_by_one / rate)
    middle = {name: statistics.median(figures) for name, figures in found.items()}
    large = bench.crowd(runs * 6, 100, 8)[0] if flat else 0.0
    return {
        "journeys_per_second": round(middle["rate"]),
        "ratio_to_single": round(middle["to_single"], 2),
        "ratio_to_batched": round(middle["to_batched"], 3),
        "flat": round(large / middle["rate"], 2),
        "one_by_one": round(middle["one_by_one"], 2),
        "bytes_per_journey": round(middle["size"]),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "floors": {
            "single": round(middle["single"]),
            "batched": round(middle["batched"]),
            "bytes_per_journey": round(middle["floor_bytes"]),
        },
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--store", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--no-flat", action="store_true", help="leave out the run of six times as many")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with ground.postgres() if options.store == "postgres" else nullcontext("") as server:
        report = measure(Bench(server), options.runs, options.rounds, flat=not options.no_flat)
    print(json.dumps(report) if options.json else "\n".join(f"{name:22} {value}" for name, value in report.items()))


if __name__ == "__main__":
    main()
