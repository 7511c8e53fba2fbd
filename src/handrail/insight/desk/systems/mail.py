"""What the messages wait for that have not left yet: counted by what holds them, with when the first and the last of them leave.

When a message leaves is decided in `handrail.core.post`; here its row is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from handrail.insight.past import Past
from handrail.store.moments import to_instant, to_millis
from handrail.terms.values import Instant

_WAITING: Final = (
    "SELECT CASE WHEN leave_at IS NULL THEN 'release' WHEN leave_at <= ? THEN 'due' "
    "WHEN urgency IN ('first', 'escalation') THEN 'working time' ELSE 'gathered' END, count(*), min(leave_at), max(leave_at) "
    "FROM message WHERE state = 0 GROUP BY 1"
)
_WHY: Final[Mapping[str, str]] = {
    "due": "to leave now, one after the other",
    "working time": "for their readers' working time: nobody is written to at night, at the weekend or on a holiday",
    "gathered": "as reminders and news do: for their readers' working time, for the one digest of the day, "
    "or until the week's measure of letters has room again",
    "release": "until somebody lets the messages of a new journey go",
}


class Waits(Struct, frozen=True):
    """So many messages wait for the same: `why` ends the sentence "they wait". `first` and `last`: when these leave at the earliest."""

    what: str
    many: int
    why: str
    first: Instant | None
    last: Instant | None


def messages_waiting(past: Past, now: Instant) -> tuple[Waits, ...]:
    """The messages that have not left, by what they wait for."""
    found = {str(row[0]): row[1:] for row in past.store.database.read(_WAITING, (to_millis(now),))}
    return tuple(
        Waits(what, int(found[what][0]), why, _moment(found[what][1]), _moment(found[what][2]))
        for what, why in _WHY.items()
        if what in found
    )


def _moment(millis: int | None) -> Instant | None:
    return None if millis is None else to_instant(int(millis))
