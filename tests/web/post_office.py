"""A mail server that says what a test has it say: an answer for each word it hears, or hangs up, or says nothing at all.

One that is served properly is `handrail.practice.mail`; this one is for answers that no proper server gives.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Final, TypeAlias

HANG_UP: Final = b"(hangs up)"
SILENCE: Final = b"(says nothing)"
USUAL: Final = {"HELLO": b"220 office", "DATA": b"354 go on", "QUIT": b"221 bye"}
Answers: TypeAlias = dict[str, Sequence[bytes]]


class PostOffice:
    """What it `heard`, word by word (`lines` are whole); the mails that it took (`taken`) and each that it saw whole, as it came (`raw`).

    `answers` are by word (`HELLO` is before any, `BODY` at the first line of a mail, `END` at its last), in their order; after
    them it answers as usual.
    """

    def __init__(self, answers: Answers, tls: ssl.SSLContext | None = None) -> None:
        self._answers = {word: list(said) for word, said in answers.items()}
        self.heard: list[str] = []
        self.lines: list[str] = []
        self.taken: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.closed = threading.Event()
        office = self

        class Talk(StreamRequestHandler):
            timeout = 10  # seconds: a session that somebody forgot to end fails its test, and does not hold it up

            def setup(self) -> None:
                if tls is not None:
                    self.request = tls.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                with self.request:
                    for said in office.talk(iter(self.rfile)):
                        self.wfile.write(said + b"\r\n")

        self.server = ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self.url = f"{'smtps' if tls else 'smtp'}://127.0.0.1:{self.server.server_address[1]}"

    def talk(self, lines: Iterator[bytes]) -> Iterator[bytes]:
        """One session: what is said to what comes. It ends when one side hangs up."""
        word = "HELLO"
        while word:
            self.heard.append(word)
            said = self._said(word)
            if said == SILENCE:
                self.closed.wait()
            if said in (HANG_UP, SILENCE):
                return
            yield said
            if word == "QUIT":
                return
            if word == "DATA" and said.startswith(b"354"):
                if not self._read(lines):
                    return
                word = "END"
            else:
                line = next(lines, b"").decode()
                self.lines.append(line.rstrip())
                word = line[:4].upper()

    def _said(self, word: str) -> bytes:
        said = self._answers[word].pop(0) if self._answers.get(word) else USUAL.get(word, b"250 fine")
        if word == "END" and said.startswith(b"250"):
            self.taken.append(message_from_bytes(self.raw[-1], policy=policy.default))
        return said

    def _read(self, lines: Iterator[bytes]) -> bool:
        """Read a mail; False: the session ends within it."""
        whole = b""
        for line in lines:
            if not whole and self._answers.get("BODY") and self._answers["BODY"].pop(0) == HANG_UP:
                return False
            if line == b".\r\n":
                self.raw.append(whole)
                return True
            whole += line.removeprefix(b".")
        return False


@contextmanager
def opened(answers: Answers | None = None, tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """A post office on a port of loopback, in threads; with `tls` nobody can listen to it, from the start."""
    office = PostOffice(answers or {}, tls)
    with office.server:
        thread = threading.Thread(target=office.server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield office
        finally:
            office.closed.set()
            office.server.shutdown()
            thread.join()
