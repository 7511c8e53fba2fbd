"""Messages on their way out: what a receiver's box lets leave now, by `post`, claimed before anybody sends it.

Whoever sends (a mail server's thread, a stage) takes `leaving`, and says by `settle` what became of each. A mail can neither be
keyed nor read back: it is claimed in a commit first, and sent once. Nothing here writes or sends a mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, structs

from handrail.core.owners import calendar_of
from handrail.core.post import leaves_at, post
from handrail.engine.incidents.returned import noted
from handrail.engine.items import ForRun, Receipt
from handrail.engine.posting.boxes import LOST, boxes
from handrail.engine.posting.links import Read, links_for
from handrail.store.batch import Batch, MessageDone, MessageLater
from handrail.store.kept.links import LinkRow
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, to_millis
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.event import Outcome
from handrail.terms.message import Ended, Key, Opened
from handrail.terms.message import Leaving as Decided
from handrail.terms.values import Instant

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

MAIL_DRIVER: Final = "mail"
AT_ONCE: Final = 100
"""So many due messages are looked at together; more make a further digest."""

_LEFT_OPEN: Final = "SELECT * FROM message WHERE state = 1 AND epoch < ?"
_ENDED: Final = {"sent": CONFIRMED, "in digest": CONFIRMED, "overtaken": NOT_NEEDED, "held": FAILED, "bounced": FAILED}


class Mail(Struct, frozen=True):
    """One mail or chat message that leaves now; several `rows` make a digest. `address` is where it goes.

    `reader` is who reads it there, as owners are written; `links` are the ids of those that it may carry, by message.
    """

    address: str
    by: Literal["work e-mail", "private e-mail", "chat"]
    language: str
    rows: tuple[MessageRow, ...]
    reader: str = ""
    links: Mapping[Key, bytes] = {}

    @property
    def ends(self) -> Ended:
        """What its messages are once it has left."""
        return ends_of(self.rows)


def ends_of(rows: Sequence[MessageRow]) -> Ended:
    """What messages are that left in one mail: a digest is about several things."""
    return "sent" if len({(row.run, row.about or row.pass_) for row in rows}) == 1 else "in digest"


class Became(Struct, frozen=True):
    """What became of a message: ended as a word of `Ended`, or (empty) tried again `later`. `why` is kept with it.

    `address` is where it went to, or would have gone.
    """

    row: MessageRow
    ended: Ended | Literal[""]
    why: str = ""
    later: Instant | None = None
    address: str = ""


class Look(Struct, frozen=True):
    """How boxes are looked at: what leaves is claimed for `lease`, of so many due messages `at_once`.

    A box is looked at when something in it is due that came `rest` ago: what comes in the meantime leaves with it. `links`:
    mail about a handoff gets one, kept in the same commit as its claim.
    """

    lease: timedelta = timedelta(minutes=1)
    at_once: int = AT_ONCE
    rest: timedelta = timedelta()
    links: bool = False


USUAL: Final = Look()


def left(mail: Mail) -> list[Became]:
    """What became of its messages: it has left."""
    return [Became(row, mail.ends) for row in mail.rows]


def bounced(mail: Mail, why: str, rows: Sequence[MessageRow] | None = None) -> list[Became]:
    """What became of its messages (of those `rows` that were in it): nobody took it, and nobody will."""
    return [Became(row, "bounced", why, address=mail.address) for row in (mail.rows if rows is None else rows)]


def leaving(engine: Engine, epoch: int, now: Instant, look: Look = USUAL) -> tuple[list[Mail], int]:
    """What leaves now, claimed in `epoch` of the mail driver; and how many due messages were looked at.

    What does not leave gets its next moment. Raises StaleDriver, and NotResumed for a restored copy.
    """
    due = engine.store.due_messages(to_millis(now), look.at_once, to_millis(now - look.rest))
    if not due:
        return [], 0
    engine.worlds.look_at(now)
    batch = Batch(at=to_millis(now), drivers=((MAIL_DRIVER, epoch),))
    became: list[Became] = []
    mails: list[Mail] = []
    for box, rows, world in boxes(engine, due, now):
        found = post(box, Opened(), world, now)
        mails += [_mail(each, rows) for each in found.leaving]
        ended = {key: how for key, how in found.ended if how not in ("sent", "in digest")}
        became += [Became(rows[key], how, f"{how}: {_WHY[how]}") for key, how in ended.items()]
        going = {key for each in found.leaving for key in each.keys}
        calendar = calendar_of(box.receiver, world)
        batch.messages_later += [MessageLater(*key, batch.at) for key in sorted(going)]
        moments = {each.key: to_millis(leaves_at(found.box, each, calendar, now)) for each in found.box.waiting}
        batch.messages_later += [
            MessageLater(*key, moment) for key, moment in moments.items() if rows[key].leave_at != moment
        ]
    settle(engine, became, now, batch)
    return _claimed(
        engine, epoch, now + look.lease, mails, links_for(engine.store, _read(mails), now) if look.links else {}
    ), len(due)


def _read(mails: Sequence[Mail]) -> list[Read]:
    return [Read(row, mail.reader) for mail in mails for row in mail.rows]


def _claimed(
    engine: Engine, epoch: int, until: Instant, mails: Sequence[Mail], links: Mapping[Key, LinkRow]
) -> list[Mail]:
    """Those of the mails that are now ours to send, with their links."""
    keys = [row[:3] for mail in mails for row in mail.rows]
    if not keys:
        return []
    ours = set(engine.store.claim_messages((MAIL_DRIVER, epoch), keys, to_millis(until), list(links.values())))
    found = [mail for mail in mails if all(row[:3] in ours for row in mail.rows)]
    return [
        structs.replace(mail, links={row[:3]: links[row[:3]].id for row in mail.rows if row[:3] in links})
        for mail in found
    ]


def recover(engine: Engine, epoch: int, now: Instant) -> int:
    """What an earlier epoch claimed and did not settle may have been sent: it is held for a person. How many there were."""
    claimed = [MessageRow(*row) for row in engine.store.database.look(_LEFT_OPEN, (epoch,))]
    if claimed:
        settle(
            engine, [Became(row, "held", LOST) for row in claimed], now, Batch(to_millis(now), ((MAIL_DRIVER, epoch),))
        )
    return len(claimed)


def mail_out(engine: Engine, now: Instant) -> int:
    """Have the engine's own mailer send what leaves now. How many due messages were looked at."""
    assert engine.mail is not None, "there is a mailer"
    mails, looked_at = leaving(engine, engine.mail_epoch, now, engine.mail_look)
    became = [each for mail in mails for each in engine.mail(mail)]
    if became:
        settle(engine, became, now)
    return looked_at


