"""How long a changed journey takes with so many people in it: previewed, applied, counted, taken back.

    python bench/moving.py --runs 20000 --json [--store postgres]

A quarter is asked, half waits for a course, a quarter waits for a call. The new version gives the course more time, renames
a step and leaves out the call, so that most move, some cannot, and a few are left out by choice. Everything is on: durable
commits, the chain, reasons. `writer_ms` is how long a slice held the one writer: median, 95th percentile, longest; `cpu_ms`
the same without waiting for the disk and for others on the machine, `cpu_seconds` their sum over preview, apply and revert.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import ground

from handrail.engine.by_hand import moving
from handrail.engine.by_hand.moving import Intent
from handrail.engine.clock import RealClock
from handrail.engine.embedded import GARBAGE_AT
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Swept
from handrail.insight.changes.moving import Counts
from handrail.insight.changes.moving import moving as seen
from handrail.insight.past import Past
from handrail.language.compile import compile_text
from handrail.terms.event import Answer, Outcome

TARGETS = {"preview_seconds": 10.0, "apply_seconds": 30.0}
FILE = "bench/academy.yaml"
JOURNEY = """
journey: academy
title: Academy
purpose: Everybody has a place, a course and somebody who looks.
accountable: team:learning-operations
starts:
  hired: { event: person.hired }
once: per person
defaults:
  owner: team:learning-operations
  within: 5 business days
  if_late: [ { hand_to: accountable, within: 5 business days }, { stop: nobody answered } ]
  if_fails: { stop: could not be done }
steps:
  agree:
    ask: manager
    question: Can {person.name} take part?
    answers: { approve: continue, special: continue }
  place:
    do: tools.enroll
    with: { what: A }
  course:
    wait: lms.completed
    where: event.course is "A"
    owner: learner
    within: 30 days
    remind: [ 7 days before ]
    if_late: { stop: not finished }
  look:
    ask: manager
    todo: Look at the work.
"""
CHANGED = (
    JOURNEY.replace("within: 30 days", "within: 45 days")
    .replace("  agree:\n", "  consent:\n    was: agree\n")
    .replace("  place:\n    do: tools.enroll\n    with: { what: A }\n", "")
    + "  close:\n    ask: manager\n    todo: Close it.\n"
)


def filled(engine: Engine, runs: int) -> list[int]:
    """So many open runs: a quarter asked, half at the course, a quarter at a step that the new version does not have."""
    people = ground.people(engine.store, runs)
    for first in range(0, runs, 300):
        now = engine.clock()
        receipts = engine.take([Swept("academy", "hired", each) for each in people[first : first + 300]], now)
        numbers = [receipt.runs[0] for receipt in receipts]
        going = [number for number in numbers if number % 4]
        engine.take([ForRun(number, Answer(1, now, "person:1", "approve")) for number in going], now)
        done = [number for number in going if number % 4 > 1]
        engine.take([ForRun(number, Outcome(2, 0, now, "confirmed")) for number in done], now)
    return [int(run) for (run,) in engine.store.database.look("SELECT id FROM run WHERE phase < 3 ORDER BY id")]


def timed(step: Callable[[], int], held: list[tuple[float, float]]) -> float:
    """Seconds until nothing is left to do; each slice's own, and those it was at work, go into `held`."""
    began = time.perf_counter()
    while True:
        first, work = time.perf_counter(), time.process_time()
        done = step()
        held.append((time.perf_counter() - first, time.process_time() - work))
        if not done:
            return time.perf_counter() - began


def spread(seconds: Iterable[float]) -> dict[str, float]:
    """Median, 95th percentile and longest, in milliseconds."""
    ordered = sorted(1000 * each for each in seconds)
    return {
        "median": round(statistics.median(ordered), 1),
        "p95": round(ordered[int(len(ordered) * 0.95)], 1),
        "longest": round(ordered[-1], 1),
    }


def measured(engine: Engine, runs: int) -> dict[str, object]:
    """Preview, apply and take back; the figures."""
    numbers = filled(engine, runs)
    changed = compile_text(CHANGED, FILE, engine.catalog)
    chosen = tuple(numbers[3::1000])
    held: list[tuple[float, float]] = []
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AT)  # as the embedded host does
    number = moving.begin(engine, Intent(changed.plan, changed.places, "bench", chosen), engine.clock())
    preview = timed(lambda: moving.look(engine, number), held)
    moving.begin_applying(engine, number, "bench", engine.clock())
    apply = timed(lambda: moving.go_on(engine, number, engine.clock()), held)
    moved = counts_of(engine, number)
    assert moved.add_up, f"the counts do not add up: {moved}"
    assert moved.open == len(numbers), f"{moved.open} of {len(numbers)} open runs were looked at"
    moving.begin_reverting(engine, number, "bench", engine.clock())
    revert = timed(lambda: moving.go_on(engine, number, engine.clock()), held)
    back = counts_of(engine, number)
    return {
        "runs": runs,
        "preview_seconds": round(preview, 2),
        "apply_seconds": round(apply, 2),
        "revert_seconds": round(revert, 2),
        "moved": moved.moved,
        "stayed": moved.stayed,
        "cannot": moved.could_not,
        "moved_back": back.moved_back,
        "writer_ms": spread(each for each, _ in held),
        "cpu_ms": spread(each for _, each in held),
        "cpu_seconds": round(sum(each for _, each in held), 2),
    }


def counts_of(engine: Engine, number: int) -> Counts:
    """What became of the runs."""
    found = seen(Past(engine.store, engine.worlds.organization), number)
    assert found is not None, f"M-{number} is there"
    return found.counts


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20_000)
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        ground.postgres() if asked.store == "postgres" else nullcontext() as url,
    ):
        engine = ground.engine_on(url or Path(folder) / "handrail.db", RealClock(), {FILE: JOURNEY})
        found = measured(engine, asked.runs)
        engine.store.close()
    if asked.json:
        print(json.dumps(found))
        return
    print(f"{found['moved']:,} moved, {found['stayed']:,} stayed, {found['cannot']:,} could not")
    for name, target in TARGETS.items():
        print(f"{name}: {found[name]} (target: less than {target})")
    print(f"a slice held the writer for {found['writer_ms']} ms")


if __name__ == "__main__":
    main()
