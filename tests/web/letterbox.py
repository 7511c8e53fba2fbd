"""A company that is served for real and writes to a real mail server, on a virtual clock: its letters, and the links in them."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import httpx2
from tests.web.house import House

from handrail.app.mailing.posting import Posting
from handrail.app.mailing.tokens import tokens_of
from handrail.engine.rehearsal import VirtualClock
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.mail import Mail, Received, ServedMail
from handrail.store.kept.links import LinkRow
from handrail.store.rows import HandoffRow
from handrail.terms.values import Instant

URL = "https://learning.example.com"
Serve: TypeAlias = Callable[[Path, VirtualClock], House]
_LINK = re.compile(r"https?://[^/\s]+(/a/\S+)")


def next_noon() -> datetime:
    """Noon of the next day from Monday to Friday that is not today."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return noon + timedelta(days=max(0, 8 - noon.isoweekday()) if noon.isoweekday() > 5 else 0)


class Letterbox:
    """A company, served, and the mailboxes that it writes to."""

    def __init__(self, company: Path, *, url: str = URL, at: Instant | None = None, serve: Serve = House) -> None:
        self.clock = VirtualClock(at or next_noon())
        self.mail = Mail(self.clock, Journal(company / "mail.journal", durable=False), Faults.none())
        self.served = ServedMail(self.mail)
        settings = company / "handrail.yaml"
        text = settings.read_text("utf-8").replace("smtp://127.0.0.1:9", f"smtp://127.0.0.1:{self.served.port}")
        text = re.sub(r"(?m)^web: .*$", "", text)
        settings.write_text(text + (f"\nweb: {{ url: {url} }}\n" if url else ""), "utf-8")
        self.house = serve(company, self.clock)
        posting, self.house.runtime.posting = self.house.runtime.posting, None  # nobody else sends meanwhile
        assert posting is not None, "the company has a mail connection"
        self.posting: Posting = posting
        self.house.begin()

    def close(self) -> None:
        """End it all."""
        self.house.end()
        self.served.stop()

    def post(self) -> None:
        """Have everything leave that is due now, a minute later."""
        self.house.settle()
        self.clock.to(self.clock() + timedelta(minutes=1))
        with ThreadPoolExecutor(1) as apart:  # posting runs an event loop; a browser's may run in this thread
            while apart.submit(self.posting.post, self.clock()).result():
                pass

    def wait(self, **passed: float) -> None:
        """Let so much time pass, an hour at a time, and everything be done that comes due."""
        until = self.clock() + timedelta(**passed)
        while self.clock() < until:
            self.clock.to(min(self.clock() + timedelta(hours=1), until))
            self.post()

    def wait_until_moved(self, run: int) -> None:
        """Let time pass until somebody else has the first handoff of the run."""
        before = self.handoff(run).owner
        while self.handoff(run).owner == before and self.handoff(run).closed is None:
            self.wait(hours=6)

    def letters(self, address: str) -> list[Received]:
        """What lies in somebody's mailbox, oldest first."""
        return self.mail.by_receiver().get(address, [])

    def link(self, address: str, number: int = -1) -> str:
        """The path of the one link in somebody's newest letter."""
        (path,) = _LINK.findall(self.letters(address)[number].text)
        return str(path)

    def get(self, path: str) -> httpx2.Response:
        """What a browser without a session is shown."""
        return self.house.client().get(path)

    def answer(self, path: str, word: str = "done", **fields: str) -> httpx2.Response:
        """What a browser is shown that sends the form."""
        form = {"answer": word, **{f"field.{name}": value for name, value in fields.items()}}
        return self.house.client().post(path, data=form, follow_redirects=True)

    def handoffs(self) -> list[HandoffRow]:
        """Every handoff as it stands."""
        return [
            HandoffRow(*row) for row in self.house.runtime.store.database.read("SELECT * FROM handoff ORDER BY 1, 2")
        ]

    def handoff(self, run: int) -> HandoffRow:
        """The first handoff of a run."""
        return next(row for row in self.handoffs() if row.run == run)

    def row(self, path: str) -> LinkRow:
        """The link as the store has it."""
        rows = [LinkRow(*row) for row in self.house.runtime.store.database.read("SELECT * FROM link")]
        id_ = tokens_of(self.house.runtime.store).id_of(path.removeprefix("/a/"))
        return next(row for row in rows if row.id == id_)

    def answers(self, run: int) -> list[tuple[str, int]]:
        """Every answer that was kept of a run: what became of it, and its row."""
        ask = "SELECT disposition, seq FROM ledger WHERE run = ? AND kind = 'answer' ORDER BY seq"
        found = self.house.runtime.store.database.read(ask, (run,))
        return [("counts" if disposition == 0 else "came later", seq) for disposition, seq in found]

    def now(self) -> Instant:
        """The moment that it is."""
        return self.clock()
