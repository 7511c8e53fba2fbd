"""The rehearsal host: the same engine and drivers, turned by a heap of virtual moments instead of a clock.

Nothing sleeps. At each moment everything that is due is done, in a fixed order (agenda, letters and ticks, drivers),
until nothing is; then time jumps to the next moment. Work is found in the store, so a rehearsal that was
killed goes on from the store and from an agenda that is made again.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from handrail.connect.dispatcher import ConnectionDriver
from handrail.connect.leaving.flights import Flight
from handrail.connect.port import ItemOutcome
from handrail.engine.engine import Engine
from handrail.engine.sweeps import ClockDriver
from handrail.terms.values import Instant

Act: TypeAlias = Callable[[Instant], None]
ROUNDS_MAX: Final = 1_000_000


class VirtualClock:
    """The one clock of a rehearsal; it never goes back."""

    def __init__(self, now: Instant) -> None:
        self.now = now

    def __call__(self) -> Instant:
        return self.now

    def to(self, moment: Instant) -> None:
        """Let it be `moment`, if that is later."""
        self.now = max(self.now, moment)


class Rehearsal:
    """An engine, its connections' drivers, an agenda and a virtual clock."""

    def __init__(self, engine: Engine, drivers: Sequence[ConnectionDriver], clock: VirtualClock) -> None:
        self.engine = engine
        self.drivers = list(drivers)
        self.clock = clock
        self.calendar = ClockDriver(engine)
        self._agenda: list[tuple[Instant, int, Act]] = []
        self._numbered = 0
        self.after_step: Callable[[Instant], None] | None = None

    def at(self, moment: Instant, act: Act) -> None:
        """Put something on the agenda; what lies in the past is done next."""
        self._numbered += 1
        heapq.heappush(self._agenda, (moment, self._numbered, act))

    def run_until(self, moment: Instant) -> None:
        """Do everything that is due up to and at `moment`, then stand there."""
        while (following := self.next_moment()) is not None and following <= moment:
            self.clock.to(following)
            self.settle_down()
        self.clock.to(moment)

    def settle_down(self) -> None:
        """Do everything that is due now, until nothing is."""
        for _ in range(ROUNDS_MAX):
            if not self._once():
                return
        raise AssertionError(f"at {self.clock.now:%Y-%m-%d %H:%M:%S} the work found no end")

    def next_moment(self) -> Instant | None:
        """The next moment at which there is anything to do."""
        moments = [self._agenda[0][0]] if self._agenda else []
        due = self.engine.next_due()
        if due is not None:
            moments.append(due)
        brought = self.calendar.next_at(self.clock.now)
        if brought is not None:
            moments.append(brought)
        moments += [at for driver in self.drivers if (at := driver.next_at(self.clock.now)) is not None]
        return min(moments, default=None)

    def _once(self) -> bool:
        """One round; whether anything was done."""
        now = self.clock.now
        acted = False
        while self._agenda and self._agenda[0][0] <= now:
            _, _, act = heapq.heappop(self._agenda)
            act(now)
            acted = True
        while self.calendar.due(now) + self.engine.due(now) > 0:
            acted = True  # whatever a moment brings is decided before the first call of that moment leaves
        for driver in self.drivers:
            for flight in driver.take(now):
                self._fly(driver, flight)
                acted = True
        if self.after_step is not None and acted:
            self.after_step(now)
        return acted

    def _fly(self, driver: ConnectionDriver, flight: Flight) -> None:
        """Send at once and settle at once: the far side's time is the same as ours."""
        outcomes: tuple[ItemOutcome, ...] = flight.send(self.clock.now)
        driver.settle(flight, outcomes, self.clock.now)
