"""Who answers: an owner path is looked up in the world, and somebody is always found.

`or` goes on where nobody is found, has left, is the learner, or is away without a delegate. Nobody at all:
`accountable`; nobody there either: the organization's owner. Owners are written `person:12`, `team:NAME`,
`email:ADDRESS`, `contact:NAME`.
"""

from __future__ import annotations

from datetime import date

from handrail.calendar.zones import local_day
from handrail.conditions.scope import Scope
from handrail.core.program import Program
from handrail.terms.organization import Calendar
from handrail.terms.person import field_value
from handrail.terms.plan import Owner, OwnerPath
from handrail.terms.values import Instant, PersonRef, Value
from handrail.terms.world import World


def owner_of(owner: Owner, program: Program, scope: Scope, world: World) -> str:
    """The first owner of the path who can answer, else whoever is accountable, else the organization's owner."""
    return (
        first_of(owner, program, scope, world)
        or first_of(program.plan.accountable, program, scope, world)
        or world.organization.owner
    )


def first_of(owner: Owner, program: Program, scope: Scope, world: World) -> str:
    """The first owner of the path who can answer, or the empty text."""
    for path in owner:
        found = _one(path, program, scope, world)
        if found and can_answer(found, world, scope.now, learner=path.kind == "learner"):
            return found
    return ""


def led_to(owner: Owner, program: Program, scope: Scope, world: World) -> frozenset[int]:
    """Everybody to whom one of the paths leads, whether they are there or not: when one of them changes, the owner may."""
    found = (_one(path, program, scope, world) for path in owner)
    return frozenset(int(one.removeprefix("person:")) for one in found if one.startswith("person:"))


def can_answer(owner: str, world: World, now: Instant, *, learner: bool = False) -> bool:
    """Whether the owner is there: not left, not the learner (unless asked as such), not away without a delegate."""
    kind, _, name = owner.partition(":")
    if kind == "person":
        return name.isdigit() and _is_there(int(name), world, now, learner=learner)
    if kind == "team":
        return _has_somebody(name, world)
    return name in world.organization.contacts if kind == "contact" else bool(name)


def _is_there(number: int, world: World, now: Instant, *, learner: bool) -> bool:
    person = world.person if number == world.person.id else world.people.get(number)
    if person is None or person.status == "left" or (number == world.person.id and not learner):
        return False
    if not away(f"person:{number}", world, now):
        return person.status != "on leave"
    delegate = world.absences[number].delegate
    return delegate is not None and _can_stand_in(delegate, world, now)


def _can_stand_in(delegate: int, world: World, now: Instant) -> bool:
    """Whether the delegate is there themselves; of somebody the world does not hold nothing is known."""
    if away(f"person:{delegate}", world, now):
        return False
    person = world.person if delegate == world.person.id else world.people.get(delegate)
    return person is None or person.status not in ("left", "on leave")


def _has_somebody(team: str, world: World) -> bool:
    """Whether there is a lead, a member or an address; of somebody the world does not hold nothing is known."""
    found = world.organization.teams.get(team)
    if found is None:
        return False
    if found.email:
        return True
    people = found.members if found.lead is None else (found.lead, *found.members)
    known = (world.people.get(number) for number in people)
    return any(person is None or person.status != "left" for person in known)


def _one(path: OwnerPath, program: Program, scope: Scope, world: World) -> str:  # noqa: PLR0911 - a kind of path a line
    """The owner that one path leads to, or the empty text. `owner` is put in by whoever knows the step."""
    match path.kind:
        case "learner":
            return f"person:{world.person.id}"
        case "manager":
            return _person_text(_manager(world, path.up))
        case "sponsor":
            return _person_text(world.person.sponsor)
        case "team" | "contact" | "person":
            return f"{path.kind}:{path.name}"
        case "role":
            return _holder(path.name, world)
        case "path" | "email":
            return _by_value(path, program, scope)
        case "accountable":
            accountable = tuple(one for one in program.plan.accountable if one.kind != "accountable")
            return first_of(accountable, program, scope, world)
        case "owner":
            return ""


def _by_value(path: OwnerPath, program: Program, scope: Scope) -> str:
    assert path.value is not None, f"an owner by {path.kind} has a value"
    value = program.value(path.value, scope)
    if path.kind == "email":
        return f"email:{value}" if isinstance(value, str) and value else ""
    if isinstance(value, PersonRef):
        return f"person:{value.id}"
    return value if isinstance(value, str) and value.startswith(("person:", "team:")) else ""


def _manager(world: World, up: int) -> object:
    person = world.person
    number: object = person.manager
    for _ in range(up - 1):
        above = world.people.get(number) if isinstance(number, int) else None
        number = above.manager if above is not None else None
    return number


def _person_text(number: object) -> str:
    return f"person:{number}" if isinstance(number, int) else ""


def _holder(name: str, world: World) -> str:
    role = world.organization.roles.get(name)
    if role is None:
        return ""
    value = field_value(world.person, role.by.removeprefix("extra.")) if role.by else None
    return role.who.get(value, role.otherwise) if isinstance(value, str) else role.otherwise


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
    absence = world.absences.get(int(name)) if kind == "person" else None
    if absence is None:
        return False
    return absence.from_day <= local_day(now, calendar_of(owner, world).zone) <= absence.to_day


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
