"""The outbox of the dispatcher, over the store: what waits, claims, and outcomes that go straight into their runs.

A settlement is one commit with the decisions of the runs it concerns: the effect's own row is the identity of
its outcome.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from handrail.connect.port import Asked, Claim, Claimed, ConnectionState, Fenced, Key, Row, Settled, Settlement
from handrail.engine.catching_up.lost_days import reckoned
from handrail.engine.engine import Engine
from handrail.engine.items import ForRun, Receipt
from handrail.store import rows
from handrail.store.batch import Batch, EffectDone, EffectLater
from handrail.store.errors import StaleDriver
from handrail.store.kept.calls import call_of
from handrail.store.kept.tries import LOOKED, TRIED, UNCERTAIN, LastTry, is_uncertain, pack_try
from handrail.store.moments import CONFIRMED, FAILED, NOT_NEEDED, to_instant, to_millis
from handrail.store.schema.made import made
from handrail.store.work import ON_THEIR_WAY
from handrail.terms import coding
from handrail.terms.effect import Call
from handrail.terms.person import Person
from handrail.terms.values import NOTHING, Fields, Instant, Value

_ENDED: Final = {"confirmed": CONFIRMED, "not needed": NOT_NEEDED, "failed": FAILED}
# Both are found by person alone: otherwise SQLite, and PostgreSQL as long as it has no statistics, would read all
# open calls of the connection, all keys of the source.
_KEYS: Final = "SELECT person, key FROM person_key WHERE source || '' = ? AND person {in}"
_ADDRESSES: Final = "SELECT id, email FROM person WHERE email IS NOT NULL AND id {in}"
EMAIL: Final = "email"
"""The far side knows people by their work address, not by a source's key."""

KNOWN_MAX: Final = 10_000
"""So many people are at hand at most, as the far side knows them."""

_OPEN: Final = (
    "SELECT run, pass, rung, person, object FROM effect WHERE connection || '' = ? AND state < 2 AND person {in}"
)
_WAITING: Final = (
    "SELECT * FROM effect WHERE connection = ? AND state = 0 AND action = ? AND object = ? AND tries = 0 "
    "AND (outcome IS NULL OR substr(outcome, 1, 1) = ?) ORDER BY decided LIMIT ?"
)


class _Known(NamedTuple):
    """A person, the version that was read: `user` is what the far side calls them, `about` what a connection may know of them."""

    person: Person | None
    user: str
    about: Fields


