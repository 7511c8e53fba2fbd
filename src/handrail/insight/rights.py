"""What somebody who is signed in may do, and whom they may see: roles, the rights that each gives, and their reach.

A grant is a role, everywhere or within one unit (a department). Pure: who somebody is, and where they signed in, is
looked up in `handrail.app.access`. The table of roles and rights is docs/reference/rights.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, TypeVar, get_args

from msgspec import Struct

from handrail.terms.person import Person

T = TypeVar("T")

Role: TypeAlias = Literal["learner", "manager", "operations", "designer", "integration-admin", "auditor", "admin"]
Right: TypeAlias = Literal[
    "see people",
    "see runs",
    "answer",
    "answer for others",
    "mend",
    "publish",
    "connections",
    "reports",
    "audit",
    "settings",
]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
RIGHTS: Final[tuple[Right, ...]] = get_args(Right)

HIDDEN: Final = "hidden"
"""What stands in the place of a value that the viewer may not see."""

GIVES: Final[Mapping[Role, frozenset[Right]]] = {
    "learner": frozenset({"answer"}),
    "manager": frozenset({"see people", "see runs", "answer", "reports"}),
    "operations": frozenset(
        {"see people", "see runs", "answer", "answer for others", "mend", "connections", "reports"}
    ),
    "designer": frozenset({"see people", "see runs", "answer", "publish", "reports"}),
    "integration-admin": frozenset({"see people", "see runs", "answer", "mend", "connections"}),
    "auditor": frozenset({"see people", "see runs", "answer", "reports", "audit"}),
    "admin": frozenset(RIGHTS),
}
WHOLE: Final[frozenset[Right]] = frozenset({"publish", "connections", "audit", "settings"})
"""What concerns the whole organization: a role within one unit does not give it."""

_ONESELF: Final[frozenset[Role]] = frozenset({"learner"})
_REPORTS: Final[frozenset[Role]] = frozenset({"manager"})


class Grant(Struct, frozen=True):
    """A role that somebody has; `unit` is the department in which, empty: everywhere."""

    role: Role
    unit: str = ""


class Viewer(Struct, frozen=True):
    """Somebody who is signed in. `person` is their own id among the people, 0 when they are none of them."""

    account: int
    login: str
    name: str
    person: int
    grants: tuple[Grant, ...]

    @property
    def author(self) -> str:
        """As whoever did something is written: a person (`person:12`), or the login of somebody who is none of them."""
        return f"person:{self.person}" if self.person else self.login

    def may(self, right: Right) -> bool:
        """Whether they may do this at all; for which people is asked of `acts`."""
        return any(_gives(grant, right) for grant in self.grants)

    def sees(self, person_id: int, person: Person | None) -> bool:
        """Whether they may see what is known of a person: oneself, direct reports, or everybody in their unit."""
        return _is(self, person_id) or any(_reaches(self, grant, person) for grant in self.grants)

    def acts(self, right: Right, person_id: int, person: Person | None) -> bool:
        """Whether a role that gives this right reaches this person."""
        giving = [grant for grant in self.grants if _gives(grant, right)]
        return any(_reaches(self, grant, person) for grant in giving) or (bool(giving) and _is(self, person_id))

    @property
    def everywhere(self) -> bool:
        """Whether they see everybody, so that nothing needs to be hidden from them."""
        return any(not grant.unit and grant.role not in _ONESELF | _REPORTS for grant in self.grants)

    @property
    def units(self) -> frozenset[str]:
        """The departments in which they see everybody."""
        return frozenset(grant.unit for grant in self.grants if grant.unit and grant.role not in _ONESELF | _REPORTS)

    @property
    def leads(self) -> bool:
        """Whether they see their direct reports."""
        return bool(self.person) and any(grant.role in _REPORTS for grant in self.grants)


def shown(viewer: Viewer, person_id: int, person: Person | None, value: T) -> T | str:
    """The value, or `HIDDEN` when it is of somebody whom the viewer may not see."""
    return value if viewer.sees(person_id, person) else HIDDEN


def _gives(grant: Grant, right: Right) -> bool:
    return right in GIVES[grant.role] and not (grant.unit and right in WHOLE)


def _is(viewer: Viewer, person_id: int) -> bool:
    return viewer.person != 0 and viewer.person == person_id


def _reaches(viewer: Viewer, grant: Grant, person: Person | None) -> bool:
    if grant.role in _ONESELF:
        return False
    if grant.role in _REPORTS:
        return person is not None and viewer.person != 0 and person.manager == viewer.person
    return not grant.unit or (person is not None and person.department == grant.unit)
