"""How a row is made of a tuple of its columns at no cost, the type checker counting them.

The rows themselves stand in `store.rows` and beside who writes them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar, TypeVarTuple

Row = TypeVar("Row")
Columns = TypeVarTuple("Columns")

if TYPE_CHECKING:  # `__new__` of a tuple counts nothing; so the type checker does, which costs nothing while it runs

    def made(row: Callable[[*Columns], Row], columns: tuple[*Columns], /) -> Row:
        """A row of a tuple of all its columns, for rows that every decision makes: their own call would take twice as long.

        Columns at the end that have a default may be left out without the checker noticing; the database refuses such a row.
        """

else:
    made: Final = tuple.__new__
