"""What every answer tells a browser: load nothing from elsewhere, show it in no frame, say no more than needed. A layer around all else.

And which names this address answers to: another name in the Host header is somebody else's trick, and is refused.
"""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from handrail.app.settings import Settings
from handrail.web.refusals import SAFE_HEADERS, Refused, refusal

HSTS: Final = "max-age=31536000"
LOOPBACK: Final = ("localhost",)
_NO_HOST_NEEDED: Final = "/health/"


class Guarded:
    """Refuses requests for other hosts, and puts the headers on every answer that does not say otherwise itself."""

    def __init__(self, application: ASGIApp, settings: Settings) -> None:
        self._application = application
        self._headers = dict(SAFE_HEADERS)
        if settings.web.url.startswith("https:"):
            self._headers["Strict-Transport-Security"] = HSTS
        named = urlsplit(settings.web.url).hostname
        self._hosts = frozenset({*LOOPBACK, *settings.sign_in.hosts, *((named,) if named else ())})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        host = _host(scope)
        if host in self._hosts or _is_number(host) or _needs_none(scope):
            await self._application(scope, receive, sent)
            return
        text = f'This address is asked for as "{host[:100]}", which is not its name.'
        advice = "Whoever runs this says its name under web: url: (or sign_in: hosts:) in handrail.yaml."
        await refusal(Refused(400, text, advice))(scope, receive, sent)


def _host(scope: Scope) -> str:
    """The host that was asked for, without its port."""
    raw = next((value for name, value in scope["headers"] if name == b"host"), b"")
    try:
        return (urlsplit(f"//{raw.decode('latin-1')}").hostname or "").lower()
    except ValueError:
        return ""


def _is_number(host: str) -> bool:
    """An address in numbers cannot be made to point elsewhere, as a name can (DNS rebinding)."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _needs_none(scope: Scope) -> bool:
    """The local socket has no name, and what watches over a process names it as it likes."""
    server = scope.get("server")
    return (server is not None and server[1] is None) or str(scope["path"]).startswith(_NO_HOST_NEEDED)
