"""The mail server of an organization, and the thread that hands it what is due.

A mail can neither be keyed nor read back, so it is claimed before it is sent, and one whose answer was lost is held for a
person: never sent twice. What could not be handed over waits, and is tried again for three days.
"""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from msgspec import Struct

from handrail.app.connectors import url_of
from handrail.app.mailing.letters import Letter, NotWritten, letter_of, one_of
from handrail.app.settings import ConnectionDraft, MailSettings, secret_of
from handrail.engine.engine import Engine
from handrail.engine.mailing import MAIL_DRIVER, Became, Mail, leaving, settle
from handrail.insight.past import Past
from handrail.store.batch import Batch
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import MessageRow
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from handrail.app.runtime import Runtime

AT_ONCE: Final = 50
LOOK_SECONDS: Final = 1.0
TIMEOUT_SECONDS: Final = 20.0
LEASE: Final = timedelta(minutes=20)
LATER: Final = timedelta(minutes=2)
GIVEN_UP: Final = timedelta(days=3)
LOST: Final = "held: it may have been sent, and no answer came"
_LEFT_OPEN: Final = "SELECT * FROM message WHERE state = 1 AND epoch < ?"
log: Final = logging.getLogger("handrail.mailing")


class NotTaken(Exception):
    """The server was not reached, or said: later. Nothing was sent."""


class Refused(Exception):
    """The server said that it will never take it."""


class Server(Struct, frozen=True):
    """A mail server, by its address in handrail.yaml: `smtp://host:port`, `smtps://host:port`. `user` is the sender's."""

    url: str
    sender: str
    password: str = ""

    def session(self) -> smtplib.SMTP:
        """An open session. Raises NotTaken."""
        parts = urlsplit(self.url)
        host, port = parts.hostname or "localhost", parts.port
        try:
            if parts.scheme == "smtps":
                made: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT_SECONDS)
            else:
                made = smtplib.SMTP(host, port or 25, timeout=TIMEOUT_SECONDS)
                if made.has_extn("starttls"):
                    made.starttls()
            if self.password:
                made.login(self.sender, self.password)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"{type(error).__name__}: the mail server was not reached") from error
        return made


def server_of(draft: ConnectionDraft, environment: Mapping[str, str], runtime: Runtime) -> Server:
    """The server of a mail connection. Raises SettingsError."""
    assert isinstance(draft.system, MailSettings), "only mail has a sender"
    password = secret_of(draft.token, environment, runtime.workspace.folder) if draft.token else ""
    return Server(url_of(draft, environment), draft.system.sender, password)


class Posting:
    """Hands messages that are due to the mail server, and writes down what became of each."""

    def __init__(self, runtime: Runtime, server: Server, epoch: int) -> None:
        self._runtime, self._server, self._epoch = runtime, server, epoch
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, name="mail", daemon=True)
        self.died: BaseException | None = None

    def start(self) -> None:
        """Begin; what an earlier process claimed and did not settle may have been sent, and is held."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what was begun, then stop."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=TIMEOUT_SECONDS)

    def post(self, now: Instant) -> int:
        """Send what is due, `AT_ONCE` at most. How many messages it concerned."""

        def take(engine: Engine, _now: Instant) -> tuple[list[Mail], int]:
            return leaving(engine, self._epoch, now, lease=LEASE, at_once=AT_ONCE)

        mails, looked_at = self._runtime.do(take)
        if mails:
            self._settle(self._sent(mails, now), now)
        return looked_at

    def _work(self) -> None:
        try:
            left = [MessageRow(*row) for row in self._runtime.store.database.read(_LEFT_OPEN, (self._epoch,))]
            self._settle([Became(row, "held", LOST) for row in left], self._runtime.clock())
            while not self._ended.wait(LOOK_SECONDS):
                try:
                    self.post(self._runtime.clock())
                except TimeoutError:
                    continue  # not written down in time: the engine will, when its long piece of work is over
        except BaseException as error:
            self.died = error
            raise

    def _sent(self, mails: Sequence[Mail], now: Instant) -> list[Became]:
        """Write each, and hand it over in one session."""
        past = Past(self._runtime.store, self._runtime.engine.worlds.organization)
        became: list[Became] = []
        session: smtplib.SMTP | None = None
        for mail in mails:
            letters, unwritten = self._written(past, mail, now)
            became += unwritten
            if not letters:
                continue
            rows = [row for row, _ in letters]
            try:
                session = session or self._server.session()
                self._hand_over(session, rows[0], one_of([letter for _, letter in letters]), now)
                became += [Became(row, "sent" if len(rows) == 1 else "in digest") for row in rows]
            except ValueError as error:
                became += [Became(row, "held", f"held: it is no mail: {error}") for row in rows]
            except Refused as error:
                became += [Became(row, "bounced", f"bounced: {error}") for row in rows]
            except NotTaken as error:
                session = None
                became += [_later(row, now, str(error)) for row in rows]
            except (OSError, smtplib.SMTPServerDisconnected):
                session = None
                became += [Became(row, "held", LOST) for row in rows]
        if session is not None:
            _quit(session)
        return became

    def _written(self, past: Past, mail: Mail, now: Instant) -> tuple[list[tuple[MessageRow, Letter]], list[Became]]:
        """The letters of one mail, and what cannot be written."""
        letters: list[tuple[MessageRow, Letter]] = []
        unwritten: list[Became] = []
        for row in mail.rows:
            try:
                letters.append((row, letter_of(past, self._runtime.workspace, row, mail.address, now)))
            except NotWritten as error:
                unwritten.append(Became(row, "overtaken" if error.overtaken else "held", str(error)))
        return letters, unwritten

    def _hand_over(self, session: smtplib.SMTP, row: MessageRow, letter: Letter, now: Instant) -> None:
        """Raises NotTaken, Refused, and what says that no answer came."""
        try:
            session.send_message(_mail(self._server.sender, row, letter, now))
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            _judge(code, said)
        except smtplib.SMTPResponseException as error:
            _judge(error.smtp_code, error.smtp_error)

    def _settle(self, became: Sequence[Became], now: Instant) -> None:
        if not became:
            return
        batch = Batch(at=to_millis(now), drivers=((MAIL_DRIVER, self._epoch),))

        def keep(engine: Engine, _now: Instant) -> None:
            settle(engine, became, now, batch)

        self._runtime.do(keep)


def _mail(sender: str, row: MessageRow, letter: Letter, now: Instant) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, letter.to
    mail["Subject"], mail["Date"] = letter.subject, format_datetime(now)
    mail["Message-ID"] = f"<handrail.{row.run}.{row.pass_}.{row.rung}@{sender.partition('@')[2] or 'localhost'}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    return mail


def _judge(code: int, said: bytes | str) -> None:
    """4yz: later; 5yz: never (RFC 5321, 4.2.1)."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if 400 <= code < 500:
        raise NotTaken(f"{code} {text}")
    raise Refused(f"{code} {text}"[:500])


def _later(row: MessageRow, now: Instant, why: str) -> Became:
    if now - to_instant(row.at) > GIVEN_UP:
        return Became(row, "held", f"held: not taken for three days, at last {why}")
    log.warning("A message of R-%d was not taken and waits: %s", row.run, why)
    return Became(row, "", later=now + LATER)


def _quit(session: smtplib.SMTP) -> None:
    try:
        session.quit()
    except (OSError, smtplib.SMTPException) as error:
        log.info("The mail server hung up first: %s", error)
