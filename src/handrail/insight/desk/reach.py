"""Whom a viewer sees, as a condition of a statement: whoever sees everybody costs nothing, the others go by index.

What each role reaches is `insight.rights`' matter, and this says the same to the store.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.terms.organization import Organization
from handrail.terms.values import Instant

COUNT_MAX: Final = 10_000
"""So far lists are counted; beyond it they say "more than"."""


class Condition(Struct, frozen=True):
    """A condition in SQL, and its values. An empty one holds for every row."""

    sql: str = ""
    values: tuple[object, ...] = ()

    @property
    def also(self) -> str:
        """As it is written after others."""
        return f" AND {self.sql}" if self.sql else ""


def seen_people(viewer: Viewer) -> Condition | None:
    """The people whom the viewer sees, as a statement that lists their ids; None: everybody."""
    if viewer.everywhere:
        return None
    parts, values = ["SELECT ?"], list[object]([viewer.person])
    if viewer.leads:
        parts.append("SELECT id FROM person WHERE manager = ?")
        values.append(viewer.person)
    for unit in sorted(viewer.units):
        parts.append("SELECT id FROM person WHERE department = ?")
        values.append(unit)
    return Condition(" UNION ALL ".join(parts), tuple(values))


def about_seen(viewer: Viewer, column: str) -> Condition:
    """That the row is about somebody whom the viewer sees. What is about nobody is seen by who sees everybody."""
    people = seen_people(viewer)
    return Condition() if people is None else Condition(f"{column} IN ({people.sql})", people.values)


class Desk(Struct, frozen=True):
    """Whose desk it is, in which organization, now. `stands_in_for`: people who are away, and named the viewer as delegate."""

    viewer: Viewer
    organization: Organization
    now: Instant
    stands_in_for: tuple[int, ...] = ()

    @property
    def own(self) -> tuple[str, ...]:
        """Whose handoffs are the viewer's own to answer, as owners are written."""
        own = (self.viewer.person,) if self.viewer.person else ()
        return tuple(f"person:{number}" for number in (*own, *self.stands_in_for))

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams of which the viewer, or whom they stand in for, is the lead or a member, as owners are written."""
        people = {self.viewer.person, *self.stands_in_for} - {0}
        return tuple(
            f"team:{name}"
            for name, team in sorted(self.organization.teams.items())
            if people & {team.lead, *team.members}
        )


def desk_of(past: Past, viewer: Viewer, organization: Organization, now: Instant) -> Desk:
    """The desk of a viewer as it stands now."""
    if not viewer.person:
        return Desk(viewer, organization, now)
    day = local_day(now, organization.zone).toordinal()
    ask = "SELECT person FROM absence WHERE delegate = ? AND from_day <= ? AND to_day >= ? AND ended IS NULL ORDER BY person"
    away = tuple(int(person) for (person,) in past.store.database.read(ask, (viewer.person, day, day)))
    return Desk(viewer, organization, now, away)
