"""What runs cost that only wait: memory and time to the first decision after a restart, also when all are overdue.

    python bench/parked.py --runs 100000 --json

The runs are parked at a wait with a limit of 30 days. The restart is a process of its own, on the same file: memory is
its peak, and its time counts from its start to its first commit (an event that one of the runs waited for). `overdue`:
the same, 40 days later, with every wake-up past due; events go on arriving, and `answer_seconds` is the longest that
any of them waited for its commit, until the backlog is drained.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ground

from handrail.engine.clock import RealClock
from handrail.engine.embedded import Embedded
from handrail.engine.engine import Engine
from handrail.engine.items import Arrived, Swept
from handrail.terms.event import Event
from handrail.terms.values import Fields, Instant

SMALL = 10_000
LATER = timedelta(days=40)
TARGETS = {"rss_mb": 150, "first_decision_after_restart_seconds": 1.5}
JOURNEY = """
journey: parked
title: Parked
purpose: Somebody finishes a course some day.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
steps:
  course:
    wait: lms.completed
    where: event.course is "SAFE-001"
    owner: learner
    within: 30 days
    remind: [ 10 days before ]
    if_late: [ { hand_to: manager, within: 20 business days }, { stop: not finished } ]
"""


class Shifted:
    """The real clock, so much later."""

    def __init__(self, by: timedelta) -> None:
        self._real, self._by = RealClock(), by

    def __call__(self) -> Instant:
        return self._real() + self._by


def opened(folder: Path, clock: Callable[[], Instant]) -> Engine:
    """The engine on the file of this folder."""
    return ground.engine_on(folder / "handrail.db", clock, {"bench/parked.yaml": JOURNEY})


def fill(folder: Path, runs: int) -> None:
    """Make people and park a run of each."""
    clock = RealClock()
    engine = opened(folder, clock)
    ids = ground.people(engine.store, runs)
    for first in range(0, runs, 300):
        engine.take([Swept("parked", "hired", person) for person in ids[first : first + 300]], clock())
    parked = engine.store.database.look("SELECT count(*) FROM run WHERE phase = 1")[0][0]
    assert parked == runs, f"{parked} of {runs} runs are parked"
    engine.store.close()


def work(options: argparse.Namespace) -> None:
    """The restarted process: one event, its commit, and with `--overdue` until nothing is due any more."""
    clock = Shifted(LATER if options.overdue else timedelta(0))
    engine = opened(Path(options.folder), clock)
    host = Embedded(engine, [], clock)
    host.start()
    waited = [told(host, clock, options.first)]
    found: dict[str, object] = {"first_decision_after_restart_seconds": round(time.time() - options.began, 3)}
    if options.overdue:
        person = options.first
        while engine.store.database.read("SELECT 1 FROM run WHERE wake_at <= ? LIMIT 1", (_millis(clock()),)):
            person += 1
            waited.append(told(host, clock, person))
            time.sleep(0.2)
        found |= {"drained_seconds": round(time.time() - options.began, 1), "answer_seconds": round(max(waited), 3)}
    found["rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    host.stop()
    engine.store.close()
    print(json.dumps(found))


def told(host: Embedded, clock: Callable[[], Instant], person: int) -> float:
    """Seconds from handing in a person's event to its commit."""
    began = time.perf_counter()
    event = Event("lms.completed", clock(), person, "lms", fields=Fields({"course": "SAFE-001", "passed": True}))
    receipt = host.submit([Arrived(event)]).result(timeout=60)[0]
    assert receipt.disposition == "matched", f"the event of person {person} was {receipt.disposition}"
    return time.perf_counter() - began


def _millis(at: Instant) -> int:
    return int(at.timestamp() * 1000)


def restart(folder: str, *, overdue: bool, first: int) -> dict[str, object]:
    """What the restarted process says of itself."""
    command = [sys.executable, __file__, "--worker", "--folder", folder, "--first", str(first)]
    command += ["--began", repr(time.time())] + (["--overdue"] if overdue else [])
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    said: dict[str, object] = json.loads(done.stdout)
    return said


def measure(runs: int) -> dict[str, object]:
    """Fill, restart, restart overdue."""
    with tempfile.TemporaryDirectory(prefix="handrail-parked-") as folder:
        _fill_apart(folder, min(SMALL, runs))
        small = restart(folder, overdue=False, first=100)
    with tempfile.TemporaryDirectory(prefix="handrail-parked-") as folder:
        _fill_apart(folder, runs)
        size = sum(file.stat().st_size for file in Path(folder).iterdir())
        large = restart(folder, overdue=False, first=100)
        late = restart(folder, overdue=True, first=runs // 2)
    return {"runs": runs, **large, "bytes_per_run": size // runs, "at_10000": small, "overdue": late}


def _fill_apart(folder: str, runs: int) -> None:
    command = [sys.executable, __file__, "--fill", "--folder", folder, "--runs", str(runs)]
    subprocess.run(command, check=True)


def main() -> None:
    """The command; ends with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--fill", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--overdue", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", default="", help=argparse.SUPPRESS)
    parser.add_argument("--first", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--began", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options)
    elif options.fill:
        fill(Path(options.folder), options.runs)
    else:
        report = measure(options.runs)
        print(json.dumps(report) if options.json else "\n".join(f"{name:38} {value}" for name, value in report.items()))


if __name__ == "__main__":
    main()
