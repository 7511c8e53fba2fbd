"""When a call that came to nothing is tried again, by the class of its failure.

- *throttled*: the far side said when to come again, or that we came too often. Uses up no try.
- *transient*: it may work later. Tried again as the journey says, ever more slowly.
- *permanent*: it will never work as it stands. Not tried again.
- *auth*: our own key is refused. Uses up no try; the breaker opens for the connection as a whole.
- *uncertain*: sent, and no answer. Looked up before it is sent again.

The jitter that keeps a thousand failed calls from coming back together is a hash of the effect's key and the
try, so a replay reckons the same instant. Nothing here waits or keeps anything.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from handrail.calendar.durations import retry_delays
from handrail.terms.effect import RetryRule
from handrail.terms.values import Instant

JITTER_SHARE: Final = 0.1
RETRY_AFTER_MAX: Final = timedelta(days=7)
THROTTLED_WAIT_MAX: Final = timedelta(minutes=5)


def next_try(rule: RetryRule | None, key: str, tries: int, now: Instant) -> Instant | None:
    """When to try again after `tries` tries, the last of which failed just now; None when they are used up.

    Jitter only ever shortens a wait, by at most a tenth, so that the sum stays within `rule.over`.
    """
    if rule is None or tries > rule.times:
        return None
    wait = retry_delays(rule)[tries - 1] * (1 - JITTER_SHARE * _share(f"{key}/{tries}"))
    return _milliseconds(now + wait)


def when_to_come_again(retry_after: str, now: Instant) -> Instant | None:
    """What `Retry-After` says (RFC 9110, 10.2.3): seconds, or an HTTP date. None when it says nothing readable.

    At most a week ahead: a far side that errs must not silence a connection for ever.
    """
    text = retry_after.strip()
    if text.isdecimal():
        seconds = min(int(text[:9]), int(RETRY_AFTER_MAX.total_seconds()))
        return now + timedelta(seconds=seconds)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return min(max(at, now), now + RETRY_AFTER_MAX)


def throttled_wait(slot_seconds: float, throttled_before: int) -> timedelta:
    """How long to leave alone a far side that gave no hint: two slots, at least a second, doubled each time."""
    first = max(1.0, 2 * slot_seconds)
    return min(timedelta(seconds=first * 2 ** min(throttled_before, 20)), THROTTLED_WAIT_MAX)


def _share(text: str) -> float:
    """A number from 0 up to 1 made from `text`, the same each time."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") / 2**32


def _milliseconds(instant: datetime) -> Instant:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
