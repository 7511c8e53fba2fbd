"""A sync of a large file in which little changed: how long, how much memory, and whether the sums are right.

Two snapshots of an imagined company are written, the second with one person in a hundred changed; both are taken in through the real
store. The second is measured, from its arrival to its end. With `--slices` the longest time the writer was held is shown too.
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
from datetime import UTC, datetime
from pathlib import Path

from handrail.people.directory import StoreDirectory
from handrail.people.mappings.read import read_mapping
from handrail.people.sync import Moment, Syncs
from handrail.store.opening import open_store

MAPPING = """\
mapping: workers
source: hris
kind: csv
file: workers-{date}.csv
owner: team:people-data
key: employee_id
needed: [name, department, status, hired_on]
absent: leaves
fields:
  name: "{first_name} {last_name}"
  given_name: first_name
  family_name: last_name
  email: work_email
  title: job_title
  level: job_level
  department: { column: dept_code, values: { SALES: Sales, ENG: Engineering, OPS: Operations, FIN: Finance } }
  location: location
  country: country
  time_zone: time_zone
  manager: manager_id
  contract: { column: employment_type, values: { permanent: permanent, fixed-term: temporary } }
  fte: fte
  status: { column: status, values: { active: active, terminated: left } }
  hired_on: hire_date
  left_on: termination_date
"""
HEADER = (
    "employee_id,first_name,last_name,work_email,job_title,job_level,dept_code,location,country,time_zone,manager_id,"
    "employment_type,fte,status,hire_date,termination_date"
)
DEPARTMENTS = ("SALES", "ENG", "OPS", "FIN")
SPAN = 50
"""So many people answer to one manager."""


def row(number: int, *, changed: bool) -> str:
    """One worker; a changed one has another title."""
    title = "Senior Engineer" if changed else "Engineer"
    boss = f"{number // SPAN:07}" if number >= SPAN else ""
    return (
        f"{number:07},Ada{number % 977},Person {number},p{number}@bench.example,{title},{number % 5},"
        f"{DEPARTMENTS[number % 4]},Berlin,DE,Europe/Berlin,{boss},permanent,1.0,active,2020-01-{number % 28 + 1:02},"
    )


def snapshot(path: Path, rows: int, *, changed_every: int = 0) -> None:
    """A file of the whole company."""
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADER}\n")
        for number in range(rows):
            changed = bool(changed_every) and number % changed_every == 7
            file.write(f"{row(number, changed=changed)}\n")


def taken_in(folder: Path, url: str, day: int) -> dict[str, object]:
    """Take in one snapshot: seconds, memory, sums."""
    store = open_store(url)
    now = datetime(2026, 3, day, 12, tzinfo=UTC)
    held: list[float] = []

    def timed(work: Callable[[], None]) -> None:
        began = time.perf_counter()
        work()
        held.append(time.perf_counter() - began)

    directory = StoreDirectory(store, lambda _: None, folder / "kept", lambda: now, timed)
    syncs = Syncs(directory, read_mapping(MAPPING, "workers.yaml"))
    began = time.perf_counter()
    record = syncs.take_in(folder / f"workers-2026-03-{day:02}.csv", Moment(now, "Europe/Berlin"))
    seconds = time.perf_counter() - began
    store.close()
    assert record.state == "applied", record.reason
    return {
        "seconds": round(seconds, 1),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "applied": record.stands.applied,
        "no_change": record.stands.no_change,
        "slices": len(held),
        "longest_slice_ms": round(max(held) * 1000, 1),
    }


def child(folder: Path, url: str, day: int) -> dict[str, object]:
    """The same in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--folder", str(folder), "--store", url, "--day", str(day)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--store", default="", help="postgresql://… of an empty database; SQLite without it")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--slices", action="store_true", help="show how long the writer was held, and the first sync")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--day", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder is not None:
        print(json.dumps(taken_in(given.folder, given.store, given.day)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = given.store or f"sqlite:///{folder / 'handrail.db'}"
        snapshot(folder / "workers-2026-03-02.csv", given.rows)
        snapshot(folder / "workers-2026-03-09.csv", given.rows, changed_every=100)
        first, second = child(folder, url, 2), child(folder, url, 9)
    if given.slices:
        second["first"] = first
    else:
        del second["slices"], second["longest_slice_ms"]
    if given.json:
        print(json.dumps(second))
    else:
        print("\n".join(f"{what:18} {value}" for what, value in second.items()))


if __name__ == "__main__":
    main()
