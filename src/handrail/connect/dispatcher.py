"""A connection's driver: takes calls that are due, lets them leave within the limit, and says what became of them.

A state machine without clock, thread or socket of its own, so that a virtual clock and a pool of threads can both
turn it:

    for flight in driver.take(now):                 # one commit: epoch, claims, permits, latest moment to send
        outcomes = flight.send(clock())             # I/O only, in any thread
        settled = driver.settle(flight, outcomes, clock())      # one commit
    driver.next_at(now)                             # when to come again, if nothing is settled before

Who writes many outcomes in one transaction, together with the decisions they lead to, uses `judge` and `adopt`; who
claims calls in the commit that decides them, `mark`, `offer` and `back`.

`take`, `settle` and `recover` are called by one thread. After a restart `recover` comes first: what an earlier epoch
claimed and did not settle is *uncertain*; it is read back when its claim is over, within the limit, and only
then sent again. Nothing here knows what a system does, or keeps work in memory that the outbox does not have.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Final, Literal

from msgspec import Struct, structs

from handrail.connect import breaker, gate
from handrail.connect.batching import form, free
from handrail.connect.leaving.flights import Flight, Landed, Offer, only
from handrail.connect.leaving.lists import Lists, read_list
from handrail.connect.port import (
    About,
    Asked,
    Claim,
    ConnectionState,
    Connector,
    Item,
    ItemOutcome,
    Key,
    Outbox,
    Row,
    Settled,
    Settlement,
)
from handrail.connect.settling import Pace, key_text, learned, learned_well, settled, went_well, without_request
from handrail.connect.standing.pauses import Pause, of_whole
from handrail.connect.standing.usage import counted
from handrail.terms.catalog import ActionType
from handrail.terms.values import Instant

SPARE_ROWS: Final = 20
WAITING_MAX: Final = 1_000_000
COUNTED_FOR: Final = timedelta(seconds=60)
"""Over so long the requests of a connection without a limit are counted, for people to read."""


class Mark(Struct, frozen=True):
    """Where a driver stood before a commit that may fail."""

    state: ConnectionState
    flights: dict[int, Flight]
    busy: set[About]


class ConnectionDriver:
    """Works off the outbox of one connection, under the epoch that it was taken with."""

    def __init__(self, name: str, connector: Connector, outbox: Outbox, pace: Pace, epoch: int) -> None:
        self.name = name
        self.pace = pace
        self._connector = connector
        self.outbox = self._outbox = outbox
        self._epoch = epoch
        self._actions: Mapping[str, ActionType] = {action.name: action for action in connector.actions()}
        self._undone_by = _undone_by(self._actions)
        self._bulk = max((action.bulk for action in self._actions.values()), default=1)
        self._state = outbox.state(name)
        self._flights: dict[int, Flight] = {}
        self._busy: set[About] = set()
        self._lists = Lists(name, connector, outbox, pace.list_from)
        self._numbered = count(1)

    @property
    def state(self) -> ConnectionState:
        """The connection's row as last committed: gate and breaker, for pages and forecasts."""
        return self._state

    @property
    def in_flight(self) -> int:
        """Requests that left and were not settled yet."""
        return _requests(self._flights.values())

    def recover(self, now: Instant) -> int:
        """Mark what was claimed and will not be settled by anybody as uncertain; how many there were.

        To be called on taking the connection, and again now and then: it is cheap, and finds what a dead thread left.
        """
        ours = {row.key for flight in self._flights.values() for row in flight.rows}
        lost = [
            Settled(claimed.row.key, "uncertain", claimed.row.tries, next_at=max(claimed.until, now))
            for claimed in self._outbox.claimed(self.name, self._epoch)
            if claimed.row.key not in ours
        ]
        if lost:
            self._outbox.settle(Settlement(self.name, self._epoch, tuple(lost), self._state))
        return len(lost)

    def pause(self, paused: tuple[Pause, ...]) -> None:
        """What is paused from now on; to be called right after the commit that says so."""
        self._state = structs.replace(self._state, paused=paused)

    def take(self, now: Instant) -> tuple[Flight, ...]:
        """What may leave now: claimed and with a permit each, in one commit. Nothing, if it is not the moment."""
        permits = self._permits(now)
        if not permits:
            return ()
        rows = self._due(now, len(permits))
        listing = self._lists.worth(rows, self._state, now)
        if listing is not None:
            rows = [row for row in rows if (row.call.action, row.call.object) != listing]
        flights = self._choose(rows, len(permits) - (listing is not None), now)
        if listing is not None:
            flights.append(Flight(next(self._numbered), "list", *listing, (), (), self._latest(now), self._connector))
        if not flights:
            return ()
        return self._claim(flights, self._after(flights, permits, now), now)

    def offer(self, rows: Sequence[Row], now: Instant, over: Collection[Key]) -> Offer | None:
        """What may leave at once of calls that are only now decided, to be claimed in the commit that decides them.

        `over` are the calls that end in that same commit. None: nothing, and they wait like all others. So it is while
        any call waits already, and where a list may be read first. If the commit fails, go `back`.
        """
        permits = self._permits(now, len(rows))
        lists = any(map(self._connector.lists, {row.call.action for row in rows}))
        if not permits or lists or self._outbox.due(self.name, now, 1):
            return None
        clear = self._outbox.clear(self.name, free(rows, self._busy), over)
        flights = self._choose(clear, len(permits), now)
        if not flights:
            return None
        keys = tuple([row.key for flight in flights for row in flight.rows])
        self._state = self._after(flights, permits, now)
        return Offer(Claim(self.name, self._epoch, keys, self._until(now), self._state), self._leave(flights))

    def mark(self) -> Mark:
        """Where the driver stands before a commit that `adopt` and `offer` are part of."""
        return Mark(self._state, dict(self._flights), set(self._busy))

    def back(self, to: Mark) -> None:
        """The commit failed: stand where `mark` was made."""
        self._state, self._flights, self._busy = to.state, dict(to.flights), set(to.busy)

    def _choose(self, rows: Sequence[Row], room: int, now: Instant) -> list[Flight]:
        """Flights for rows that may leave, in at most `room` requests; first those that need no request."""
        latest = self._latest(now)
        open_ones, flights = self._known(rows[: _at_once(rows, max(room, 0), self._bulk, self._connector)], latest)
        numbered, connector, prefix = self._numbered, self._connector, self.pace.key_prefix
        for alike in form(open_ones, self._actions, connector, room):
            call, items = alike[0].call, _items(alike, prefix)
            kind: Literal["look", "send"] = "look" if alike[0].uncertain else "send"
            flights.append(
                Flight(next(numbered), kind, call.action, call.object, tuple(alike), items, latest, connector)
            )
        return flights

    def _after(self, flights: Sequence[Flight], permits: Sequence[gate.Gate], now: Instant) -> ConnectionState:
        """The connection's row once these flights have taken their permits."""
        taken = _requests(flights)
        return _used(self._state, self.pace, now, permits[:taken]) if taken else self._state

    def settle(self, flight: Flight, outcomes: Sequence[ItemOutcome], now: Instant) -> tuple[Settled, ...]:
        """Write down what came of a flight, in one commit; the verdicts on calls that were still open."""
        return self.settle_all([(flight, outcomes)], now)

    def settle_all(self, landed: Sequence[Landed], now: Instant) -> tuple[Settled, ...]:
        """As `settle`, for several flights in one commit.

        If the commit fails nothing has changed, and the same may be settled again.
        """
        settlement = self.judge(landed, now)
        open_keys = self._outbox.settle(settlement)
        self.adopt(landed, settlement)
        return tuple(one for one in settlement.settled if one.key in open_keys)

    def judge(self, landed: Sequence[Landed], now: Instant) -> Settlement:
        """What came of several flights, not yet written: for who commits it together with the decisions it leads to.

        The outcomes of a flight are those that its `send` gave, one for each row, in their order (of a list: one a person on it).

        After that commit, and only then, hand the same to `adopt`; or before it, if you go `back` to a `mark` when it fails.
        """
        state, verdicts = self._state, list[Settled]()
        well = 0  # So many in a row went well that `state` has not learned of: one after the other they would teach it the same.
        for flight, outcomes in landed:
            if flight.kind != "known" and went_well(outcomes):
                well += 1
            else:
                state, well = learned_well(state, well, now, self.pace), 0
                state = state if flight.kind == "known" else learned(state, outcomes, now, self.pace)
            if flight.kind == "list":
                there, state = read_list(flight, outcomes, now, state)
                rows = self._outbox.waiting(self.name, flight.action, flight.object, WAITING_MAX) if there else ()
                action = self._actions.get(flight.action)
                on_it = [row for row in rows if row.user in there]
                verdicts += [settled(row, there[row.user], action, now, state, self.pace) for row in on_it]
                continue
            for row, outcome in zip(flight.rows, outcomes, strict=True):
                action = self._actions.get(row.call.action)
                verdicts.append(settled(row, outcome, action, now, state, self.pace))
        return Settlement(self.name, self._epoch, tuple(verdicts), learned_well(state, well, now, self.pace))

    def adopt(self, landed: Sequence[Landed], settlement: Settlement) -> None:
        """The settlement is committed: these flights are over."""
        self._state = settlement.state
        for flight, _ in landed:
            self._flights.pop(flight.number, None)
        self._busy.difference_update([row.about for flight, _ in landed for row in flight.rows])

    def permit(self, now: Instant) -> bool:
        """Take a permit for a request that is no call of a run, such as a poll. False: not now, see `next_permit`."""
        permits = self._permits(now)
        if not permits:
            return False
        state = _used(self._state, self.pace, now, permits[:1])
        self._outbox.claim(Claim(self.name, self._epoch, (), now, state))
        self._state = state
        return True

    def note(self, failed: ItemOutcome | None, now: Instant) -> None:
        """What came of such a request: the gate and the breaker learn from it."""
        state = learned(self._state, (failed or ItemOutcome("", "confirmed"),), now, self.pace)
        self._outbox.settle(Settlement(self.name, self._epoch, (), state))
        self._state = state

    def next_permit(self, now: Instant) -> Instant:
        """The first instant at which gate and breaker let something leave."""
        allowed = gate.next_allowed(self._state.gate, now, self.pace.rate)
        return max(allowed, self._state.breaker.until or allowed)

    def next_at(self, now: Instant) -> Instant | None:
        """When `take` is worth calling again; None: when something was settled or decided, and not before.

        It may be at once, if `take` has just given something; never, if it has just given nothing.
        """
        if self._room(now) <= 0:
            return None
        soonest = now if self._due(now, 1) else self._outbox.next_due(self.name, now)
        return None if soonest is None else max(soonest, self.next_permit(now))

    def _room(self, now: Instant) -> int:
        """How many more requests may be in flight; after a failure of the connection one at a time."""
        if of_whole(self._state.paused) is not None:
            return 0
        half_open = breaker.position(self._state.breaker, now) == "half open"
        return (1 if half_open else self.pace.concurrency) - self.in_flight

    def _permits(self, now: Instant, wanted: int = 1_000_000) -> list[gate.Gate]:
        """The gate after one, two, … requests that may leave right now, `wanted` at most."""
        return _permits(self._state, self.pace, min(self._room(now), wanted), now)

    def _due(self, now: Instant, room: int) -> list[Row]:
        """Rows that could leave now, most urgent first, but for those whose list is being read."""
        rows = self._outbox.due(self.name, now, room * self._bulk + SPARE_ROWS)
        read = {(flight.action, flight.object) for flight in self._flights.values() if flight.kind == "list"}
        fit = [row for row in rows if (row.call.action, row.call.object) not in read] if read else rows
        return free(fit, self._busy)

    def _known(self, rows: Sequence[Row], latest: Instant) -> tuple[list[Row], list[Flight]]:
        """Rows that need a request, and flights for those whose outcome is known without one."""
        stands = self._outbox.wanted_elsewhere(self.name, asked) if (asked := _asked(rows, self._undone_by)) else {}
        open_ones, without, outcomes = list[Row](), list[Row](), list[ItemOutcome]()
        actions, prefix = self._actions, self.pace.key_prefix
        for row in rows:
            action = actions.get(row.call.action)
            if action is not None and not (row.uncertain or row.override or stands):
                open_ones.append(row)  # as nearly all are
                continue
            outcome = without_request(prefix, row, action, stands.get(row.key))
            if outcome is None:
                open_ones.append(_resendable(row, actions) if row.uncertain else row)
            else:
                without.append(row)
                outcomes.append(outcome)
        if not without:
            return open_ones, []
        items = _items(without, prefix)
        number, connector = next(self._numbered), self._connector
        known = Flight(number, "known", "", "", tuple(without), items, latest, connector, tuple(outcomes))
        return open_ones, [known]

    def _claim(self, flights: list[Flight], state: ConnectionState, now: Instant) -> tuple[Flight, ...]:
        keys = tuple([row.key for flight in flights for row in flight.rows])
        claimed = self._outbox.claim(Claim(self.name, self._epoch, keys, self._until(now), state))
        self._state = state
        return self._leave(flight if len(claimed) == len(keys) else only(flight, claimed) for flight in flights)

    def _until(self, now: Instant) -> Instant:
        return self._latest(now) + timedelta(seconds=self.pace.timeout_seconds)

    def _leave(self, flights: Iterable[Flight]) -> tuple[Flight, ...]:
        leaving = tuple([flight for flight in flights if flight.rows or flight.kind == "list"])
        self._flights.update([(flight.number, flight) for flight in leaving])
        self._busy.update([row.about for flight in leaving for row in flight.rows])
        return leaving

    def _latest(self, now: Instant) -> Instant:
        return now + timedelta(seconds=self.pace.lease_seconds)


