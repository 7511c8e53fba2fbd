"""A small organization that is served for real: uvicorn on loopback, the engine in its thread, a store in a temporary folder.

The LMS is the practice one, in this process. Nothing sleeps: `settle` has the engine do what is due.
"""

from __future__ import annotations

import json
import queue
import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx2
from fastapi import FastAPI

from handrail.app.access.accounts import NewAccount, add_account, grant_of, the_account
from handrail.app.access.demo import demo_accounts
from handrail.app.access.sessions import From, Lasting, begin, form_token_of
from handrail.app.publishing import publish
from handrail.app.runtime import Runtime
from handrail.app.serving import Address, listen, server_of
from handrail.app.settings import ConnectionDraft
from handrail.app.starting import write_starter
from handrail.app.tokens import add_token
from handrail.connect.http import Answer, Exchange
from handrail.engine.engine import Clock, Engine
from handrail.people.sync import Moment, Syncs
from handrail.practice import exchange as practice
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal
from handrail.practice.lms import Lms, LmsSettings
from handrail.practice.webhooks import PRACTICE_SECRET, sign
from handrail.terms.values import Instant
from handrail.web.access import cookie_name

HRIS = """  hris:
    kind: hris
    url: http://127.0.0.1:9
    webhook_secret: file:secrets/lms-webhooks
    limit: 60 per minute
    people_by: hris
    owner: team:people-data
"""


def prepare(folder: Path) -> None:
    """The starter's workspace, to which the HR system may tell things too: published, and both its files taken in.

    It does not say where its console is: whoever has one served writes that. A buddy is named in any words, so that a test need not know anybody.
    """
    write_starter(folder, datetime.now(UTC).date())
    settings = folder / "handrail.yaml"
    text = (
        settings.read_text("utf-8")
        .replace("connections:\n", f"connections:\n{HRIS}")
        .replace(":8101", ":9")
        .replace(":8105", ":9")
        .replace("percent: 5 }", "percent: 5, first_messages: leave }")
    )
    settings.write_text(re.sub(r"(?m)^web: .*\n", "", text), "utf-8")
    for name, person, words in (
        ("journeys/welcome.yaml", "who: person", "who: text"),
        ("messages/hello.md", ".who.name ", ".who "),
    ):
        written = (folder / name).read_text("utf-8")
        assert person in written, "else nothing is replaced"
        (folder / name).write_text(written.replace(person, words), "utf-8")
    runtime = Runtime.at_rest(folder, f"sqlite:///{folder / 'handrail.db'}")
    publish(runtime, "Ada", those_there=False)
    for file in sorted((folder / "hr").glob("*.csv")):
        take_in(runtime, file)
    runtime.close()


def take_in(runtime: Runtime, file: Path) -> None:
    """Take in one file of people, and decide what follows."""
    mapping = runtime.mapping_of("hris")
    assert mapping is not None, "the starter has it"
    Syncs(runtime.directory(), mapping).take_in(file, Moment(runtime.clock(), "Europe/Paris"))
    settle(runtime)


def settle(runtime: Runtime) -> None:
    """Have the engine do all that is due now."""
    while runtime.do(_due):
        pass


