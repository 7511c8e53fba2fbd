"""Any practice system behind an HTTP client, mounted in process or served on loopback, and the courier of what it tells.

Here are the sockets, threads and real seconds that the systems themselves do without. Nothing here knows
what any system does.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Final, Protocol

import httpx2
import uvicorn
from starlette import requests, responses
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from handrail.practice.exchange import AnswerLost, Request, Response, Unreachable
from handrail.practice.webhooks import Delivery, Outgoing

METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]
TRIES_MAX: Final = 8


class System(Protocol):
    """What can be served: anything that answers a request."""

    def respond(self, request: Request) -> Response:
        """Answer, or raise `Unreachable` or `AnswerLost`."""
        ...


class _Protocol(H11Protocol):
    """HTTP/1.1 that shows its connection to the application, so that an answer can be lost on it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _NoAnswer(responses.Response):
    """Closes the connection instead of answering. Served by anything but `serve`, it says so with an error."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - Starlette's signature
        transport = scope.get("state", {}).get("transport")
        if transport is None:
            raise ConnectionAbortedError("The answer was lost.")
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def app(system: System) -> Starlette:
    """The system as an ASGI application. It answers one request at a time, as its journal asks."""

    async def turn(request: requests.Request) -> responses.Response:
        asked = Request(
            request.method, request.url.path, dict(request.query_params), dict(request.headers), await request.body()
        )
        try:
            response = system.respond(asked)
        except (AnswerLost, Unreachable):
            return _NoAnswer()
        if response.after_seconds:
            await asyncio.sleep(response.after_seconds)
        return responses.Response(response.body, response.status, dict(response.headers))

    return Starlette(routes=[Route("/{path:path}", turn, methods=METHODS)])


class Mounted(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """A transport for `httpx2.Client` and `AsyncClient` that asks the system in process, without a socket or a wait.

    A lost answer is a `ReadTimeout`, a refused connection a `ConnectError`, at once; how long an answer takes stands in
    `response.extensions["after_seconds"]`, for a caller on a virtual clock.
    """

    def __init__(self, system: System) -> None:
        self._system = system

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask, for `Client`."""
        request.read()
        return self._asked(request)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Ask, for `AsyncClient`."""
        await request.aread()
        return self._asked(request)

    def _asked(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        asked = Request(request.method, url.path, dict(url.params), dict(request.headers), request.content)
        try:
            response = self._system.respond(asked)
        except AnswerLost as error:
            raise httpx2.ReadTimeout(str(error), request=request) from error
        except Unreachable as error:
            raise httpx2.ConnectError(str(error), request=request) from error
        return httpx2.Response(
            response.status,
            headers=dict(response.headers),
            content=response.body,
            extensions={"after_seconds": response.after_seconds},
        )


class Served:
    """A system being served from a thread, on a port of loopback."""

    def __init__(self, server: uvicorn.Server, listening: socket.socket) -> None:
        self.port: int = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = server
        self._thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._server.should_exit = True
        self._thread.join()


def listen(port: int = 0) -> socket.socket:
    """A socket on loopback that takes connections from now on; port 0 finds a free one."""
    # Only a socket that says it is TCP gets TCP_NODELAY from asyncio; without it each answer waits 40 ms for an ACK.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(128)
    return listening


def server(application: Starlette) -> uvicorn.Server:
    """A server for the application, not yet running."""
    return uvicorn.Server(
        uvicorn.Config(
            application,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            timeout_graceful_shutdown=2,
        )
    )


def serve(application: Starlette, port: int = 0) -> Served:
    """Serve from a thread of this process; requests are taken as soon as this returns."""
    return Served(server(application), listen(port))


class Courier:
    """Posts a system's deliveries to one address until it answers 2xx, at most `TRIES_MAX` times each.

    Tries grow apart: `first_seconds`, twice that, and so on. `stop` ends it; what was not taken stays with
    the system and is posted by the next courier.
    """

    def __init__(self, outgoing: Outgoing, url: str, *, first_seconds: float = 0.2, look_seconds: float = 0.05) -> None:
        self._outgoing = outgoing
        self._url = url
        self._first_seconds = first_seconds
        self._look_seconds = look_seconds
        self._tries: dict[tuple[str, int], int] = {}
        self._rest: dict[tuple[str, int], float] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it, and wait until the post on its way is over."""
        self._ended.set()
        self._thread.join()

    def _work(self) -> None:
        with httpx2.Client(trust_env=False, timeout=5.0) as client:
            while not self._ended.wait(self._look_seconds):
                for delivery in self._outgoing.peek():
                    if self._ended.is_set():
                        return
                    self._try(delivery, lambda one: _posted(client, self._url, one))

    def _try(self, delivery: Delivery, post: Callable[[Delivery], bool]) -> None:
        copy = delivery.copy
        self._rest[copy] = self._rest.get(copy, 0.0) - self._look_seconds
        if self._rest[copy] > 0:
            return
        tries = self._tries[copy] = self._tries.get(copy, 0) + 1
        if post(delivery) or tries >= TRIES_MAX:
            self._outgoing.settle([delivery])
            del self._tries[copy], self._rest[copy]
        else:
            self._rest[copy] = self._first_seconds * 2 ** (tries - 1)


def _posted(client: httpx2.Client, url: str, delivery: Delivery) -> bool:
    try:
        return client.post(url, content=delivery.body, headers=delivery.headers).is_success
    except httpx2.TransportError:
        return False
