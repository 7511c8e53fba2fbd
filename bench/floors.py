"""What a program is compared with that does only what it must: scripts by hand, which look nothing up and explain nothing.

Three rows a transition: what was told, where the run stands, what is to be done next, each with what somebody would need
to go on by. They come to some 1,400 bytes a journey, written in order.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

TRANSITIONS: Final = 7
EVENT: Final = ("run", "kind", "at", "body")
STATE: Final = ("id", "person", "journey", "step", "wake_at", "state")
EFFECT: Final = ("run", "step", "key", "connection", "action", "body", "state")
TABLES: Final = (
    "CREATE TABLE event (id {id}, run BIGINT, kind TEXT, at BIGINT, body TEXT)",
    "CREATE TABLE run (id INTEGER PRIMARY KEY, person BIGINT, journey TEXT, step BIGINT, wake_at BIGINT, state TEXT)",
    "CREATE TABLE effect (id {id}, run BIGINT, step BIGINT, key TEXT, connection TEXT, action TEXT, body TEXT, state BIGINT)",
)


def three_rows(part: Sequence[tuple[int, int]], now: int) -> Iterator[tuple[str, list[tuple[object, ...]]]]:
    """The rows of some transitions (run, step), a statement each: what was told, where the run stands, what is to be done.

    They hold what a script would need to go on by: whom it is about, what for, the key under which a call may be repeated.
    """
    told = [
        (run, "lms.completed", now, json.dumps({"person": run, "source": "lms", "course": "SAFE-001", "step": step}))
        for run, step in part
    ]
    stands = [
        (run, run, "onboarding-7", step, now, json.dumps({"step": step, "since": now, "owner": f"person:{run % 50}"}))
        for run, step in part
    ]
    to_do = [
        (run, step, f"{run}:{step}", "tools", "tools.enroll", json.dumps({"person": run, "what": "SAFE-001"}), 0)
        for run, step in part
    ]
    changed = ", ".join(f"{name} = excluded.{name}" for name in STATE[3:])
    yield _insert("event", EVENT), told
    yield f"{_insert('run', STATE)} ON CONFLICT (id) DO UPDATE SET {changed}", stands
    yield _insert("effect", EFFECT), to_do


def _insert(table: str, names: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"


def transitions(runs: int, per_transaction: int) -> Iterator[list[tuple[int, int]]]:
    """Every step of every run, in order, so many a transaction."""
    work = [(run, step) for step in range(TRANSITIONS) for run in range(runs)]
    for first in range(0, len(work), per_transaction):
        yield work[first : first + per_transaction]


def floor(runs: int, per_transaction: int, path: Path) -> tuple[float, float]:
    """Journeys a second of a hand-written script with the sqlite3 module, and its bytes a journey."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        connection.execute(table.format(id="INTEGER PRIMARY KEY"))
    began = time.perf_counter()
    for part in transitions(runs, per_transaction):
        connection.execute("BEGIN IMMEDIATE")
        for statement, rows in three_rows(part, int(time.time() * 1000)):
            connection.executemany(statement, rows)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - began
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return runs / seconds, path.stat().st_size / runs


def postgres_floor(runs: int, per_transaction: int, url: str) -> tuple[float, float]:
    """As `floor`, on PostgreSQL: psycopg's executemany, which sends a transaction's rows in one pipeline."""
    import psycopg

    connection = psycopg.connect(url, autocommit=True)
    before = connection.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    for table in TABLES:
        connection.execute(table.format(id="bigserial PRIMARY KEY").encode())
    began = time.perf_counter()
    for part in transitions(runs, per_transaction):
        with connection.transaction(), connection.cursor() as cursor:
            for statement, rows in three_rows(part, int(time.time() * 1000)):
                cursor.executemany(statement.replace("?", "%s").encode(), rows)
    seconds = time.perf_counter() - began
    after = connection.execute("SELECT pg_database_size(current_database())").fetchall()[0][0]
    connection.close()
    return runs / seconds, (after - before) / runs