class House:
    """An organization being served."""

    def __init__(self, folder: Path, clock: Clock | None = None, *, demo: bool = False) -> None:
        self.folder = folder
        self.runtime = Runtime.open(folder, f"sqlite:///{folder / 'handrail.db'}", clock, self._reach)
        self.lms = Lms(
            self.runtime.clock,
            Journal(folder / "lms.journal", durable=False),
            LmsSettings(auto_accounts=True),
            Faults.none(),
        )
        self._listening = listen(Address(port=0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        accounts = demo_accounts(self.runtime.store, self.runtime.clock()) if demo else ()
        self.server = server_of(self.runtime, accounts)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self._listening]}, daemon=True)
        self._clients: list[httpx2.Client] = []
        self.called = queue.SimpleQueue[practice.Request]()

    def begin(self) -> None:
        """Work, and answer."""
        self.runtime.start()
        self._thread.start()

    @property
    def application(self) -> FastAPI:
        """What is being served."""
        served = self.server.config.app
        assert isinstance(served, FastAPI), "nothing is wrapped around it"
        return served

    def end(self) -> None:
        """Stop serving and let go of everything."""
        for client in self._clients:
            client.close()
        self.server.should_exit = True
        self._thread.join()
        self.runtime.close()

    def settle(self) -> None:
        """Have everything done that is due now."""
        while self.runtime.ticking.tick():
            settle(self.runtime)
        settle(self.runtime)

    def client(self, *scopes: str) -> httpx2.Client:
        """Somebody with a token that may do this; without any, somebody without a token."""
        headers = {}
        if scopes:
            name = f"{'-'.join(scopes)} {len(self._clients)}"
            secret = self.runtime.do(lambda engine, now: add_token(engine.store, name, scopes, now))
            headers = {"Authorization": f"Bearer {secret}"}
        made = httpx2.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)
        self._clients.append(made)
        return made

    def visitor(self, *roles: str, person: int | None = None, login: str = "") -> httpx2.Client:
        """Somebody who is signed in with these roles (`operations`, `operations in Sales`), as a browser would be.

        Its `headers` bring what forms must; `cookies` hold the session, for a real browser.
        """
        name = login or f"{'-'.join(roles) or 'nobody'}-{len(self._clients)}".replace(" ", "-").lower()
        grants = [grant_of(role) for role in roles]

        def signed_in(engine: Engine, now: Instant) -> str:
            add_account(engine.store, NewAccount(name, name.title(), person), grants, now, "the test")
            return begin(
                engine.store, the_account(engine.store, name), From("127.0.0.1", "test"), now, Lasting(), "test"
            )

        secret = self.runtime.do(signed_in)
        made = self.client()
        made.cookies.set(cookie_name(self.runtime), secret, domain="127.0.0.1")
        made.headers["X-Form-Token"] = form_token_of(secret)
        return made

    def deliver(self, connection: str, kind: str, payload: Mapping[str, Any], *, id_: str = "msg-1", secret: str = PRACTICE_SECRET) -> httpx2.Response:  # fmt: skip
        """A signed delivery of a connected system, as it posts it."""
        body = practice_body(kind, payload)
        return self.post_signed(connection, body, id_, secret)

    def post_signed(self, connection: str, body: bytes, id_: str = "msg-1", secret: str = PRACTICE_SECRET) -> httpx2.Response:  # fmt: skip
        """Any body, rightly signed with the secret."""
        sent = int(time.time())
        headers = {
            "webhook-id": id_,
            "webhook-timestamp": str(sent),
            "webhook-signature": sign(secret, id_, sent, body),
        }
        return self.client().post(f"/hooks/{connection}", content=body, headers=headers)

    def _reach(self, draft: ConnectionDraft) -> Exchange:
        def exchange(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
            assert draft.name == "lms", f"nothing is called at {draft.name}"
            parts = urlsplit(path)
            asked = practice.Request(method, parts.path, dict(parse_qsl(parts.query)), dict(headers), body)
            answer = self.lms.respond(asked)
            if method != "GET":  # polls come every minute
                self.called.put(asked)
            return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.body)

        return exchange


def practice_body(kind: str, payload: Mapping[str, Any]) -> bytes:
    """A delivery's body, as the practice systems write it."""
    return json.dumps({"type": kind, "data": dict(payload)}).encode()


def told(id_: str, subject: str = "hris:1011", /, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever JSON holds
    """A CloudEvent: somebody completed the first course this minute."""
    event = {
        "specversion": "1.0",
        "id": id_,
        "source": "lms",
        "type": "lms.completed",
        "subject": subject,
        "time": moment(),
        "data": {"course": "WELCOME-1", "score": 90, "passed": True},
    }
    return {name: value for name, value in {**event, **changed}.items() if value is not None}


def moment(ahead: timedelta = timedelta()) -> str:
    """Now, or so much later, as a CloudEvent writes it."""
    return (datetime.now(UTC) + ahead).isoformat(timespec="milliseconds")


def _due(engine: Engine, now: Instant) -> int:
    return engine.due(now)