_WHY: Final = {"overtaken": "its time is past", "held": "nobody knows an address of the receiver", "bounced": ""}


def settle(engine: Engine, became: Sequence[Became], now: Instant, batch: Batch | None = None) -> None:
    """Write what became of messages. Of one that did not arrive its run hears, where a step or a move told it; else whoever is accountable."""
    ours = batch or Batch(at=to_millis(now))
    incidents = noted(engine, became, now)

    def more(into: Batch, _receipts: Sequence[Receipt]) -> None:
        into.messages_done += [
            MessageDone(*each.row[:3], _ENDED[each.ended], _word(each)) for each in became if each.ended
        ]
        into.messages_later += ours.messages_later
        into.messages_later += [
            MessageLater(*each.row[:3], to_millis(each.later)) for each in became if each.later is not None
        ]
        into.drivers = (*into.drivers, *ours.drivers)
        if incidents is not None:
            incidents.into(into)

    engine.take([ForRun(each.row.run, _failed(each, now)) for each in became if _did_not_arrive(each)], now, more)


def _word(each: Became) -> str:
    return (each.why or each.ended)[:500]


def _did_not_arrive(each: Became) -> bool:
    return each.ended in ("held", "bounced") and coding.unpack(each.row.body, Message).tell


def _failed(each: Became, now: Instant) -> Outcome:
    code = each.ended
    return Outcome(each.row.pass_, each.row.rung, now, "failed", failure="permanent", code=code, reason=_word(each))


def _mail(decided: Decided, rows: dict[tuple[int, int, int], MessageRow]) -> Mail:
    return Mail(decided.address, decided.by, decided.language, tuple(rows[key] for key in decided.keys), decided.reader)
