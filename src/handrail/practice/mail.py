"""The practice mail server: takes what is sent, on SMTP or in process, keeps it in its journal, and bounces what it must.

It delivers nothing to anybody. What a person would do with a message is the imagined world's business.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TypeAlias

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from msgspec import Struct

from handrail.practice.exchange import AnswerLost, Unreachable
from handrail.practice.faults import Faults
from handrail.practice.journal import Journal, Line
from handrail.terms.values import Instant

TAKEN = "250 2.0.0 taken"
UNAVAILABLE = "550 5.1.1 mailbox unavailable"
LATER = "451 4.3.0 try again later"


class Received(Struct, frozen=True, tag="received"):
    """A message in somebody's mailbox; `text` is its plain part."""

    at: Instant
    sender: str
    receiver: str
    subject: str
    text: str
    message_id: str = ""


class Bounced(Struct, frozen=True, tag="bounced"):
    """A message that was not taken for somebody."""

    at: Instant
    receiver: str
    answer: str


MailDid: TypeAlias = Received | Bounced


class Mail:
    """A mail server. `bounce` and `accept` switch a mailbox off and on."""

    def __init__(
        self, clock: Callable[[], Instant], journal: Journal, faults: Faults, unavailable: Iterable[str] = ()
    ) -> None:
        self._clock = clock
        self._journal = journal
        self._faults = faults
        self._unavailable = {address.lower() for address in unavailable}
        self._lock = threading.RLock()
        self._received: list[Received] = []
        for line in journal.read(Line[MailDid]):
            self._received += [did for did in line.did if isinstance(did, Received)]

    def bounce(self, *addresses: str) -> None:
        """From now on these mailboxes are unavailable."""
        self._unavailable |= {address.lower() for address in addresses}

    def accept(self, *addresses: str) -> None:
        """From now on these mailboxes take mail again."""
        self._unavailable -= {address.lower() for address in addresses}

    def receiver(self, address: str) -> str:
        """The SMTP answer to a receiver: whether mail for that address is taken. A refusal is journaled."""
        with self._lock:
            now = self._clock()
            if address.lower() in self._unavailable:
                return self._refused(now, address, UNAVAILABLE)
            if self._faults.strike(("error", "unavailable", "throttled"), address, now):
                return self._refused(now, address, LATER)
            return TAKEN

    def deliver(self, message: EmailMessage | bytes, receivers: Iterable[str] = ()) -> dict[str, str]:
        """Take a message; the SMTP answer per receiver (those of `To` unless named).

        Raises `Unreachable` (nothing taken) or `AnswerLost` (taken and written, not answered).
        """
        parsed = message_from_bytes(message, policy=policy.default) if isinstance(message, bytes) else message
        named = list(receivers) or [address.addr_spec for address in (parsed["To"].addresses if parsed["To"] else ())]
        with self._lock:
            if self._faults.strike(("refused",), "", self._clock()):
                raise Unreachable("mail: the connection was refused")
            answers = {address: self.receiver(address) for address in named}
            taken = [address for address, said in answers.items() if said == TAKEN]
            if taken:
                self.store(parsed, taken)
            return answers

    def store(self, message: EmailMessage, receivers: list[str]) -> None:
        """Put a message into mailboxes that were accepted; in the journal before this returns."""
        with self._lock:
            now = self._clock()
            part = message.get_body(preferencelist=("plain", "html"))
            received = tuple(
                Received(
                    at=now,
                    sender=str(message.get("From", "")),
                    receiver=address,
                    subject=str(message.get("Subject", "")),
                    text=part.get_content() if part is not None else "",
                    message_id=str(message.get("Message-ID", "")),
                )
                for address in receivers
            )
            self._journal.append(Line[MailDid](at=now, method="DATA", status=250, did=received))
            self._received += received
            if self._faults.strike(("answer_lost",), "", now):
                raise AnswerLost("mail: taken, and the answer was lost")

    def by_receiver(self) -> dict[str, list[Received]]:
        """What lies in each mailbox, oldest first; addresses sorted."""
        with self._lock:
            boxes: dict[str, list[Received]] = {address: [] for address in sorted({m.receiver for m in self._received})}
            for message in self._received:
                boxes[message.receiver].append(message)
            return boxes

    def _refused(self, now: Instant, address: str, said: str) -> str:
        bounced = Bounced(now, address, said)
        self._journal.append(Line[MailDid](at=now, method="RCPT", status=int(said[:3]), did=(bounced,)))
        return said


class _Handler:
    """SMTP's own words, handed to the mail server."""

    def __init__(self, mail: Mail) -> None:
        self._mail = mail

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        said = self._mail.receiver(address)
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        parsed = message_from_bytes(content, policy=policy.default)
        try:
            self._mail.store(parsed, [str(address) for address in envelope.rcpt_tos])
        except AnswerLost:
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
        return TAKEN


class _OnAnyPort(Controller):
    """Finds out its port before it tries it; aiosmtpd would try port 0."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class ServedMail:
    """A mail server listening on a port of loopback, in a thread."""

    def __init__(self, mail: Mail, port: int = 0) -> None:
        self._controller = _OnAnyPort(_Handler(mail), hostname="127.0.0.1", port=port)
        self._controller.start()
        self.port: int = self._controller.port

    def stop(self) -> None:
        """End it, and wait until it has."""
        self._controller.stop()
