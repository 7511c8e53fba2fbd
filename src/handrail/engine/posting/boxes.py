"""Boxes of receivers as they stand: what waits in them, what left them lately, and the world in which they are looked at.

Read by sets, as far as it matters now. What leaves is `core.post`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any, Final

from handrail.core.post import NEVER_HELD, WEEK
from handrail.engine.worlds import CalendarsOf
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.message import Box, Boxed, Key, Left
from handrail.terms.person import Origin, Person
from handrail.terms.values import Instant
from handrail.terms.world import Absence, World

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

OTHERS_MAX: Final = 100
"""So many that are not due yet are counted for a digest."""

MEASURE_MAX: Final = 50
"""So many of the newest reminders and news that left are counted for the week's measure."""

REACH: Final = timedelta(days=31)
_BOXES: Final = "SELECT * FROM message WHERE state = 0 AND at >= ? AND receiver {in}"
_LEFT: Final = (
    "SELECT receiver, leave_at, run, about, urgency, outcome FROM message "
    "WHERE state = 2 AND leave_at >= ? AND at >= ? AND receiver {in}"
)


def boxes(
    engine: Engine, due: Sequence[MessageRow], now: Instant
) -> Iterator[tuple[Box, dict[Key, MessageRow], World]]:
    """Each receiver's box as far as it matters now, its rows by key, and the world that it is looked at in."""
    receivers = sorted({row.receiver for row in due})
    look_in = engine.store.database.look_in
    others: dict[str, list[MessageRow]] = {}
    for row in map(MessageRow._make, look_in(_BOXES, receivers, (to_millis(now - REACH),))):
        if row.leave_at is None or row.leave_at > to_millis(now):
            others.setdefault(row.receiver, []).append(row)
    about = {(row.run, row.about) for row in (*due, *chain.from_iterable(others.values()))}
    left = _left(look_in(_LEFT, receivers, (to_millis(now - WEEK), to_millis(now - REACH))), about)
    absences = _absences(engine, receivers, now)
    for receiver in receivers:
        waiting = [row for row in due if row.receiver == receiver] + others.get(receiver, [])[:OTHERS_MAX]
        waiting.sort(key=lambda row: (row.at, row[:3]))
        rows = {(row.run, row.pass_, row.rung): row for row in waiting}
        boxed = tuple(Boxed(row.run, coding.unpack(row.body, Message), to_instant(row.at)) for row in waiting)
        yield Box(receiver, boxed, left.get(receiver, ())), rows, _world(engine, receiver, absences)


def _left(found: Iterable[Sequence[Any]], about: set[tuple[int, int]]) -> dict[str, tuple[Left, ...]]:
    """What left each receiver's box lately, a digest as one: as far as it is about these handoffs, or counts for the measure."""
    said: dict[str, list[Left]] = {}
    capped: dict[str, list[Left]] = {}
    for (receiver, at, digest), rows in groupby(sorted(found, key=_by_mail), key=_by_mail):
        together = list(rows)
        for part in [together] if digest else [[row] for row in together]:
            spoken = tuple((row[2], row[3]) for row in part if (row[2], row[3]) in about)
            counts = any(row[4] not in NEVER_HELD for row in part)
            if spoken or counts:
                (capped if counts else said).setdefault(receiver, []).append(Left(to_instant(at), spoken, counts))
    return {each: (*said.get(each, ()), *capped.get(each, ())[-MEASURE_MAX:]) for each in (*said, *capped)}


def _by_mail(row: Sequence[Any]) -> tuple[str, int, bool]:
    """Receiver, moment and whether it was a digest: what is equal in these left together."""
    return row[0], row[1], row[5] == "in digest"


def _people_of(engine: Engine, receiver: str) -> list[int]:
    """Own ids of those who may read what is in the box."""
    kind, _, name = receiver.partition(":")
    if kind == "person":
        return [int(name)]
    team = engine.worlds.organization.teams.get(name) if kind == "team" else None
    return [] if team is None else [number for number in (team.lead, *team.members) if number is not None]


def _absences(engine: Engine, receivers: Sequence[str], now: Instant) -> Mapping[int, Absence]:
    """Who of those who may read these boxes is away today, and who reads instead of them; with all of them at hand."""
    engine.worlds.look_at(now)
    people = sorted({number for each in receivers for number in _people_of(engine, each)})
    away = {number: each for number in people if (each := engine.worlds.absences.get(number)) is not None}
    engine.worlds.fetch([*people, *(each.delegate for each in away.values() if each.delegate is not None)])
    return away


def _world(engine: Engine, receiver: str, absences: Mapping[int, Absence]) -> World:
    """A world of the receiver alone: their calendar, address and language, and who reads for them while they are away."""
    organization = engine.worlds.organization
    own = _people_of(engine, receiver)
    away = {number: absences[number] for number in own if number in absences}
    delegates = [each.delegate for each in away.values() if each.delegate is not None]
    there = {number: person for number in (*own, *delegates) if (person := engine.worlds.newest(number))}
    nobody = Person(0, 0, Origin("", to_instant(0)))
    first = next(iter(there.values()), nobody)
    return World(first, organization, None, there, away, CalendarsOf(organization, first, there))
