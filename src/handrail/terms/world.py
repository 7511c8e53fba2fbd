"""All else that a decision may know, handed in, each part with a version number.

What is not in it is *unknown*, never an error. Fetched by the engine, for a whole batch, by the plan's needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from handrail.terms.organization import Calendar, Organization
from handrail.terms.override import Override
from handrail.terms.person import EMPTY_RECORD, Person, Record


class Absence(Struct, frozen=True, array_like=True):
    """Somebody is away on the days `from_day` to `to_day`; `delegate` acts in their name (None: nobody)."""

    from_day: date
    to_day: date
    delegate: int | None = None


class World(Struct, frozen=True):
    """What a decision may know.

    `person` is the newest committed version (for a `person.*` event the later of the two it joins, `was` the
    earlier). `people` by own id: those along the owner paths, leads and members, and persons named in results.
    `calendars` by person id; `settings` is the hash of `organization`.
    `overrides` are those of this person that are in force; only a start asks for them.
    """

    person: Person
    organization: Organization
    was: Person | None = None
    people: Mapping[int, Person] = {}
    absences: Mapping[int, Absence] = {}
    calendars: Mapping[int, Calendar] = {}
    record: Record = EMPTY_RECORD
    settings: str = ""
    overrides: tuple[Override, ...] = ()