def _at_once(rows: Sequence[Row], room: int, bulk: int, connector: Connector) -> int:
    """How many rows so many requests can serve; one read back serves all of its object, where one list shows them."""
    first = rows[0] if rows and room else None
    looks = first is not None and first.uncertain and connector.lists(first.call.action)
    return room * bulk + (SPARE_ROWS if looks else 0)


def _used(state: ConnectionState, pace: Pace, now: Instant, permits: Sequence[gate.Gate]) -> ConnectionState:
    """The connection's row once these permits are taken."""
    seconds = pace.rate.per_seconds if pace.rate is not None else COUNTED_FOR.total_seconds()
    return structs.replace(state, gate=permits[-1], usage=counted(state.usage, now, len(permits), seconds))


def _permits(state: ConnectionState, pace: Pace, room: int, now: Instant) -> list[gate.Gate]:
    """The gate after one, two, … requests that gate and breaker let leave right now, `room` at most."""
    if breaker.position(state.breaker, now) == "open":
        return []
    standing = state.gate
    if pace.rate is None:
        return [standing] * room if gate.next_allowed(standing, now, None) <= now else []
    permits: list[gate.Gate] = []
    for _ in range(room):
        standing, first = gate.take(standing, now, pace.rate)
        if first > now:
            break
        permits.append(standing)
    return permits


