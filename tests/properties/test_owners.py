"""Whatever people do (leave, come back, are away, get another manager, give handoffs away, snooze them), each open handoff is with somebody who can answer.

In the real engine, over its store: after every change all that follows is decided, and every decision is made again from the ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final, TypeAlias

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st
from tests.unit.engine.house import ANN, BEN, BOSS, LEAD, NEXT, House
from tests.unit.engine.test_lives import CAT, EVE, asking, owners, recomputed

from handrail.engine.by_hand.absences import Away, NotAway, end_absence, set_absence
from handrail.engine.by_hand.handing import Answering, By, Giving, Hand, Snoozing, act
from handrail.engine.by_hand.handing import Wish as Wishes
from handrail.engine.sweeps import ClockDriver
from handrail.store.moments import to_millis
from handrail.store.opening import MEMORY, Store, open_store

Wish: TypeAlias = tuple[str, int, int]
KINDS: Final = (
    "hired", "leaves", "comes back", "on leave", "returns", "away", "away with a delegate", "back", "manager", "given",
    "snoozed", "answered", "days",
)  # fmt: skip
STAFF: Final = (BOSS, NEXT, EVE)
LEARNERS: Final = (ANN, BEN, CAT)
OPERATIONS: Final = By(f"person:{LEAD}", for_others=True)
LOOK: Final = settings(max_examples=30, suppress_health_check=list(HealthCheck))
wishes = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 5)), min_size=6, max_size=24)


class Office:
    """A house in which wishes come true, as far as they can."""

    def __init__(self, store: Store) -> None:
        self.house = House(asking("manager or sponsor or manager.manager"), store=store)
        self.house.appear(EVE, manager=None)
        self.driver = ClockDriver(self.house.engine)
        self.hired: list[int] = []
        for learner in LEARNERS:
            self.hire(learner)

    def hire(self, learner: int) -> None:
        if learner not in self.hired:
            self.hired.append(learner)
            self.house.hire(learner, manager=BOSS, sponsor=EVE)

    def follow(self, script: Sequence[Wish]) -> None:
        for kind, which, what in script:
            self.happens(kind, which, what)
            while self.driver.due(self.house.clock()) + self.house.engine.due(self.house.clock()):
                pass

    def happens(self, kind: str, which: int, what: int) -> None:
        house, staff, learner = self.house, STAFF[which % 3], LEARNERS[what % 3]
        match kind:
            case "leaves":
                house.change(staff, "person.left", status="left")
            case "comes back" | "returns":
                house.change(staff if kind == "comes back" else learner, status="active")
            case "on leave":
                house.change(learner if which > 2 else staff, "person.leave_began", status="on leave")
            case "away" | "away with a delegate":
                self.away(staff, which, STAFF[what % 3] if "delegate" in kind else 0)
            case "back":
                for row in house.store.absences()[:1]:
                    end_absence(house.engine, row.id, "person:1", house.clock())
            case "manager":
                house.change(learner, manager=STAFF[which % 3])
            case "given" | "snoozed" | "answered":
                self.act(kind, which, what)
            case "days":
                house.clock.to(house.clock() + timedelta(days=which))
            case _:
                self.hire(learner)

    def away(self, who: int, days: int, delegate: int) -> None:
        today = self.house.clock().date()
        try:
            asked = Away(who, today + timedelta(days=days % 2), today + timedelta(days=days + 1), delegate)
            set_absence(self.house.engine, asked, "person:1", self.house.clock())
        except NotAway:
            return

    def act(self, kind: str, which: int, what: int) -> None:
        house = self.house
        found = house.store.database.look("SELECT run, pass FROM handoff WHERE closed IS NULL ORDER BY run")
        if not found:
            return
        until = house.clock() + timedelta(days=what)
        wishes_: dict[str, Wishes] = {
            "given": Giving(f"person:{STAFF[what % 3]}", "it fits"), "snoozed": Snoozing(until, "later"),
        }  # fmt: skip
        wish = wishes_.get(kind, Answering("done"))
        act(house.engine, [Hand(*found[which % len(found)])], wish, OPERATIONS, house.clock())

    def there(self, owner: str) -> bool:
        """Whether somebody can answer for it: a team, or a person who has not left and is not away alone."""
        worlds = self.house.engine.worlds
        if not owner.startswith("person:"):
            return owner == "team:learning-operations"
        number = int(owner.removeprefix("person:"))
        person = worlds.newest(number)
        absence = worlds.absences.get(number)
        if person is None or person.status == "left":
            return False
        if absence is None:
            return person.status != "on leave"
        delegate = worlds.newest(absence.delegate) if absence.delegate is not None else None
        if delegate is None or delegate.id in worlds.absences:
            return False
        return delegate.status not in ("left", "on leave")


def check(script: Sequence[Wish], opened: Callable[[], Store] = lambda: open_store(MEMORY)) -> Office:
    """Follow the script in an office over the store that `opened` makes, and see that everybody has somebody."""
    office = Office(opened())
    office.follow(script)
    house = office.house
    assert [owner for owner in owners(house) if not office.there(owner)] == []
    runs = [row for person in LEARNERS for row in house.runs(person)]
    waiting = [row for row in runs if row.phase < 3]
    assert all(row.wake_at is not None for row in waiting)
    assert recomputed(house, *(row.id for row in runs))
    return office


@LOOK
@drawn(wishes)
def test_every_open_handoff_is_with_somebody_who_can_answer_and_every_run_has_a_next_moment(script: list[Wish]) -> None:
    check(script)


@LOOK
@drawn(wishes)
def test_nobody_waits_for_ever_whatever_is_given_away_or_snoozed(script: list[Wish]) -> None:
    office = check(script)
    house = office.house
    house.clock.to(house.clock() + timedelta(days=120))
    office.follow([("days", 0, 0)])
    for _ in range(8):
        house.clock.to(house.clock() + timedelta(days=40))
        office.follow([("returns", 0, what) for what in range(3)])
    overdue = house.store.oldest_overdue(to_millis(house.clock()))
    assert overdue is None
    assert owners(house) == []


class Unwatched(Store):
    """Does not know who is watched, so that nobody looks for an owner again when somebody leaves or is away."""

    def watchers(self, persons: Sequence[int]) -> dict[int, list[int]]:
        del persons
        return {}


def test_twin_a_store_that_forgets_who_is_watched_is_noticed() -> None:
    with pytest.raises(AssertionError):
        check([("leaves", 0, 0)], lambda: Unwatched(open_store(MEMORY).database))


def test_twin_a_store_that_forgets_who_is_watched_is_noticed_when_somebody_is_away() -> None:
    with pytest.raises(AssertionError):
        check([("away", 0, 0)], lambda: Unwatched(open_store(MEMORY).database))
