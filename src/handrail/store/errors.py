"""What can go wrong in keeping, one class for each thing that somebody must do something different about.

After each of them nothing of the transaction is in the database and nothing in memory has changed.
"""

from __future__ import annotations

from typing import Final

_ONE_OWNER: Final = "A SQLite file has one owner: stop that process, or let it do what you want done."


class StoreError(Exception):
    """Something could not be kept or read; nothing was changed."""


class LostUpdate(StoreError):
    """Rows were changed by somebody else since they were read: load them again and decide again.

    `table` and `keys` (first key column) name them.
    """

    def __init__(self, table: str, keys: tuple[object, ...]) -> None:
        shown = ", ".join(str(key) for key in keys[:5])
        super().__init__(f"{table} {shown}: changed since it was read. Load it again and decide again.")
        self.table, self.keys = table, keys


class AlreadyThere(StoreError):
    """A row with this key is there: for `identity` the event is a duplicate."""

    def __init__(self, table: str, detail: str) -> None:
        super().__init__(f"{table}: a row with this key is there already ({detail}). Look it up before you write.")
        self.table = table


class StaleDriver(StoreError):
    """Another process has taken this driver: stop, hold nothing, take it again."""

    def __init__(self, name: str, epoch: int, now_epoch: int) -> None:
        super().__init__(
            f"Driver {name} was taken over: this process has epoch {epoch}, the store {now_epoch}. "
            "Nothing was written; stop its work here and take the driver again."
        )
        self.name = name


class LimitReached(StoreError):
    """More starts than the journey's limit allows in this period: decide again with the count as it stands."""

    def __init__(self, journey: str, period: str) -> None:
        super().__init__(f"{journey}: the limit of starts for {period} was reached meanwhile. Read the count again.")
        self.journey, self.period = journey, period


class PoisonRow(StoreError):
    """One row that no database takes; `table`, `index` in the batch's list, `column` and `why` name it."""

    def __init__(self, table: str, index: int, column: str, why: str) -> None:
        super().__init__(
            f"{table}, row {index} of the batch, column {column}: {why}. "
            "The whole batch was left out; take this row away and commit the others."
        )
        self.table, self.index, self.column, self.why = table, index, column, why


class StoreFull(StoreError):
    """The disk, or the space the database may have, is full."""

    def __init__(self, where: str, why: str = "its disk is full") -> None:
        super().__init__(
            f"{where}: {why}. Nothing of this was written, and nothing confirmed is lost. Make room, then do it again."
        )


class StoreTaken(StoreError):
    """Another process owns the SQLite file, or holds the driver."""

    def __init__(self, what: str, holder: str) -> None:
        super().__init__(f"{what} belongs to {holder or 'another process'} now. {_ONE_OWNER}")


class StoreGone(StoreError):
    """The database cannot be reached, or broke off: whether the last commit is in it is found by looking."""


class NewerDatabase(StoreError):
    """The database was made by a newer Handrail."""

    def __init__(self, where: str, version: str) -> None:
        super().__init__(
            f"{where} was made by a newer Handrail (its tables are at {version}, which this one does not know). "
            "Nothing was touched. Install that version or a later one."
        )


class NotResumed(StoreError):
    """The database is a restored copy, and nobody has said yet that work may leave it."""

    def __init__(self) -> None:
        super().__init__(
            "This database is a restored copy: nothing leaves it until a person has looked. "
            "When the old one will not come back: handrail restore --resume"
        )
