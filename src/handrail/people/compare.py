"""What is known of a person and what was just seen of them: the difference, the new version, the events.

Pure. One sighting makes at most one version. Its events, all joining the same two versions:

- new: `hired` when the first day is at most 60 days off, before or ahead; else, when already left, or in a source's
  first sync, `appeared`;
- known: `left`; `hired` with `again` when they had left; these two stand alone;
- `leave_began` or `leave_ended`, and `changed` beside it when something else changed than the leave itself;
- `changed` for all other changes, a first day that arrives among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.people.canonical import Sighting
from handrail.people.mappings.mapping import EXTRA
from handrail.people.status import next_status_day, status_on
from handrail.terms.event import Event
from handrail.terms.person import FIELDS, Origin, Person, Status
from handrail.terms.values import NOTHING, UNKNOWN, Fields, Instant, Unknown, Value

HIRED_WITHIN_DAYS: Final = 60
_LEAVE_FIELDS: Final = frozenset({"status", "leave_from", "leave_to"})


class Told(Struct, frozen=True):
    """Who says it, as of when, and in which moment it is applied.

    `first`: it is part of the source's first sync. `zone` is the organization's, for people without one of their own.
    """

    source: str
    as_of: Instant
    now: Instant
    zone: str
    first: bool = False


class Difference(Struct, frozen=True):
    """`fields` changed as the source told them (`status` is its own word): empty for a date that arrived.

    Without fields and events it is a quiet version: only marks of staleness came or went.

    `next_day` is the person's next day on which a date may change the status.
    """

    person: Person
    fields: tuple[str, ...]
    events: tuple[Event, ...]
    next_day: date | None
    before: int = 0


def difference(
    old: Person | None, seen: Sighting, links: Mapping[str, int | None], told: Told, new_id: int
) -> Difference | None:
    """What the sighting changes; None when it is all known. `links` are resolved managers and sponsors.

    A known value that can no longer be told right, and one that was stale and is told again, make a quiet version.
    """
    values = {**seen.values, **links}
    if old is None:
        return _new(values, told, new_id)
    values = _with_taken_back(old, values)
    fields = tuple(sorted(field for field, value in values.items() if told_value(old, field) != value))
    if not fields and not _marks_move(old, seen, values):
        return None
    return _version(old, values, fields, seen, told)


def absent(old: Person, told: Told) -> Difference:
    """They are in no row of a file that holds everybody: they have left, on the day the file is of."""
    day = local_day(told.as_of, told.zone)
    values: dict[str, Value] = {"status": "left"}
    if not isinstance(old.left_on, date) or old.left_on > day:
        values["left_on"] = day
    fields = tuple(sorted(field for field, value in values.items() if told_value(old, field) != value))
    return _version(old, values, fields, None, told)


def arrived(old: Person, now: Instant, zone: str) -> Difference | None:
    """What the dates alone have changed by `now`; None when the status is as it was."""
    day = day_of(old, now, zone)
    status = status_on(old, day)
    if status == old.status:
        return None
    new = msgspec.structs.replace(old, version=old.version + 1, status=status)
    return Difference(
        new, (), _events(old, new, (), Event("", now, source=""), day), next_status_day(new, day), old.version
    )


def day_of(person: Person, now: Instant, zone: str) -> date:
    """The person's own date at `now`; by `zone` where theirs is not known."""
    return local_day(now, person.time_zone if isinstance(person.time_zone, str) else zone)


def told_value(person: Person, field: str) -> Value:
    """A field as its source told it: `status` is the source's word, not what the dates make of it."""
    if field == "status":
        return person.source_status
    if field.startswith(EXTRA):
        return person.extra.get(field[len(EXTRA) :], UNKNOWN)
    value: Value = getattr(person, field)
    return value


def overtaken(old: Person, told: Told) -> bool:
    """Whether the same source has told something newer of them: then this is ignored as older."""
    return old.origin.source == told.source and old.origin.as_of > told.as_of


def status_told(seen: Sighting, told: Told) -> Status | Unknown:
    """The status that a sighting alone comes to, today in the person's own zone."""
    alone = _filled(Person(id=0, version=1, origin=Origin(told.source, told.as_of)), seen.values)
    return status_on(alone, day_of(alone, told.now, told.zone))


def stale_fields(person: Person) -> dict[str, Instant]:
    """The fields whose source stopped saying anything, and since when."""
    return {field: origin.stale_since for field, origin in person.origins.items() if origin.stale_since is not None}


