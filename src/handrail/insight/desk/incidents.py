"""Incidents as people read them: what is wrong, since when, how much it touches, who answers for it, what to do about it.

When one is opened, ended and told to its owner is `engine.incidents`' matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.rights import HIDDEN, Viewer
from handrail.insight.telling.wording import count_text
from handrail.store.moments import to_instant
from handrail.store.rows import IncidentRow
from handrail.terms import coding
from handrail.terms.incident import Incident, Kind
from handrail.terms.person import own_id_of, own_ids_of
from handrail.terms.values import Instant

_OPEN: Final = "SELECT * FROM incident WHERE ended IS NULL ORDER BY id LIMIT ?"
_NEWEST: Final = "SELECT * FROM incident WHERE id < ? ORDER BY id DESC LIMIT ?"
_WAITING: Final = (
    "SELECT {given} AS about, (SELECT count(*) FROM effect WHERE state = 0 AND connection = {given}) + "
    "(SELECT count(*) FROM handoff WHERE closed IS NULL AND owner = {given})"
)
_OF_OWNERS: Final = "SELECT * FROM incident WHERE ended IS NULL AND cause LIKE 'letters/%'"


class IncidentSeen(Struct, frozen=True):
    """One incident. `about` is the connection, or the name of whose letters come back (`person`: their own id, 0: a team).

    `many`: how many calls failed, or letters came back; `waiting`: what waits for it to be over, of an open one. `ended` is
    empty while it is open.
    """

    id: int
    kind: Kind
    about: str
    person: int
    said: str
    what_to_do: str
    owner: str
    owner_name: str
    many: int
    waiting: int
    since: Instant
    last: Instant
    ended: Instant | None


def open_rows(past: Past, limit: int) -> list[IncidentRow]:
    """Those that are open, the oldest first."""
    return [IncidentRow(*row) for row in past.store.database.read(_OPEN, (limit,))]


def newest_rows(past: Past, limit: int, before: int = 2**62) -> list[IncidentRow]:
    """Open and ended ones, the newest first; `before` is the number of the last one of the page before."""
    return [IncidentRow(*row) for row in past.store.database.read(_NEWEST, (before, limit))]


def persons_of(rows: Iterable[IncidentRow]) -> set[int]:
    """Own ids of everybody whom these name."""
    named = (name for row in rows for name in (row.owner, coding.unpack(row.body, Incident).about))
    return set(own_ids_of(named))


def seen(
    past: Past, viewer: Viewer, now: Instant, rows: Sequence[IncidentRow], names: Names
) -> tuple[IncidentSeen, ...]:
    """These as the viewer may see them, in the same order."""
    known = {row.id: coding.unpack(row.body, Incident) for row in rows}
    waiting = _waiting(past, sorted({known[row.id].about for row in rows if row.ended is None}))
    if not viewer.everywhere:
        past.fetch(persons_of(rows))
    names.fetch(persons_of(rows))
    room = _Room(past, viewer, now, names)
    return tuple(_one(row, known[row.id], waiting, room) for row in rows)


def returned_letters(past: Past, viewer: Viewer, now: Instant, owners: Iterable[str]) -> Mapping[str, str]:
    """Of these owners those whom no letter reaches, each with what to say beside their name."""
    wanted = set(owners)
    if not wanted:
        return {}
    found = [coding.unpack(IncidentRow(*row).body, Incident) for row in past.store.database.read(_OF_OWNERS)]
    room = _Room(past, viewer, now, Names(past))
    return {each.about: letter_text(each, seen=room.sees(each.about)) for each in found if each.about in wanted}


def letter_text(known: Incident, *, seen: bool) -> str:
    """`The letter came back: ben@example.com, 550 no such user`."""
    if not seen:
        return "The letter came back"
    if not known.address:
        return f"The letter could not be sent: {known.why}"
    return f"The letter came back: {known.address}, {known.why}"


def _waiting(past: Past, about: Sequence[str]) -> dict[str, int]:
    """What waits for these to be over: calls of a connection, handoffs of an owner."""
    if not about:
        return {}
    ask = " UNION ALL ".join(_WAITING.format(given="?") for _ in about)
    values = tuple(one for each in about for one in (each, each, each))
    return {str(name): int(many) for name, many in past.store.database.read(ask, values)}


class _Room(Struct, frozen=True):
    """Who looks, when, and the names."""

    past: Past
    viewer: Viewer
    now: Instant
    names: Names

    def sees(self, owner: str) -> bool:
        """Whether the viewer sees whom the owner names; a team is seen by everybody."""
        number = own_id_of(owner)
        return (
            not number
            or self.viewer.everywhere
            or self.viewer.sees(number, self.past.person(number, then_of(self.now)))
        )


def _one(row: IncidentRow, known: Incident, waiting: Mapping[str, int], room: _Room) -> IncidentSeen:
    about, person, said, advice = known.about, 0, "", ""
    many = waiting.get(known.about, 0)
    if known.kind == "out of reach":
        said, advice = _system(known, many, ended=row.ended is not None)
    else:
        sees = room.sees(known.about)
        person = own_id_of(known.about) or 0 if sees else 0
        about = room.names.owner(known.about) if sees else HIDDEN
        said, advice = _letters(known, about, many, sees=sees)
    return IncidentSeen(
        row.id, known.kind, about, person, said, advice, row.owner, room.names.owner(row.owner), row.many, many,
        to_instant(row.opened), known.last, to_instant(row.ended) if row.ended is not None else None,
    )  # fmt: skip


def _system(known: Incident, waiting: int, *, ended: bool) -> tuple[str, str]:
    why = known.why.rstrip(".")
    if ended:
        return f"{known.about} was out of reach: {why}.", ""
    waits = f" {count_text(waiting, 'call')} {'waits' if waiting == 1 else 'wait'}." if waiting else ""
    advice = "See to it that the system answers; what waits leaves by itself then."
    return f"{known.about} is out of reach: {why}.{waits}", advice


def _letters(known: Incident, name: str, waiting: int, *, sees: bool) -> tuple[str, str]:
    if not sees:
        return "A letter to somebody whom you may not see came back.", ""
    how = "came back" if known.address else "could not be sent"
    where = f"{known.address}, {known.why.rstrip('.')}" if known.address else known.why.rstrip(".")
    waits = f" {count_text(waiting, 'handoff')} {'waits' if waiting == 1 else 'wait'} for them." if waiting else ""
    advice = (
        "Give what waits to somebody else, or have the address corrected where it is kept; the next letter goes there."
    )
    return f"The letter to {name} {how}: {where}.{waits}", advice
