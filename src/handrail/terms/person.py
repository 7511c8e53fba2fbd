"""A person in one canonical shape, every version kept; and the learning record known of them.

`None` is *empty* (the source says: nothing), `UNKNOWN` has not arrived. Ids are our own integers, never made
from a number or an address of the person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import NOTHING, UNKNOWN, Fields, Instant, Unknown, Value, whole_number

Status: TypeAlias = Literal["preboarding", "active", "on leave", "left"]
Text: TypeAlias = str | Unknown | None
Number: TypeAlias = float | Unknown | None
Day: TypeAlias = date | Unknown | None
PersonId: TypeAlias = int | Unknown | None


class Origin(Struct, frozen=True, array_like=True):
    """Which source said so, as of when; `stale_since` when it stopped saying anything about the field."""

    source: str
    as_of: Instant
    stale_since: Instant | None = None


class Person(Struct, frozen=True, omit_defaults=True):
    """One version of a person. `status` is reckoned for `status_on` from dates and the source's word.

    `origin` holds for every field that `origins` does not name. `source_status` is the source's own word
    for the status, in the canonical vocabulary, before dates are applied.
    """

    id: int
    version: int
    origin: Origin
    name: Text = UNKNOWN
    given_name: Text = UNKNOWN
    family_name: Text = UNKNOWN
    email: Text = UNKNOWN
    personal_email: Text = UNKNOWN
    title: Text = UNKNOWN
    level: Number = UNKNOWN
    department: Text = UNKNOWN
    cost_center: Text = UNKNOWN
    location: Text = UNKNOWN
    country: Text = UNKNOWN
    time_zone: Text = UNKNOWN
    language: Text = UNKNOWN
    manager: PersonId = UNKNOWN
    sponsor: PersonId = UNKNOWN
    contract: Text = UNKNOWN
    fte: Number = UNKNOWN
    status: Text = UNKNOWN
    hired_on: Day = UNKNOWN
    ends_on: Day = UNKNOWN
    left_on: Day = UNKNOWN
    leave_from: Day = UNKNOWN
    leave_to: Day = UNKNOWN
    extra: Fields = NOTHING
    source_status: Text = UNKNOWN
    origins: Mapping[str, Origin] = {}


TEXT_FIELDS: Final = (
    "name",
    "given_name",
    "family_name",
    "email",
    "personal_email",
    "title",
    "department",
    "cost_center",
    "location",
    "country",
    "time_zone",
    "language",
)
NUMBER_FIELDS: Final = ("level", "fte")
DATE_FIELDS: Final = ("hired_on", "ends_on", "left_on", "leave_from", "leave_to")
PERSON_FIELDS: Final = ("manager", "sponsor")
CONTRACTS: Final = ("permanent", "temporary", "contractor", "intern")
STATUSES: Final = ("preboarding", "active", "on leave", "left")
FIELDS: Final = (*TEXT_FIELDS, *NUMBER_FIELDS, *DATE_FIELDS, *PERSON_FIELDS, "contract", "status")


def field_value(person: Person, field: str) -> Value:
    """The value of a canonical field (a person field gives the bare id), or of `extra` by its name."""
    if field in person.extra:
        return person.extra[field]
    value: Value = getattr(person, field, UNKNOWN)
    return value


def origin_of(person: Person, field: str) -> Origin:
    """Which source said the field's value, and as of when."""
    return person.origins.get(field, person.origin)


def called(person: Person | None, number: int) -> str:
    """What somebody is called: their name, else their own id (`P-12`)."""
    known = person is not None and isinstance(person.name, str) and person.name
    return known or f"P-{number}"


def own_id_of(owner: str) -> int | None:
    """The own id of an owner, author or reader who is a person (`person:12`); None for a team, an address, a login."""
    kind, _, number = owner.partition(":")
    return whole_number(number) if kind == "person" else None


def own_ids_of(owners: Iterable[str]) -> list[int]:
    """The own ids of those among them who are people, one as often as named."""
    return [number for owner in owners if (number := own_id_of(owner)) is not None]


class Certificate(Struct, frozen=True, array_like=True):
    """The latest of one kind that the person was issued; `expires_on` empty: never."""

    issued_at: Instant
    expires_on: date | None = None
    revoked: bool = False


class Record(Struct, frozen=True):
    """What is known here of a person's learning: latest instants, by course, assessment and certificate.

    `running` and `finished` are our own journeys, by name.
    """

    completed: Mapping[str, Instant] = {}
    passed: Mapping[str, Instant] = {}
    certificates: Mapping[str, Certificate] = {}
    running: frozenset[str] = frozenset()
    finished: Mapping[str, Instant] = {}


EMPTY_RECORD: Final = Record()
