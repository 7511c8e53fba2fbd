"""How much one request may bring, how long it may take to bring it, and what it is read as. A layer around everything else.

Too much is refused before it is read to its end; what dribbles is given up.
"""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.web.refusals import Refused, refusal

BODY_BYTES_MAX: Final = 4 * 1024 * 1024
BODY_SECONDS: Final = 30.0


class Limits:
    """Reads the whole body before anything else sees the request, up to `BODY_BYTES_MAX` and for `BODY_SECONDS`."""

    def __init__(self, application: ASGIApp, seconds: float = BODY_SECONDS) -> None:
        self._application = application
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the request, or refuse it with 408, 411 or 413."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds):
                body = await _body(scope, receive)
        except TimeoutError:
            text = f"The request was not there within {self._seconds:g} seconds."
            await refusal(Refused(408, text, "Send it again, in smaller parts."))(scope, receive, send)
            return
        except Refused as refused:
            answer = refusal(refused)
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        await self._application(_as_json(scope), _replayed(body, receive), send)


def _as_json(scope: Scope) -> Scope:
    """Every body under /api is JSON, whatever its sender calls it: curl, left alone, calls it a form."""
    if not scope["path"].startswith("/api/"):
        return scope
    others = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    return {**scope, "headers": [*others, (b"content-type", b"application/json")]}


async def _body(scope: Scope, receive: Receive) -> bytes:
    """The whole body. Raises Refused when it is too large."""
    told = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if told.isdigit() and int(told) > BODY_BYTES_MAX:
        raise _too_large(int(told))
    parts, size = list[bytes](), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        part = message.get("body", b"")
        size += len(part)
        if size > BODY_BYTES_MAX:
            raise _too_large(size)
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_large(size: int) -> Refused:
    return Refused(
        413,
        f"The request has {size:,} bytes or more, and at most {BODY_BYTES_MAX:,} are taken.",
        "Send it in several requests; one event may have at most 1,048,576 bytes.",
    )


def _replayed(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
