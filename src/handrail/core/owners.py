"""Owners as the world knows them: who is there, who is away and by whom they are stood in for, and whose working time counts.

Owners are written `person:12`, `team:NAME`, `email:ADDRESS`, `contact:NAME`. To whom a path leads is said in `moves.finding`.
"""

from __future__ import annotations

from datetime import date

from handrail.calendar.zones import local_day
from handrail.terms.organization import Calendar
from handrail.terms.values import Instant, Value
from handrail.terms.world import World


def can_answer(owner: str, world: World, now: Instant, *, learner: bool = False) -> bool:
    """Whether the owner is there: not left, not the learner (unless asked as such), not away without a delegate."""
    kind, _, name = owner.partition(":")
    if kind == "person":
        return name.isdigit() and _is_there(int(name), world, now, learner=learner)
    if kind == "team":
        return has_somebody(name, world)
    return name in world.organization.contacts if kind == "contact" else bool(name)


def _is_there(number: int, world: World, now: Instant, *, learner: bool) -> bool:
    person = world.person if number == world.person.id else world.people.get(number)
    if person is None or person.status == "left" or (number == world.person.id and not learner):
        return False
    if not _is_away(number, world, now):
        return person.status != "on leave"
    delegate = world.absences[number].delegate
    return delegate is not None and _can_stand_in(delegate, world, now)


def _can_stand_in(delegate: int, world: World, now: Instant) -> bool:
    """Whether the delegate is there themselves; of somebody the world does not hold nothing is known."""
    if _is_away(delegate, world, now):
        return False
    person = world.person if delegate == world.person.id else world.people.get(delegate)
    return person is None or person.status not in ("left", "on leave")


def has_somebody(team: str, world: World) -> bool:
    """Whether there is a lead, a member or an address; of somebody the world does not hold nothing is known."""
    found = world.organization.teams.get(team)
    if found is None:
        return False
    if found.email:
        return True
    for number in found.members if found.lead is None else (found.lead, *found.members):
        person = world.people.get(number)
        if person is None or person.status != "left":
            return True
    return False


def calendar_of(owner: str, world: World) -> Calendar:
    """Whose working time counts for that owner: the person's, the team's, else the organization's."""
    organization = world.organization
    kind, _, name = owner.partition(":")
    found: Calendar | None = None
    if kind == "person":
        found = world.calendars.get(int(name))
    elif kind == "team" and name in organization.teams:
        found = organization.calendars.get(organization.teams[name].calendar)
    return found or organization.calendars[organization.calendar]


def calendar_of_learner(world: World) -> Calendar:
    """Whose working time counts for the learner: their own, else the organization's."""
    return world.calendars.get(world.person.id) or world.organization.calendars[world.organization.calendar]


def away(owner: str, world: World, now: Instant) -> bool:
    """Whether the owner is a person who is away at that moment, with a delegate or without."""
    kind, _, name = owner.partition(":")
    return kind == "person" and _is_away(int(name), world, now)


def _is_away(number: int, world: World, now: Instant) -> bool:
    absence = world.absences.get(number)
    if absence is None:
        return False
    return absence.from_day <= local_day(now, calendar_of(f"person:{number}", world).zone) <= absence.to_day


def delegate_of(owner: str, world: World, now: Instant) -> str:
    """Who acts in the owner's name while they are away, or the empty text."""
    kind, _, name = owner.partition(":")
    absence = world.absences.get(int(name)) if kind == "person" else None
    if absence is None or absence.delegate is None or not away(owner, world, now):
        return ""
    return f"person:{absence.delegate}"


def why_gone(owner: str, world: World, now: Instant) -> dict[str, Value]:
    """What keeps somebody from having a handoff any longer: `gone` (left, on leave, away), and `until` where it is known."""
    kind, _, name = owner.partition(":")
    if kind != "person":
        return {}
    if away(owner, world, now):
        return {"gone": "away", "until": world.absences[int(name)].to_day}
    person = world.person if int(name) == world.person.id else world.people.get(int(name))
    if person is None or person.status not in ("left", "on leave"):
        return {}
    until = {"until": person.leave_to} if person.status == "on leave" and isinstance(person.leave_to, date) else {}
    return {"gone": person.status, **until}
