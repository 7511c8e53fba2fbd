"""Passwords: hashed with argon2id, compared in constant work, and never kept, shown or logged.

One check costs about 64 MB and a quarter of a second on purpose, so only a few are made at a time; whoever calls is a
thread that may wait, never the engine's or the event loop's.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from handrail.terms.problem import SettingsError

LENGTH_MIN: Final = 12
LENGTH_MAX: Final = 200
_HASHER: Final = PasswordHasher()
"""The library's own choice: argon2id with the second recommended parameters of RFC 9106, section 4."""

_AT_ONCE: Final = threading.BoundedSemaphore(2)
WAITING_MAX: Final = 8
_WAITING: Final = threading.BoundedSemaphore(WAITING_MAX)


class TooMany(Exception):
    """So many sign in at this moment that more of them would take every thread."""


def hashed(password: str) -> str:
    """How a password is kept. Raises SettingsError when it is too short or too long."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise SettingsError(
            f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters, and this one has {len(password)}. "
            "Take a few words that do not belong together."
        )
    with _AT_ONCE:
        return _HASHER.hash(password)


def fits(kept: str, password: str) -> bool:
    """Whether it is the password. Nobody's password (`kept` empty) takes as long, and never fits. Raises TooMany."""
    if len(password) > LENGTH_MAX:
        password = ""
    if not _WAITING.acquire(blocking=False):
        raise TooMany
    try:
        with _AT_ONCE:
            return _HASHER.verify(kept or _nobodys(), password) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _WAITING.release()


@cache
def _nobodys() -> str:
    """What is compared where there is no account, so that its absence cannot be timed."""
    return _HASHER.hash("the password of nobody at all")
