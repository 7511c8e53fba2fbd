"""When a system last answered as it should, and in which ways it failed lately: kept in the connection's row.

A refusal of one call is an answer, too: the system was reached. Nothing here reads a clock or knows a call.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec import Struct

from handrail.terms.values import Instant

CAUSES_MAX: Final = 8
"""So many causes are kept, the latest."""

KEPT_FOR: Final = timedelta(days=7)
NO_ANSWER: Final = frozenset({"transient", "uncertain", "auth"})
"""Failures of the connection as a whole: nothing of what was asked came to an answer."""

REASON_MAX: Final = 200


class Cause(Struct, frozen=True, array_like=True):
    """One way to fail: its class (`transient`), the far side's code, and the latest of what it said."""

    failure: str
    code: str
    reason: str


class Failing(Struct, frozen=True, array_like=True):
    """How often calls failed in one way, from the first time to the latest."""

    cause: Cause
    many: int
    first: Instant
    last: Instant


class Contact(Struct, frozen=True, array_like=True):
    """`good`: when it last answered a request. `failing`: how calls failed within a week, the latest last.

    `silent`: since when requests were sent and none was answered (None: the last one was).
    """

    good: Instant | None = None
    failing: tuple[Failing, ...] = ()
    silent: Instant | None = None


def answered(contact: Contact, now: Instant) -> Contact:
    """After a request that was answered, be it with a refusal of what was asked."""
    return Contact(now, _kept(contact.failing, now))


def failed(contact: Contact, cause: Cause, many: int, now: Instant) -> Contact:
    """After so many calls that failed in one way. The same class and code are the same cause, whatever was said."""
    said = Cause(cause.failure, cause.code, cause.reason[:REASON_MAX])
    same = next((one for one in contact.failing if _same(one.cause, said)), None)
    others = tuple(one for one in _kept(contact.failing, now) if not _same(one.cause, said))
    begun = same is not None and now - same.last < KEPT_FOR
    seen = Failing(said, same.many + many, same.first, now) if same and begun else Failing(said, many, now, now)
    silent = contact.silent
    if silent is None and cause.failure in NO_ANSWER and contact.good != now:
        silent = now if contact.good is not None else seen.first
    return Contact(contact.good, (*others[1 - CAUSES_MAX :], seen), silent)


def _kept(failing: tuple[Failing, ...], now: Instant) -> tuple[Failing, ...]:
    return tuple(one for one in failing if now - one.last < KEPT_FOR)


def _same(one: Cause, other: Cause) -> bool:
    return (one.failure, one.code) == (other.failure, other.code)
