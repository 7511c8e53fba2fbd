"""Connections as the workspace declares them, for pages and commands. A secret is named by its place and never read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from handrail.app.connectors import declared
from handrail.app.running.asking import ASK_SECONDS
from handrail.app.settings import SYSTEMS, ConnectionDraft, MailSettings
from handrail.app.systems.owners import owners_of
from handrail.app.workspace import Workspace
from handrail.connect.silent import can_be_asked
from handrail.insight.desk.systems.declared import Declared

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime


def declared_in(runtime: Runtime) -> tuple[Declared, ...]:
    """Every connection of the organization that is served."""
    return described(
        runtime.workspace, owners_of(runtime.workspace, runtime.store, runtime.engine.worlds.organization.owner)
    )


def described(workspace: Workspace, owners: Mapping[str, str]) -> tuple[Declared, ...]:
    """Every connection, by name, and every source that only files come from; `owners` are the connections', as decisions write them (`owners.owners_of`)."""
    drafts = workspace.settings.connections
    found = {name: _described(drafts[name], owners[name]) for name in drafts}
    for mapping in workspace.mappings:
        files = Declared(mapping.source, "files", mapping.file, mapping.owner, mapping.source)
        found.setdefault(mapping.source, files)
    return tuple(found[name] for name in sorted(found))


def _described(draft: ConnectionDraft, owner: str) -> Declared:
    connector = declared(draft)
    asked = connector is not None and can_be_asked(connector)
    places = (("its key", draft.token), ("the signature of what it tells", draft.webhook_secret))
    kind = next((word for word, of in SYSTEMS.items() if isinstance(draft.system, of)), "")
    return Declared(
        draft.name,
        kind,
        draft.url,
        owner,
        draft.people_by,
        limit=draft.rate,
        concurrency=draft.concurrency,
        asked_every=timedelta(seconds=ASK_SECONDS) if asked else None,
        bulks={action.name: action.bulk for action in connector.actions()} if connector is not None else {},
        tells=tuple(event.kind for event in connector.events()) if connector is not None else (),
        secrets=tuple((what, f"{secret.where}:{secret.name}") for what, secret in places if secret is not None),
        signed=draft.webhook_secret is not None or isinstance(draft.system, MailSettings),
    )
