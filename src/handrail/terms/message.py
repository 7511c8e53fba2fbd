"""A receiver's message box: what waits in it, what left it lately, and what may happen to it.

A run puts a message into the box; `handrail.core.post` decides what leaves and when. Nothing here is sent.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.effect import Message
from handrail.terms.values import Instant

Key: TypeAlias = tuple[int, int, int]
"""Of a message: run, pass, rung."""

Ended: TypeAlias = Literal["sent", "in digest", "overtaken", "held", "bounced"]


class Manners(Struct, frozen=True, array_like=True):
    """How much a receiver is sent: letters of reminders and news in seven days, and from how many things on they come as one.

    First notices and escalations are never held by that; after `at_once` letters on one day first notices come together.
    """

    weekly_cap: int = 10
    digest_from: int = 4
    at_once: int = 4


class Boxed(Struct, frozen=True, array_like=True):
    """A message in the box since `at`."""

    run: int
    message: Message
    at: Instant

    @property
    def key(self) -> Key:
        return self.run, self.message.pass_, self.message.rung


class Left(Struct, frozen=True, array_like=True):
    """Something left the box at `at`; `about` are the handoffs (run, pass) that it spoke of. Kept for seven days.

    `capped`: it counts towards the weekly cap.
    """

    at: Instant
    about: tuple[tuple[int, int], ...]
    capped: bool


class Box(Struct, frozen=True, array_like=True):
    """The box of one receiver, written as an owner is: `person:12`, `team:NAME`, `email:…`, `contact:NAME`."""

    receiver: str
    waiting: tuple[Boxed, ...] = ()
    left: tuple[Left, ...] = ()
    manners: Manners = Manners()
    wake_at: Instant | None = None


class PutIn(Struct, frozen=True, tag="put_in"):
    """A run puts a message into the box."""

    run: int
    message: Message


class Closed(Struct, frozen=True, tag="closed"):
    """The handoff is closed: what speaks of it is overtaken."""

    run: int
    pass_: int


class Bounced(Struct, frozen=True, tag="bounced"):
    """What left did not arrive; the step's owner has it by an event of its own."""

    key: Key


class Opened(Struct, frozen=True, tag="opened"):
    """The moment that the box waited for has come, or may have."""


Happened: TypeAlias = PutIn | Closed | Bounced | Opened


class Leaving(Struct, frozen=True):
    """One mail or chat message that leaves now: several keys make a digest. `address` is where it goes, `reader` who reads it."""

    address: str
    by: Literal["work e-mail", "private e-mail", "chat"]
    language: str
    keys: tuple[Key, ...]
    reader: str = ""


class Posted(Struct, frozen=True):
    """The box after it, what leaves, and how messages ended. What neither left nor ended waits in the box."""

    box: Box
    leaving: tuple[Leaving, ...] = ()
    ended: tuple[tuple[Key, Ended], ...] = ()
