"""What one group of events is decided with: the worlds and plans, what was fetched for it, and its batch.

Data only. Nothing of it is kept before the commit: a group that fails is thrown away whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail.engine.deciding.running_copy import Recent, Working
from handrail.engine.plans import Plans
from handrail.engine.worlds import Worlds
from handrail.store import rows
from handrail.store.batch import Batch
from handrail.store.deciding import Known
from handrail.store.moments import to_millis
from handrail.store.opening import Store
from handrail.terms.catalog import Catalog
from handrail.terms.effect import JoinCohort, LeaveCohort, Message, StopRun
from handrail.terms.person import Person
from handrail.terms.values import Instant
from handrail.terms.world import World

URGENT, ORDINARY, BULK = 0, 1, 2
"""The ranks of effects."""

HELD_FOR_MS = 30 * 86_400_000
"""How long something held waits until somebody is asked to look at it again."""


class Group:
    """The working copy of one group; `fetching` fills it, `taking` decides with it, `ending` closes it."""

    __slots__ = (
        "at", "batch", "catalog", "closed_hands", "deferred", "ended", "handoffs", "identities", "late", "leavers", "now", "numbers",
        "of_person", "over", "people", "places", "plans", "posted", "recent", "records", "released", "runs", "starts",
        "starts_more", "stops", "store", "versions", "waiting", "watched", "watchers", "worlds",
    )  # fmt: skip

    def __init__(
        self, store: Store, worlds: Worlds, plans: Plans, catalog: Catalog, now: Instant, recent: Recent | None = None
    ) -> None:
        self.store = store
        self.worlds = worlds
        self.plans = plans
        self.catalog = catalog
        self.now = now
        self.at = to_millis(now)
        self.batch = Batch(at=self.at)
        self.numbers = Numbers(store)
        self.recent = Recent() if recent is None else recent
        self.runs: dict[int, Working] = {}
        self.of_person: dict[int, list[int]] = {}
        self.over: dict[int, list[rows.RunRow]] = {}
        self.people: dict[int, int] = {}
        """The shard of everybody here who is known."""
        self.versions: dict[tuple[int, int], Person] = {}
        self.identities: dict[bytes, Known] = {}
        self.records: dict[int, list[rows.RecordRow]] = {}
        self.deferred: dict[int, list[rows.HeldRow]] = {}
        self.watchers: dict[int, list[int]] = {}
        self.starts: dict[tuple[str, str], int] = {}
        self.starts_more: dict[tuple[str, str], int] = {}
        self.handoffs: dict[tuple[int, int], rows.HandoffRow] = {}
        self.closed_hands: dict[int, Working] = {}
        """Runs of which a handoff was closed."""
        self.watched: set[tuple[int, int]] = set()
        """Who was read for an owner (person, run)."""
        self.ended: list[Working] = []
        """Runs that came to their end in this group."""
        self.late: set[int] = set()
        """Runs whose moment had passed long before anybody looked: the engine slept."""
        self.leavers: list[int] = []
        """People who left the organization."""
        self.stops: list[tuple[Working, StopRun]] = []
        self.places: list[tuple[Working, JoinCohort | LeaveCohort]] = []
        self.posted: list[tuple[int, Message, World]] = []
        """What runs put into message boxes."""
        self.waiting: list[Working] = []
        """Runs born above their journey's limit."""
        self.released: dict[str, int] = {}
        """By journey, how many runs no longer wait for release."""

    def number(self, kind: str) -> int:
        """The next number of a kind."""
        return self.numbers.next(kind)

    def shard(self, person: int | None) -> int:
        """The shard of a person; what concerns nobody known is kept in the first."""
        return self.people.get(person, 0) if person is not None else 0

    def open_runs(self, person: int) -> Iterator[Working]:
        """The person's runs that are not over, as they stand in this group, oldest first."""
        for number in tuple(self.of_person.get(person, ())):
            working = self.runs[number]
            if not working.state.over:
                yield working


class Numbers:
    """Numbers of the store, a handful at a time; those left over are lost."""

    __slots__ = ("_left", "_store", "at_once")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._left: dict[str, list[int]] = {}
        """Of each kind, the next one last."""
        self.at_once = 1

    def next(self, kind: str) -> int:
        """The next number of a kind, rising."""
        left = self._left.get(kind)
        if not left:
            taken = self._store.numbers(kind, self.at_once if kind == "ledger" else 1)
            left = self._left[kind] = list(reversed(taken))
        return left.pop()

    def back(self, kind: str, number: int) -> None:
        """The number was not needed after all: it is the next."""
        self._left.setdefault(kind, []).append(number)
