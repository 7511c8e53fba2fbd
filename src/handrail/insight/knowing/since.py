"""Where the ledger stood at a moment: its numbers rise with time, so the place is found by halving, without an index of its own."""

# ruff: noqa: S608 - put together from constants

from __future__ import annotations

from typing import Final

_MIDDLE: Final = "(SELECT at FROM ledger WHERE seq >= (low + high) / 2 ORDER BY seq LIMIT 1) < ?"

SINCE: Final = (
    "WITH RECURSIVE halved (low, high) AS ("
    "SELECT CAST(1 AS BIGINT), coalesce((SELECT max(seq) FROM ledger), 0) + 1 UNION ALL "
    f"SELECT CASE WHEN {_MIDDLE} THEN (low + high) / 2 + 1 ELSE low END, "
    f"CASE WHEN {_MIDDLE} THEN high ELSE (low + high) / 2 END FROM halved WHERE low < high"
    ") SELECT min(low) FROM halved WHERE low >= high"
)
"""A statement: the number of the first row at or after a moment, which it takes twice, in milliseconds."""
