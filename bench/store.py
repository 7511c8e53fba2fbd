"""How many transitions a second the store keeps, against sqlite3 written by hand for the same file system.

The rows are those of the journey onboarding-7 (seven decisions, four calls, two handoffs), people shuffled for
every phase that is told from outside, look-ups included, `decide` and the encoding of terms not. The floor: three rows a transition, 500 transitions
a transaction, in order, nothing looked up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from handrail.store.batch import Batch, EffectDone, RunChange
from handrail.store.opening import Store, open_store
from handrail.store.rows import EffectRow, HandoffRow, IdentityRow, LedgerRow, PersonRow, RunRow

PHASES = 7
GROUP = 300
AT = 1_772_409_600_000
DAY = 86_400_000
EVENT, REASONS, STATE, VERSIONS = os.urandom(32), os.urandom(48), os.urandom(80), os.urandom(6)
TOLD = (0, 3, 4)
"""The phases that an event of a system or person sets off; the others are outcomes of calls."""
SENDS = {0: 1, 1: 2, 4: 3, 5: 4}
ENDS = {1: 1, 2: 2, 5: 3, 6: 4}
FIRST_PERSON = 1


def groups(people: list[int]) -> Iterator[list[int]]:
    """The people in groups of one commit."""
    for start in range(0, len(people), GROUP):
        yield people[start : start + GROUP]


def handoffs(phase: int, run: int, person: int, at: int) -> list[HandoffRow]:
    """The handoffs that a phase opens or closes."""
    rows = []
    if phase in (2, 3):
        rows.append(HandoffRow(run, phase, phase, person, f"person:{person % 50}", at, at + DAY, 0, None, "", None))
    if phase in (3, 4):
        rows.append(
            HandoffRow(run, phase - 1, phase - 1, person, f"person:{person % 50}", at, at + DAY, 0, at, "done", None)
        )
    return rows


def fill(batch: Batch, phase: int, row: RunRow, seq: int) -> None:
    """What one decision of a phase writes, besides its identity."""
    kind = ("person.hired", "outcome", "outcome", "answer", "lms.completed", "outcome", "outcome")[phase]
    over = phase == PHASES - 1
    batch.ledger.append(
        LedgerRow(seq, row.shard, batch.at, row.id, None, row.person, kind, 0, EVENT, REASONS, VERSIONS, STATE[:16])
    )
    if phase == 0:
        batch.new_runs.append(row._replace(last_seq=seq))
    else:
        ended, wake = (batch.at, None) if over else (None, batch.at + DAY)
        batch.runs.append(RunChange(row.id, row.rev, row.rev + 1, 1, 3 if over else 1, ended, wake, seq, 1, STATE))
    if number := ENDS.get(phase):
        batch.effects_done.append(EffectDone(row.id, number, 1, 2, 1, b"ok"))
    if number := SENDS.get(phase):
        until = batch.at + 60_000
        batch.effects.append(
            EffectRow(
                row.id, number, 1, "lms", "enroll", row.person, "MGR-101", 1, 1, 1, AT, 1, until, seq, EVENT, None
            )
        )
    batch.handoffs += handoffs(phase, row.id, row.person, batch.at)


def decide_group(store: Store, phase: int, people: list[int], run_of: dict[int, int]) -> None:
    """Look up, decide and commit one group."""
    batch = Batch(AT + phase * DAY, drivers=(("shards", 1),))
    seqs = store.numbers("ledger", len(people))
    store.persons(people)
    if phase in TOLD:
        day = (batch.at // DAY).to_bytes(4, "big")
        keys = [day + os.urandom(12) for _ in people]
        assert not store.identities(keys)
        batch.identities += [IdentityRow(key, seq, STATE[:8]) for key, seq in zip(keys, seqs, strict=True)]
    if phase == 0:
        for person, number in zip(people, store.numbers("run", len(people)), strict=True):
            run_of[person] = number
            row = RunRow(number, person % 64, person, 1, 1, 1, batch.at, None, batch.at + DAY, 0, 1, None, None, STATE)
            fill(batch, phase, row, seqs[len(batch.new_runs)])
    else:
        if phase in TOLD:
            rows = [found[0] for found in store.runs_by_person(people).values()]
        else:
            rows = list(store.runs_by_id([run_of[person] for person in people]).values())
        for row, seq in zip(rows, seqs, strict=True):
            fill(batch, phase, row, seq)
    store.commit(batch)


def measure_store(url: str, runs: int, seed: int) -> tuple[float, Store]:
    """Seconds for all transitions, and the store."""
    store = open_store(url)
    people = list(store.numbers("person", runs))
    body = os.urandom(300)
    for group in groups(people):
        rows = [PersonRow(n, n % 64, 1, AT, 1, "active", None, f"P {n}", f"{n}@example.org", body) for n in group]
        store.commit(Batch(AT, new_persons=rows))
    store.take_driver("shards", "bench", AT, AT + DAY)
    run_of: dict[int, int] = {}
    dice = random.Random(seed)
    began = time.perf_counter()
    for phase in range(PHASES):
        if phase in TOLD:  # outcomes come back in the order in which the calls left
            dice.shuffle(people)
        for group in groups(people):
            decide_group(store, phase, group, run_of)
    return time.perf_counter() - began, store


def measure_floor(path: str, runs: int) -> float:
    """Seconds for as many transitions by hand: an event, the state, an outbox row; 500 a transaction, in order."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, run INTEGER, body BLOB)")
    connection.execute("CREATE TABLE run (id INTEGER PRIMARY KEY, rev INTEGER, state BLOB)")
    connection.execute("CREATE TABLE outbox (id INTEGER PRIMARY KEY, run INTEGER, body BLOB)")
    began = time.perf_counter()
    for phase in range(PHASES):
        for start in range(0, runs, 500):
            ids = range(start, min(start + 500, runs))
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO event (run, body) VALUES (?, ?)", [(n, EVENT) for n in ids])
            connection.executemany(
                "INSERT INTO run VALUES (?, 1, ?) ON CONFLICT (id) DO UPDATE SET rev = rev + 1, state = excluded.state",
                [(n, STATE) for n in ids],
            )
            connection.executemany("INSERT INTO outbox (run, body) VALUES (?, ?)", [(n, EVENT) for n in ids])
            connection.execute("COMMIT")
        assert phase < PHASES
    connection.close()
    return time.perf_counter() - began


def main() -> None:
    """Measure, print, and end with 1 when a bound is not met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        floor = measure_floor(f"{folder}/floor.db", options.runs)
        seconds, store = measure_store(f"sqlite:///{folder}/store.db", options.runs, options.seed)
        floor = (floor + measure_floor(f"{folder}/floor-again.db", options.runs)) / 2
        store.close()
        people_only = options.runs * 400
        size = Path(f"{folder}/store.db").stat().st_size
        began = time.perf_counter()
        again = open_store(f"sqlite:///{folder}/store.db")
        again.commit(Batch(AT, new_runs=[RunRow(10**9, 1, 1, 1, 1, 1, AT, None, AT, 0, 1, None, None, STATE)]))
        first_commit = time.perf_counter() - began
        again.close()
    transitions = options.runs * PHASES
    found = {
        "transitions_per_second": round(transitions / seconds),
        "floor_transitions_per_second": round(transitions / floor),
        "ratio_to_floor": round(floor / seconds, 3),
        "bytes_per_journey": round((size - people_only) / options.runs),
        "first_commit_after_reopen_seconds": round(first_commit, 4),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
    print(json.dumps(found) if options.json else "\n".join(f"{name}: {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
