"""The mail server of an organization: a session with it, and one mail handed over. What it answers is judged here.

What a mail says is `letters`; what becomes of a message is `posting`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Mapping, Sequence
from email.errors import MessageError, NonASCIILocalPartDefect
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final, Literal, TypeAlias
from urllib.parse import urlsplit

from aiosmtplib import (
    SMTP,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
    SMTPTimeoutError,
)
from aiosmtplib.typing import Default, SMTPStatus
from msgspec import Struct

from handrail.app.connectors import url_of
from handrail.app.mailing.letters import Letter
from handrail.app.mailing.looks import as_html, as_text
from handrail.app.settings import ConnectionDraft, MailSettings, secret_of
from handrail.store.rows import MessageRow
from handrail.terms.problem import SettingsError
from handrail.terms.values import Instant

TIMEOUT_SECONDS: Final = 20.0
_HERE: Final = ("localhost", "127.0.0.1", "::1")
"""What is said to this very machine goes over no wire."""
_Wait: TypeAlias = float | Literal[Default.token] | None

log: Final = logging.getLogger("handrail.mailing")


class NotHanded(Exception):
    """The server was not reached, or said: later. Nothing was sent."""


class NotReached(NotHanded):
    """Nobody can be written to now: the server was not reached, or does not let us in."""


class Refused(Exception):
    """The server will never take it: it said so, or it cannot."""


class Session(SMTP):
    """A session with a mail server. It is closed at once, and clearing up after a no never takes the place of that no."""

    def close(self) -> None:
        """End it without a word, as after QUIT nothing is owed: a farewell of TLS would outlive the event loop."""
        transport = self.transport
        super().close()
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()

    async def rset(self, *, timeout: _Wait = Default.token) -> SMTPResponse:  # noqa: ASYNC109 - as it is called by `sendmail`
        """Forget the mail that was refused. Raises SMTPServerDisconnected, also when no answer came in time.

        `sendmail` passes over a lost connection here and tells the refusal, but would tell the timeout in its place.
        """
        try:
            return await super().rset(timeout=timeout)
        except SMTPTimeoutError as error:
            raise SMTPServerDisconnected("no answer to RSET") from error


class Server(Struct, frozen=True):
    """A mail server, by its address in handrail.yaml: `smtp://host:port`, `smtps://host:port`. `user` is the sender's."""

    url: str
    sender: str
    password: str = ""
    timeout_seconds: float = TIMEOUT_SECONDS

    async def session(self) -> Session:
        """An open session. Raises NotReached."""
        parts = urlsplit(self.url)
        host, hidden = parts.hostname or "localhost", parts.scheme == "smtps"
        made = Session(
            hostname=host,
            port=parts.port or (465 if hidden else 25),
            local_hostname=_own_name(),
            timeout=self.timeout_seconds,
            use_tls=hidden,
            start_tls=None,  # where the server offers it
            # Better hidden than open even where nobody vouches for the server; a password is told to nobody unknown.
            validate_certs=hidden or bool(self.password),
        )
        try:
            try:
                await self._begin(made, host)
            except BaseException:
                made.close()
                raise
        except (OSError, SMTPException) as error:
            why = type(error.__cause__ or error).__name__
            raise NotReached(f"{why}: the mail server was not reached") from error
        return made

    async def _begin(self, session: Session, host: str) -> None:
        """Hide what is said where the server can, then sign in. Raises NotReached, OSError, SMTPException."""
        await session.connect()
        hidden = session.get_transport_info("sslcontext") is not None
        if session.is_ehlo_or_helo_needed:  # what was known before it was hidden is forgotten (RFC 3207, 4.2)
            try:
                await session.ehlo()
            except SMTPHeloError:
                await session.helo()
        if not self.sender.isascii() and not session.supports_extension("smtputf8"):
            raise NotReached(f"{host} takes no address that is not in plain ASCII (SMTPUTF8), and the sender's is none")
        if self.password and not hidden and host not in _HERE:
            raise NotReached(f"{host} cannot be talked to unheard (STARTTLS), so it is not told the password")
        if self.password:
            await session.login(self.sender, self.password)