def _resendable(row: Row, actions: Mapping[str, ActionType]) -> Row:
    """An uncertain row that cannot be read back, but is keyed, is simply sent again: the key keeps it single."""
    look = actions[row.call.action].read_back
    return row if look else structs.replace(row, uncertain=False)


def _requests(flights: Iterable[Flight]) -> int:
    """How many of these ask the far side."""
    many = 0
    for flight in flights:
        if flight.kind != "known":
            many += 1
    return many


def _items(rows: Sequence[Row], prefix: str) -> tuple[Item, ...]:
    items = []
    for row in rows:
        call = row.call
        items.append(
            Item(key_text(prefix, row), call.action, row.user, call.object, call.arguments, call.given, row.person)
        )
    return tuple(items)


def _undone_by(actions: Mapping[str, ActionType]) -> dict[str, tuple[str, ...]]:
    """For each action that takes something back: which ones it takes back."""
    undone: dict[str, tuple[str, ...]] = {}
    for action in actions.values():
        if action.undo:
            undone[action.undo] = (*undone.get(action.undo, ()), action.name)
    return undone


def _asked(rows: Sequence[Row], undone_by: Mapping[str, tuple[str, ...]]) -> list[Asked]:
    """What to ask of other runs: does one still want what a row takes back, or has one done the same already?"""
    asked: list[Asked] = []
    for row in rows:
        call = row.call
        if row.uncertain or not call.object:
            continue
        wishes = undone_by.get(call.action, ()) if call.undoes else (call.action,)
        asked += [
            Asked(row.key, call.person, call.object, wish, call.arguments, done=call.undoes is None) for wish in wishes
        ]
    return asked
