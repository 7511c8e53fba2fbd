"""The engine: takes items in groups, decides them, commits, and only then says what became of them.

Host-neutral and synchronous: `now` is handed in. An embedded host calls it from its one writer thread, rehearsal
from its heap of moments. If a commit fails, the working copies and the caches are thrown away; a poisoned item is
found by halves, held, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple, TypeAlias

from handrail.engine.catching_up.lost_days import hold_messages
from handrail.engine.deciding.closing.ending import finish
from handrail.engine.deciding.fetching import fetch
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.letters import unseal
from handrail.engine.deciding.paused import Paused
from handrail.engine.deciding.running_copy import Recent
from handrail.engine.deciding.taking import take
from handrail.engine.deciding.written.account import kind_of
from handrail.engine.items import Arrived, ForRun, Item, Move, Posted, Receipt, TryAgain, Unfit
from handrail.engine.mailing import MAIL_DRIVER as MAIL_DRIVER
from handrail.engine.mailing import USUAL, Became, Mail, mail_out
from handrail.engine.plans import Plans
from handrail.engine.worlds import Worlds
from handrail.store.batch import Batch
from handrail.store.errors import PoisonRow
from handrail.store.moments import to_instant, to_millis
from handrail.store.opening import Store
from handrail.terms.catalog import Catalog
from handrail.terms.event import Event, Tick
from handrail.terms.organization import Organization
from handrail.terms.plan import Places, Plan
from handrail.terms.values import Instant

GROUP_MAX: Final = 300
"""How many items a host collects before it commits."""

COMMIT_MAX: Final = 1000
"""How many items one commit holds at most: what was collected, and what connections answered meanwhile."""


class Slices(NamedTuple):
    """How many open runs a moving looks at, and moves, at a time: each is about 30 ms of the one writer."""

    looked_at: int = 200
    moved: int = 100


Clock: TypeAlias = Callable[[], Instant]
More: TypeAlias = Callable[[Batch, Sequence[Receipt]], None]
"""Adds rows to a commit, knowing what became of everything handed in with it."""

Mailer: TypeAlias = Callable[[Mail], Sequence[Became]]
"""Sends one mail, of one message or several; what became of each (`engine.mailing.left`, `bounced`)."""


class Engine:
    """One organization at work on one store, as the driver of all its shards."""

    slices = Slices()

    def __init__(self, store: Store, organization: Organization, catalog: Catalog, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.catalog = catalog
        self.worlds = Worlds(store, organization)
        self.plans = Plans(store)
        self.paused = Paused(store)
        self._recent = Recent()
        self.mail: Mailer | None = None
        self.mail_look = USUAL
        self.after_commit: list[Callable[[Batch], None]] = []
        self.mail_epoch = 0
        self.drivers: tuple[tuple[str, int], ...] = ()

    def publish(self, plan: Plan, places: Places, now: Instant, by: str = "") -> bool:
        """Make `plan` current for new runs; false when it was so already."""
        plans, publications = self.plans.rows_for(plan, places, to_millis(now), by)
        if not publications:
            return False
        self.store.commit(Batch(at=to_millis(now), drivers=self.drivers, plans=plans, publications=publications))
        self.plans.read()
        return True

    def take(self, items: Sequence[Item], now: Instant, more: More | None = None) -> list[Receipt]:
        """Decide and commit; what became of each item, in order. `more` adds rows to the same commit, the last if there are several."""
        receipts: list[Receipt] = []
        for first in range(0, len(items), COMMIT_MAX):
            last = first + COMMIT_MAX >= len(items)
            receipts += self._commit(items[first : first + COMMIT_MAX], now, more if last else None, receipts)
        if not items and more is not None:
            self._commit((), now, more, ())
        return receipts

    def _commit(
        self, items: Sequence[Item], now: Instant, more: More | None, before: Sequence[Receipt]
    ) -> list[Receipt]:
        """`before` are the receipts of what was handed in together with these items and is committed already."""
        self.worlds.look_at(now)
        group = Group(self.store, self.worlds, self.plans, self.catalog, now, self._recent)
        try:
            fetch(group, items)
            receipts = [take(group, item) for item in items]
            batch = finish(group)
            batch.drivers = self.drivers
            self.paused.aside(batch)
            hold_messages(self.store, batch, items, receipts, now)
            if more is not None:
                more(batch, [*before, *receipts])
            self.store.commit(batch)
            self._recent.keep(group.runs.values())
            for told in self.after_commit:
                told(batch)
        except PoisonRow as poison:
            self._forget_all()
            return self._bisect(items, now, more, (before, poison))
        except BaseException:
            self._forget_all()
            raise
        return receipts

    def _forget_all(self) -> None:
        """After a commit that failed: what memory holds may be ahead of the store."""
        self._recent.forget_all()
        self.worlds.forget_all()

    def _bisect(
        self, items: Sequence[Item], now: Instant, more: More | None, found: tuple[Sequence[Receipt], PoisonRow]
    ) -> list[Receipt]:
        """Find the item that cannot be written by halves; it is held, without its content."""
        before, poison = found
        if len(items) > 1:
            half = len(items) // 2
            first = self._commit(items[:half], now, None, before)
            return first + self._commit(items[half:], now, more, [*before, *first])
        if not items:
            raise poison
        return self._commit([_harmless(items[0], poison)], now, more, before)

    # Work that is found

    def next_due(self) -> Instant | None:
        """The next moment at which a letter, a run or a message is due; a letter is due at once."""
        if self.store.inbox(1):
            return self.clock()
        moment = self.store.next_due(messages=self.mail is not None)
        return None if moment is None else to_instant(moment)

    def due(self, now: Instant, limit: int = GROUP_MAX) -> int:
        """Decide what has come due: letters first, then moments. How many items there were."""
        posted = [Posted(row.id, unseal(row.body), row.run, row.person) for row in self.store.inbox(limit)]
        if posted:
            self.take(posted, now)
            return len(posted)
        if self.mail is not None and (looked_at := mail_out(self, now)):
            return looked_at
        ticks = [ForRun(row.id, Tick(now)) for row in self.store.due_runs(to_millis(now), limit)]
        if ticks:
            self.take(ticks, now)
        return len(ticks)


def _harmless(item: Item, poison: PoisonRow) -> Item:
    """The item with nothing of its content, held with the reason."""
    why = f"it cannot be stored: {poison}"
    match item:
        case Arrived():
            event = Event(_storable(item.event.kind), item.event.at, item.event.person, _storable(item.event.source))
            return Arrived(event, held=why, owner=item.owner, was_held=item.was_held)
        case ForRun():
            return Unfit(kind_of(item.input), why, run=item.run, done=item.done)
        case Move():
            return Unfit("moved", why, run=item.run)
        case TryAgain():
            return Unfit("again", why, item.person)
        case Posted():
            return Unfit("letter", why, item.person, item.run, item.inbox)
        case _:
            raise poison


def _storable(text: str) -> str:
    """The text as every database takes it."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode()
