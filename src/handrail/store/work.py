"""Work as it is found: by index, in the store, never handed over in memory.

Who may work is a driver's epoch; what is due is a row. The same look-ups serve an ordinary tick and the morning
after a crash.
"""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from handrail.store.batch import CLAIMS, LINKS_MADE, MESSAGE_CLAIMS, EffectClaim
from handrail.store.database.port import Database, Transaction
from handrail.store.database.statements import Write
from handrail.store.errors import NotResumed, StaleDriver, StoreTaken
from handrail.store.kept.links import LinkRow
from handrail.store.moments import CLAIMED
from handrail.store.rows import EffectRow, GateRow, HeldRow, InboxRow, MessageRow, RunRow

RANKS: Final = (0, 1, 2)
"""In which order due effects leave: what somebody waits for, the ordinary, the bulk."""
EffectKey = tuple[int, int, int]

# One call in flight for each (connection, person, object), in the order of decision.
_NOTHING_BEFORE: Final = (
    "NOT EXISTS (SELECT 1 FROM effect b WHERE b.person = e.person AND b.connection = e.connection "
    "AND b.object = e.object AND b.state < 2 "
    "AND (b.decided, b.run, b.pass, b.rung) < (e.decided, e.run, e.pass, e.rung))"
)
DUE: Final = (
    "SELECT e.* FROM effect e WHERE e.connection = ? AND e.state = 0 AND e.rank = ? AND e.next_at <= ? "
    f"AND {_NOTHING_BEFORE} ORDER BY e.next_at, e.decided, e.run, e.pass, e.rung LIMIT ?"
)
"""Calls that may leave, of one connection and rank: found in this order by `effect_due`, however long a bulk is."""

ON_THEIR_WAY: Final = (
    "SELECT e.* FROM effect o JOIN effect e ON e.run = o.run AND e.pass = o.pass AND e.rung = o.rung "
    f"WHERE o.connection = ? AND o.state < 2 AND o.state = {CLAIMED}"
)
"""Calls of a connection that are claimed. `effect_open` alone tells which, so that those that only wait are not read."""

_CLAIM_GATE: Final = Write("gate", GateRow, "upsert")


class Lineage(NamedTuple):
    """A restore: what was decided after ledger row `after` was decided by the copy that was `resumed` at this moment."""

    after: int
    resumed: int


