"""A bulk through a limited API, with the engine killed on the way: nobody lost, nobody twice, nothing throttled.

    python bench/bulk.py --people 5000 --limit 100/min [--batch 50] --kill-at 0.37 --json
    python bench/bulk.py --people 5000 --limit 100/min --real --minute 6 --json

The far side is the practice LMS with its own clock, count and journal; the journal is the witness. On the virtual
clock the LMS is mounted in the engine's process; the process is killed with SIGKILL and a new one goes on at the
virtual time reached. With `--real` the LMS is a process of its own, spoken to over HTTP, and a minute may be shorter.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ground

from handrail.connect.answers import Client
from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.gate import Rate, parse_rate
from handrail.connect.http import Answer, Exchange, HttpExchange, NotReached
from handrail.connect.http import AnswerLost as Lost
from handrail.connect.lms import LmsConnector, LmsSettings
from handrail.connect.settling import Pace
from handrail.engine.clock import RealClock
from handrail.engine.embedded import Embedded
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived
from handrail.engine.outbox import StoreOutbox, driver_name
from handrail.engine.rehearsal import Rehearsal, VirtualClock
from handrail.practice.exchange import AnswerLost, Request, Unreachable
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, Witness
from handrail.practice.lms import LmsSettings as FarSettings
from handrail.store.moments import to_millis
from handrail.terms.event import Event
from handrail.terms.values import Instant

COURSE = "COC-101"
TOKEN = "practice"
JOURNEY = f"""
journey: compliance-for-all
title: Compliance for all
purpose: Everyone is enrolled.
accountable: team:learning-operations
starts:
  all: {{ event: person.hired }}
once: per person
steps:
  enroll:
    do: lms.enroll
    with: {{ course: {COURSE} }}
    owner: team:lms-admins
    within: 2 business days
    if_late: {{ stop: too late }}
    if_fails: [ {{ retry: 6 times over 4 hours }}, {{ hand_to: team:lms-admins, within: 10 business days }}, {{ stop: could not be done }} ]
"""


def mounted(lms: Lms) -> Exchange:
    """The LMS in process: a request is a call."""

    def exchange(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        path, _, query = path.partition("?")
        asked = dict(part.split("=", 1) for part in query.split("&") if part)
        try:
            response = lms.respond(Request(method, path, asked, dict(headers), body))
        except AnswerLost as error:
            raise Lost(str(error)) from error
        except Unreachable as error:
            raise NotReached(str(error)) from error
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, response.body)

    return exchange  # type: ignore[return-value]


def connection(engine: Engine, exchange: Exchange, options: argparse.Namespace, now: Instant) -> ConnectionDriver:
    """The LMS connection's driver, taken anew."""
    rate = parse_rate(options.limit)
    slack = 0.02 * options.minute if options.real else 0.0
    rate = Rate(rate.count, options.minute, 1, slack)
    connector = LmsConnector(Client("lms", exchange, TOKEN), LmsSettings(bulk=options.batch), "lms")
    epoch = engine.store.take_driver(driver_name("lms"), str(os.getpid()), to_millis(now), to_millis(now), force=True)
    pace = Pace(
        rate, concurrency=4, lease_seconds=rate.slot_seconds, timeout_seconds=rate.slot_seconds, list_from=10**9
    )
    return ConnectionDriver("lms", connector, StoreOutbox(engine, ground.SOURCE), pace, epoch)


def work(options: argparse.Namespace) -> None:
    """The engine's process: begin, or go on, until nothing is left."""
    folder = Path(options.folder)
    witness = folder / "lms.journal"
    begun = (folder / "handrail.db").exists()
    clock = RealClock() if options.real else VirtualClock(_reached(witness))
    engine = ground.engine_on(folder / "handrail.db", clock, {"bench/bulk.yaml": JOURNEY}, options.batch)
    if options.real:
        exchange: Exchange = HttpExchange(options.url, 10.0)
    else:
        far = FarSettings(
            token=TOKEN, limit=_limit(options), minute_seconds=options.minute, auto_accounts=True, unique=False
        )
        exchange = mounted(Lms(clock, Journal(witness, durable=False), far, Faults.none()))
    if not begun:
        ids = ground.people(engine.store, options.people)
        hired = [Arrived(Event("person.hired", clock(), number, ground.SOURCE)) for number in ids]
        for first in range(0, len(hired), 300):
            engine.take(hired[first : first + 300], clock())
    driver = connection(engine, exchange, options, clock())
    driver.recover(clock())
    if options.real:
        _really(engine, driver, clock)
    else:
        rehearsal = Rehearsal(engine, [driver], clock)
        rehearsal.run_until(clock() + timedelta(days=2))
    engine.store.close()


