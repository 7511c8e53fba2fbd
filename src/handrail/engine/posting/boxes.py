"""Boxes of receivers as they stand: what waits in them, what left them lately, and the world in which they are looked at.

Read by sets, as far as it matters now. What leaves is `core.post`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from handrail.core.post import NEVER_HELD, WEEK, reader_of
from handrail.engine.worlds import CalendarsOf
from handrail.store.moments import to_instant, to_millis
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.effect import Message
from handrail.terms.message import Box, Boxed, Key, Left
from handrail.terms.organization import Organization
from handrail.terms.person import Origin, Person, own_id_of
from handrail.terms.values import Instant
from handrail.terms.world import World

if TYPE_CHECKING:
    from handrail.engine.engine import Engine

BOX_MAX: Final = 500
"""So many messages of a box are looked at together; what is beyond leaves with the next look."""

LEFT_MAX: Final = 200
"""So many of the newest letters are counted for the day's and the week's measure."""

LOST: Final = "held: it may have been sent, and no answer came"
"""What became of a message that may have arrived: nobody sends it again without a person's word."""

REACH: Final = timedelta(days=31)
_BOXES: Final = "SELECT * FROM message WHERE state = 0 AND leave_at IS NOT NULL AND at >= ? AND receiver {in}"
_LEFT: Final = (
    "SELECT receiver, leave_at, run, CASE WHEN about > 0 THEN about ELSE pass END, urgency, outcome FROM message "
    "WHERE state = 2 AND leave_at >= ? AND at >= ? AND receiver {in}"
)


def boxes(
    engine: Engine, due: Sequence[MessageRow], now: Instant
) -> Iterator[tuple[Box, dict[Key, MessageRow], World]]:
    """The box of each reader as far as it matters now, its rows by key, and the world that it is looked at in.

    What is for a person, for those whose delegate they are and for a team that they read for is one box.
    """
    readers = Readers(engine, now)
    wanted = sorted({readers.of(row.receiver) for row in due})
    receivers = {reader: readers.receivers_of(reader) for reader in wanted}
    everybody = sorted({each for many in receivers.values() for each in many})
    look_in = engine.store.database.look_in
    found = [MessageRow(*row) for row in look_in(_BOXES, everybody, (to_millis(now - REACH),))]
    waiting = {row[:3]: row for row in (*due, *found)}
    left = look_in(_LEFT, everybody, (to_millis(now - WEEK), to_millis(now - REACH)))
    for reader, own in receivers.items():
        rows = sorted((row for row in waiting.values() if row.receiver in own), key=lambda row: row.leave_at or 0)[
            :BOX_MAX
        ]
        rows.sort(key=lambda row: (row.at, row[:3]))
        boxed = tuple(Boxed(row.run, coding.unpack(row.body, Message), to_instant(row.at)) for row in rows)
        gone = letters([row for row in left if row[0] in own])
        yield Box(reader, boxed, gone), {row[:3]: row for row in rows}, readers.world(reader)


def letters(rows: Iterable[Sequence[Any]]) -> tuple[Left, ...]:
    """The letters that left a box lately: a digest is one, and else what left together about one handoff."""
    together: dict[tuple[int, int, int], list[Sequence[Any]]] = {}
    for row in rows:
        key = (row[1], 0, 0) if row[5] == "in digest" else (row[1], row[2], row[3])
        together.setdefault(key, []).append(row)
    newest = sorted(together.items())[-LEFT_MAX:]
    return tuple(
        Left(
            to_instant(key[0]),
            tuple(dict.fromkeys((row[2], row[3]) for row in many)),
            any(row[4] not in NEVER_HELD for row in many),
        )
        for key, many in newest
    )


class Readers:
    """Who reads which boxes at this moment."""

    def __init__(self, engine: Engine, now: Instant) -> None:
        engine.worlds.look_at(now)
        self._engine, self._now = engine, now
        self._teams: dict[str, list[str]] = {}
        for name in engine.worlds.organization.teams:
            self._teams.setdefault(self.of(f"team:{name}"), []).append(f"team:{name}")

    def of(self, receiver: str) -> str:
        """Who reads the box of the receiver."""
        return reader_of(receiver, self.world(receiver), self._now)

    def receivers_of(self, reader: str) -> tuple[str, ...]:
        """Whose boxes this reader reads: their own, those of teams and of people who are away."""
        number = own_id_of(reader)
        away = self._engine.worlds.stood_in_for(number) if number is not None else []
        own = [f"person:{each}" for each in away if self.of(f"person:{each}") == reader]
        return tuple(dict.fromkeys([reader, *self._teams.get(reader, ()), *own]))

    def world(self, receiver: str) -> World:
        """A world of the receiver alone: calendar, address and language, and who reads for them while they are away."""
        worlds = self._engine.worlds
        own = _people_of(worlds.organization, receiver)
        away = {number: worlds.absences[number] for number in own if number in worlds.absences}
        delegates = [each.delegate for each in away.values() if each.delegate is not None]
        worlds.fetch([*own, *delegates])
        there = {number: person for number in (*own, *delegates) if (person := worlds.newest(number))}
        first = next(iter(there.values()), Person(0, 0, Origin("", to_instant(0))))
        organization = worlds.organization
        return World(first, organization, None, there, away, CalendarsOf(organization, first, there))


def _people_of(organization: Organization, receiver: str) -> list[int]:
    """Own ids of those who may read what is in the box."""
    kind, _, name = receiver.partition(":")
    if kind == "person":
        return [int(name)]
    team = organization.teams.get(name) if kind == "team" else None
    return [] if team is None else [number for number in (team.lead, *team.members) if number is not None]
