"""What a journey may name: events with their fields and identity, actions with object and undo, teams, lists.

Frozen; made by `app` from what connectors and the workspace declare, and handed to the checker.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct

KindName: TypeAlias = Literal[
    "text", "number", "truth", "date", "moment", "money", "duration", "person", "file", "email", "list"
]


class Kind(Struct, frozen=True):
    """The static type of a value.

    `choices` closes a text kind; `item` is what a list holds; `low` and `high` bound a number (`1 to 5`).
    `may_be_empty` is false only where a value is certainly there.
    """

    name: KindName
    choices: tuple[str, ...] = ()
    item: KindName = "text"
    may_be_empty: bool = True
    low: float | None = None
    high: float | None = None


TEXT: Final = Kind("text")
NUMBER: Final = Kind("number")
TRUTH: Final = Kind("truth")
DATE: Final = Kind("date")
MOMENT: Final = Kind("moment")
MONEY: Final = Kind("money")
PERSON: Final = Kind("person")


class EventType(Struct, frozen=True):
    """A kind of event.

    Identity is (connection, kind, person, `object` field, attempt); `outcome` names the fields that say how it came
    out. `attempt` is the field with the far side's own attempt id, or "": a later date than the last known one is
    then a new attempt.
    """

    kind: str
    connection: str
    fields: Mapping[str, Kind]
    object: str = ""
    attempt: str = ""
    outcome: tuple[str, ...] = ()
    about_person: bool = True


class ActionType(Struct, frozen=True):
    """Something a connected system can do.

    `object` names the argument the index of effects is kept by; `keyed`: the far side honors an idempotency key;
    `read_back`: what happened can be looked up; `bulk`: the most items one call takes (1: single calls only).
    """

    name: str
    connection: str
    takes: Mapping[str, Kind]
    gives: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    undo: str = ""
    object: str = ""
    keyed: bool = False
    read_back: bool = False
    bulk: int = 1


class JourneyHead(Struct, frozen=True):
    """What other journeys must know of one: the values its starts give, what it runs, its title."""

    name: str
    start_values: Mapping[str, Kind] = {}
    runs: tuple[str, ...] = ()


class Catalog(Struct, frozen=True):
    """`filled` are the person fields that some mapping fills.

    `extra` the kinds of `person.extra.…`; `messages` maps a template to the languages it is written in; `limited` are
    the connections with a limit; `translations` maps journey and language to the texts of its file that are translated (`course.question`).
    """

    events: Mapping[str, EventType] = {}
    actions: Mapping[str, ActionType] = {}
    connections: tuple[str, ...] = ()
    limited: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    extra: Mapping[str, Kind] = {}
    choices: Mapping[str, tuple[str, ...]] = {}
    teams: frozenset[str] = frozenset()
    leaderless_teams: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[str, ...]] = {}
    calendars: frozenset[str] = frozenset()
    contacts: frozenset[str] = frozenset()
    messages: Mapping[str, frozenset[str]] = {}
    languages: tuple[str, ...] = ("en",)
    journeys: Mapping[str, JourneyHead] = {}
    translations: Mapping[str, Mapping[str, frozenset[str]]] = {}
