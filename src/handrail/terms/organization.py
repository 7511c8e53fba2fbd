"""The organization as one settings snapshot: teams, roles, calendars, lists, who owns what nobody else does.

Frozen and kept by hash: a decision names the hash it was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from msgspec import Struct


class Calendar(Struct, frozen=True):
    """Whose working days and hours count.

    `days_off` holds holidays and closures of the years built in (weekend days apart, Monday is 0); `region` is the
    subdivision they were built for.
    """

    name: str
    zone: str
    opens: time = time(9)
    closes: time = time(17)
    weekend: frozenset[int] = frozenset({5, 6})
    days_off: frozenset[date] = frozenset()
    country: str = ""
    region: str = ""


class Team(Struct, frozen=True):
    """`lead` answers for the team's handoffs; the lead and any member may answer them. Own person ids."""

    name: str
    lead: int | None = None
    members: tuple[int, ...] = ()
    calendar: str = ""
    email: str = ""


class Role(Struct, frozen=True):
    """Looked up for the learner: by the value of `by` (a field of the person) in `who`, else `otherwise`.

    Holders are written as owners: `person:12` or `team:NAME`.
    """

    name: str
    by: str
    who: Mapping[str, str]
    otherwise: str = ""


class Organization(Struct, frozen=True):
    """`owner` (`person:12`, `team:NAME`) answers for what `accountable` itself cannot.

    `calendars` by name; `by_country` names the calendar of a person by country and, before it, by `COUNTRY/location`.
    """

    name: str
    zone: str
    language: str
    owner: str
    calendar: str
    calendars: Mapping[str, Calendar]
    by_country: Mapping[str, str] = {}
    teams: Mapping[str, Team] = {}
    roles: Mapping[str, Role] = {}
    lists: Mapping[str, tuple[str, ...]] = {}
    contacts: Mapping[str, str] = {}
