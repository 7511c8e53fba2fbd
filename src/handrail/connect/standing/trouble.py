"""Whether a system can be worked with at all: it is out of reach while it is left alone, and while it answers nothing for minutes.

A pause is somebody's will and no trouble; that a single call was refused is an answer. Nothing here reads a clock.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from handrail.connect.port import ConnectionState
from handrail.connect.standing.contact import Cause
from handrail.connect.standing.pauses import of_whole
from handrail.terms.values import Instant

LATE_AFTER: Final = 5
"""Asked every minute, a connection is late when nothing good was heard for so many times as long."""

SILENT_AFTER: Final = timedelta(minutes=5)
"""So long calls fail, and none is answered between, before a system counts as out of reach: one lost call is no outage."""

SILENT: Final = Cause("transient", "silent", "it is asked, and does not answer as it should")


def is_late(state: ConnectionState, asked_every: timedelta | None, now: Instant) -> bool:
    """Whether its last good contact is longer ago than it should be. One that is never asked, or was never reached, is not late."""
    good = state.contact.good
    if asked_every is None or good is None or of_whole(state.paused) is not None:
        return False
    return now - good > asked_every * LATE_AFTER


def is_silent(state: ConnectionState) -> bool:
    """Whether what is sent to it fails for minutes and nothing was answered meanwhile, also where nothing ever was."""
    contact = state.contact
    if contact.silent is None or not contact.failing or of_whole(state.paused) is not None:
        return False
    return contact.failing[-1].last - contact.silent >= SILENT_AFTER


def trouble(state: ConnectionState, asked_every: timedelta | None, since: Instant, now: Instant) -> Cause | None:
    """Why nothing can be asked of the system; None: something can. We have been able to ask it only `since`."""
    if of_whole(state.paused) is not None:
        return None
    failing = state.contact.failing
    if state.breaker.until is not None:
        return failing[-1].cause if failing else SILENT
    if now - since > SILENT_AFTER and is_silent(state):
        return failing[-1].cause
    if asked_every is not None and now - since > asked_every * LATE_AFTER and is_late(state, asked_every, now):
        return failing[-1].cause if failing else SILENT
    return None
