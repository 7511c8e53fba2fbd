"""Who and what belongs to the world of a decision: whom settings and results name, who is away, the calendar of a place.

Pure. Where people are fetched from is the engine's matter (newest versions) and insight's (those of a moment).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import lru_cache
from typing import Final

from handrail.calendar.zones import local_day
from handrail.language.needs import owners_in
from handrail.store.kept.absences import AbsenceRow
from handrail.terms.organization import Calendar, Organization
from handrail.terms.person import Person, own_ids_of
from handrail.terms.plan import Plan
from handrail.terms.state import State
from handrail.terms.values import Fields, Instant, PersonRef, Value
from handrail.terms.world import Absence

_PLANS_MAX: Final = 512
_NAMED: Final[dict[str, tuple[int, ...]]] = {}
"""By a plan's hash: looked for once."""


def calendar_for(person: Person, organization: Organization) -> Calendar:
    """The calendar of where the person works: by `COUNTRY/location`, by country, else the organization's."""
    names = organization.by_country
    country = person.country if isinstance(person.country, str) else ""
    name = names.get(f"{country}/{person.location}") or names.get(country) or organization.calendar
    return organization.calendars[name]


def zone_for(person: Person | None, organization: Organization) -> str:
    """The zone in which somebody reads moments: their own, where it is told, else that of where they work; else the organization's."""
    if person is None:
        return organization.zone
    own = person.time_zone if isinstance(person.time_zone, str) else ""
    return own or calendar_for(person, organization).zone


def persons_in(state: State) -> set[int]:
    """The people named in a run's results and start values, and those whom somebody gave a handoff of it."""
    named = {number for fields in (state.start, *state.results.values()) for number in named_by(fields)}
    return named.union(given_to(state))


def given_to(state: State) -> list[int]:
    """The people whom somebody gave an open handoff of the run: no owner path leads to them."""
    return own_ids_of(each.owner for each in state.passes if each.given)


def named_by(fields: Fields) -> tuple[int, ...]:
    """The people named in the values, one as often as named."""
    return _persons_of(fields.values()) if fields.packed is None else _named_in_packed(fields.packed)


@lru_cache(maxsize=4096)
def _named_in_packed(packed: bytes) -> tuple[int, ...]:
    """What many runs were begun with alike is looked through once."""
    return _persons_of(Fields.read(packed).values())


def _persons_of(values: Iterable[Value]) -> tuple[int, ...]:
    return tuple(value.id for value in values if isinstance(value, PersonRef))


def named_by_plan(plan: Plan) -> tuple[int, ...]:
    """The people whom the journey's own text names as owners (`person:12`)."""
    found = _NAMED.get(plan.hash) if plan.hash else None
    if found is None:
        names = (path.name for path in owners_in(plan) if path.kind == "person")
        found = tuple(dict.fromkeys(int(name) for name in names if name.isdecimal()))
        if len(_NAMED) >= _PLANS_MAX:
            _NAMED.clear()
        _NAMED[plan.hash] = found
    return found


def away_at(rows: Iterable[AbsenceRow], now: Instant, zone_of: Callable[[int], str]) -> dict[int, Absence]:
    """Who is away on this day of theirs, by own id. Of several absences of somebody the first counts."""
    found: dict[int, Absence] = {}
    for row in rows:
        if row.from_day <= local_day(now, zone_of(row.person)).toordinal() <= row.to_day:
            away = Absence(date.fromordinal(row.from_day), date.fromordinal(row.to_day), row.delegate)
            found.setdefault(row.person, away)
    return found


def named_in(organization: Organization) -> list[int]:
    """Own ids of everybody whom the organization's settings name."""
    texts = [organization.owner]
    numbers: list[int] = []
    for team in organization.teams.values():
        numbers += [number for number in (team.lead, *team.members) if number is not None]
    for role in organization.roles.values():
        texts += [*role.who.values(), role.otherwise]
    return list(dict.fromkeys([*numbers, *own_ids_of(texts)]))
