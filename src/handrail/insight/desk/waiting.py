"""Which handoffs are open: mine, my team's, all that I see; the soonest due first. Keys alone; what they say is `lines`' matter.

Every question goes by an index: of what is open by its limit, of an owner by theirs, of few people by their runs.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.insight.desk.reach import COUNT_MAX, Condition, Desk, seen_people
from handrail.insight.past import Past
from handrail.store.moments import to_millis
from handrail.store.reading import NEVER
from handrail.store.rows import HandoffRow
from handrail.terms.values import Instant

Whose: TypeAlias = Literal["mine", "team", "all"]
_TIMED: Final = "h.closed IS NULL AND h.due IS NOT NULL"
_UNTIMED: Final = "h.closed IS NULL AND h.due IS NULL"
_OF_JOURNEY: Final = (
    "EXISTS (SELECT 1 FROM run r WHERE r.id = h.run AND r.plan IN (SELECT p.id FROM plan p WHERE p.journey = ?))"
)
_OF_PEOPLE: Final = "h.run IN (SELECT r.id FROM run r WHERE r.phase < 3 AND r.person IN ({}))"


class Waiting(Struct, frozen=True):
    """Which open handoffs: whose; of an owner (as owners are written), of a journey, about a person, due before a moment.

    `stuck`: those that did not go as they were meant to: late once, could not be done, handed on. `late`: of these, those
    that were past their limit once, whoever has them now.
    """

    whose: Whose = "all"
    owner: str = ""
    journey: str = ""
    person: int | None = None
    due_before: Instant | None = None
    stuck: bool = False
    late: bool = False


class After(Struct, frozen=True):
    """The last handoff of the page before; `due` is empty for one without a limit of its own."""

    due: int | None
    run: int
    pass_: int


class Found(Struct, frozen=True):
    """A page of handoffs, and the last one of it where another page follows."""

    rows: tuple[HandoffRow, ...]
    next: After | None


class _Asked(Struct, frozen=True):
    """A question made ready: the owners it is about (none: anybody's) and the condition that all its rows fulfill.

    `few`: the condition finds few rows by itself, so the order is made afterwards.
    """

    owners: tuple[str, ...]
    condition: Condition
    few: bool
    timed_only: bool


def waiting(past: Past, desk: Desk, which: Waiting, limit: int, after: After | None = None) -> Found:
    """A page of open handoffs, those without a limit of their own last."""
    asked = _asked(desk, which)
    if asked is None:
        return Found((), None)
    kinds = []
    if after is None or after.due is not None:
        kinds.append(_of_kind(asked, _TIMED, limit, None if after is None else (after.due, after.run, after.pass_)))
    if not asked.timed_only:
        within = (NEVER, after.run, after.pass_) if after is not None and after.due is None else None
        kinds.append(_of_kind(asked, _UNTIMED, limit, within))
    rows = _read(past, kinds, limit) if kinds else []
    last = After(rows[-1].due, rows[-1].run, rows[-1].pass_) if len(rows) == limit else None
    return Found(tuple(rows), last)


def by_key(past: Past, keys: Sequence[tuple[int, int]]) -> list[HandoffRow]:
    """The handoffs of these runs and passes, open or over, in the same order; what is not there is left out."""
    runs = sorted({run for run, _ in keys})
    found = [HandoffRow(*row) for row in past.store.database.read_in("SELECT * FROM handoff WHERE run {in}", runs)]
    rows = {(row.run, row.pass_): row for row in found}
    return [rows[key] for key in dict.fromkeys(keys) if key in rows]


def _asked(desk: Desk, which: Waiting) -> _Asked | None:
    """None: nothing can be found, as nobody is meant."""
    owners: tuple[str, ...] = (which.owner,) if which.owner else ()
    if which.whose != "all":
        mine = desk.own if which.whose == "mine" else desk.teams
        owners = tuple(owner for owner in mine if which.owner in ("", owner))
        if not owners:
            return None
    people = seen_people(desk.viewer) if which.whose == "all" else None
    about = [Condition("?", (which.person,))] if which.person is not None else []
    about += [people] if people is not None else []
    conditions = [Condition(_OF_PEOPLE.format(each.sql), each.values) for each in about]
    if which.journey:
        conditions.append(Condition(_OF_JOURNEY, (which.journey,)))
    if which.stuck or which.late:
        conditions.append(Condition("h.stuck = 1"))
    if which.late:
        conditions.append(Condition("h.late = 1"))
    if which.due_before is not None:
        conditions.append(Condition("h.due < ?", (to_millis(which.due_before),)))
    sql = " AND ".join(each.sql for each in conditions)
    values = tuple(value for each in conditions for value in each.values)
    return _Asked(owners, Condition(sql, values), bool(about), which.due_before is not None)


def _of_kind(asked: _Asked, kind: str, limit: int, after: tuple[object, ...] | None) -> list[Condition]:
    """Statements that each give rows of one kind in their order, so many at most: one, or one for each of several owners."""
    due = "h.due" if kind is _TIMED else str(NEVER)
    if asked.few:
        due = f"coalesce(h.due, {NEVER})"  # no index is in this order, so that the few rows are found first
    order = f"{due}, h.run, h.pass" if kind is _TIMED or asked.few else "h.run, h.pass"
    beyond = Condition(f"({due}, h.run, h.pass) > (?, ?, ?)", after) if after is not None else Condition()
    one = f"SELECT h.* FROM handoff h WHERE {kind}{{}}{asked.condition.also}{beyond.also} ORDER BY {order} LIMIT ?"
    values = (*asked.condition.values, *beyond.values, limit)
    if not asked.owners:
        return [Condition(one.format(""), values)]
    return [Condition(one.format(" AND h.owner = ?"), (owner, *values)) for owner in asked.owners]


def _read(past: Past, kinds: Sequence[Sequence[Condition]], limit: int) -> list[HandoffRow]:
    """The rows of several statements merged, those without a limit last, in one question to the store."""
    parts = [each for kind in kinds for each in kind]
    every = " UNION ALL ".join(f"SELECT * FROM ({each.sql}) AS of_{number}" for number, each in enumerate(parts))
    ask = f"SELECT * FROM ({every}) AS h ORDER BY coalesce(h.due, {NEVER}), h.run, h.pass LIMIT ?"
    values = tuple(value for each in parts for value in each.values)
    return [HandoffRow(*row) for row in past.store.database.read(ask, (*values, limit))]


def how_many(past: Past, desk: Desk, which: Waiting) -> int:
    """How many there are; no further than one beyond `COUNT_MAX` is counted."""
    count = counting(desk, which)
    return int(past.store.database.read(count.sql, count.values)[0][0])


def counting(desk: Desk, which: Waiting) -> Condition:
    """The statement that counts them (`how_many`), for whoever asks more in the same question."""
    asked = _asked(desk, which)
    if asked is None:
        return Condition("SELECT 0")
    owners = f" AND h.owner IN ({', '.join('?' * len(asked.owners))})" if asked.owners else ""
    one = f"SELECT 1 FROM handoff h WHERE h.closed IS NULL{owners}{asked.condition.also} LIMIT ?"
    return Condition(f"SELECT count(*) FROM ({one}) AS found", (*asked.owners, *asked.condition.values, COUNT_MAX + 1))
