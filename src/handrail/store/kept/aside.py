"""Calls of a bulk that is paused: they keep their place and their order, under a rank that nobody looks for.

Calls are found by rank. One that is set aside has its own rank and `ASIDE` more, so that thousands that wait for a person's
word cost nothing to pass over; to bring it back is to take that off again. A slice is one short transaction.
"""

# ruff: noqa: S608 - statements are put together from constants; every value is handed over apart

from __future__ import annotations

from typing import Final, TypeAlias

from handrail.store.database.port import Database
from handrail.store.work import ON_THEIR_WAY

ASIDE: Final = 8
"""Above every rank that calls are decided with."""

SLICE: Final = 500
Bulk: TypeAlias = tuple[str, str, str]
"""Connection, action, object."""

_LAST: Final = (
    "SELECT run, pass, rung FROM effect WHERE connection = ? AND action = ? AND object = ? AND state < 2 "
    "AND (run, pass, rung) > (?, ?, ?) ORDER BY run, pass, rung LIMIT 1 OFFSET ?"
)
_OF: Final = "WHERE connection = ? AND action = ? AND object = ? AND state < 2 AND (run, pass, rung) > (?, ?, ?)"
_UNTIL: Final = " AND (run, pass, rung) <= (?, ?, ?)"
_THERE: Final = (
    "SELECT DISTINCT connection, action, object FROM effect WHERE connection = ? AND state = 0 AND rank >= ? "
    f"UNION SELECT connection, action, object FROM ({ON_THEIR_WAY}) AS claimed WHERE rank >= ?"
)


def set_aside(database: Database, bulk: Bulk) -> int:
    """Set all open calls of a bulk aside; how many were not so before. Done again it does nothing."""
    return _ranked(database, bulk, f"UPDATE effect SET rank = rank + {ASIDE} {_OF} AND rank < {ASIDE}")


def bring_back(database: Database, bulk: Bulk) -> int:
    """The other way round."""
    return _ranked(database, bulk, f"UPDATE effect SET rank = rank - {ASIDE} {_OF} AND rank >= {ASIDE}")


def aside(database: Database, connection: str) -> set[Bulk]:
    """The bulks of a connection of which calls are set aside."""
    found = database.look(_THERE, (connection, ASIDE, connection, ASIDE))
    return {(str(name), str(action), str(object_)) for name, action, object_ in found}


def _ranked(database: Database, bulk: Bulk, update: str) -> int:
    done, after = 0, (-1, -1, -(2**31))
    while True:
        last = database.look(_LAST, (*bulk, *after, SLICE - 1))
        with database.transaction() as transaction:
            if not last:
                return done + transaction.count(update, (*bulk, *after))
            done += transaction.count(update + _UNTIL, (*bulk, *after, *last[0]))
        after = (int(last[0][0]), int(last[0][1]), int(last[0][2]))
