"""What a source says of one worker between two files (a webhook) becomes the difference it makes, as a row would.

The source's own mapping reads it: only the columns that it names are spoken of. Told twice it makes no difference, and
what is older than the last applied file of the source, or than what is known of the person, is ignored.
"""

from __future__ import annotations

from datetime import date
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from handrail.intake.arrivals import ABOUT, Arrived
from handrail.intake.identity import delivery_hash, delivery_key
from handrail.intake.told import Channel, Told, lies_ahead
from handrail.people.compare import Told as ToldBy
from handrail.people.directory import Made, StoreDirectory, due_people, key_row
from handrail.people.mappings.mapping import SourceMapping
from handrail.people.telling import Telling, tell
from handrail.store.chain import SHARDS
from handrail.store.opening import Store
from handrail.store.rows import PersonKeyRow
from handrail.terms.event import Event
from handrail.terms.person import Person
from handrail.terms.values import Instant

LEFT: Final = "worker.left"
_LEAVING: Final = {"status", "left_on"}
Delivery: TypeAlias = tuple[bytes, bytes]


class PersonMade(Struct, frozen=True, gc=False):
    """A new version of a person, by a webhook or a date: the version, the events it makes, the next day to look at it.

    `known`: there is an earlier version. `key` is what the source calls them, to be kept with the version; `delivery` the
    transport's own id with a hash of what was told; `why` says what of it was not applied.
    """

    person: Person
    events: tuple[Event, ...]
    next_day: int | None
    shard: int
    known: bool
    key: PersonKeyRow | None = None
    delivery: Delivery | None = None
    why: tuple[str, ...] = ()

    @property
    def identities(self) -> tuple[Delivery, ...]:
        """What it is known by: key and hash of its delivery."""
        return () if self.delivery is None else (self.delivery,)


def sighted(directory: StoreDirectory, mapping: SourceMapping, told: Told, channel: Channel) -> PersonMade | Arrived:
    """The version that the sighting makes; else an arrival that says why it makes none: ignored, held or refused."""
    named = delivery_key(channel.connection, told)
    known = directory.by_keys(mapping.source, [told.user]).get(told.user) if told.user else None
    event = Event(
        told.kind[:200],
        told.at,
        None if known is None else known.person,
        channel.connection,
        told.id[:500],
        told.fields,
        told=told.told,
    )
    arrival = Arrived(
        event, owner=mapping.owner or channel.owner, delivery=(named, delivery_hash(told)) if named else None
    )
    if lies_ahead(told, channel.now):
        return _waits(arrival, mapping, told, "it is said to happen at a time that is still to come")
    newest = directory.newest_applied(mapping.source)
    if newest is not None and told.at < newest:
        return _because(arrival, ignored=f"a file of {newest:%Y-%m-%d}, which is newer, was applied")
    cells = _cells(mapping, told)
    if cells is None:
        return _because(arrival, refused="it does not say which worker it is about")
    if told.kind == LEFT and not _columns_of(mapping, _LEAVING) & cells.keys():
        return _waits(arrival, mapping, told, "it says that they left, and no column of the mapping with it")
    by = ToldBy(mapping.source, told.at, channel.now, channel.zone)
    return _became(directory, tell(directory, mapping, cells, by), arrival, (mapping, told))


def dates_due(store: Store, now: Instant, zone: str, limit: int = 300) -> list[PersonMade]:
    """At most `limit` people whose status a date has changed by `now`, as items for the engine."""
    return [person_made(made) for made in due_people(store, now, zone, limit)]


def person_made(made: Made) -> PersonMade:
    """A version as the engine takes it."""
    found = made.difference
    next_day = None if found.next_day is None else found.next_day.toordinal()
    return PersonMade(found.person, found.events, next_day, made.shard, found.before > 0)


def _became(
    directory: StoreDirectory, telling: Telling, arrival: Arrived, told: tuple[SourceMapping, Told]
) -> PersonMade | Arrived:
    change = telling.change
    if telling.became == "held":
        return _waits(arrival, *told, telling.reason)
    unread = sorted(telling.withheld.keys() & _LEAVING) if told[1].kind == LEFT else []
    if unread:
        return _waits(arrival, *told, f"it says that they left, and its {unread[0]} cannot be read")
    if change is None or change.made is None:
        return _because(arrival, ignored=telling.reason or "all of it is known")
    person, mapping = change.made.person, told[0]
    row = directory.store.persons([person.id]).get(person.id)
    shard = person.id % SHARDS if row is None else row.shard
    why = tuple(f"{field} was not applied: {wrong.why}" for field, wrong in sorted(telling.withheld.items()))
    return replace(
        person_made(Made(change.made, shard)),
        key=key_row(mapping.source, change.known),
        delivery=arrival.delivery,
        why=why,
    )


def _cells(mapping: SourceMapping, told: Told) -> dict[str, str] | None:
    """What is told, by the source's columns; None where it does not name the worker as the mapping's key does."""
    parts = told.user.split("/") if len(mapping.key) > 1 else [told.user]
    if not all(parts) or len(parts) != len(mapping.key):
        return None
    cells = {name: _cell(value) for name, value in told.fields.items()}
    return {**cells, **dict(zip(mapping.key, parts, strict=True))}


def _columns_of(mapping: SourceMapping, fields: set[str]) -> set[str]:
    return {column for rule in mapping.fields if rule.field in fields for column in rule.columns}


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(value)


def _waits(arrival: Arrived, mapping: SourceMapping, told: Told, why: str) -> Arrived:
    about = {ABOUT: f"{mapping.source}:{told.user}"}
    return replace(arrival, event=replace(arrival.event, fields=told.fields.plus(about)), held=why)


def _because(arrival: Arrived, *, ignored: str = "", refused: str = "") -> Arrived:
    return replace(arrival, ignored=ignored, refused=refused)
