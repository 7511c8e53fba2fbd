"""Overrides as people look at them: what is held back, for whom, until when, who said so and why."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past, in_force
from handrail.store.moments import DISPOSITION, to_instant, to_millis
from handrail.store.rows import OverrideRow
from handrail.terms.values import Instant

LINES_MAX: Final = 500
_KEPT: Final = "SELECT person, reason FROM held WHERE ended IS NULL AND disposition = ? AND reason LIKE '%: held back'"


class OverrideSeen(Struct, frozen=True):
    """One override. `who` is a name, or `anybody`; `starts_waiting` are events that are tried again when it is over.

    `in_force` is as of the moment asked about; `ended_by` is empty where its time ran out.
    """

    number: int
    person: str
    who: str
    journey: str
    object: str
    since: Instant
    until: Instant | None
    by: str
    reason: str
    in_force: bool
    ended: Instant | None
    ended_by: str
    starts_waiting: int


def overrides(
    past: Past, now: Instant, *, everything: bool = False, person: int | None = None
) -> tuple[OverrideSeen, ...]:
    """Overrides in force, the newest first; with `everything` those that have ended, too. `person`: about them, or anybody."""
    at, where, values = to_millis(now), ["1 = 1"], list[object]()
    if not everything:
        where.append("ended IS NULL AND (until IS NULL OR until > ?)")
        values.append(at)
    if person is not None:
        where.append("(person = ? OR person IS NULL)")
        values.append(person)
    ask = f"SELECT * FROM override WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"  # noqa: S608 - of constants
    rows = [OverrideRow(*row) for row in past.store.database.read(ask, (*values, LINES_MAX))]
    names = Names(past)
    names.fetch(row.person for row in rows if row.person is not None)
    kept = past.store.database.read(_KEPT, (DISPOSITION["deferred"],)) if rows else []
    waiting = [(int(of), str(reason).partition("/")[0]) for of, reason in kept if of is not None]
    return tuple(_seen(row, names, at, waiting) for row in rows)


def _seen(row: OverrideRow, names: Names, at: int, waiting: list[tuple[int, str]]) -> OverrideSeen:
    return OverrideSeen(
        row.id,
        "" if row.person is None else f"P-{row.person}",
        "anybody" if row.person is None else names.of(row.person),
        row.journey,
        row.object,
        to_instant(row.at),
        None if row.until is None else to_instant(row.until),
        row.by,
        row.reason,
        in_force(row, at),
        None if row.ended is None else to_instant(row.ended),
        row.ended_by,
        sum(journey == row.journey and row.person in (None, of) for of, journey in waiting),
    )
