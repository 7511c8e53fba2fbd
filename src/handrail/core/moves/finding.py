"""To whom an owner path leads: it is looked up in the world, and somebody is always found.

`or` goes on where nobody is found, has left, is the learner, or is away without a delegate. Nobody at all:
`accountable`; nobody there either: the organization's owner.
"""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.owners import can_answer, has_somebody
from handrail.terms.person import field_value
from handrail.terms.plan import NONE, Owner, OwnerPath
from handrail.terms.state import Pass
from handrail.terms.values import PersonRef
from handrail.terms.world import World


def find_owner(d: Draft, of: Pass, path: Owner) -> str:
    """Who that is today; where nobody is found, whoever is accountable, and that is said."""
    return first_of(d, spelled_out(d, of.step, path), of) or _nobody_found(d, of, path)


def find_own(d: Draft, of: Pass) -> str:
    """As `find_owner`, by the path that the step of the pass itself names."""
    path = owner_path(d, of.step)
    return first_of(d, path, of) or _nobody_found(d, of, path)


def _nobody_found(d: Draft, of: Pass, path: Owner) -> str:
    owner = owner_of(d, (), of)
    if path:
        d.say("nobody found", d.step(of.step).place if of.step != NONE else 0, of.number, owner=owner)
    return owner


def owner_path(d: Draft, step: int) -> Owner:
    """The owner that the step, or else the journey's defaults, name."""
    return (d.plan.steps[step].contract.owner if step != NONE else ()) or d.plan.defaults.owner


def spelled_out(d: Draft, step: int, path: Owner) -> Owner:
    """The path with `owner` replaced by who owns the step."""
    for one in path:
        if one.kind == "owner":
            own = tuple(way for way in owner_path(d, step) if way.kind != "owner")
            return tuple(way for each in path for way in (own if each.kind == "owner" else (each,)))
    return path


def owner_of(d: Draft, owner: Owner, of: Pass | None = None) -> str:
    """The first owner of the path who can answer, else whoever is accountable, else the organization's owner."""
    return first_of(d, owner, of) or first_of(d, d.plan.accountable, of) or d.world.organization.owner


def first_of(d: Draft, owner: Owner, of: Pass | None = None) -> str:
    """The first owner of the path who can answer, or the empty text; values in it are read as pass `of` sees them."""
    for path in owner:
        if path.kind == "team":  # the commonest
            if has_somebody(path.name, d.world):
                return f"team:{path.name}"
            continue
        found = _one(d, path, of)
        if found and can_answer(found, d.world, d.now, learner=path.kind == "learner"):
            return found
    return ""


def led_to(d: Draft, owner: Owner, of: Pass) -> frozenset[int]:
    """Everybody to whom one of the paths leads, whether they are there or not: when one of them changes, the owner may."""
    found = (_one(d, path, of) for path in owner)
    return frozenset(int(one.removeprefix("person:")) for one in found if one.startswith("person:"))


def _one(d: Draft, path: OwnerPath, of: Pass | None) -> str:  # noqa: PLR0911 - a kind of path a line
    """The owner that one path leads to, or the empty text. `owner` is put in by whoever knows the step."""
    match path.kind:
        case "team" | "contact" | "person":
            return f"{path.kind}:{path.name}"
        case "learner":
            return f"person:{d.world.person.id}"
        case "manager":
            return _person_text(_manager(d.world, path.up))
        case "sponsor":
            return _person_text(d.world.person.sponsor)
        case "role":
            return _holder(path.name, d.world)
        case "path" | "email":
            return _by_value(d, path, of)
        case "accountable":
            return first_of(d, tuple(one for one in d.plan.accountable if one.kind != "accountable"), of)
        case "owner":
            return ""


def _by_value(d: Draft, path: OwnerPath, of: Pass | None) -> str:
    assert path.value is not None, f"an owner by {path.kind} has a value"
    scope = d.scope() if of is None else d.scope(of.items, of.step, opening=of.opened)
    value = d.program.value(path.value, scope)
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
