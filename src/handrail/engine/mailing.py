"""Messages on their way out: what a receiver's box lets leave now, by `post`, claimed before anybody sends it.

Whoever sends (a mail server's thread, a stage) takes `leaving`, and says by `settle` what became of each. A mail can neither be
keyed nor read back: it is claimed in a commit first, and sent once. Nothing here writes or sends a mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from handrail.core.owners import calendar_of
from handrail.core.post import NEVER_HELD, WEEK, leaves_at, post
from handrail.engine.items import ForRun, Receipt
from handrail.engine.worlds import CalendarsOf
from handrail.store.batch import Batch, MessageDone, MessageLater
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, to_instant, to_millis
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.event import Outcome
from handrail.terms.message import Box, Boxed, Ended, Left, Opened
from handrail.terms.message import Leaving as Decided
from handrail.terms.person import Origin, Person
from handrail.terms.values import Instant
from handrail.terms.world import World

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

MAIL_DRIVER: Final = "mail"
AT_ONCE: Final = 100
"""So many due messages are looked at together; more make a further digest."""

OTHERS_MAX: Final = 100
"""So many that are not due yet are counted for a digest."""

MEASURE_MAX: Final = 50
"""So many of the newest reminders and news that left are counted for the week's measure."""

REACH: Final = timedelta(days=31)
_LEASE: Final = timedelta(minutes=1)
_BOXES: Final = "SELECT * FROM message WHERE state = 0 AND at >= ? AND receiver {in}"
_LEFT: Final = (
    "SELECT receiver, leave_at, run, about, urgency, outcome FROM message "
    "WHERE state = 2 AND leave_at >= ? AND at >= ? AND receiver {in}"
)
_ENDED: Final = {"sent": CONFIRMED, "in digest": CONFIRMED, "overtaken": NOT_NEEDED, "held": FAILED, "bounced": FAILED}


class Mail(Struct, frozen=True):
    """One mail or chat message that leaves now; several `rows` make a digest. `address` is where it goes."""

    address: str
    by: Literal["work e-mail", "private e-mail", "chat"]
    language: str
    rows: tuple[MessageRow, ...]

    @property
    def ends(self) -> Ended:
        """What its messages are once it has left."""
        return "sent" if len(self.rows) == 1 else "in digest"


class Became(Struct, frozen=True):
    """What became of a message: ended as a word of `Ended`, or (empty) tried again `later`. `why` is kept with it."""

    row: MessageRow
    ended: Ended | Literal[""]
    why: str = ""
    later: Instant | None = None


def leaving(
    engine: Engine, epoch: int, now: Instant, *, lease: timedelta = _LEASE, at_once: int = AT_ONCE
) -> tuple[list[Mail], int]:
    """What leaves now, claimed in `epoch` of the mail driver until `lease` is over; and how many due messages were looked at.

    What does not leave gets its next moment. Raises StaleDriver, and NotResumed for a restored copy.
    """
    due = engine.store.due_messages(to_millis(now), at_once)
    if not due:
        return [], 0
    batch = Batch(at=to_millis(now), drivers=((MAIL_DRIVER, epoch),))
    became: list[Became] = []
    mails: list[Mail] = []
    for box, rows, world in _boxes(engine, due, now):
        found = post(box, Opened(), world, now)
        mails += [_mail(each, rows) for each in found.leaving]
        ended = {key: how for key, how in found.ended if how not in ("sent", "in digest")}
        became += [Became(rows[key], how, f"{how}: {_WHY[how]}") for key, how in ended.items()]
        going = {key for each in found.leaving for key in each.keys}
        calendar = calendar_of(box.receiver, world)
        batch.messages_later += [MessageLater(*key, batch.at) for key in sorted(going)]
        batch.messages_later += [
            MessageLater(*each.key, to_millis(leaves_at(found.box, each, calendar, now))) for each in found.box.waiting
        ]
    settle(engine, became, now, batch)
    keys = [row[:3] for mail in mails for row in mail.rows]
    ours = set(engine.store.claim_messages((MAIL_DRIVER, epoch), keys, to_millis(now + lease))) if keys else set()
    return [mail for mail in mails if all(row[:3] in ours for row in mail.rows)], len(due)


def mail_out(engine: Engine, now: Instant) -> int:
    """Have the engine's own mailer send what leaves now. How many due messages were looked at."""
    assert engine.mail is not None, "there is a mailer"
    mails, looked_at = leaving(engine, engine.mail_epoch, now)
    became: list[Became] = []
    for mail in mails:
        sent, why = engine.mail(mail)
        became += [Became(row, mail.ends if sent else "bounced", "" if sent else why) for row in mail.rows]
    if became:
        settle(engine, became, now)
    return looked_at


_WHY: Final = {"overtaken": "its time is past", "held": "nobody knows an address of the receiver", "bounced": ""}


