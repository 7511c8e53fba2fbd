"""What is known so far of a call that waits: whether it may have been done already, and how its last try failed.

It stands in the call's own row (`effect.outcome`) until the call is over; how that came out is in the ledger.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.terms import coding

UNCERTAIN: Final = b"?"
"""Nobody knows whether it was done: it is read back before it is sent."""

LOOKED: Final = b"-"
"""It was read back, and had not been done."""

TRIED: Final = b"!"
"""It was not done, and is sent again."""

REASON_MAX: Final = 300


class LastTry(Struct, frozen=True, array_like=True):
    """How the last try failed: its class, the far side's code, and what it said; all empty where nothing is known."""

    failure: str = ""
    code: str = ""
    reason: str = ""


_NOTHING: Final = LastTry()


def pack_try(mark: bytes, last: LastTry) -> bytes | None:
    """As the row keeps it; nothing for a call of which nothing is known."""
    if last == _NOTHING:
        return None if mark == TRIED else mark
    return mark + coding.pack(LastTry(last.failure, last.code, last.reason[:REASON_MAX]))


def last_try(outcome: bytes | None) -> LastTry:
    """How the last try of a call failed, by what its row keeps."""
    return coding.unpack(outcome[1:], LastTry) if outcome is not None and len(outcome) > 1 else _NOTHING


def is_uncertain(outcome: bytes | None) -> bool:
    """Whether nobody knows if it was done already."""
    return outcome is not None and outcome[:1] == UNCERTAIN


def was_looked_at(outcome: bytes | None) -> bool:
    """Whether it was read back, or is to be."""
    return outcome is not None and outcome[:1] in (UNCERTAIN, LOOKED)
