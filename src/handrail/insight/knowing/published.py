"""What was published and set, ever: settings, plans with the places of their files, and which plan was current from when to when.

It is the same for every question until somebody publishes, so it is kept with the store and read again only then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct

from handrail.store.opening import Store
from handrail.store.rows import PlanRow, PublicationRow
from handrail.terms import coding
from handrail.terms.organization import Organization
from handrail.terms.plan import Places, Plan

_STANDS: Final = (
    "SELECT (SELECT count(*) FROM settings), (SELECT max(at) FROM settings), (SELECT max(id) FROM plan), "
    "(SELECT count(*) FROM publication), (SELECT count(until) FROM publication)"
)


class PlanKept(Struct, frozen=True):
    """A plan with its number in the store and the places of its file."""

    number: int
    plan: Plan
    places: Places

    @property
    def file(self) -> str:
        """The journey's file as it lies in the workspace."""
        return self.places.file[max(self.places.file.rfind("journeys/"), 0) :]

    def place(self, number: int) -> str:
        """`journeys/x.yaml:12` for a place number of the plan; 0 is the whole file."""
        lines = self.places.lines
        line = lines[number][0] if 0 < number < len(lines) else 0
        return f"{self.file}:{line}" if line else self.file

    def key_place(self, key: str, number: int) -> str:
        """As `place`, for a key inside a step or start (`course.where`), or of the journey (`while`)."""
        found = self.places.keys.get(key)
        return f"{self.file}:{found[0]}" if found else self.place(number)


@lru_cache(maxsize=512)
def _plan_kept(number: int, body: bytes, places: bytes) -> PlanKept:
    """A plan unpacked; one that is published never changes."""
    return PlanKept(number, coding.unpack(body, Plan), coding.unpack(places, Places))


@lru_cache(maxsize=64)
def unpacked(body: bytes) -> Organization:
    """Settings as the organization that they make."""
    return coding.unpack(body, Organization)


class PlansKept(Mapping[int, PlanKept]):
    """Every plan by its number in the store, unpacked when it is first looked at."""

    def __init__(self, rows: Iterable[PlanRow]) -> None:
        self._rows = {row.id: row for row in rows}

    def __getitem__(self, number: int) -> PlanKept:
        row = self._rows[number]
        return _plan_kept(row.id, row.body, row.places)

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def journey_of(self, number: int) -> str:
        """The journey that a plan is of."""
        return self._rows[number].journey

    def of_hash(self, hash_: str) -> PlanKept | None:
        """The plan of that hash."""
        return next((self[row.id] for row in self._rows.values() if row.hash == hash_), None)


class Published(Struct, frozen=True):
    """Settings by the moment (milliseconds) since which they count, as they are packed; plans; publications, oldest first."""

    settings: Sequence[tuple[int, bytes]]
    plans: PlansKept
    publications: Sequence[PublicationRow]


_KEPT: Final[WeakKeyDictionary[Store, tuple[tuple[object, ...], Published]]] = WeakKeyDictionary()


def published_of(store: Store) -> Published:
    """What this store has of it now."""
    stands = tuple(store.database.read(_STANDS)[0])
    kept = _KEPT.get(store)
    if kept is None or kept[0] != stands:
        kept = _KEPT[store] = (stands, _read(store))
    return kept[1]


def _read(store: Store) -> Published:
    read = store.database.read
    return Published(
        [(int(at), bytes(body)) for at, body in read("SELECT at, body FROM settings ORDER BY at")],
        PlansKept(PlanRow(*row) for row in read("SELECT * FROM plan ORDER BY id")),
        [PublicationRow(*row) for row in read("SELECT * FROM publication ORDER BY 2, 1")],
    )
