"""Who and what belongs to the world of a decision: the people whom settings and results name, the calendar of a place.

Pure. Where people are fetched from is the engine's matter (newest versions) and insight's (those of a moment).
"""

from __future__ import annotations

from handrail.terms.organization import Calendar, Organization
from handrail.terms.person import Person
from handrail.terms.state import State
from handrail.terms.values import Fields, PersonRef


def calendar_for(person: Person, organization: Organization) -> Calendar:
    """The calendar of where the person works: by `COUNTRY/location`, by country, else the organization's."""
    names = organization.by_country
    country = person.country if isinstance(person.country, str) else ""
    name = names.get(f"{country}/{person.location}") or names.get(country) or organization.calendar
    return organization.calendars[name]


def persons_in(state: State) -> set[int]:
    """The people named in a run's results and start values."""
    return {number for fields in (state.start, *state.results.values()) for number in named_by(fields)}


def named_by(fields: Fields) -> list[int]:
    """The people named in the values, one as often as named."""
    return [value.id for value in fields.values() if isinstance(value, PersonRef)]


def named_in(organization: Organization) -> list[int]:
    """Own ids of everybody whom the organization's settings name."""
    texts = [organization.owner]
    numbers: list[int] = []
    for team in organization.teams.values():
        numbers += [number for number in (team.lead, *team.members) if number is not None]
    for role in organization.roles.values():
        texts += [*role.who.values(), role.otherwise]
    numbers += [int(text.removeprefix("person:")) for text in texts if text.startswith("person:")]
    return list(dict.fromkeys(numbers))
