"""The local socket of whoever owns a SQLite file: its address, however long the path, and one request to it.

Commands that change something ask the owner here instead of opening the file. What is answered stands in the web room.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

PATH_BYTES_MAX: Final = 100
"""An address of a local socket has at most 107 bytes on Linux, 103 elsewhere (unix(7))."""

SECONDS: Final = 3600.0


class NobodyThere(Exception):
    """Nobody answers at that door."""


class NotDone(Exception):
    """The owner refused: the text says what is wrong and what to do."""


def door_of(database: str) -> Path:
    """Where commands on this machine find whoever owns a SQLite file."""
    return Path(f"{database}.sock")


@contextmanager
def at_door(door: Path) -> Iterator[str]:
    """The address of the socket in words that are short enough, as long as they are used."""
    if len(os.fsencode(door)) <= PATH_BYTES_MAX:
        yield str(door)
        return
    folder = os.open(door.parent, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{folder}/{door.name}"
    finally:
        os.close(folder)


class _Local(http.client.HTTPConnection):
    """HTTP over a local socket."""

    def __init__(self, door: Path) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._door = door

    def connect(self) -> None:
        """Knock."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(SECONDS)
        with at_door(self._door) as path:
            self.sock.connect(path)


def ask_owner(door: Path, method: str, path: str, asked: Mapping[str, object]) -> dict[str, Any]:
    """What the owner answers. Raises NobodyThere, NotDone."""
    connection = _Local(door)
    try:
        connection.request(method, path, json.dumps(asked), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        found: dict[str, Any] = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise NobodyThere(str(error)) from error
    finally:
        connection.close()
    if answer.status >= 400:
        raise NotDone(f"{found.get('error', '')} {found.get('what_to_do', '')}".strip())
    return found
