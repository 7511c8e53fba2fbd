"""The calls of a connection that are not over, as lines: waiting for their turn, on their way, or not known to be done.

Page by page through the index of open calls; a connection's whole queue is never read at once.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.sending import cause_text
from handrail.insight.telling.wording import call_name
from handrail.insight.whys.references import call_ref
from handrail.store.kept.tries import UNCERTAIN, is_uncertain
from handrail.store.moments import CLAIMED, to_instant
from handrail.store.rows import EffectRow
from handrail.terms.values import Instant

Which: TypeAlias = Literal["", "waiting", "claimed", "uncertain"]
Key: TypeAlias = tuple[str, str, int, int, int]
BEGINNING: Final[Key] = ("", "", -1, -1, -(2**31))
_ONLY: Final[dict[Which, str]] = {
    "": "state < 2",
    "waiting": "state < 2 AND state = 0",
    "claimed": "state < 2 AND state = 1",
    "uncertain": "state < 2 AND substr(outcome, 1, 1) = ?",
}


class CallLine(Struct, frozen=True):
    """One open call: what is to be done for whom, how it stands, when it leaves at the earliest, what its last try said."""

    ref: str
    run: int
    what: str
    object: str
    person: int
    person_name: str
    state: str
    tries: int
    leaves: Instant
    last: str
    key: Key


class CallsWanted(Struct, frozen=True):
    """Which calls: of a connection, in one state (empty: any), of one action about one object (empty: any)."""

    connection: str
    which: Which = ""
    action: str = ""
    object: str | None = None


def open_calls(past: Past, wanted: CallsWanted, limit: int, after: Key = BEGINNING) -> tuple[CallLine, ...]:
    """Open calls, by action, object and run; `after` is the key of the last line of the page before."""
    values: list[object] = [wanted.connection]
    where = f"connection = ? AND {_ONLY[wanted.which]}"
    if wanted.which == "uncertain":
        values.append(UNCERTAIN)
    if wanted.action:
        where += " AND action = ?"
        values.append(wanted.action)
    if wanted.object is not None:
        where += " AND object = ?"
        values.append(wanted.object)
    ask = f"SELECT * FROM effect WHERE {where} AND (action, object, run, pass, rung) > (?, ?, ?, ?, ?) "
    ask += "ORDER BY action, object, run, pass, rung LIMIT ?"
    rows = [EffectRow(*row) for row in past.store.database.read(ask, (*values, *after, limit))]
    names = Names(past)
    names.fetch(row.person for row in rows)
    return tuple(_line(row, names) for row in rows)


def _line(row: EffectRow, names: Names) -> CallLine:
    state = "claimed" if row.state == CLAIMED else "uncertain" if is_uncertain(row.outcome) else "waiting"
    return CallLine(
        call_ref(*row[:3]),
        row.run,
        call_name(row.action),
        row.object,
        row.person,
        names.of(row.person),
        state,
        row.tries,
        to_instant(row.next_at),
        cause_text(row),
        (row.action, row.object, *row[:3]),
    )
