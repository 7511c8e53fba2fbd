"""An incident: one cause of failures, however many calls, letters or people it touches; with an owner, and an end."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import Instant

Kind: TypeAlias = Literal["out of reach", "came back"]
"""A system that nothing can be asked of; somebody whom no letter reaches."""


class Incident(Struct, frozen=True, array_like=True):
    """What is known of it. `about`: the connection, or whose letters come back, as owners are written. `why`: what was said last.

    `told`: when its owner was last written to about it; empty: there is something that they have not read yet.
    """

    kind: Kind
    about: str
    why: str
    last: Instant
    address: str = ""
    told: Instant | None = None