def _really(engine: Engine, driver: ConnectionDriver, clock: RealClock) -> None:
    host = Embedded(engine, [driver], clock)
    host.start()
    ask = "SELECT count(*) FROM effect WHERE state < 2"
    while host.died is None and engine.store.database.look(ask)[0][0]:
        time.sleep(0.2)
    host.stop()
    if host.died is not None:
        raise host.died


def _limit(options: argparse.Namespace) -> int:
    return parse_rate(options.limit).count


def _reached(witness: Path) -> datetime:
    """The virtual time that an earlier process reached."""
    if not witness.exists():
        return ground.BEGIN
    moments = Witness(witness).moments()
    return max(moments[-1], ground.BEGIN) if moments else ground.BEGIN


def measure(options: argparse.Namespace) -> dict[str, object]:
    """Run it, kill it, let it go on, and ask the witness."""
    with tempfile.TemporaryDirectory(prefix="handrail-bulk-") as folder:
        witness = Path(folder) / "lms.journal"
        far = _far_side(options, witness) if options.real else None
        try:
            began = time.time()
            _until_done(options, folder, witness)
            took = time.time() - began
        finally:
            if far is not None:
                far.terminate()
                far.wait(10)
        return _report(options, witness, took)


def _far_side(options: argparse.Namespace, witness: Path) -> subprocess.Popen[str]:
    """The practice LMS as a process of its own; its first line is its port."""
    command = [sys.executable, "-m", "handrail.practice", "lms", "--port", "0", "--journal", str(witness)]
    command += [
        "--limit",
        str(_limit(options)),
        "--minute",
        str(options.minute),
        "--token",
        TOKEN,
        "--auto-accounts",
        "--not-unique",
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None, "it was asked for"
    port = process.stdout.readline().strip().rsplit(":", 1)[-1].strip("/")
    options.url = f"http://127.0.0.1:{port}"
    return process


def _until_done(options: argparse.Namespace, folder: str, witness: Path) -> None:
    command = [sys.executable, __file__, "--worker", "--folder", folder, *_passed_on(options)]
    calls = math.ceil(options.people / options.batch)
    kill_at = math.ceil(calls * options.kill_at) if options.kill_at else 0
    first = subprocess.Popen(command)
    while first.poll() is None:
        if kill_at and witness.exists() and _requests(witness) >= kill_at:
            first.send_signal(signal.SIGKILL)
            first.wait()
            break
        time.sleep(0.005)
    if first.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(f"the engine ended with {first.returncode}")
    if first.returncode:
        subprocess.run(command, check=True)


def _requests(witness: Path) -> int:
    return witness.read_bytes().count(b"\n")


def _passed_on(options: argparse.Namespace) -> list[str]:
    passed = ["--people", str(options.people), "--limit", options.limit, "--batch", str(options.batch)]
    passed += ["--minute", str(options.minute)]
    return [*passed, "--real", "--url", options.url] if options.real else passed


def _report(options: argparse.Namespace, witness: Path, took: float) -> dict[str, object]:
    said = Witness(witness)
    wanted = [(f"u{number}", COURSE) for number in range(options.people)]
    moments = said.moments()
    count = _limit(options)
    calls = math.ceil(options.people / options.batch)
    floor = (calls - 1) * options.minute / count
    seconds = (moments[-1] - moments[0]).total_seconds()
    lost = len(said.lost(wanted))
    return {
        "people": options.people,
        "batch": options.batch,
        "calls": said.requests(),
        "confirmed": options.people - lost,
        "lost": lost,
        "twice": len(said.twice()),
        "throttled": said.throttled(),
        "seconds": round(seconds, 3),
        "floor_seconds": round(floor, 3),
        "ratio": round(seconds / floor, 4) if floor else None,
        "wall_seconds": round(took, 1),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--limit", default="100/min")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--kill-at", type=float, default=0.0)
    parser.add_argument("--minute", type=float, default=60.0)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
        return
    report = measure(options)
    print(json.dumps(report) if options.json else "\n".join(f"{name:14} {value}" for name, value in report.items()))


if __name__ == "__main__":
    main()
