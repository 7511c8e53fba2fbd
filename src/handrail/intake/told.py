"""What somebody told us happened, before it is an event: the shape, and the place it came through.

A connector's deliveries have this shape already; CloudEvents are read into it. Nothing here decides.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Protocol

from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.terms.values import NOTHING, Fields, Instant

AHEAD_MAX: Final = timedelta(minutes=10)
"""An event may lie so far ahead: clocks differ."""

ZONES_AHEAD: Final = timedelta(hours=14)
"""Where a day alone is told, it may have begun so much earlier somewhere."""

EVENT_BYTES_MAX: Final = 1024 * 1024


class Told(Protocol):
    """One thing that happened, as it was told. `user` is whom the far side says it is about.

    `id` is the transport's own, `attempt` the far side's. `by_day`: `at` is only as fine as a day. `retracts`: what was
    told of this attempt is no longer so.
    """

    @property
    def kind(self) -> str: ...
    @property
    def user(self) -> str: ...
    @property
    def at(self) -> Instant: ...
    @property
    def fields(self) -> Fields: ...
    @property
    def attempt(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def told(self) -> Instant | None: ...
    @property
    def by_day(self) -> bool: ...
    @property
    def retracts(self) -> bool: ...


class Item(Struct, frozen=True):
    """A `Told` of our own making."""

    kind: str
    user: str
    at: Instant
    fields: Fields = NOTHING
    attempt: str = ""
    id: str = ""
    told: Instant | None = None
    by_day: bool = False
    retracts: bool = False


class Channel(Struct, frozen=True):
    """Where it came through, and when: a connection, or the API (then any connection's events may be told).

    `people_by`: by what it knows people: `email`, the name of a source, or empty where each says it itself
    (`person:12`, `hris:010134`, an address). `owner` answers for what is held; `zone` is the organization's.
    """

    connection: str
    owner: str
    now: Instant
    zone: str
    people_by: str = ""


def day_of(told: Told, zone: str) -> date:
    """The day on which it happened."""
    return told.at.date() if told.by_day else local_day(told.at, zone)


def lies_ahead(told: Told, now: Instant) -> bool:
    """Whether it is said to happen later than anybody can know."""
    return told.at > now + (ZONES_AHEAD if told.by_day else AHEAD_MAX)