def _marks_move(old: Person, seen: Sighting, values: Mapping[str, Value]) -> bool:
    """Whether a field becomes stale by this row, or is told again after it was."""
    stale = stale_fields(old)
    newly = (field for field in seen.withheld if field not in stale and told_value(old, field) is not UNKNOWN)
    return any(field in values for field in stale) or any(newly)


def _with_taken_back(old: Person, values: dict[str, Value]) -> dict[str, Value]:
    """Who is said not to have left after all loses the date of leaving, unless the source has a word on it."""
    word = values.get("status", "left")
    if old.source_status == "left" and word != "left" and "left_on" not in values:
        return {**values, "left_on": None}
    return values


def _new(values: Mapping[str, Value], told: Told, new_id: int) -> Difference:
    bare = Person(id=new_id, version=1, origin=Origin(told.source, told.as_of))
    new = _filled(bare, values)
    day = day_of(new, told.now, told.zone)
    new = msgspec.structs.replace(new, status=status_on(new, day))
    off = abs((new.hired_on - day).days) if isinstance(new.hired_on, date) else None
    starts = not told.first and new.status != "left" and off is not None and off <= HIRED_WITHIN_DAYS
    kind, fields = ("person.hired", Fields({"again": False})) if starts else ("person.appeared", NOTHING)
    event = Event(kind, told.as_of, new.id, told.source, fields=fields, told=told.as_of, after_version=1)
    return Difference(new, tuple(sorted(values)), (event,), next_status_day(new, day))


def _version(
    old: Person, values: Mapping[str, Value], fields: tuple[str, ...], seen: Sighting | None, told: Told
) -> Difference:
    new = _filled(old, {field: values[field] for field in fields})
    day = day_of(new, told.now, told.zone)
    new = msgspec.structs.replace(
        new,
        version=old.version + 1,
        origin=Origin(told.source, told.as_of),
        origins=_origins(old, values, seen, told),
        status=status_on(new, day),
    )
    event = Event("", told.as_of, source=told.source, told=told.as_of)
    events = _events(old, new, fields, event, day) if fields or new.status != old.status else ()
    return Difference(new, fields, events, next_status_day(new, day), old.version)


def _filled(person: Person, values: Mapping[str, Value]) -> Person:
    plain: dict[str, Any] = {name: value for name, value in values.items() if not name.startswith(EXTRA)}
    if "status" in plain:
        plain["source_status"] = plain.pop("status")
    extra = {name[len(EXTRA) :]: value for name, value in values.items() if name.startswith(EXTRA)}
    if extra:
        plain["extra"] = person.extra.plus(extra)
    return msgspec.structs.replace(person, **plain)


def _origins(old: Person, values: Mapping[str, Value], seen: Sighting | None, told: Told) -> dict[str, Origin]:
    """Where each field comes from that this sighting does not speak of; what it withholds is stale from now on."""
    withheld = seen.withheld.keys() | seen.not_taken.keys() if seen is not None else set()
    found = {}
    names = [field for field in FIELDS if told_value(old, field) is not UNKNOWN]
    for field in (*names, *(f"{EXTRA}{name}" for name in old.extra)):
        if field in values:
            continue
        origin = old.origins.get(field, old.origin)
        if field in withheld and origin.stale_since is None:
            origin = Origin(origin.source, origin.as_of, told.as_of)
        found[field] = origin
    return found


def _events(old: Person, new: Person, fields: tuple[str, ...], like: Event, day: date) -> tuple[Event, ...]:
    """The events that join `old` and `new`, made after `like`."""
    kind, told = _transition(old, new, day)
    kinds = [(kind, told)] if kind else []
    if kind not in ("person.left", "person.hired") and (not kind or set(fields) - _LEAVE_FIELDS):
        kinds.append(("person.changed", NOTHING))
    return tuple(
        msgspec.structs.replace(
            like, kind=name, person=new.id, fields=values, before_version=old.version, after_version=new.version
        )
        for name, values in kinds
    )


def _transition(old: Person, new: Person, day: date) -> tuple[str, Fields]:
    before, after = old.status, new.status
    if after == before:
        return "", NOTHING
    if after == "left":
        return "person.left", NOTHING
    if before == "left":
        return "person.hired", Fields({"again": True})
    if after == "on leave":
        return "person.leave_began", Fields({"days": _days(new.leave_from, new.leave_to)})
    if before == "on leave":
        last = day - timedelta(days=1)
        ended = min(old.leave_to, last) if isinstance(old.leave_to, date) else last
        return "person.leave_ended", Fields({"days": _days(old.leave_from, ended)})
    return "", NOTHING


def _days(first: object, last: object) -> int | None:
    """Both days included; None where one is not known."""
    return (last - first).days + 1 if isinstance(first, date) and isinstance(last, date) else None
