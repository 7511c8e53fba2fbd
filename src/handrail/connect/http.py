"""One request over HTTP, and the two ways in which it can go unanswered.

An exchange is anything that takes a request and gives an answer: `HttpExchange` here, or a callable that is handed in,
such as a practice system mounted in process. The difference between *never reached* and *no answer* is what
keeps a call from being made twice, so every exchange must tell them apart.

No retries (the outbox keeps those), no redirects, and nothing from the environment: a call goes where settings say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

import httpx2

_NEVER_SENT: Final = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
    httpx2.LocalProtocolError,
)


class Answer(NamedTuple):
    """What came back. Names of headers are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotReached(Exception):
    """The request never got there: nothing was done."""


class AnswerLost(Exception):
    """The request left, or part of it, and no answer came: what was done is not known."""


class Exchange(Protocol):
    """Takes one request to the far side. Raises `NotReached` or `AnswerLost`, and nothing else."""

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """`path` begins with a slash and may have a query."""
        ...


class HttpExchange:
    """Over HTTP/1.1 with connections kept open; safe in many threads. `close` gives the sockets back."""

    def __init__(self, base_url: str, timeout_seconds: float = 20.0, connections: int = 16) -> None:
        self._client = httpx2.Client(
            base_url=base_url.rstrip("/"),
            timeout=timeout_seconds,
            follow_redirects=False,
            trust_env=False,
            limits=httpx2.Limits(max_connections=connections, max_keepalive_connections=connections),
        )

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """One request. Raises `NotReached` or `AnswerLost`."""
        try:
            answer = self._client.request(method, path, headers=dict(headers), content=body)
        except _NEVER_SENT as error:
            raise NotReached(_said(error)) from error
        except (httpx2.TransportError, httpx2.DecodingError) as error:
            raise AnswerLost(_said(error)) from error
        return Answer(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )

    def close(self) -> None:
        """Give the sockets back."""
        self._client.close()


def _said(error: Exception) -> str:
    """The kind of error and its text; it names host and port, and never what was sent."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")
