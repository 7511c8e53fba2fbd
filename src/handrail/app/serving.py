"""`handrail serve`: the engine and the web in one process, on one address, until it is told to stop.

The web room stands above this one, so it is named by a text and loaded when it is needed. What it answers stands there.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from msgspec import Struct
from uvicorn.importer import import_from_string

from handrail.app.running.doors import at_door, door_of
from handrail.terms.problem import SettingsError

if TYPE_CHECKING:
    from handrail.app.access.demo import DemoAccount
    from handrail.app.runtime import Runtime

APPLICATION: Final = "handrail.web.application:application"
REQUESTS_MAX: Final = 1_000
"""Requests at a time; above it the answer is 503."""

KEEP_ALIVE_SECONDS: Final = 15
STOP_SECONDS: Final = 10
WATCH_SECONDS: Final = 1.0
log: Final = logging.getLogger("handrail.serving")


class Address(Struct, frozen=True):
    """Where to listen; port 0 finds a free one."""

    host: str = "127.0.0.1"
    port: int = 8000


def listen(address: Address) -> socket.socket:
    """A socket that takes connections from now on. Raises SettingsError."""
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    # Only a socket that says it is TCP gets TCP_NODELAY from asyncio; without it an answer may wait 40 ms for an ACK.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address.host, address.port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"{address.host}:{address.port} cannot be listened on: {error.strerror}. "
            "Stop what listens there, or name another with --port."
        ) from error
    return listening


def listen_to_commands(database: str) -> socket.socket:
    """A socket for the commands of whoever may open the database's folder and is this user: it may do everything.

    Whoever owns the database calls this, so what an earlier owner left there is nobody's.
    """
    door = door_of(database)
    door.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with at_door(door) as path:
            listening.bind(path)
    finally:
        os.umask(before)
    listening.listen(16)
    return listening


def serve(
    runtime: Runtime, listening: socket.socket, ready: Callable[[str], None], demo_accounts: Sequence[DemoAccount] = ()
) -> None:
    """Work and answer until the process is told to stop, or the engine died; `ready` is told the address.

    `demo_accounts` are people whom one click signs in as: the demo's alone.

    Raises what the engine died of: a process that answers and does nothing would be the worst.
    """
    alone = runtime.store.database.dialect == "sqlite"
    commands = [listen_to_commands(runtime.store.database.where)] if alone else []
    server = server_of(runtime, demo_accounts)
    try:
        runtime.start()
        watch = threading.Thread(target=_watch, args=(runtime, server), name="watch", daemon=True)
        watch.start()
        host, port = listening.getsockname()[:2]
        ready(f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}")
        server.run(sockets=[listening, *commands])
    finally:
        if commands:
            door_of(runtime.store.database.where).unlink(missing_ok=True)
        died = runtime.died
        runtime.close()
    if died is not None:
        raise died


@contextlib.contextmanager
def stopped_by_hand() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the serving and are no fault: the server has let go of everything by then."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            yield
    finally:
        signal.signal(signal.SIGTERM, before)


def server_of(runtime: Runtime, demo_accounts: Sequence[DemoAccount] = ()) -> uvicorn.Server:
    """A server of the web for this organization, not yet running."""
    make: Callable[[Runtime, Sequence[DemoAccount]], Any] = import_from_string(APPLICATION)
    application = make(runtime, demo_accounts)
    proxies = runtime.workspace.settings.sign_in.proxies
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
            limit_concurrency=REQUESTS_MAX,
        )
    )
    application.state.ending = lambda: server.should_exit  # streams to open pages end by themselves then
    return server


def _watch(runtime: Runtime, server: uvicorn.Server) -> None:
    """End the server when the engine has died."""
    ended = threading.Event()
    while not server.should_exit and not ended.wait(WATCH_SECONDS):
        if runtime.died is not None:
            log.error("The engine died, so this process ends: %s", runtime.died)
            server.should_exit = True
