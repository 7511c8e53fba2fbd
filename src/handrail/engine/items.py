"""What a group is made of: one thing each that arrived, came due or was answered. And what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from handrail.engine.deciding.letters import Letter
from handrail.intake.arrivals import Arrived
from handrail.intake.sightings import PersonMade
from handrail.store.batch import EffectDone
from handrail.terms.change import Change
from handrail.terms.event import Disposition, Event, Input
from handrail.terms.values import NOTHING, Fields

BY_HAND: Final = "by hand"
"""The name of a start that no journey writes down: somebody begins it."""


class ForRun(Struct, frozen=True):
    """An answer, outcome, tick or release for one run. `done` settles the effect that an outcome is of."""

    run: int
    input: Input
    done: EffectDone | None = None


@dataclass(slots=True, frozen=True)
class Posted:
    """A letter taken from the inbox."""

    inbox: int
    letter: Letter
    run: int | None
    person: int | None


@dataclass(slots=True, frozen=True)
class Swept:
    """A person whom a schedule or a request would start; `given` are values that come with it.

    `event` is one about nobody that is told to everybody; its number is that of its row in the ledger. `said`: a person begins
    it by hand (`trigger` is `BY_HAND`): who, and why.
    """

    journey: str
    trigger: str
    person: int
    given: Fields = NOTHING
    event: Event | None = None
    said: Fields = NOTHING


@dataclass(slots=True, frozen=True)
class Move:
    """A run that is to go on by another plan (its number in the store); `by` is who says so."""

    run: int
    plan: int
    by: str


@dataclass(slots=True, frozen=True)
class TryAgain:
    """Somebody whose starts were put off, and are tried again now."""

    person: int


@dataclass(slots=True, frozen=True)
class Unfit:
    """What was left of an item that cannot be stored: it is held, without its content."""

    kind: str
    why: str
    person: int | None = None
    run: int | None = None
    inbox: int | None = None
    done: EffectDone | None = None


Item = Arrived | ForRun | Posted | Swept | PersonMade | Move | TryAgain | Unfit


class Receipt(Struct):
    """What became of one item: the ledger row, its disposition, the runs it moved or began, why not.

    `change` is of a move: what it came to. `stands` is the run that makes a start unnecessary.
    """

    number: int = 0
    disposition: Disposition = "ignored"
    runs: list[int] = []
    why: list[str] = []
    used: bool = False
    change: Change | None = None
    stands: int = 0


__all__ = [
    "BY_HAND",
    "Arrived",
    "ForRun",
    "Item",
    "Move",
    "PersonMade",
    "Posted",
    "Receipt",
    "Swept",
    "TryAgain",
    "Unfit",
]