class StoreOutbox:
    """One connection's outbox. `accounts` names the source whose keys the far side knows people by, or is `email`."""

    def __init__(self, engine: Engine, accounts: str) -> None:
        self._engine = engine
        self._store = engine.store
        self._accounts = accounts
        self._known: OrderedDict[int, _Known] = OrderedDict()
        self._known_as_of = 0

    def state(self, connection: str) -> ConnectionState:
        row = self._store.gates().get(connection)
        return ConnectionState() if row is None else coding.unpack(row.body, ConnectionState)

    def due(self, connection: str, now: Instant, limit: int) -> Sequence[Row]:
        return self._rows(self._store.due_effects(connection, to_millis(now), limit))

    def next_due(self, connection: str, after: Instant) -> Instant | None:
        ask = "SELECT min(next_at) FROM effect WHERE connection = ? AND state = 0 AND next_at > ?"
        found = self._store.database.look(ask, (connection, to_millis(after)))[0][0]
        return None if found is None else to_instant(int(found))

    def waiting(self, connection: str, action: str, object_: str, limit: int) -> Sequence[Row]:
        found = self._store.database.look(_WAITING, (connection, action, object_, TRIED, limit))
        return self._rows([rows.EffectRow(*row) for row in found])

    def wanted_elsewhere(self, connection: str, asked: Sequence[Asked]) -> Mapping[Key, int]:
        """Another open run that wants the same: its effect waits, is claimed or confirmed, and was not taken back."""
        wanted: dict[Key, int] = {}
        others = self._about(connection, sorted({each.person for each in asked}))
        for each in asked:
            for other in others.get((each.person, each.object), ()):
                if other.run != each.key[0] and _is_same(each, other):
                    wanted[each.key] = other.run
                    break
        return wanted

    def _about(self, connection: str, persons: list[int]) -> dict[tuple[int, str], list[rows.EffectRow]]:
        """Effects of open runs about these people, by person and object."""
        ask = (
            "SELECT e.* FROM run r JOIN effect e ON e.run = r.id WHERE e.connection = ? AND r.phase < 3 "
            "AND e.state < 4 AND r.person {in} ORDER BY e.decided"
        )
        found: dict[tuple[int, str], list[rows.EffectRow]] = {}
        for row in self._store.database.look_in(ask, persons, (connection,)):
            each = rows.EffectRow(*row)
            found.setdefault((each.person, each.object), []).append(each)
        return found

    def claim(self, claim: Claim) -> frozenset[Key]:
        try:
            gate = gate_row(claim.connection, claim.state)
            driver = (driver_name(claim.connection), claim.epoch)
            return frozenset(self._store.claim(driver, claim.keys, to_millis(claim.until), gate))
        except StaleDriver as stale:
            raise Fenced(str(stale)) from stale

    def settle(self, settlement: Settlement) -> frozenset[Key]:
        items, join = self.landing(settlement)
        try:
            self._engine.take(items, self._engine.clock(), join)
        except StaleDriver as stale:
            raise Fenced(str(stale)) from stale
        return frozenset(each.key for each in join.kept)

    def landing(self, settlement: Settlement, *, surely_open: bool = False) -> tuple[list[ForRun], Landing]:
        """The outcomes that go into their runs, and what else is to be written in the same commit.

        `surely_open`: all of it was claimed in this epoch and is settled by nobody else.
        """
        kept: Sequence[Settled] = settlement.settled
        if kept and not surely_open:
            open_keys = self._still_open([each.key for each in kept])
            kept = [each for each in kept if each.key in open_keys]
        # How a call came out is in the ledger, with the decision that it led to.
        items = [
            ForRun(
                each.key[0],
                each.outcome,
                made(EffectDone, (*each.key, _ENDED[each.verdict], each.tries, None, 0)),
            )
            for each in kept
            if each.outcome is not None
        ]
        return items, Landing(settlement, kept)

    def offered(self, effects: Sequence[rows.EffectRow], calls: Sequence[Call] = ()) -> list[Row]:
        """Calls that are decided in a commit to be, as the dispatcher reads them; `calls` are theirs, if at hand."""
        return [] if self._store.restored() else self._rows(effects, calls)

    def clear(self, connection: str, rows: Sequence[Row], over: Collection[Key]) -> Sequence[Row]:
        found = self._store.database.look_in(_OPEN, sorted({row.call.person for row in rows}), (connection,))
        taken = {each[3:] for each in found if each[:3] not in over}
        return [row for row in rows if row.about not in taken] if taken else rows

    def claimed(self, connection: str, epoch: int) -> Sequence[Claimed]:  # noqa: ARG002 - of every epoch: the port asks so
        kept = self._store.database.look(f"{ON_THEIR_WAY} ORDER BY e.decided", (connection,))
        found = [rows.EffectRow(*row) for row in kept]
        return [
            Claimed(row, each.epoch, to_instant(each.claimed_until))
            for each, row in zip(found, self._rows(found), strict=True)
        ]

    def _still_open(self, keys: Sequence[Key]) -> frozenset[Key]:
        found: set[Key] = set()
        wanted = set(keys)
        ask = "SELECT run, pass, rung FROM effect WHERE state < 2 AND run {in}"
        for run, pass_, rung in self._store.database.look_in(ask, sorted({key[0] for key in keys})):
            if (run, pass_, rung) in wanted:
                found.add((run, pass_, rung))
        return frozenset(found)

    def _rows(self, found: Sequence[rows.EffectRow], calls: Sequence[Call] = ()) -> list[Row]:
        """Effects as the dispatcher reads them, with what the far side calls their people; `calls` are theirs, if at hand."""
        if not found:
            return []
        known = self._known_of({call.person for call in calls} if calls else {each.person for each in found})
        set_aside = self._set_aside(found)
        made: list[Row] = []
        for each, call in zip(found, calls or map(call_of, found), strict=True):
            person, outcome = known[call.person], each.outcome
            uncertain = outcome is not None and is_uncertain(outcome)
            key = each[:3]
            override = set_aside.get(key, "") if set_aside else ""
            about, urgent = (call.person, call.object), each.rank == 0
            made.append(
                Row(
                    key, about, call, each.decided, person.user, each.tries, uncertain, urgent, override, person.about
                )
            )  # fmt: skip
        return reckoned(self._engine, found, made)

    def _known_of(self, numbers: set[int]) -> dict[int, _Known]:
        """These people as the far side knows them: at hand for as long as nobody writes people or their keys."""
        if self._known_as_of != self._store.people_written:
            self._known.clear()
            self._known_as_of = self._store.people_written
        self._engine.worlds.fetch(numbers)
        newest, kept, found = self._engine.worlds.newest, self._known, dict[int, _Known]()
        for number in numbers:
            known = kept.get(number)
            if known is not None and known.person is newest(number):
                found[number] = known
        if missing := sorted(numbers.difference(found)):
            ask, about = (_ADDRESSES, ()) if self._accounts == EMAIL else (_KEYS, (self._accounts,))
            users = dict[int, str](self._store.database.look_in(ask, missing, about))
            for number in missing:
                person = newest(number)
                kept[number] = found[number] = _Known(person, users.get(number) or f"P-{number}", _about(person))
            while len(kept) > KNOWN_MAX:
                kept.popitem(last=False)
        return found

    def _set_aside(self, found: Sequence[rows.EffectRow]) -> dict[Key, str]:
        """Calls about an object of which somebody said that nothing is to be done, and who said so."""
        now = self._engine.clock()
        overrides = [each for each in self._engine.worlds.overrides(now) if each.object]
        if not overrides:
            return {}
        return {
            each[:3]: held_back_text(override, self._engine.worlds.organization.zone)
            for each in found
            for override in overrides
            if each.object == override.object and override.person in (None, each.person)
        }


