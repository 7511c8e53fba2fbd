"""Calls of a connection as lines: waiting for their turn, on their way, not known to be done, or failed and with somebody now.

Page by page through the index of open calls; a connection's whole queue is never read at once.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlencode

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.sending import cause_text
from handrail.insight.telling.wording import call_name, words_of
from handrail.insight.whys.references import call_ref
from handrail.store.kept.tries import UNCERTAIN, is_uncertain
from handrail.store.moments import CLAIMED, FAILED, to_instant
from handrail.store.rows import EffectRow
from handrail.terms.values import Instant

Which: TypeAlias = Literal["", "waiting", "claimed", "uncertain", "failed"]
Key: TypeAlias = tuple[str, str, int, int, int]
BEGINNING: Final[Key] = ("", "", -1, -1, -(2**31))
STILL_OPEN: Final = (
    "EXISTS (SELECT 1 FROM handoff h WHERE h.run = effect.run AND h.pass = effect.pass AND h.closed IS NULL)"
)
_ONLY: Final[dict[Which, str]] = {
    "": "state < 2",
    "waiting": "state < 2 AND state = 0",
    "claimed": "state < 2 AND state = 1",
    "uncertain": "state < 2 AND substr(outcome, 1, 1) = ?",
    "failed": f"state = 4 AND {STILL_OPEN}",
}
HANDED_MAX: Final = 200
_HANDED: Final = (
    "SELECT e.connection, e.action, e.object, h.owner, count(*), min(h.opened), min(h.due) FROM effect e "
    "JOIN handoff h ON h.run = e.run AND h.pass = e.pass AND h.closed IS NULL WHERE e.state = 4 "
    "GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT ?"
)


class CallLine(Struct, frozen=True):
    """One call: what is to be done for whom, how it stands, when it leaves at the earliest (None: never), what its last try said."""

    ref: str
    run: int
    what: str
    object: str
    person: int
    person_name: str
    state: str
    tries: int
    leaves: Instant | None
    last: str
    key: Key


class CallsWanted(Struct, frozen=True):
    """Which calls: of a connection, in one state (empty: any), of one action about one object (empty: any)."""

    connection: str
    which: Which = ""
    action: str = ""
    object: str | None = None


class Handed(Struct, frozen=True):
    """Calls for the same that could not be done, and whose steps are with somebody now: `owner` has most of them, `others` how many more do.

    `due` is the soonest moment until when one of them is to be answered.
    """

    connection: str
    action: str
    object: str
    many: int
    owner: str
    others: int
    since: Instant
    due: Instant | None

    @property
    def what(self) -> str:
        """As in `enroll (SAFE-1)`."""
        name = words_of(self.action.partition(".")[2] or self.action)
        return f"{name} ({self.object})" if self.object else name

    @property
    def path(self) -> str:
        """Where they are listed by name."""
        asked = {"which": "failed", "action": self.action, "object": self.object}
        return f"/connections/{self.connection}/calls?{urlencode(asked)}"


def handed(past: Past) -> tuple[Handed, ...]:
    """The calls that could not be done and are with somebody now, those with most first; so many causes at most."""
    found: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for row in past.store.database.read(_HANDED, (HANDED_MAX,)):
        found.setdefault(row[:3], []).append(row)
    names = Names(past)
    names.fetch_owners(str(rows[0][3]) for rows in found.values())
    made = [
        Handed(
            *about, sum(int(row[4]) for row in rows), names.owner(str(rows[0][3])), len(rows) - 1,
            to_instant(min(int(row[5]) for row in rows)), _soonest(rows),
        )
        for about, rows in found.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda each: (-each.many, each.connection, each.action, each.object)))


def _soonest(rows: Sequence[tuple[Any, ...]]) -> Instant | None:
    dues = [int(row[6]) for row in rows if row[6] is not None]
    return to_instant(min(dues)) if dues else None


def open_calls(past: Past, wanted: CallsWanted, limit: int, after: Key = BEGINNING) -> tuple[CallLine, ...]:
    """Calls, by action, object and run; `after` is the key of the last line of the page before."""
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
    failed = row.state == FAILED
    return CallLine(
        call_ref(*row[:3]),
        row.run,
        call_name(row.action),
        row.object,
        row.person,
        names.of(row.person),
        "failed" if failed else state,
        row.tries,
        None if failed else to_instant(row.next_at),
        cause_text(row),
        (row.action, row.object, *row[:3]),
    )
