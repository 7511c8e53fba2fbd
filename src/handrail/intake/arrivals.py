"""What was told becomes events with their identity, or a reason: held, refused, ignored as older.

Everything is looked up by sets. What is already known is only read here: whether something is a duplicate or a correction
is decided where it is committed, against the identities of that moment.
"""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from handrail.intake.fitting import Misfit, fitted
from handrail.intake.identity import NEWEST, Newest, Subject, delivery_hash, delivery_key, key_of, outcome_of, placed
from handrail.intake.told import EVENT_BYTES_MAX, Channel, Told, day_of, lies_ahead
from handrail.intake.whom import NOBODY, find, full_name_of
from handrail.store.opening import Store
from handrail.store.rows import RecordRow
from handrail.terms import coding
from handrail.terms.catalog import Catalog, EventType
from handrail.terms.event import Event
from handrail.terms.values import Fields, Value

ABOUT: Final = "told_about"
BY_DAY: Final = "told_by_day"
RETRACTS: Final = "told_retracts"
"""What a held event keeps of how it was told, so that it can be looked at again."""

_OURS: Final = ("person.", "journey.")


class Arrived(Struct, frozen=True, gc=False):
    """A told event with its identity (`key`: what, `outcome`: how it came out). `held`: why it cannot be decided.

    `delivery` is the transport's own id with a hash of what was told: a repeat of both is a duplicate. `ignored` and
    `refused` are reasons too. `newest` is kept when it is told; `retracts`: it takes back what is known under `key`.
    `was_held` is the ledger row of a held event that this is the second look at.
    """

    event: Event
    key: bytes = b""
    outcome: bytes = b""
    held: str = ""
    owner: str = ""
    ignored: str = ""
    refused: str = ""
    delivery: tuple[bytes, bytes] | None = None
    newest: RecordRow | None = None
    retracts: bool = False
    was_held: int = 0

    @property
    def identities(self) -> tuple[tuple[bytes, bytes], ...]:
        """What it is known by, the delivery first: key and outcome of each."""
        own = ((self.key, self.outcome),) if self.key else ()
        return own if self.delivery is None else (self.delivery, *own)


class _Read(Struct, frozen=True):
    """One told thing, as far as it can be understood without knowing whom it is about."""

    told: Told
    name: str
    kind: EventType | None = None
    fields: Fields = Fields()
    held: str = ""
    refused: str = ""


def arrivals(store: Store, catalog: Catalog, told: Sequence[Told], channel: Channel) -> list[Arrived]:
    """An arrival for each, in order; nothing is left out."""
    reads = [_read(one, catalog, channel) for one in told]
    people = find(store, [read.name for read in reads])
    numbers = sorted({number for number in people.values() if isinstance(number, int)})
    newest = _Known(store, numbers)
    return [_arrived(read, people.get(read.name, NOBODY), newest, channel) for read in reads]


class _Known:
    """The newest known of each kind about each object, as this batch goes on."""

    def __init__(self, store: Store, persons: Sequence[int]) -> None:
        self._rows = {
            (row.person, row.kind, row.object): coding.unpack(row.body, Newest)
            for rows in (store.records(persons) if persons else {}).values()
            for row in rows
            if row.kind.startswith(NEWEST) and row.body is not None
        }

    def get(self, person: int, kind: str, about: str) -> Newest | None:
        return self._rows.get((person, NEWEST + kind, about))

    def keep(self, person: int, kind: str, about: str, newest: Newest) -> RecordRow | None:
        """The record to be written; None when it stands so already."""
        key = (person, NEWEST + kind, about)
        if self._rows.get(key) == newest:
            return None
        self._rows[key] = newest
        return RecordRow(*key, newest.at, coding.pack(newest))