def held_back_text(row: rows.OverrideRow, zone: str) -> str:
    """`Held back by Ana until 2026-06-01 09:00: exempt.`, in the organization's time: why a call is not needed."""
    until = f" until {to_instant(row.until).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if row.until is not None else ""
    return f"Held back by {row.by}{until}: {row.reason.rstrip('.')}."


class Landing:
    """What a settlement writes beside its decisions: the connection's row, and when calls are tried again."""

    def __init__(self, settlement: Settlement, kept: Sequence[Settled]) -> None:
        self._settlement = settlement
        self.kept = kept

    def __call__(self, batch: Batch, _receipts: Sequence[Receipt] = ()) -> None:
        """Join a batch."""
        settlement = self._settlement
        batch.gates.append(gate_row(settlement.connection, settlement.state))
        batch.effects_later += [_later(each) for each in self.kept if each.outcome is None]
        batch.drivers = (*batch.drivers, (driver_name(settlement.connection), settlement.epoch))


def driver_name(connection: str) -> str:
    """The name of a connection's driver."""
    return f"connection:{connection}"


def gate_row(connection: str, state: ConnectionState) -> rows.GateRow:
    return rows.GateRow(connection, 0, coding.pack(state))


def _later(settled: Settled) -> EffectLater:
    assert settled.next_at is not None, "what is not over has a next moment"
    mark = UNCERTAIN if settled.verdict == "uncertain" else LOOKED if settled.looked else TRIED
    known = pack_try(mark, LastTry(settled.failure or "", settled.code, settled.reason))
    return EffectLater(*settled.key, settled.tries, to_millis(settled.next_at), outcome=known)


def _about(person: Person | None) -> Fields:
    """What a connection may know of a person, where it is known."""
    if person is None:
        return NOTHING
    about: dict[str, Value] = {}
    name, email = person.name, person.email
    if isinstance(name, str):
        about["name"] = name
    if isinstance(email, str):
        about["email"] = email
    return Fields.of(about)


def _is_same(asked: Asked, other: rows.EffectRow) -> bool:
    if other.action != asked.action or (asked.done and other.state != CONFIRMED):
        return False
    return not asked.done or call_of(other).arguments == asked.arguments