def settle(engine: Engine, became: Sequence[Became], now: Instant, batch: Batch | None = None) -> None:
    """Write what became of messages; where one that a step or a move told did not arrive, its run hears of it."""
    ours = batch or Batch(at=to_millis(now))

    def more(into: Batch, _receipts: Sequence[Receipt]) -> None:
        into.messages_done += [
            MessageDone(*each.row[:3], _ENDED[each.ended], _word(each)) for each in became if each.ended
        ]
        into.messages_later += ours.messages_later
        into.messages_later += [
            MessageLater(*each.row[:3], to_millis(each.later)) for each in became if each.later is not None
        ]
        into.drivers = (*into.drivers, *ours.drivers)

    engine.take([ForRun(each.row.run, _failed(each, now)) for each in became if _did_not_arrive(each)], now, more)


def _word(each: Became) -> str:
    return (each.why or each.ended)[:500]


def _did_not_arrive(each: Became) -> bool:
    return each.ended in ("held", "bounced") and coding.unpack(each.row.body, Message).tell


def _failed(each: Became, now: Instant) -> Outcome:
    code = each.ended
    return Outcome(each.row.pass_, each.row.rung, now, "failed", failure="permanent", code=code, reason=_word(each))


# Boxes as they stand


def _boxes(
    engine: Engine, due: Sequence[MessageRow], now: Instant
) -> Iterator[tuple[Box, dict[tuple[int, int, int], MessageRow], World]]:
    """Each receiver's box as far as it matters now, its rows by key, and the world that it is looked at in."""
    receivers = sorted({row.receiver for row in due})
    look_in = engine.store.database.look_in
    others: dict[str, list[MessageRow]] = {}
    for row in map(MessageRow._make, look_in(_BOXES, receivers, (to_millis(now - REACH),))):
        if row.leave_at is None or row.leave_at > to_millis(now):
            others.setdefault(row.receiver, []).append(row)
    about = {(row.run, row.about) for row in (*due, *chain.from_iterable(others.values()))}
    left = _left(look_in(_LEFT, receivers, (to_millis(now - WEEK), to_millis(now - REACH))), about)
    engine.worlds.fetch(number for each in receivers for number in _people_of(engine, each))
    for receiver in receivers:
        waiting = [row for row in due if row.receiver == receiver] + others.get(receiver, [])[:OTHERS_MAX]
        waiting.sort(key=lambda row: (row.at, row[:3]))
        rows = {(row.run, row.pass_, row.rung): row for row in waiting}
        boxed = tuple(Boxed(row.run, coding.unpack(row.body, Message), to_instant(row.at)) for row in waiting)
        yield Box(receiver, boxed, left.get(receiver, ())), rows, _world(engine, receiver)


def _left(found: Iterable[Sequence[Any]], about: set[tuple[int, int]]) -> dict[str, tuple[Left, ...]]:
    """What left each receiver's box lately, a digest as one: as far as it is about these handoffs, or counts for the measure."""
    said: dict[str, list[Left]] = {}
    capped: dict[str, list[Left]] = {}
    for (receiver, at, digest), rows in groupby(sorted(found, key=_by_mail), key=_by_mail):
        together = list(rows)
        for part in [together] if digest else [[row] for row in together]:
            spoken = tuple((row[2], row[3]) for row in part if (row[2], row[3]) in about)
            counts = any(row[4] not in NEVER_HELD for row in part)
            if spoken or counts:
                (capped if counts else said).setdefault(receiver, []).append(Left(to_instant(at), spoken, counts))
    return {each: (*said.get(each, ()), *capped.get(each, ())[-MEASURE_MAX:]) for each in (*said, *capped)}


def _by_mail(row: Sequence[Any]) -> tuple[str, int, bool]:
    """Receiver, moment and whether it was a digest: what is equal in these left together."""
    return row[0], row[1], row[5] == "in digest"


def _people_of(engine: Engine, receiver: str) -> list[int]:
    """Own ids of those who may read what is in the box."""
    kind, _, name = receiver.partition(":")
    if kind == "person":
        return [int(name)]
    team = engine.worlds.organization.teams.get(name) if kind == "team" else None
    return [] if team is None else [number for number in (team.lead, *team.members) if number is not None]


def _world(engine: Engine, receiver: str) -> World:
    """A world of the receiver alone: their calendar, address and language."""
    organization = engine.worlds.organization
    there = {number: person for number in _people_of(engine, receiver) if (person := engine.worlds.newest(number))}
    nobody = Person(0, 0, Origin("", to_instant(0)))
    first = next(iter(there.values()), nobody)
    return World(first, organization, None, there, {}, CalendarsOf(organization, first, there))


def _mail(decided: Decided, rows: dict[tuple[int, int, int], MessageRow]) -> Mail:
    return Mail(decided.address, decided.by, decided.language, tuple(rows[key] for key in decided.keys))