def _read(told: Told, catalog: Catalog, channel: Channel) -> _Read:
    name = full_name_of(told.user, channel.people_by)
    kind = catalog.events.get(told.kind)
    if kind is None or told.kind.startswith(_OURS):
        return _Read(told, name, refused=_unknown_kind(told.kind, catalog))
    if channel.connection and kind.connection != channel.connection:
        return _Read(told, name, refused=f'"{told.kind}" is told by {kind.connection}, not by {channel.connection}')
    if not name and kind.about_person:
        return _Read(told, name, kind, refused="it does not say whom it is about")
    if (size := len(coding.pack(told.fields))) > EVENT_BYTES_MAX:
        return _Read(told, name, kind, refused=f"it has {size:,} bytes, at most {EVENT_BYTES_MAX:,} are taken")
    try:
        fields = fitted(kind, told.fields)
    except Misfit as misfit:
        return _Read(told, name, kind, told.fields, held=str(misfit))
    ahead = f"it is said to happen on {told.at:%Y-%m-%d at %H:%M} UTC, which is still to come"
    return _Read(told, name, kind, fields, held=ahead if lies_ahead(told, channel.now) else "")


def _unknown_kind(kind: str, catalog: Catalog) -> str:
    told = sorted(name for name in catalog.events if not name.startswith(_OURS))
    if kind.startswith(_OURS):
        return f'"{kind}" is told by Handrail alone: people come by a sync or a webhook of their source'
    near = difflib.get_close_matches(kind, told, 1)
    return f'nobody here knows events of the kind "{kind[:80]}"' + (f'; did you mean "{near[0]}"?' if near else "")


def _arrived(read: _Read, person: int | str, known: _Known, channel: Channel) -> Arrived:
    told, kind = read.told, read.kind
    number = person if isinstance(person, int) else None
    source = channel.connection or (kind.connection if kind else "")
    fields = Fields() if read.refused else read.fields
    event = Event(told.kind[:200], told.at, number, source, told.id[:500], fields, told.attempt[:500], told.told)
    key = delivery_key(source, told)
    arrival = Arrived(event, owner=channel.owner, delivery=(key, delivery_hash(told)) if key else None)
    if read.refused or kind is None:
        return replace(arrival, refused=read.refused)
    held = read.held or (person if isinstance(person, str) and kind.about_person else "")
    return _held(arrival, read, held, channel) if held else _identified(arrival, read, kind, known, channel)


def _identified(arrival: Arrived, read: _Read, kind: EventType, known: _Known, channel: Channel) -> Arrived:
    told, event = read.told, arrival.event
    about, attempt = str(event.fields.get(kind.object) or "") if kind.object else "", _attempt(read, kind)
    person = event.person or 0
    before = known.get(person, kind.kind, about)
    place = placed(told, attempt, day_of(told, channel.zone), before)
    row = None if place.older else known.keep(person, kind.kind, about, place.newest)
    return replace(
        arrival,
        event=replace(event, attempt=attempt),
        key=key_of(Subject(kind, person, about), attempt, place),
        outcome=outcome_of(kind, event.fields, place.came_out, retracts=told.retracts),
        ignored=place.older,
        newest=row if event.person is not None else None,
        retracts=told.retracts,
    )


def _held(arrival: Arrived, read: _Read, why: str, channel: Channel) -> Arrived:
    """It waits under an identity of its own, so that its repeats do not wait beside it."""
    told, kind = read.told, read.kind
    assert kind is not None, "what has no kind is refused"
    about, attempt = str(read.fields.get(kind.object) or "") if kind.object else "", _attempt(read, kind)
    day = day_of(told, channel.zone)
    place = placed(told, attempt, day, None)
    how: dict[str, Value] = {ABOUT: read.name, BY_DAY: told.by_day, RETRACTS: told.retracts}
    return replace(
        arrival,
        event=replace(arrival.event, attempt=attempt, fields=read.fields.plus(how)),
        key=key_of(Subject(kind, f"held {read.name}", about), attempt, place),
        outcome=delivery_hash(told),
        held=why,
    )


def _attempt(read: _Read, kind: EventType) -> str:
    named = read.fields.get(kind.attempt) if kind.attempt else None
    return read.told.attempt[:500] or (str(named)[:500] if named is not None else "")
