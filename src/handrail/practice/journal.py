"""A practice system's own journal: one JSON line for each turn, in its file before the answer leaves.

A line that a kill cut short was never answered, and is taken away on opening. The journal does not know
what its lines mean: each system reads its own, and `lms.Witness` reads an LMS's.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Generic, TypeVar

from msgspec import Struct, json

from handrail.terms.values import Instant

Did = TypeVar("Did")
T = TypeVar("T")


class Line(Struct, Generic[Did], frozen=True, omit_defaults=True):
    """One turn: a request with its status, or (no method) something the imagined world did; and what came of it.

    `note` says what was odd: `throttled`, `replayed`, `answer lost`, …
    """

    at: Instant
    method: str = ""
    path: str = ""
    status: int = 0
    key: str = ""
    note: str = ""
    did: tuple[Did, ...] = ()


class Journal:
    """Appends lines to a file, or to memory when there is no `path`.

    `durable` also asks the disk (fsync): a killed process loses nothing without it, a power cut might.
    """

    def __init__(self, path: Path | None = None, *, durable: bool = True) -> None:
        self._durable = durable
        self._kept: list[bytes] = []
        self._file: int | None = None
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._kept = _whole_lines(path)
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def read(self, kind: type[T]) -> Iterator[T]:
        """The lines of a file as it was on opening, oldest first (read once: they are many); of memory, all so far."""
        decoder = json.Decoder(kind)
        lines = list(self._kept)
        if self._file is not None:
            self._kept = []
        return (decoder.decode(line) for line in lines)

    def append(self, line: object) -> None:
        """Write one line, whole. An `OSError` (a full disk) is the caller's end: nothing was answered."""
        encoded = json.encode(line) + b"\n"
        if self._file is None:
            self._kept.append(encoded)
            return
        written = os.write(self._file, encoded)
        if written != len(encoded):
            raise OSError(
                f"The journal took {written} of {len(encoded)} bytes: is the disk full? Free it and start again."
            )
        if self._durable:
            os.fsync(self._file)

    def close(self) -> None:
        """Give the file back."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def read(path: Path, kind: type[T]) -> Iterator[T]:
    """The whole lines of somebody else's journal, which may be growing meanwhile."""
    decoder = json.Decoder(kind)
    with path.open("rb") as file:
        for line in file:
            if line.endswith(b"\n"):
                yield decoder.decode(line)


def _whole_lines(path: Path) -> list[bytes]:
    """The lines of the file; one that was cut short at the end is cut off the file too."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        os.truncate(path, whole)
    return content[:whole].splitlines()
