"""The console over the demo's company, after its weeks: the clock goes on from there at its own speed, until somebody stops it.

The practice systems are in this process, what they tell arrives as webhooks at the console's own address, and mail goes to
a mail server here that keeps every letter and delivers none.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Final

import httpx2

from handrail.app.access.demo import demo_accounts
from handrail.app.demo.company import TOKEN, mounted, reached_in, secret_of, systems_in
from handrail.app.runtime import Runtime
from handrail.app.serving import Address, listen, serve, stopped_by_hand
from handrail.app.settings import ConnectionDraft
from handrail.connect.http import Exchange
from handrail.engine.clock import RealClock
from handrail.insight.rights import Role
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.mail import Mail, ServedMail
from handrail.practice.web import System
from handrail.store.opening import Store
from handrail.terms.values import Instant

LOOK_SECONDS: Final = 1.0
_BUSY: Final[dict[Role, str]] = {
    "learner": "SELECT h.person FROM handoff h JOIN person p ON p.id = h.person WHERE h.closed IS NULL AND p.status = 'active' "
    "AND h.owner = 'person:' || h.person GROUP BY h.person ORDER BY count(*) DESC, h.person LIMIT 1",
    "manager": "SELECT p.manager FROM handoff h JOIN person p ON p.id = h.person JOIN person m ON m.id = p.manager "
    "WHERE h.closed IS NULL AND m.status = 'active' AND h.owner = 'person:' || p.manager "
    "GROUP BY p.manager ORDER BY count(*) DESC, p.manager LIMIT 1",
}
log: Final = logging.getLogger("handrail.demo")


class GoingOn:
    """A clock that stood at `start` when it was made, and has gone on since."""

    def __init__(self, start: Instant) -> None:
        self._real = RealClock()
        self._ahead: timedelta = start - self._real()

    def __call__(self) -> Instant:
        return self._real() + self._ahead


def serve_console(folder: Path, address: Address, ready: Callable[[str], None]) -> None:
    """Serve the console until Ctrl-C; `ready` is told the address. Raises SettingsError when it cannot listen there."""
    listening = listen(address)
    host, port = listening.getsockname()[:2]
    url = f"http://{host}:{port}"
    clock = GoingOn(reached_in(folder))
    systems = systems_in(folder, clock)
    with _mail(folder, clock) as mail_port:
        _settle_addresses(folder / "acme" / "handrail.yaml", url, mail_port)
        runtime = Runtime.open(
            folder / "acme", f"sqlite:///{folder / 'handrail.db'}", clock, _reach(systems), _environment(systems)
        )
        accounts = demo_accounts(runtime.store, clock(), _with_something_to_do(runtime.store))
        with _webhooks(systems, url), stopped_by_hand():
            serve(runtime, listening, ready, accounts)


def _with_something_to_do(store: Store) -> dict[Role, int]:
    """Who stands in for learners and managers: somebody whom something waits for."""
    found: dict[Role, int] = {}
    for role, ask in _BUSY.items():
        rows = store.database.read(ask)
        if rows:
            found[role] = int(rows[0][0])
    return found


def _reach(systems: dict[str, System]) -> Callable[[ConnectionDraft], Exchange]:
    return lambda draft: mounted(systems[draft.name])


def _environment(systems: dict[str, System]) -> dict[str, str]:
    """The secrets that the company's handrail.yaml asks the environment for."""
    found = {}
    for name, system in systems.items():
        found[f"ACME_{name.upper()}_TOKEN"] = TOKEN
        found[f"ACME_{name.upper()}_WEBHOOKS"] = secret_of(system)
    return found


@contextlib.contextmanager
def _mail(folder: Path, clock: Callable[[], Instant]) -> Iterator[int]:
    """A mail server that keeps its letters in `mail.journal`; its port."""
    served = ServedMail(Mail(clock, Journal(folder / "mail.journal", durable=False), Faults.none()))
    try:
        yield served.port
    finally:
        served.stop()


def _settle_addresses(settings: Path, url: str, mail_port: int) -> None:
    """Write into the demo's own copy of handrail.yaml where its mail server and its console are this time."""
    lines = [
        line
        for line in settings.read_text("utf-8").splitlines()
        if not line.startswith(("web:", "  url: http://127.0.0.1"))
    ]
    mail = f"    url: smtp://127.0.0.1:{mail_port}"
    lines = [mail if line.strip().startswith("url: smtp://") else line for line in lines]
    settings.write_text("\n".join([*lines, "web:", f"  url: {url}", ""]), "utf-8")


@contextlib.contextmanager
def _webhooks(systems: dict[str, System], url: str) -> Iterator[None]:
    """Bring what the practice systems tell to the console, as they would by themselves."""
    ended = threading.Event()

    def bring() -> None:
        with httpx2.Client(base_url=url, trust_env=False) as client:
            while not ended.wait(LOOK_SECONDS):
                for name, system in systems.items():
                    for delivery in getattr(system, "deliveries", list)():
                        with contextlib.suppress(httpx2.TransportError):
                            client.post(f"/hooks/{name}", headers=dict(delivery.headers), content=delivery.body)

    thread = threading.Thread(target=bring, name="webhooks", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
