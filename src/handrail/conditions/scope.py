"""All that an evaluation may read: one person, one event, what is known of the run, and what day it is.

Handed in by the core, never fetched. What is not in it is *unknown* (a person, a field) or *empty* (a result of a
step that is not done, a value that a start did not give). How paths are read from it stands here as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import TypeAlias

from msgspec import Struct

from handrail.terms.organization import Calendar, Organization
from handrail.terms.person import FIELDS, PERSON_FIELDS, Person, Record
from handrail.terms.state import USUAL
from handrail.terms.values import NOTHING, UNKNOWN, Instant, PersonRef, Unknown, Value

Getter: TypeAlias = "Callable[[Scope], Value]"


class Scope(Struct):
    """What a condition is asked about. `items` are the names of each enclosing `each`, `results` the steps' by name.

    `today` is the day in the learner's `zone`, `begun` the day the run began, `calendar` whose working days count;
    `event` is None where there is none to look at, `was` where there is no earlier version.
    """

    organization: Organization
    calendar: Calendar
    now: Instant
    today: date
    begun: date
    zone: str
    person: Person | None = None
    was: Person | None = None
    people: Mapping[int, Person] = {}
    event: Mapping[str, Value] | None = None
    start: Mapping[str, Value] = NOTHING
    results: Mapping[str, Mapping[str, Value]] = {}
    items: Mapping[str, Value] = NOTHING
    record: Record | None = None
    opening: Instant | None = None


def getter_of(names: tuple[str, ...]) -> Getter:
    """A function that reads the path `names`. It never raises: what cannot be followed is unknown."""
    first, rest = names[0], names[1:]
    if first in {"person", "was"}:
        return _person_getter(first, rest)
    if first == "event":
        return _fields_getter(attrgetter("event"), rest)
    if first == "start":
        return _fields_getter(attrgetter("start"), rest)
    if not rest:
        return _single_getter(first)
    return _result_getter(first, rest)


def _single_getter(name: str) -> Getter:
    if name in {"today", "opening"}:
        return attrgetter(name)
    return lambda scope: scope.items.get(name, UNKNOWN)


def _person_getter(root: str, rest: tuple[str, ...]) -> Getter:
    whose: Callable[[Scope], Person | None] = attrgetter(root)
    if not rest:
        return lambda scope: _reference(whose(scope))
    if len(rest) > 1 or rest[0] not in FIELDS or rest[0] in PERSON_FIELDS:
        return lambda scope: _of_person(whose(scope), rest, scope)
    read: Getter = attrgetter(f"{root}.{rest[0]}")

    def field(scope: Scope) -> Value:
        try:
            return read(scope)
        except AttributeError:  # there is no person: the field is one of FIELDS, which everyone has
            return UNKNOWN

    return field


def _fields_getter(read: Callable[[Scope], Mapping[str, Value] | None], rest: tuple[str, ...]) -> Getter:
    if not rest:
        return lambda _: UNKNOWN
    name, further = rest[0], rest[1:]

    def field(scope: Scope) -> Value:
        fields = read(scope)
        value = None if fields is None else fields.get(name)
        return _follow(value, further, scope) if further else value

    return field


def _result_getter(first: str, rest: tuple[str, ...]) -> Getter:
    name, further = rest[0], rest[1:]

    def field(scope: Scope) -> Value:
        if first in scope.items:
            return _follow(scope.items[first], rest, scope)
        result = scope.results.get(first)
        value = None if result is None else result.get(name, USUAL.get(name))
        return _follow(value, further, scope) if further else value

    return field


def _reference(person: Person | None) -> PersonRef | Unknown:
    return UNKNOWN if person is None else PersonRef(person.id)


def _follow(value: Value, rest: tuple[str, ...], scope: Scope) -> Value:
    """What `rest` leads to from `value`: only a person has fields, and of nothing there is nothing."""
    if not rest or value is None:
        return value
    if isinstance(value, PersonRef):
        return _of_person(person_in(scope, value.id), rest, scope)
    return UNKNOWN


def person_in(scope: Scope, number: int) -> Person | None:
    """The person with that id, as far as the world holds them."""
    person = scope.person
    return person if person is not None and person.id == number else scope.people.get(number)


def _of_person(person: Person | None, rest: tuple[str, ...], scope: Scope) -> Value:
    if person is None:
        return UNKNOWN
    name, further = rest[0], rest[1:]
    value: Value
    if name == "extra":
        return _follow(person.extra.get(further[0], UNKNOWN), further[1:], scope) if further else UNKNOWN
    if name in PERSON_FIELDS:
        value = getattr(person, name)
        return _follow(PersonRef(value) if isinstance(value, int) else value, further, scope)
    value = getattr(person, name) if name == "id" or name in FIELDS else UNKNOWN
    return _follow(value, further, scope)
