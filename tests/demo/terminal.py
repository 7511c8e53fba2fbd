"""A command in a real terminal of its own (a pseudo terminal that is its session's), with somebody who reads and presses keys.

What the command writes is kept; nobody waits longer than they say.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

_TAKE_IT = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)  # where the tests run in the background it is passed on as ignored
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
_CTRL_C = b"\x03"


class Terminal:
    """A terminal in which one command runs."""

    def __init__(self, command: Sequence[str]) -> None:
        self._ours, theirs = pty.openpty()
        self.written = ""
        self.command = subprocess.Popen(
            [sys.executable, "-c", _TAKE_IT, *command], stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)

    def read_until(self, pattern: str, seconds: float) -> re.Match[str]:
        """What it wrote, as soon as that is there; fails with all that it wrote when it does not come."""
        until = time.monotonic() + seconds
        while (found := re.search(pattern, self.written)) is None:
            left = until - time.monotonic()
            assert left > 0, f"“{pattern}” is not written; this is: {self.written}"
            assert self._read(left), f"it ended, and had written: {self.written}"
        return found

    def press_ctrl_c(self, seconds: float) -> int:
        """What whoever wants to stop it presses; the exit code with which it ends."""
        os.write(self._ours, _CTRL_C)
        until = time.monotonic() + seconds
        while self._read(max(0.0, until - time.monotonic())):
            pass
        return self.command.wait(timeout=max(1.0, until - time.monotonic()))

    def anybody_left(self) -> bool:
        """Whether a process of it still runs."""
        try:
            os.killpg(self.command.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def close(self) -> None:
        """Let go of the terminal, and end what still runs in it."""
        if self.command.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self.command.pid, signal.SIGKILL)
            self.command.wait()
        os.close(self._ours)

    def _read(self, seconds: float) -> bool:
        """Whether something was written in that time; a terminal that nobody writes to any more ends with an error."""
        ready, _, _ = select.select([self._ours], [], [], seconds)
        if not ready:
            return False
        try:
            came = os.read(self._ours, 65_536)
        except OSError:
            return False
        self.written += came.decode("utf-8", "replace")
        return bool(came)


@contextmanager
def terminal(command: Sequence[str]) -> Iterator[Terminal]:
    """A terminal in which the command runs, as long as the block lasts."""
    made = Terminal(command)
    try:
        yield made
    finally:
        made.close()
