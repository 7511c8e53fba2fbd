"""CloudEvents 1.0 in JSON, one or a batch, become told things; each that cannot be read says what is wrong with it.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md. `type` is the kind of the event, `subject`
whom it is about (`hris:010134`, an address, `person:12`), `time` when it happened. Extensions: `attempt`, `retracts`.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

from msgspec import DecodeError, Struct, json

from handrail.intake.told import EVENT_BYTES_MAX, Item
from handrail.terms.values import Fields, Instant, Value

BATCH_MAX: Final = 1_000
BODY_BYTES_MAX: Final = 16 * 1024 * 1024
_REQUIRED: Final = ("specversion", "id", "source", "type")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Unreadable(ValueError):
    """The whole body is no CloudEvent and no batch of them: the text says what to send. Nothing of it was taken."""


class TooLarge(Unreadable):
    """The body, or the number of events in it, is larger than is taken at once."""


class _Wrong(Exception):
    """What is wrong with one event."""


class Unfit(Struct, frozen=True):
    """One event that cannot be read: its place in the batch (from 0), its id where it has one, why."""

    place: int
    id: str
    why: str


def read(body: bytes) -> list[Item | Unfit]:
    """What the body holds, in order. Raises Unreadable, TooLarge."""
    if len(body) > BODY_BYTES_MAX:
        raise TooLarge(f"The body has {len(body):,} bytes, at most {BODY_BYTES_MAX:,} are taken. Send smaller batches.")
    try:
        found = json.decode(body)
    except (DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"The body is no JSON: {error}. Send one CloudEvent, or a list of them.") from error
    events = found if isinstance(found, list) else [found]
    if len(events) > BATCH_MAX:
        raise TooLarge(f"The batch has {len(events):,} events, at most {BATCH_MAX:,} are taken. Send smaller batches.")
    return [_one(place, event) for place, event in enumerate(events)]


def _one(place: int, event: object) -> Item | Unfit:
    if not isinstance(event, dict):
        return Unfit(place, "", "an event is a JSON object")
    named = event.get("id")
    id_ = named if isinstance(named, str) else ""
    try:
        return _item(event)
    except _Wrong as error:
        return Unfit(place, id_[:200], str(error))


def _item(event: dict[str, Any]) -> Item:
    """The event. Raises _Wrong."""
    for name in _REQUIRED:
        if not isinstance(event.get(name), str) or not event[name]:
            raise _Wrong(f'"{name}" is missing, or no text')
    if event["specversion"] != "1.0":
        raise _Wrong('"specversion" must be "1.0"')
    if (size := len(json.encode(event))) > EVENT_BYTES_MAX:
        raise _Wrong(f"it has {size:,} bytes, at most {EVENT_BYTES_MAX:,} are taken")
    at, by_day = _time(event.get("time"))
    return Item(
        event["type"],
        _text(event, "subject"),
        at,
        _fields(event),
        _text(event, "attempt"),
        f"{event['source']} {event['id']}",
        by_day=by_day,
        retracts=event.get("retracts") in (True, "true"),
    )


def _text(event: dict[str, Any], name: str) -> str:
    value = event.get(name, "")
    if not isinstance(value, str | int) or isinstance(value, bool):
        raise _Wrong(f'"{name}" must be text')
    return str(value)


def _time(value: object) -> tuple[Instant, bool]:
    """When it happened, to the millisecond, and whether only a day was told."""
    if not isinstance(value, str):
        raise _Wrong('"time" is missing: it says when it happened, as in 2026-03-31T09:00:00Z')
    by_day = bool(_DAY.fullmatch(value))
    try:
        found = datetime.fromisoformat(f"{value}T00:00:00+00:00" if by_day else value)
        exact = found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        exact = None
    if exact is None:
        raise _Wrong('"time" must be a moment with its zone, as in 2026-03-31T09:00:00Z')
    return exact.replace(microsecond=exact.microsecond // 1000 * 1000), by_day


def _fields(event: dict[str, Any]) -> Fields:
    if "data_base64" in event:
        raise _Wrong('"data" must be a JSON object, and this event has "data_base64"')
    told = event.get("data") or {}
    if not isinstance(told, dict):
        raise _Wrong('"data" must be a JSON object')
    return Fields({name: value for name, given in told.items() if (value := _value(given)) is not _NOT_TAKEN})


_NOT_TAKEN: Final = date.min
"""A nested object: no field of an event holds one."""


def _value(given: object) -> Value:
    if isinstance(given, list):
        single = [item for item in given if isinstance(item, str | int | float | bool | None)]
        return tuple(single) if len(single) == len(given) else _NOT_TAKEN
    return given if isinstance(given, str | int | float | bool | None) else _NOT_TAKEN
