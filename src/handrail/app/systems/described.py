"""Connections as the workspace declares them, for pages and commands. A secret is named by its place and never read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from handrail.app.connectors import declared
from handrail.app.running.asking import ASK_SECONDS
from handrail.app.settings import SYSTEMS, ConnectionDraft, MailSettings
from handrail.app.workspace import Workspace
from handrail.connect.silent import Silent
from handrail.insight.desk.systems.declared import Declared

LookUp: TypeAlias = Callable[[Sequence[str]], Mapping[str, int]]


def described(workspace: Workspace, look_up: LookUp, otherwise: str) -> tuple[Declared, ...]:
    """Every connection, by name. `look_up` finds own ids of people as they are written; who cannot be found is `otherwise`."""
    drafts = workspace.settings.connections
    persons = sorted({draft.owner for draft in drafts.values() if draft.owner and not draft.owner.startswith("team:")})
    found = look_up(persons) if persons else {}
    owners = {owner: f"person:{number}" for owner, number in found.items()}
    return tuple(_described(drafts[name], _owner(drafts[name].owner, owners, otherwise)) for name in sorted(drafts))


def _owner(written: str, owners: Mapping[str, str], otherwise: str) -> str:
    return written if written.startswith("team:") else owners.get(written, otherwise)


def _described(draft: ConnectionDraft, owner: str) -> Declared:
    connector = declared(draft)
    asked = connector is not None and getattr(type(connector), "poll", None) is not Silent.poll
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
