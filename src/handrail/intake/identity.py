"""By what an event is known again: what happened, how it came out, which attempt it was, and by the transport's own id.

Where the far side names its attempts, they are told apart by that. Where it names none, a later date than the last known
one is a new attempt, and an equal date, at the coarser precision of the two, the same one. Pure: what is known is handed in.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from msgspec import Struct

from handrail.intake.told import Told
from handrail.store.moments import identity_key, to_millis
from handrail.terms import coding
from handrail.terms.catalog import EventType
from handrail.terms.values import Fields, Value

NEWEST: Final = "newest "
"""Begins the kind of the record that holds the newest known of a kind of event about one object."""


class Newest(Struct, frozen=True, array_like=True):
    """The newest known event of a kind about a person and object. `nth` counts attempts of a day that have no name."""

    at: int
    day: int
    by_day: bool
    attempt: str = ""
    nth: int = 0
    told: int | None = None


class Placed(Struct, frozen=True):
    """Where an event stands among those about the same thing: its `day` and `nth` go into its key.

    `came_out` is the day that goes into its outcome; `newest` is what is the newest now; `older` says why it is ignored as
    older, or is empty.
    """

    day: date
    came_out: date
    nth: int
    newest: Newest
    older: str = ""


class Subject(Struct, frozen=True):
    """What an event is about: kind, person (own id, or as told where nobody is known), object."""

    kind: EventType
    person: int | str
    object: str


def placed(told: Told, attempt: str, day: date, newest: Newest | None) -> Placed:
    """Which attempt this is, against the newest known one."""
    mine = Newest(
        to_millis(told.at), day.toordinal(), told.by_day, attempt, 0, to_millis(told.told) if told.told else None
    )
    if newest is None:
        return Placed(day, day, 0, mine)
    if _same(mine, newest, retracts=told.retracts):
        return _same_again(mine, newest)
    if attempt:
        return Placed(day, day, 0, mine if mine.at >= newest.at else newest)
    if mine.day < newest.day or (mine.day == newest.day and mine.at < newest.at):
        nth = max(newest.nth - 1, 0) if mine.day == newest.day else 0
        return Placed(day, day, nth, newest, _older(newest))
    nth = newest.nth + 1 if mine.day == newest.day else 0
    return Placed(day, day, nth, Newest(mine.at, mine.day, mine.by_day, "", nth, mine.told))


def _same(mine: Newest, newest: Newest, *, retracts: bool) -> bool:
    """Whether it is the newest known attempt itself, told again, corrected or taken back."""
    if mine.attempt or newest.attempt:
        return mine.attempt == newest.attempt
    coarse = mine.by_day or newest.by_day
    return retracts or (mine.day == newest.day and (coarse or mine.at == newest.at))


def _same_again(mine: Newest, newest: Newest) -> Placed:
    """The key stays that of the first telling; a day that differs is another outcome, unless one of the two is coarse."""
    coarse = mine.by_day or newest.by_day
    first = date.fromordinal(newest.day)
    came_out = first if coarse and abs(mine.day - newest.day) <= 1 else date.fromordinal(mine.day)
    if mine.told is not None and newest.told is not None and mine.told < newest.told:
        return Placed(first, came_out, newest.nth, newest, "something newer was told of it already")
    told = mine.told if mine.told is not None else newest.told
    kept = Newest(newest.at, newest.day, newest.by_day and mine.by_day, newest.attempt, newest.nth, told)
    return Placed(first, came_out, newest.nth, kept)


def _older(newest: Newest) -> str:
    return f"a newer one is known, of {date.fromordinal(newest.day):%Y-%m-%d}"


def key_of(about: Subject, attempt: str, place: Placed) -> bytes:
    """The key of what happened: the way it came is no part of it."""
    what = [about.kind.connection, about.kind.kind, about.person, about.object, attempt, place.nth]
    return identity_key(place.day, coding.pack(what))


def outcome_of(kind: EventType, fields: Fields, day: date, *, retracts: bool) -> bytes:
    """A hash of how it came out: the fields that say so, the day, and whether it still holds."""
    told: list[Value] = [_plain(fields.get(name)) for name in kind.outcome]
    return coding.digest(coding.pack(Fields({"told": tuple(map(str, told)), "day": day, "retracts": retracts})))


def delivery_key(connection: str, told: Told) -> bytes:
    """The key of the transport's own id; empty without one."""
    if not told.id:
        return b""
    return identity_key(told.at.date(), coding.pack(["delivery", connection, told.id]))


def delivery_hash(told: Told) -> bytes:
    """A hash of all that was told, so that an id that is used again for something else catches nothing."""
    fields = Fields({name: _plain(value) for name, value in sorted(told.fields.items())})
    return coding.digest(coding.pack([told.kind, told.user, told.at, fields, told.attempt, told.retracts]))


def _plain(value: Value) -> Value:
    """82 and 82.0 are one score."""
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
