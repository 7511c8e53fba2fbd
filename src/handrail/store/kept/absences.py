"""Absences: who is away from one day to another, and who acts in their name. Kept when they are over.

What follows when one begins or is over is `handrail.engine.by_hand.absences`.
"""

from __future__ import annotations

from typing import NamedTuple


class AbsenceRow(NamedTuple):
    """Somebody is away on these days, and who acts in their name. `next_day`: when it begins or is over; `ended`: by hand.

    Ledger rows from `seq` on were decided with it, from `ended_seq` on without it.
    """

    id: int
    person: int
    from_day: int
    to_day: int
    delegate: int | None
    at: int
    by: str
    reason: str
    next_day: int | None
    seq: int
    ended: int | None = None
    ended_by: str = ""
    ended_seq: int | None = None
