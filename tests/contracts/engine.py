"""What every host of the engine must do: the one suite, run by test_engine.py for each of them.

A subclass brings the fixture `house`: an office whose host is turned by `take` and `settle`. Time stands still, so that
the decisions of every host are the same to the byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import structs
from tests.properties.office import COURSE, MANAGER, Office

from handrail.engine.items import Arrived, ForRun, Item, Receipt
from handrail.store.moments import CONFIRMED, PHASE
from handrail.terms import coding
from handrail.terms.event import Answer, Event
from handrail.terms.reasons import unpack_reasons
from handrail.terms.state import State
from handrail.terms.values import Fields


class House(Protocol):
    """A host and its office."""

    office: Office

    def take(self, items: Sequence[Item]) -> list[Receipt]:
        """Hand in items; what became of each, after the commit."""
        ...

    def settle(self) -> None:
        """Let it work until nothing is due now."""
        ...


def hired(house: House, person: int) -> Arrived:
    """Somebody is told to be hired."""
    event = Event("person.hired", house.office.clock(), person, "hris", fields=Fields({"again": False}))
    return Arrived(event, b"hired %010d" % person, b"so")


def finished(house: House, person: int) -> Arrived:
    """Somebody is told to have finished."""
    event = Event("lms.completed", house.office.clock(), person, "lms", fields=Fields({"course": COURSE}))
    return Arrived(event, b"done  %010d" % person, b"so")


def answered(house: House, run: int) -> ForRun:
    """The manager says yes."""
    return ForRun(run, Answer(2, house.office.clock(), f"person:{MANAGER}", "approve"))


class EngineContract:
    """What whoever uses a host may rely on."""

    def test_whoever_is_hired_begins_and_their_call_is_made_once(self, house: House) -> None:
        (receipt,) = house.take([hired(house, 3)])
        house.settle()
        assert receipt.disposition == "matched"
        assert house.office.rows("SELECT run, action, state FROM effect") == [
            (receipt.runs[0], "lms.enroll", CONFIRMED)
        ]
        assert [made.user for made in house.office.witness.enrollments(COURSE)] == ["u3"]

    def test_what_is_told_twice_is_a_duplicate(self, house: House) -> None:
        house.take([hired(house, 3)])
        assert [one.disposition for one in house.take([hired(house, 3)])] == ["duplicate"]
        assert len(house.office.rows("SELECT id FROM run")) == 1

    def test_a_run_goes_through_to_its_end(self, house: House) -> None:
        (receipt,) = house.take([hired(house, 3)])
        house.settle()
        house.take([answered(house, receipt.runs[0])])
        house.take([finished(house, 3)])
        house.settle()
        assert house.office.rows("SELECT phase FROM run") == [(PHASE["finished"],)]
        assert house.office.rows("SELECT count(*) FROM handoff WHERE closed IS NULL") == [(0,)]

    def test_what_is_told_early_is_kept_for_its_wait(self, house: House) -> None:
        (receipt,) = house.take([hired(house, 3)])
        house.take([finished(house, 3)])
        house.settle()
        house.take([answered(house, receipt.runs[0])])
        house.settle()
        assert house.office.rows("SELECT phase FROM run") == [(PHASE["finished"],)]

    def test_the_chain_of_what_was_decided_is_whole(self, house: House) -> None:
        assert play(house)
        assert house.office.store.verify().ok


def play(house: House) -> list[object]:
    """Three people, two answers, two completions: each run's decisions in order, and its state without row ids."""
    runs = [receipt.runs[0] for receipt in house.take([hired(house, person) for person in (3, 4, 5)])]
    house.settle()
    house.take([answered(house, run) for run in runs[:2]])
    house.take([finished(house, person) for person in (5, 3)])
    house.settle()
    found: list[object] = []
    for run, kind, reasons in house.office.rows(
        "SELECT run, kind, reasons FROM ledger WHERE run > 0 ORDER BY run, seq"
    ):
        found.append((run, kind, unpack_reasons(reasons)))
    for (body,) in house.office.rows("SELECT state FROM run ORDER BY id"):
        state = coding.unpack(body, State)
        early = tuple(structs.replace(kept, number=0) for kept in state.early)
        found.append(structs.replace(state, used=(), early=early))
    return found
