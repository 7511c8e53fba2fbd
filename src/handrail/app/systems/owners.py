"""Who answers for a connection: teams and people as handrail.yaml writes them, and as decisions write owners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handrail.app.organization import LookUp
from handrail.app.workspace import Workspace
from handrail.intake.whom import find
from handrail.store.opening import Store


def look_up_in(store: Store) -> LookUp:
    """Own ids of people as handrail.yaml names them: `SOURCE:KEY`, or an address. Who has left is nobody."""

    def look_up(names: Sequence[str]) -> Mapping[str, int]:
        found = {name: number for name, number in find(store, names).items() if isinstance(number, int)}
        there = store.persons(sorted(set(found.values())))
        return {name: number for name, number in found.items() if there[number].status != "left"}

    return look_up


def owners_of(workspace: Workspace, store: Store, otherwise: str) -> dict[str, str]:
    """The owner of each connection, by its name. For whoever is not known, or has left, `otherwise` answers."""
    written = {name: draft.owner for name, draft in workspace.settings.connections.items()}
    persons = sorted({owner for owner in written.values() if owner and not owner.startswith("team:")})
    found = look_up_in(store)(persons) if persons else {}
    as_owner = {name: f"person:{number}" for name, number in found.items()}
    return {
        name: owner if owner.startswith("team:") else as_owner.get(owner, otherwise) for name, owner in written.items()
    }
