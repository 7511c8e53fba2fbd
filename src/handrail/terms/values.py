"""The values that conditions compare, texts show and results keep.

A value is text, a number, a truth value, a date, an instant, an amount of money, a duration, a list of
values, `None` (*empty*: the source says there is nothing) or `UNKNOWN` (it has not arrived).
Nothing here reads a clock, knows a zone or converts one kind into another.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Final, Literal, TypeAlias

from msgspec import UNSET, Struct, UnsetType

Instant: TypeAlias = datetime
"""An aware `datetime` in UTC, truncated to milliseconds."""

UNKNOWN: Final = UNSET
Unknown: TypeAlias = UnsetType

Unit: TypeAlias = Literal["minutes", "hours", "days", "weeks", "months", "years", "business days"]


class Duration(Struct, frozen=True, array_like=True, tag="d"):
    """`count` units as written: `14 days` is not `2 weeks` to a reader, and months have no fixed length."""

    count: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.count} {self.unit[:-1] if self.count == 1 else self.unit}"


class Money(Struct, frozen=True, array_like=True, tag="money"):
    """An amount in one currency (ISO 4217 code); amounts of two currencies are never compared."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class PersonRef(Struct, frozen=True, array_like=True, tag="person"):
    """A person as a value (an answer, a manager): our own id, looked up in the world when a field is read."""

    id: int


Scalar: TypeAlias = str | int | float | bool | date | datetime | Decimal | Money | Duration | PersonRef | Unknown | None
Value: TypeAlias = Scalar | tuple[Scalar, ...]


class Fields(Mapping[str, Value]):
    """Named values that never change: an event's fields, a step's result, the arguments of a call.

    `packed` is kept by `coding`: what never changes need not be packed twice, and what nobody looks at is never unpacked.
    """

    __slots__ = ("_items", "packed")
    read: ClassVar[Callable[[bytes], dict[str, Value]]]
    """How packed values are read; `coding` says so."""

    def __init__(self, items: Mapping[str, Value] | None = None) -> None:
        self._items: dict[str, Value] | None = dict(items or {})
        self.packed: bytes | None = None

    @staticmethod
    def of(items: dict[str, Value]) -> Fields:
        """Fields that take over `items`, which nobody else may hold."""
        made = object.__new__(Fields)
        made._items = items
        made.packed = None
        return made

    @staticmethod
    def kept(packed: bytes) -> Fields:
        """Fields as they were packed; they are read when somebody looks at them."""
        made = object.__new__(Fields)
        made._items = None
        made.packed = packed
        return made

    def _found(self) -> dict[str, Value]:
        """All of them; where none are at hand, because there are none or nobody looked yet."""
        if self._items is None:
            assert self.packed is not None, "either of the two is there"
            self._items = Fields.read(self.packed)
        return self._items

    def __getitem__(self, name: str) -> Value:
        return (self._items or self._found())[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items or self._found())

    def __len__(self) -> int:
        return len(self._items or self._found())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fields):
            return False
        return (self.packed is not None and self.packed == other.packed) or self._found() == other._found()

    def __hash__(self) -> int:
        return hash(tuple(sorted((name, repr(value)) for name, value in self._found().items())))

    def __repr__(self) -> str:
        return f"Fields({self._found()!r})"

    def get(self, name: str, default: Value = None) -> Value:  # type: ignore[override]
        """The value of that name, or `default`."""
        return (self._items or self._found()).get(name, default)

    def items(self) -> ItemsView[str, Value]:
        """Names and values."""
        return (self._items or self._found()).items()

    def values(self) -> ValuesView[Value]:
        """The values."""
        return (self._items or self._found()).values()

    def plus(self, more: Mapping[str, Value]) -> Fields:
        """These values with `more` added; a name in both has its value from `more`."""
        return Fields.of({**(self._items or self._found()), **more})


NOTHING: Final = Fields()


DIGITS_MAX: Final = 18
"""So many digits a number of ours has at most: every database keeps it."""


def whole_number(text: str) -> int | None:
    """The number that is written so in plain digits, as ids, cursors and lines are; None: it is none, or none of ours could be so large."""
    plain = text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
    return int(text) if plain else None
