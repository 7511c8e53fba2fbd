"""The first messages of a new journey: they wait in their boxes, without a moment, until a named person lets them go or drops them.

Limits go on meanwhile, and ladders climb: only mail waits. What comes of a message that is let go is the box's to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.engine.plans import answers_for
from handrail.store.batch import Batch, MessageDone, MessageLater
from handrail.store.kept.acts import Act, audited
from handrail.store.kept.mail import MailHoldRow
from handrail.store.moments import NOT_NEEDED, to_millis
from handrail.terms.message import Key
from handrail.terms.plan import Plan
from handrail.terms.values import Instant

_HOLD: Final = "SELECT * FROM mail_hold WHERE journey = ? AND ended IS NULL"
_WAITING: Final = (
    "SELECT m.run, m.pass, m.rung FROM message m JOIN run r ON r.id = m.run JOIN plan p ON p.id = r.plan "
    "WHERE m.state = 0 AND m.leave_at IS NULL AND p.journey = ? ORDER BY m.at, m.run, m.pass, m.rung"
)


def hold_mail(engine: Engine, plan: Plan, now: Instant) -> None:
    """The journey is new here: its messages wait from now on. Done before it is published."""
    row = MailHoldRow(plan.journey, to_millis(now), answers_for(plan, engine.worlds.organization), None, "")
    engine.store.commit(Batch(to_millis(now), engine.drivers, mail_holds=[row]))
    engine.plans.read_mail_holds()


def release_mail(engine: Engine, journey: str, by: str, now: Instant) -> int | None:
    """Let the messages of the journey go, those that wait and those to come; how many waited. None: they do not wait."""
    found = engine.store.database.look(_HOLD, (journey,))
    if not found:
        return None
    keys = _keys(engine, journey)

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        batch.messages_later += [MessageLater(*key, batch.at) for key in keys]
        batch.mail_holds.append(MailHoldRow(*found[0])._replace(ended=batch.at, by=by))
        act = Act(by, "messages released", journey, after=str(len(keys)))
        batch.audit.append(audited(engine.store, act, now))

    engine.take((), now, more)
    engine.plans.read_mail_holds()
    return len(keys)


def drop_mail(engine: Engine, journey: str, by: str, now: Instant) -> int | None:
    """What waits is never sent; what is still to come goes on waiting. How many there were. None: they do not wait."""
    if not engine.store.database.look(_HOLD, (journey,)):
        return None
    keys = _keys(engine, journey)

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        batch.messages_done += [MessageDone(*key, NOT_NEEDED, f"overtaken: dropped by {by}"[:500]) for key in keys]
        act = Act(by, "messages dropped", journey, after=str(len(keys)))
        batch.audit.append(audited(engine.store, act, now))

    engine.take((), now, more)
    return len(keys)


def _keys(engine: Engine, journey: str) -> list[Key]:
    return [(int(run), int(pass_), int(rung)) for run, pass_, rung in engine.store.database.look(_WAITING, (journey,))]
