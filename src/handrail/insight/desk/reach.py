"""Whom a viewer sees, as a condition of a statement: whoever sees everybody costs nothing, the others go by index.

What each role reaches is `insight.rights`' matter, and this says the same to the store.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from handrail.insight.rights import Viewer
from handrail.terms.organization import Organization

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


def own(viewer: Viewer) -> tuple[str, ...]:
    """Whose handoffs are the viewer's own, as owners are written."""
    return (f"person:{viewer.person}",) if viewer.person else ()


def of_team(viewer: Viewer, organization: Organization) -> tuple[str, ...]:
    """The teams of which the viewer is the lead or a member, as owners are written."""
    if not viewer.person:
        return ()
    return tuple(
        f"team:{name}"
        for name, team in sorted(organization.teams.items())
        if viewer.person == team.lead or viewer.person in team.members
    )
