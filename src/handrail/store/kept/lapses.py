"""Of whom a handoff was asked when its limit passed first: it is counted against them, whoever has it later.

It stands in the handoff's row, packed. Nothing here decides whether a limit passed.
"""

from __future__ import annotations

from msgspec import Struct

from handrail.terms import coding


class Lapse(Struct, frozen=True, array_like=True):
    """Who had it (as owners are written), and the limit that passed, in milliseconds."""

    owner: str
    due: int


def packed(owner: str, due: int) -> bytes:
    """As a handoff's row keeps it."""
    return coding.pack(Lapse(owner, due))


def lapse_of(lapse: bytes | None) -> Lapse | None:
    """What a handoff's row keeps; None: no limit of it passed, or it is not known who had it then."""
    return None if lapse is None else coding.unpack(lapse, Lapse)
