"""A person's word that something is not to be done: a journey not begun, nothing done about an object, until a moment."""

from __future__ import annotations

from msgspec import Struct

from handrail.terms.values import Instant


class Override(Struct, frozen=True, array_like=True):
    """Who says so and why. Exactly one of `journey` and `object` is set; `until` None: until somebody ends it."""

    number: int
    journey: str
    object: str
    until: Instant | None
    by: str
    reason: str
