"""Settings and people become the organization that decisions are made with.

People are looked up by how they are written (`hris:010134`, an e-mail) in what is known, handed in as `look_up`. Whoever is not
known is a remark, and the team has no lead; nothing is refused, since the first sync may be still to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from msgspec import Struct

from handrail.app.settings import CalendarDraft, RoleDraft, Settings, TeamDraft, people_named
from handrail.app.workspace import Workspace
from handrail.calendar.holidays import Hours, build
from handrail.calendar.holidays import Place as CalendarPlace
from handrail.terms.organization import Calendar, Organization, Role, Team
from handrail.terms.problem import Place, Problem

LookUp: TypeAlias = Callable[[Sequence[str]], Mapping[str, int]]
"""Own ids of people by how they are written; whoever is not known, or has left, is not in it."""

YEARS_BEFORE: Final = 1
YEARS_AFTER: Final = 6
USUAL: Final = "usual"
"""The name of the calendar made for an organization that names none."""


class Resolved(Struct, frozen=True):
    """The organization, and who in handrail.yaml is not known yet."""

    organization: Organization
    remarks: tuple[Problem, ...] = ()


def years_around(day: date) -> range:
    """The years that calendars are built for: the one before that day's, and the six after it."""
    return range(day.year - YEARS_BEFORE, day.year + YEARS_AFTER + 1)


def organization_of(workspace: Workspace, look_up: LookUp, years: range) -> Organization:
    """The organization of a workspace, with people and calendars; remarks left out (see `resolve`)."""
    return resolve(workspace.settings, look_up, years).organization


def resolve(settings: Settings, look_up: LookUp, years: range) -> Resolved:
    """The organization with everybody looked up in one question, and a remark for each who is not known."""
    ids = look_up(tuple(dict.fromkeys(who for _, who in people_named(settings))))
    calendars = {name: _calendar(draft, years) for name, draft in settings.calendars.items()}
    usual = settings.calendar or USUAL
    if usual not in calendars:
        calendars[usual] = build(usual, CalendarPlace(settings.zone), years, (), Hours())
    organization = Organization(
        name=settings.name,
        zone=settings.zone,
        language=settings.language,
        owner=_somebody(settings.owner, ids),
        calendar=usual,
        calendars=calendars,
        by_country={where: draft.name for draft in settings.calendars.values() for where in draft.people_in},
        teams={name: _team(draft, ids) for name, draft in settings.teams.items()},
        roles={name: _role(draft, ids) for name, draft in settings.roles.items()},
        lists=settings.lists,
        contacts=settings.contacts,
    )
    unknown = [(path, who) for path, who in people_named(settings) if who not in ids]
    return Resolved(organization, tuple(_remark(settings, path, who) for path, who in unknown))


def _remark(settings: Settings, path: str, who: str) -> Problem:
    place = settings.places.get(path, Place("handrail.yaml", 1, 1))
    what = "the team has no lead until then" if path.endswith(".lead") else "nothing goes to them until then"
    advice = "Sync the source that knows them, or name somebody else."
    return Problem(place, "W111", f'nobody is known as "{who}" yet: {what}', advice=advice, severity="remark")


def _somebody(who: str, ids: Mapping[str, int]) -> str:
    """As decisions write it: `person:12`, `team:NAME`, or nobody."""
    if not who or who.startswith("team:"):
        return who
    return f"person:{ids[who]}" if who in ids else ""


def _team(draft: TeamDraft, ids: Mapping[str, int]) -> Team:
    return Team(draft.name, ids.get(draft.lead), _known(draft.members, ids), draft.calendar, draft.email)


def _known(people: Iterable[str], ids: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(ids[who] for who in people if who in ids)


def _role(draft: RoleDraft, ids: Mapping[str, int]) -> Role:
    who = {value: found for value, one in draft.who.items() if (found := _somebody(one, ids))}
    return Role(draft.name, draft.by, who, _somebody(draft.otherwise, ids))


def _calendar(draft: CalendarDraft, years: range) -> Calendar:
    return build(draft.name, draft.place, years, draft.closures, draft.hours)
