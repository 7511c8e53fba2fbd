"""What one run or person tells another: written into the inbox in its cause's transaction, decided later.

Nobody writes into another run. A letter is to one run (`run`), or to a person's runs and triggers.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from handrail.terms import coding
from handrail.terms.event import CohortEvent, Event, JourneyEnded, OwnersChanged, Stopped
from handrail.terms.values import NOTHING, Fields


class Begin(Struct, frozen=True, array_like=True, tag="begin"):
    """Begin `journey` for `person`: asked for by (run, pass, rung), tied to it or standing by itself."""

    journey: str
    person: int
    run: int
    pass_: int
    rung: int
    tied: bool
    arguments: Fields = NOTHING


Letter: TypeAlias = Event | OwnersChanged | JourneyEnded | CohortEvent | Stopped | Begin


def seal(letter: Letter) -> bytes:
    """The letter as the inbox keeps it."""
    return coding.pack(letter)


def unseal(body: bytes) -> Letter:
    """The letter of an inbox row."""
    return coding.unpack(body, Letter)  # type: ignore[arg-type]
