"""The mail server of an organization: a session with it, and one mail handed over. What it answers is judged here.

What a mail says is `letters`; what becomes of a message is `posting`.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from handrail.app.connectors import url_of
from handrail.app.mailing.letters import Letter
from handrail.app.mailing.looks import as_html, as_text
from handrail.app.settings import ConnectionDraft, MailSettings, secret_of
from handrail.store.rows import MessageRow
from handrail.terms.values import Instant

TIMEOUT_SECONDS: Final = 20.0
_HERE: Final = ("localhost", "127.0.0.1", "::1")
"""What is said to this very machine goes over no wire."""

log: Final = logging.getLogger("handrail.mailing")


class NotHanded(Exception):
    """The server was not reached, or said: later. Nothing was sent."""


class NotReached(NotHanded):
    """Nobody can be written to now: the server was not reached, or does not let us in."""


class Refused(Exception):
    """The server said that it will never take it."""


class Server(Struct, frozen=True):
    """A mail server, by its address in handrail.yaml: `smtp://host:port`, `smtps://host:port`. `user` is the sender's."""

    url: str
    sender: str
    password: str = ""

    def session(self) -> smtplib.SMTP:
        """An open session. Raises NotReached."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port
        try:
            if parts.scheme == "smtps":
                vouched = ssl.create_default_context()
                made: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS, context=vouched)
            else:
                made = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
            try:
                self._begin(made, host, hidden=parts.scheme == "smtps")
            except BaseException:
                made.close()
                raise
        except (OSError, smtplib.SMTPException) as error:
            raise NotReached(f"{type(error).__name__}: the mail server was not reached") from error
        return made

    def _begin(self, session: smtplib.SMTP, host: str, *, hidden: bool) -> None:
        """Hide what is said where the server can, then sign in. Raises NotReached, OSError, SMTPException."""
        session.ehlo_or_helo_if_needed()  # before it, nothing is known of what the server can
        if not hidden and session.has_extn("starttls"):
            # Better hidden than open even where nobody vouches for the server; a password is told to nobody unknown.
            session.starttls(context=ssl.create_default_context() if self.password else None)
            hidden = True
        if self.password and not hidden and host not in _HERE:
            raise NotReached(f"{host} cannot be talked to unheard (STARTTLS), so it is not told the password")
        if self.password:
            session.login(self.sender, self.password)


def server_of(draft: ConnectionDraft, environment: Mapping[str, str], folder: Path) -> Server:
    """The server of a mail connection. Raises SettingsError."""
    assert isinstance(draft.system, MailSettings), "only mail has a sender"
    password = secret_of(draft.token, environment, folder) if draft.token else ""
    return Server(url_of(draft, environment), draft.system.sender, password)


def hand_over(session: smtplib.SMTP, mail: EmailMessage) -> None:
    """Raises NotHanded, Refused, and what says that no answer came."""
    try:
        session.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, said = next(iter(error.recipients.values()))
        _judge(code, said)
    except smtplib.SMTPResponseException as error:
        _judge(error.smtp_code, error.smtp_error)


def mail_of(sender: str, rows: Sequence[MessageRow], letter: Letter, now: Instant) -> EmailMessage:
    """The letter as a mail; its id is made of the first message in it, and a header says which handoffs it is about."""
    mail, row = EmailMessage(), rows[0]
    mail["From"], mail["To"] = sender, letter.to
    mail["Subject"], mail["Date"] = letter.subject, format_datetime(now)
    mail["Message-ID"] = f"<handrail.{row.run}.{row.pass_}.{row.rung}@{sender.partition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    about = (f"R-{each.run}/{each.about or each.pass_}" if each.run else each.template for each in rows)
    mail["X-Handrail-About"] = ", ".join(dict.fromkeys(about))
    mail.set_content(as_text(letter))
    mail.add_alternative(as_html(letter), subtype="html")
    return mail


def _judge(code: int, said: bytes | str) -> None:
    """4yz: later; 5yz: never (RFC 5321, 4.2.1)."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if 400 <= code < 500:
        raise NotHanded(f"{code} {text}")
    raise Refused(f"{code} {text}"[:500])


def leave(session: smtplib.SMTP) -> None:
    """End the session; a server that hung up first is no fault."""
    try:
        session.quit()
    except (OSError, smtplib.SMTPException) as error:
        log.info("The mail server hung up first: %s", error)