def server_of(draft: ConnectionDraft, environment: Mapping[str, str], folder: Path) -> Server:
    """The server of a mail connection. Raises SettingsError."""
    assert isinstance(draft.system, MailSettings), "only mail has a sender"
    try:
        one_address(draft.system.sender)
    except ValueError as error:
        raise SettingsError(
            f'The sender of "{draft.name}" in handrail.yaml: {error}. Write one, such as learning@example.com.'
        ) from error
    password = secret_of(draft.token, environment, folder) if draft.token else ""
    return Server(url_of(draft, environment), draft.system.sender, password)


def one_address(text: str) -> str:
    """The text, if it is one mail address (RFC 5322, 3.4.1; also in any script, RFC 6531). Raises ValueError."""
    try:
        Address(addr_spec=text)
    except NonASCIILocalPartDefect:
        return text
    except (ValueError, MessageError, IndexError, AttributeError) as error:  # its parser raises each of them
        raise ValueError(f'"{text}" is not a mail address') from error
    return text


async def hand_over(session: Session, mail: EmailMessage) -> None:
    """Raises NotHanded, Refused, ValueError (it is no mail), and OSError or SMTPException where no answer came.

    After a yes or a plain no the session goes on; after everything else it is closed.
    """
    try:
        await _said_to(session, mail)
    except Refused:
        raise
    except BaseException:
        session.close()
        raise


async def _said_to(session: Session, mail: EmailMessage) -> None:
    try:
        await session.send_message(mail)
    except SMTPNotSupported as error:  # it is asked before anything is sent (RFC 6531)
        raise Refused("the mail server takes no address that is not in plain ASCII (SMTPUTF8)") from error
    except SMTPRecipientsRefused as error:
        _judge(error.recipients[0])
    except SMTPResponseException as error:
        _judge(error)


def mail_of(sender: str, rows: Sequence[MessageRow], letter: Letter, now: Instant) -> EmailMessage:
    """The letter as a mail; its id is made of the first message in it, and a header says which handoffs it is about.

    Raises ValueError where it is not addressed to one address.
    """
    mail, row = EmailMessage(), rows[0]
    mail["From"], mail["To"] = sender, one_address(letter.to)
    mail["Subject"], mail["Date"] = letter.subject, format_datetime(now)
    mail["Message-ID"] = f"<handrail.{row.run}.{row.pass_}.{row.rung}@{sender.partition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    about = (f"R-{each.run}/{each.about or each.pass_}" if each.run else each.template for each in rows)
    mail["X-Handrail-About"] = ", ".join(dict.fromkeys(about))
    mail.set_content(as_text(letter))
    mail.add_alternative(as_html(letter), subtype="html")
    return mail


def _judge(error: SMTPResponseException) -> None:
    """4yz: later; 5yz: never (RFC 5321, 4.2.1). What cannot be read as an answer is none, and is raised as it is."""
    if error.code == SMTPStatus.invalid_response:
        raise error
    # An answer need not be UTF-8; what is not came in surrogates, which can be written nowhere.
    text = error.message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    if 400 <= error.code < 500:
        raise NotHanded(f"{error.code} {text}")
    raise Refused(f"{error.code} {text}"[:500])


async def leave(session: Session) -> None:
    """End the session; a server that hung up first is no fault."""
    try:
        await session.quit()
    except (OSError, SMTPException) as error:
        log.info("The mail server hung up first: %s", error)
    finally:
        session.close()


def _own_name() -> str:
    """What we call ourselves to a mail server: our full name, else our address in brackets (RFC 5321, 4.1.4)."""
    name = socket.getfqdn()
    if "." in name:
        return name
    try:
        return f"[{socket.gethostbyname(socket.gethostname())}]"
    except socket.gaierror:
        return "[127.0.0.1]"
