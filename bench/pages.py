"""How long each page of the console takes, and how many statements it asks the store, with so many people and runs.

    python bench/pages.py --people 50000 --runs 200000 --json [--keep FOLDER]

Every page that is registered is asked for over HTTP on loopback by an administrator who is signed in and leads people,
thirty times after two that warm up. Statements are counted where the store is asked. At the end 200 pages are kept open for
news, and the processor time of the serving process is measured while nothing happens. A page that does not answer 200 was not
measured: it is named, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2

sys.path.insert(0, str(Path(__file__).resolve().parent))

import crowded

from handrail.app.access.accounts import NewAccount, add_account
from handrail.app.access.sessions import From, Lasting, begin
from handrail.app.runtime import Runtime
from handrail.app.serving import Address, listen, server_of
from handrail.insight.rights import Grant
from handrail.store.entering.looking import account_by_login
from handrail.store.opening import Store
from handrail.terms.values import Instant
from handrail.web.access import cookie_name
from handrail.web.console import PAGES

TIMES, WARM, OPEN_PAGES = 30, 2, 200
IDLE_SECONDS = 10.0
MEDIAN_MS, P95_MS, STATEMENTS, SHARE = 100.0, 300.0, 15, 0.05


class Counted:
    """Counts what the store is asked."""

    def __init__(self, store: Store) -> None:
        self.many = 0
        for name in ("read", "read_in", "look", "look_in"):
            setattr(store.database, name, self._counting(getattr(store.database, name)))

    def _counting(self, ask: Callable[..., Any]) -> Callable[..., Any]:
        def asked(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever is asked
            self.many += 1
            return ask(*given, **named)

        return asked


@contextlib.contextmanager
def served(folder: Path, now: Instant) -> Iterator[tuple[Runtime, str]]:
    """The company, served; its engine stands still, so that only pages are measured."""
    runtime = Runtime.at_rest(folder / "acme", f"sqlite:///{folder / 'handrail.db'}", lambda: now)
    listening = listen(Address(port=0))
    server = server_of(runtime)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield runtime, f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        runtime.close()


def signed_in(runtime: Runtime, now: Instant) -> dict[str, str]:
    """The cookie of an administrator who is the manager with the most reports."""
    store = runtime.store
    leads = store.database.look(
        "SELECT manager FROM person WHERE manager IS NOT NULL GROUP BY manager ORDER BY count(*) DESC LIMIT 1"
    )
    grants = [Grant("admin"), Grant("manager"), Grant("learner")]
    if account_by_login(store.database, "bench") is None:
        add_account(store, NewAccount("bench", "Bench", int(leads[0][0])), grants, now, "the bench")
    account = account_by_login(store.database, "bench")
    assert account is not None, "it was made"
    return {cookie_name(runtime): begin(store, account, From("127.0.0.1", "bench"), now, Lasting(), "bench")}


def addresses(store: Store) -> dict[str, str]:
    """What stands in the place of a page's parts: a person, run and handoff that are alive."""
    run, pass_, person = store.database.look(
        "SELECT h.run, h.pass, h.person FROM handoff h WHERE h.closed IS NULL AND h.owner LIKE 'person:%' ORDER BY h.run LIMIT 1"
    )[0]
    return {
        "person": f"/people/P-{person}",
        "run": f"/runs/R-{run}",
        "handoff": f"/handoffs/R-{run}/{pass_}",
        "picked": f"/handoffs/picked?pick={run}.{pass_}",
        "journey": "/journeys/talk",
        "journey-map": "/journeys/talk/map",
        "journey-versions": "/journeys/talk/versions",
        "journey-runs": "/journeys/talk/runs",
        "held-starts": "/held/journeys/ready",
        "held-file": "/held/F-1",
        "why": f"/why?of=P-{person}&journey=talk",
        "account": f"/settings/accounts/{store.database.look('SELECT min(id) FROM account')[0][0]}",
    }


def measure(url: str, cookies: dict[str, str], counted: Counted, there: dict[str, str]) -> list[dict[str, object]]:
    """Each page's median, 95th percentile, statements, and the status with which it answered."""
    found = []
    with httpx2.Client(base_url=url, cookies=cookies, timeout=60, trust_env=False) as client:
        for page in PAGES:
            path, took = there.get(page.name, page.address), []
            for number in range(WARM + TIMES):
                counted.many, began = 0, time.perf_counter()
                status = client.get(path).status_code
                if number >= WARM:
                    took.append((time.perf_counter() - began) * 1000)
            took.sort()
            found.append(
                {
                    "page": page.name,
                    "median_ms": round(statistics.median(took), 1),
                    "p95_ms": round(took[int(len(took) * 0.95)], 1),
                    "statements": counted.many,
                    "status": status,
                }
            )
    return found


def idle(url: str, cookies: dict[str, str]) -> float:
    """The share of a core that so many open pages cost while nothing happens."""
    streams: list[Any] = []
    with contextlib.ExitStack() as stack:
        client = stack.enter_context(
            httpx2.Client(
                base_url=url,
                cookies=cookies,
                timeout=None,
                trust_env=False,
                limits=httpx2.Limits(max_connections=OPEN_PAGES + 5),
            )
        )
        for _ in range(OPEN_PAGES):
            streams.append(stack.enter_context(client.stream("GET", "/live")))
        began, used = time.perf_counter(), time.process_time()
        threading.Event().wait(IDLE_SECONDS)
        return (time.process_time() - used) / (time.perf_counter() - began)


def bench(folder: Path, people: int, runs: int) -> dict[str, object]:
    """Build what is not there yet, and measure."""
    kept = folder / "now"
    began = time.perf_counter()
    if not kept.exists():
        kept.write_text(crowded.build(folder, people, runs).isoformat())
    built, now = time.perf_counter() - began, datetime.fromisoformat(kept.read_text())
    with served(folder, now) as (runtime, url):
        counts = {
            name: runtime.store.database.look(f"SELECT count(*) FROM {name}")[0][0]
            for name in ("person", "run", "handoff", "ledger")
        }
        cookies, there = signed_in(runtime, now), addresses(runtime.store)
        runtime.reporting.start()
        runtime.reporting.wait()
        pages = measure(url, cookies, Counted(runtime.store), there)
        share = idle(url, cookies)
    return {
        "pages": pages,
        "live": {"open_pages": OPEN_PAGES, "share_of_a_core": round(share, 3)},
        "there": counts,
        "built_seconds": round(built),
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--runs", type=int, default=200_000)
    parser.add_argument("--keep", type=Path, help="a folder in which the store stays, for the next time")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="handrail-pages-")))
        folder.mkdir(parents=True, exist_ok=True)
        report = bench(folder, options.people, options.runs)
    unmeasured = [f"{each['page']} answered {each['status']}" for each in report["pages"] if each["status"] != 200]  # type: ignore[attr-defined]
    if options.json:
        print(json.dumps(report))
    else:
        _print(report)
    if unmeasured:
        sys.exit("Not measured: " + "; ".join(unmeasured))


def _print(report: dict[str, object]) -> None:
    for each in report["pages"]:  # type: ignore[attr-defined]
        wrong = each["median_ms"] > MEDIAN_MS or each["p95_ms"] > P95_MS or each["statements"] > STATEMENTS
        print(
            f"{each['page']:20} {each['status']} {each['median_ms']:8} ms {each['p95_ms']:8} ms {each['statements']:4} statements{'  ←' if wrong else ''}"
        )
    print(report["live"], report["there"], f"built in {report['built_seconds']} s")


if __name__ == "__main__":
    main()
