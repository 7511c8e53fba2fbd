"""Links that mail about handoffs gets: bound to a handoff and its owner, made anew with the claim of the message.

A link that was made for a message that did not leave after all is the same when it is tried again. What a link answers, and
until when it still counts, is `handrail.insight.answering`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from handrail.store.kept.links import LinkRow
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.store.rows import HandoffRow, MessageRow
from handrail.terms.message import Key
from handrail.terms.values import Instant

ID_BYTES: Final = 16
GRACE: Final = timedelta(days=7)
"""So long after its handoff's limit a link may still answer it, if nobody else has it by then."""

LASTS: Final = timedelta(days=30)
"""No link lasts longer than this."""

_OPEN: Final = "SELECT * FROM handoff WHERE closed IS NULL AND run {in}"


class Read(NamedTuple):
    """A message that leaves, and who reads it."""

    row: MessageRow
    reader: str


def links_for(store: Store, leaving: Iterable[Read], now: Instant) -> dict[Key, LinkRow]:
    """A link for each message about a handoff that is open and still its receiver's."""
    messages = list(leaving)
    runs = sorted({each.row.run for each in messages})
    if not runs:
        return {}
    rows = (HandoffRow(*row) for row in store.database.look_in(_OPEN, runs))
    handoffs = {(row.run, row.pass_): row for row in rows}
    before = {row[:3]: row for row in store.links_of_runs(runs)}
    made: dict[Key, LinkRow] = {}
    for row, reader in messages:
        handoff = handoffs.get((row.run, row.about or row.pass_))
        if handoff is not None and handoff.owner == row.receiver:
            made[row[:3]] = _link(handoff, row, reader, before, now)
    return made


def _link(handoff: HandoffRow, row: MessageRow, reader: str, before: Mapping[Key, LinkRow], now: Instant) -> LinkRow:
    earlier = before.get(row[:3])
    if earlier is not None:
        return earlier._replace(reader=reader)
    id_ = secrets.token_bytes(ID_BYTES)
    expires = to_millis(expires_at(handoff.due, now))
    return LinkRow(*row[:3], handoff.pass_, id_, row.receiver, reader, to_millis(now), expires, None, None, "")


def expires_at(due: int | None, now: Instant) -> Instant:
    """Until when a link counts that is made now, for a handoff with that limit (milliseconds)."""
    latest = now + LASTS
    return latest if due is None else min(max(to_instant(due), now) + GRACE, latest)