class Work:
    """Drivers, what is due, and claims."""

    database: Database

    # -- drivers

    def take_driver(self, name: str, holder: str, now: int, lease_until: int, *, force: bool = False) -> int:
        """Become the driver `name` until `lease_until`; the new epoch. Raises StoreTaken while another's lease runs."""
        with self.database.transaction() as transaction:
            found = transaction.rows("SELECT epoch, lease_until, holder FROM driver WHERE name = ?{lock}", (name,))
            epoch, until, other = found[0] if found else (0, 0, "")
            if other not in ("", holder) and until > now and not force:
                raise StoreTaken(f"Driver {name}", other)
            transaction.count(
                "INSERT INTO driver (name, epoch, lease_until, holder) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
                "DO UPDATE SET epoch = excluded.epoch, lease_until = excluded.lease_until, holder = excluded.holder",
                (name, epoch + 1, lease_until, holder),
            )
        return int(epoch) + 1

    def renew_driver(self, name: str, epoch: int, lease_until: int) -> None:
        """Stay the driver until `lease_until`. Raises StaleDriver."""
        with self.database.transaction() as transaction:
            ours = "UPDATE driver SET lease_until = ? WHERE name = ? AND epoch = ?"
            if not transaction.count(ours, (lease_until, name, epoch)):
                raise _stale(transaction, name, epoch)

    # -- runs

    def due_runs(self, now: int, limit: int) -> list[RunRow]:
        """Runs whose next moment has come, longest overdue first."""
        ask = "SELECT * FROM run WHERE wake_at IS NOT NULL AND wake_at <= ? ORDER BY wake_at LIMIT ?"
        return [RunRow(*row) for row in self.database.look(ask, (now, limit))]

    def next_due(self, *, messages: bool = True) -> int | None:
        """The next moment of any run, and of any message (unless somebody else sends them); effects have theirs by connection."""
        ask = "SELECT min(wake_at) AS at FROM run WHERE wake_at IS NOT NULL"
        if messages:
            ask = f"SELECT min(at) FROM ({ask} UNION ALL SELECT min(leave_at) FROM message WHERE state = 0 "
            ask += "AND NOT EXISTS (SELECT 1 FROM meta WHERE name = 'restored')) AS moments"
        found = self.database.look(ask)[0][0]
        return None if found is None else int(found)

    def oldest_overdue(self, now: int) -> int | None:
        """The longest overdue next moment of any run; the watchdog's question."""
        found = self.database.look("SELECT min(wake_at) FROM run WHERE wake_at IS NOT NULL AND wake_at < ?", (now,))
        return None if found[0][0] is None else int(found[0][0])

    def inbox(self, limit: int) -> list[InboxRow]:
        """What is to be told to runs, in order; what belongs to a sync comes when the sync is applied as a whole."""
        ask = (
            "SELECT i.* FROM inbox i LEFT JOIN sync s ON s.id = i.sync "
            "WHERE i.sync IS NULL OR s.state = 'applied' ORDER BY i.id LIMIT ?"
        )
        return [InboxRow(*row) for row in self.database.look(ask, (limit,))]

    def deferred(self, person: int, kind: str) -> list[HeldRow]:
        """Held and deferred events of a person and kind, oldest first: looked up once, when a run starts."""
        ask = "SELECT * FROM held WHERE person = ? AND kind = ? AND ended IS NULL ORDER BY seq"
        return [HeldRow(*row) for row in self.database.look(ask, (person, kind))]

    def watchers(self, persons: Sequence[int]) -> dict[int, list[int]]:
        """The runs with an open handoff whose owner path read each of these people."""
        runs: dict[int, list[int]] = {}
        for person, run in self.database.look_in("SELECT person, run FROM watch WHERE person {in}", persons):
            runs.setdefault(person, []).append(run)
        return runs

    # -- effects

    def due_effects(self, connection: str, now: int, limit: int) -> list[EffectRow]:
        """Effects of a connection that may leave now, by rank, then by moment; none of a restored copy.

        Of those that concern the same person and object only the first decided is among them.
        """
        due: list[EffectRow] = []
        if self.restored():
            return due
        for rank in RANKS:
            if len(due) < limit:
                found = self.database.look(DUE, (connection, rank, now, limit - len(due)))
                due += [EffectRow(*row) for row in found]
        return due

    def claim(
        self, driver: tuple[str, int], keys: Sequence[EffectKey], until: int, gate: GateRow | None = None
    ) -> list[EffectKey]:
        """Claim waiting effects before they are sent, with their permits (`gate`), in one commit; those now ours.

        Raises StaleDriver, and NotResumed for a restored copy.
        """
        return self._claim(CLAIMS, driver, keys, until, (_CLAIM_GATE, () if gate is None else (gate,)))

    def claim_messages(
        self, driver: tuple[str, int], keys: Sequence[EffectKey], until: int, links: Sequence[LinkRow] = ()
    ) -> list[EffectKey]:
        """As `claim`, for messages, with the links that are written in them."""
        return self._claim(MESSAGE_CLAIMS, driver, keys, until, (LINKS_MADE, links))

    def uncertain(self, connection: str, epoch: int, now: int) -> list[EffectRow]:
        """Effects that were claimed by an earlier epoch, or too long ago: read back before you send."""
        ask = f"{ON_THEIR_WAY} AND (e.epoch < ? OR e.claimed_until < ?) ORDER BY e.decided"
        return [EffectRow(*row) for row in self.database.look(ask, (connection, epoch, now))]

    def effects_of(self, run: int) -> list[EffectRow]:
        """Every effect of a run, in order."""
        found = self.database.look("SELECT * FROM effect WHERE run = ? ORDER BY pass, rung", (run,))
        return [EffectRow(*row) for row in found]

    # -- messages

    def box(self, receiver: str, since: int) -> list[MessageRow]:
        """A receiver's box: what entered since a moment, in order."""
        ask = "SELECT * FROM message WHERE receiver = ? AND at >= ? ORDER BY at, run, pass, rung"
        return [MessageRow(*row) for row in self.database.look(ask, (receiver, since))]

    def due_messages(self, now: int, limit: int, entered: int | None = None) -> list[MessageRow]:
        """Messages that leave now, of those that entered their box until `entered` (empty: now); none of a restored copy."""
        if self.restored():
            return []
        ask = "SELECT * FROM message WHERE state = 0 AND leave_at <= ? AND at <= ? ORDER BY leave_at LIMIT ?"
        return [MessageRow(*row) for row in self.database.look(ask, (now, now if entered is None else entered, limit))]

    def links_of_runs(self, runs: Sequence[int]) -> list[LinkRow]:
        """Every link that mail about these runs had."""
        return [LinkRow(*row) for row in self.database.look_in("SELECT * FROM link WHERE run {in}", runs)]

    def link(self, id_: bytes, *, writing: bool = False) -> LinkRow | None:
        """The link of that id; `writing`: as the writer sees it, for whoever is about to use it."""
        ask = self.database.look if writing else self.database.read
        found = ask("SELECT * FROM link WHERE id = ?", (id_,))
        return LinkRow(*found[0]) if found else None

    # -- a restored copy

    def restored(self) -> bool:
        """Whether this is a restored copy that nobody has resumed yet."""
        return bool(self.database.look("SELECT 1 FROM meta WHERE name = 'restored'"))

    def lineages(self) -> list[Lineage]:
        """The restored copies that this database descends from, the newest first; usually none."""
        found = self.database.look("SELECT name, value FROM meta WHERE substr(name, 1, 8) = 'lineage:'")
        made = [Lineage(int(name.partition(":")[2]), int(at)) for name, at in found]
        return sorted(made, key=lambda lineage: lineage.resumed, reverse=True)

    def _claim(
        self,
        write: Write,
        driver: tuple[str, int],
        keys: Sequence[EffectKey],
        until: int,
        beside: tuple[Write, Sequence[tuple[Any, ...]]],
    ) -> list[EffectKey]:
        name, epoch = driver
        with self.database.transaction() as transaction:
            if transaction.rows("SELECT 1 FROM meta WHERE name = 'restored'"):
                raise NotResumed
            if transaction.rows("SELECT epoch FROM driver WHERE name = ?{share}", (name,)) != [(epoch,)]:
                raise _stale(transaction, name, epoch)
            ours = list(keys)
            if transaction.write(write, [EffectClaim(*key, epoch, until) for key in keys]) != len(keys):
                mine = f"SELECT 1 FROM {write.table} WHERE run = ? AND pass = ? AND rung = ? AND state = 1 "
                mine += "AND epoch = ? AND claimed_until = ?"
                ours = [key for key in keys if transaction.rows(mine, (*key, epoch, until))]
            if beside[1]:
                transaction.write(*beside)
        return ours


def _stale(transaction: Transaction, name: str, epoch: int) -> StaleDriver:
    found = transaction.rows("SELECT epoch FROM driver WHERE name = ?", (name,))
    return StaleDriver(name, epoch, found[0][0] if found else 0)
