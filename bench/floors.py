"""What a program is compared with that does only what it must: scripts by hand, which look nothing up and explain nothing.

Three rows a transition: what was told, where the run stands, what is to be done next, each with what somebody would need
to go on by. They come to some 1,350 bytes a journey, written in order. One loop, which commits after every transition or
after so many.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

TRANSITIONS: Final = 7
TABLES: Final = (
    "CREATE TABLE event (id {id}, run BIGINT, kind TEXT, at BIGINT, body TEXT)",
    "CREATE TABLE run (id INTEGER PRIMARY KEY, person BIGINT, journey TEXT, step BIGINT, wake_at BIGINT, state TEXT)",
    "CREATE TABLE effect (id {id}, run BIGINT, step BIGINT, key TEXT, connection TEXT, action TEXT, body TEXT, state BIGINT)",
)
TOLD: Final = "INSERT INTO event (run, kind, at, body) VALUES (?, ?, ?, ?)"
STANDS: Final = (
    "INSERT INTO run (id, person, journey, step, wake_at, state) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (id) DO UPDATE SET step = excluded.step, wake_at = excluded.wake_at, state = excluded.state"
)
TO_DO: Final = "INSERT INTO effect (run, step, key, connection, action, body, state) VALUES (?, ?, ?, 'tools', 'tools.enroll', ?, 0)"


def three_rows(run: int, step: int, now: int) -> tuple[tuple[Any, ...], tuple[Any, ...], tuple[Any, ...]]:
    """What is written of a transition, in the order of TOLD, STANDS, TO_DO: whom it is about, what for, and the key of the call."""
    told = {"person": run, "source": "lms", "course": "SAFE-001", "step": step}
    state = {"step": step, "since": now, "owner": f"person:{run % 50}"}
    return (
        (run, "lms.completed", now, json.dumps(told)),
        (run, run, "onboarding-7", step, now, json.dumps(state)),
        (run, step, f"{run}:{step}", json.dumps({"person": run, "what": "SAFE-001"})),
    )


def transitions(runs: int, per_transaction: int) -> Iterator[Sequence[tuple[int, int]]]:
    """Every step of every run (run, step), in order, so many a transaction."""
    work = [(run, step) for step in range(TRANSITIONS) for run in range(runs)]
    for first in range(0, len(work), per_transaction):
        yield work[first : first + per_transaction]


def floor(runs: int, per_transaction: int, path: Path) -> tuple[float, float]:
    """Journeys a second of the script with the sqlite3 module, and its bytes a journey."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        connection.execute(table.format(id="INTEGER PRIMARY KEY"))
    began = time.perf_counter()
    for part in transitions(runs, per_transaction):
        connection.execute("BEGIN IMMEDIATE")
        for run, step in part:
            told, stands, to_do = three_rows(run, step, int(time.time() * 1000))
            connection.execute(TOLD, told)
            connection.execute(STANDS, stands)
            connection.execute(TO_DO, to_do)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return runs / seconds, path.stat().st_size / runs


def postgres_floor(runs: int, per_transaction: int, url: str) -> tuple[float, float]:
    """As `floor`, on PostgreSQL, where a row alone is a round trip: psycopg's executemany sends a transaction's in one pipeline."""
    import psycopg

    connection = psycopg.connect(url, autocommit=True)
    before = connection.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    for table in TABLES:
        connection.execute(table.format(id="bigserial PRIMARY KEY").encode())
    began = time.perf_counter()
    for part in transitions(runs, per_transaction):
        with connection.transaction(), connection.cursor() as cursor:
            now = int(time.time() * 1000)
            rows = zip(*[three_rows(run, step, now) for run, step in part], strict=True)
            for statement, written in zip((TOLD, STANDS, TO_DO), rows, strict=True):
                cursor.executemany(statement.replace("?", "%s").encode(), written)
    seconds = time.perf_counter() - began
    after = connection.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    connection.close()
    return runs / seconds, (after - before) / runs
