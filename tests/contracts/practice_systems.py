"""What every practice system with a web API does alike, asked in process, through a mounted client, and over real HTTP.

A test module makes a class of `EverySystem` and says which system, how it is made and one request that it understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest
from msgspec import DecodeError, Struct, json

from handrail.practice import web
from handrail.practice.desk import DeskSettings
from handrail.practice.exchange import AnswerLost, Request, Response, Unreachable
from handrail.practice.faults import Fault, Faults
from handrail.practice.journal import Journal, Line
from handrail.practice.journal import read as read_journal
from handrail.terms.values import Instant

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: Instant = MONDAY) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def move(self, seconds: float) -> None:
        """Let so much time pass."""
        self.now += timedelta(seconds=seconds)


class NoAnswer(Exception):
    """Whoever asked was left without an answer, and cannot know whether anything was done."""


class Ask(Protocol):
    """Asks a system: in process, or over HTTP."""

    def __call__(self, line: str, payload: object = None, *, key: str = "", token: str = "practice-token") -> Response:
        """`line` is like `GET /courses?x=y`. Raises `NoAnswer`."""
        ...


def in_process(system: web.System) -> Ask:
    """Ask the system itself."""

    def ask(line: str, payload: object = None, *, key: str = "", token: str = "practice-token") -> Response:
        method, _, address = line.partition(" ")
        url = httpx2.URL(address)
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        body = b"" if payload is None else json.encode(payload)
        try:
            return system.respond(Request(method, url.path, dict(url.params), headers, body))
        except (AnswerLost, Unreachable) as error:
            raise NoAnswer from error

    return ask


def over_http(client: httpx2.Client) -> Ask:
    """Ask through a real connection."""

    def ask(line: str, payload: object = None, *, key: str = "", token: str = "practice-token") -> Response:
        method, _, address = line.partition(" ")
        headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        body = b"" if payload is None else json.encode(payload)
        try:
            got = client.request(method, address, content=body, headers=headers)
        except httpx2.TransportError as error:
            raise NoAnswer from error
        return Response(got.status_code, dict(got.headers), got.content)

    return ask


Make = Callable[[Clock, Journal, DeskSettings, Faults], web.System]


class Kind(Struct, frozen=True):
    """One kind of system: how it is made, a request that it answers with `status`, and what that did."""

    make: Make
    line: str
    payload: dict[str, Any] | None
    status: int
    did: str = ""


class Bench:
    """A system on the bench: its clock, its faults, its journal, and how it is asked."""

    def __init__(self, kind: Kind, folder: Path, how: str, settings: DeskSettings | None = None) -> None:
        self.kind = kind
        self.clock = Clock()
        self.faults = Faults.none()
        self.path = folder / "journal.jsonl"
        self._settings = settings or DeskSettings(limit=3)
        self._how = how
        self._ends: list[Callable[[], None]] = []
        self.start()

    def start(self) -> None:
        """Start the system on what its journal says."""
        journal = Journal(self.path, durable=False)
        system = self.kind.make(self.clock, journal, self._settings, self.faults)
        self._ends = [journal.close]
        if self._how == "in process":
            self.ask = in_process(system)
            return
        if self._how == "mounted":
            mounted = httpx2.Client(base_url="http://system", transport=web.Mounted(system))
            self._ends += [mounted.close]
            self.ask = over_http(mounted)
            return
        served = web.serve(web.app(system))
        client = httpx2.Client(base_url=served.url, trust_env=False)
        self._ends += [served.stop, client.close]
        self.ask = over_http(client)

    def stop(self) -> None:
        """End it."""
        for end in reversed(self._ends):
            end()
        self._ends = []

    def asked(self) -> Response:
        """The kind's own request."""
        return self.ask(self.kind.line, self.kind.payload)

    def lines(self) -> list[Line[dict[str, Any]]]:
        """What the journal says."""
        return list(read_journal(self.path, Line[dict[str, Any]]))

    def done(self) -> list[str]:
        """What was done, by the journal."""
        return [did["type"] for line in self.lines() for did in line.did]


