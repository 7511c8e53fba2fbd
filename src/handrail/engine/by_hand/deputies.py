"""Who may act on a handoff: its owner, anybody of the team that owns it, and whoever stands in for one of them who is away."""

from __future__ import annotations

from handrail.engine.worlds import Worlds
from handrail.terms.person import called, own_id_of
from handrail.terms.values import Instant


def acting(worlds: Worlds, owner: str, by: str, now: Instant) -> str | None:
    """In whose name `by` may act on what `owner` has: empty for their own, else the one who is away. None: they may not."""
    worlds.look_at(now)
    answerable = (owner, *people_of(worlds, owner))
    if by in answerable:
        return ""
    number = own_id_of(by)
    away = worlds.stood_in_for(number) if number is not None else []
    return next((f"person:{each}" for each in away if f"person:{each}" in answerable), None)


def people_of(worlds: Worlds, owner: str) -> tuple[str, ...]:
    """The lead and the members of a team, any of whom may answer for it."""
    team = worlds.organization.teams.get(owner.removeprefix("team:"))
    if not owner.startswith("team:") or team is None:
        return ()
    return tuple(f"person:{number}" for number in dict.fromkeys((team.lead, *team.members)) if number is not None)


def owner_called(worlds: Worlds, owner: str) -> str:
    """What an owner is called in a sentence: a person by name, a team as such, an address as it stands."""
    number = own_id_of(owner)
    if number is not None:
        return called(worlds.newest(number), number)
    kind, _, name = owner.partition(":")
    return f"team {name}" if kind == "team" else name or owner or "nobody"
