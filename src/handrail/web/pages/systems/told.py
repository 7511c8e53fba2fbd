"""The connections as a visit finds them: what is declared, with what the store knows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail.app.systems.described import declared_in
from handrail.insight.desk.systems.connections import ConnectionSeen, connections_seen
from handrail.web.kit.visit import Visit
from handrail.web.refusals import Refused

_DONE: Final[Mapping[str, str]] = {
    "pause": "It is paused: nothing leaves until somebody lets it go on.",
    "resume": "It goes on.",
}


def done_text(what: str) -> str:
    """What was just done, by its word in the address; empty for anything else."""
    return _DONE.get(what, "")


def seen_of(visit: Visit) -> tuple[ConnectionSeen, ...]:
    """Every connection as it stands."""
    return connections_seen(visit.past, declared_in(visit.runtime), visit.now, visit.zone)


def one_of(visit: Visit, name: str) -> ConnectionSeen:
    """One of them. Raises Refused for one that is not declared."""
    found = next((one for one in seen_of(visit) if one.name == name), None)
    if found is None:
        raise Refused(
            404, f'There is no connection "{name[:100]}" in handrail.yaml.', "See which there are: /connections"
        )
    return found