class EverySystem:
    """What every practice system does."""

    kind: Kind

    @pytest.fixture(params=["in process", "mounted", "over HTTP"])
    def bench(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
        bench = Bench(self.kind, tmp_path, request.param)
        yield bench
        bench.stop()

    def _expected(self) -> list[str]:
        return [self.kind.did] if self.kind.did else []

    def test_what_it_understands_is_done_and_in_its_journal_when_it_answers(self, bench: Bench) -> None:
        assert bench.asked().status == self.kind.status
        assert bench.done() == self._expected()
        assert [(line.at, line.status) for line in bench.lines()] == [(MONDAY, self.kind.status)]

    def test_a_wrong_token_is_refused(self, bench: Bench) -> None:
        assert bench.ask(self.kind.line, self.kind.payload, token="guessed").status == 401
        assert bench.done() == []

    def test_a_path_that_is_not_there_is_refused(self, bench: Bench) -> None:
        assert bench.ask("GET /no/such/path").status == 404

    def test_over_the_limit_nothing_is_done_and_it_says_when_to_come_again(self, bench: Bench) -> None:
        for _ in range(3):
            bench.ask("GET /no/such/path")
        bench.clock.move(20)
        throttled = bench.asked()
        assert (throttled.status, throttled.headers["retry-after"]) == (429, "40")
        assert (bench.done(), bench.lines()[-1].note) == ([], "throttled")

    def test_the_limit_holds_across_its_own_restart(self, bench: Bench) -> None:
        for _ in range(3):
            bench.ask("GET /no/such/path")
        bench.stop()
        bench.start()
        bench.clock.move(59.999)
        assert bench.asked().status == 429
        bench.clock.move(0.001)
        assert bench.asked().status == self.kind.status

    def test_an_answer_is_lost_after_the_work_was_done(self, bench: Bench) -> None:
        bench.faults.switch([Fault("answer_lost", numbers=(1,))])
        with pytest.raises(NoAnswer):
            bench.asked()
        assert (bench.done(), bench.lines()[-1].note) == (self._expected(), "answer_lost")
        assert bench.asked().status != 429

    def test_a_refused_connection_leaves_no_trace(self, bench: Bench) -> None:
        bench.faults.switch([Fault("refused", numbers=(1,))])
        with pytest.raises(NoAnswer):
            bench.asked()
        assert bench.lines() == []

    def test_an_outage_does_nothing_and_ends(self, bench: Bench) -> None:
        bench.faults.switch([Fault("unavailable", share=1, seconds=30, ends=MONDAY + timedelta(seconds=30))])
        refused = bench.asked()
        assert (refused.status, refused.headers["retry-after"], bench.done()) == (503, "30", [])
        bench.clock.move(30)
        assert bench.asked().status == self.kind.status

    def test_an_error_of_its_own_does_nothing(self, bench: Bench) -> None:
        bench.faults.switch([Fault("error", every=2)])
        assert [bench.ask("GET /no/such/path").status for _ in range(3)] == [404, 500, 404]

    def test_an_answer_that_cannot_be_read_was_done_all_the_same(self, bench: Bench) -> None:
        bench.faults.switch([Fault("wrong_json", share=1)])
        with pytest.raises(DecodeError):
            bench.asked().payload()
        assert bench.done() == self._expected()

    def test_a_restart_finds_what_the_journal_says(self, bench: Bench) -> None:
        bench.asked()
        bench.stop()
        with bench.path.open("ab") as journal:
            journal.write(b'{"at":"2026-03-02T09:00:00Z","did":[{"ty')
        bench.start()
        bench.clock.move(61)
        assert bench.asked().status in {self.kind.status, 409}
        assert bench.lines()[0].status == self.kind.status
