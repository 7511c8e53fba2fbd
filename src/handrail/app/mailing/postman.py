"""Takes mails that are claimed to the mail server, one session for all of them, and says what became of each message.

A mail can neither be keyed nor read back: one whose answer was lost is held for a person and never sent twice. What was not
taken waits and is tried again for three days. Who claims, and who writes down what became of it, is `posting`, or a host
without threads.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from aiosmtplib import SMTPException

from handrail.app.mailing.letters import Letter, NotWritten, Sending, letter_of, one_of
from handrail.app.mailing.server import NotHanded, NotReached, Refused, Server, Session, hand_over, leave, mail_of
from handrail.app.mailing.tokens import Tokens, address_of
from handrail.app.workspace import Workspace
from handrail.engine.mailing import Became, Mail, bounced, ends_of
from handrail.engine.posting.boxes import LOST
from handrail.insight.past import Past
from handrail.store.moments import to_instant
from handrail.store.rows import MessageRow
from handrail.terms.values import Instant

LATER: Final = timedelta(minutes=2)
GIVEN_UP: Final = timedelta(days=3)
log: Final = logging.getLogger("handrail.mailing")


class Postman:
    """Writes and sends for one organization; `texts` gives its workspace, `know` everything that is known at the moment."""

    def __init__(
        self, server: Server, tokens: Tokens, texts: Callable[[], Workspace], know: Callable[[], Past]
    ) -> None:
        self._server, self._tokens, self._texts, self._know = server, tokens, texts, know
        self.out_of_reach = ""
        """Why the mail server was not reached when it was last asked; empty: it was."""

    @property
    def links(self) -> bool:
        """Whether mail has links: the public address is known."""
        return bool(self._texts().settings.web.url)

    def send(self, mails: Sequence[Mail], now: Instant) -> list[Became]:
        """Write each, and hand it over; what became of every message in them. Not within an event loop: it runs its own."""
        return asyncio.run(self._send(mails, now))

    async def _send(self, mails: Sequence[Mail], now: Instant) -> list[Became]:
        past = self._know()
        became: list[Became] = []
        session: Session | None = None
        try:
            for mail in mails:
                letters, unwritten = self._written(past, mail, now)
                became += unwritten
                if not letters:
                    continue
                rows = [row for row, _ in letters]
                try:
                    if session is None or not session.is_connected:
                        session = await self._server.session()
                    self.out_of_reach = ""
                    letter = one_of([each for _, each in letters])
                    await hand_over(session, mail_of(self._server.sender, rows, letter, now))
                    became += [Became(row, ends_of(rows)) for row in rows]
                except ValueError as error:
                    became += [Became(row, "held", f"held: it is no mail: {error}") for row in rows]
                except Refused as error:
                    became += bounced(mail, f"bounced: {error}", rows)
                except NotHanded as error:
                    self.out_of_reach = str(error) if isinstance(error, NotReached) else ""
                    became += [_later(row, now, str(error)) for row in rows]
                except (OSError, SMTPException):
                    became += [Became(row, "held", LOST) for row in rows]
        finally:
            if session is not None and session.is_connected:
                await leave(session)
        return became

    def _written(self, past: Past, mail: Mail, now: Instant) -> tuple[list[tuple[MessageRow, Letter]], list[Became]]:
        """The letters of one mail, and what cannot be written."""
        texts = self._texts()
        links = {key: address_of(texts.settings.web.url, self._tokens.token(id_)) for key, id_ in mail.links.items()}
        sending = Sending(past, texts, now, mail.address, mail.reader, links)
        letters: list[tuple[MessageRow, Letter]] = []
        unwritten: list[Became] = []
        for row in mail.rows:
            try:
                letters.append((row, letter_of(sending, row)))
            except NotWritten as error:
                unwritten.append(Became(row, "overtaken" if error.overtaken else "held", str(error)))
        return letters, unwritten


def _later(row: MessageRow, now: Instant, why: str) -> Became:
    if now - to_instant(row.at) > GIVEN_UP:
        return Became(row, "held", f"held: not taken for three days, at last {why}")
    log.warning("A message of R-%d was not taken and waits: %s", row.run, why)
    return Became(row, "", later=now + LATER)
