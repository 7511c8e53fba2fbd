"""Asking whoever owns the database, when it is not ours to open: `handrail serve` answers at its local socket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from handrail.store.errors import StoreTaken


def asked_of_owner(
    url: str, taken: StoreTaken, method: str, path: str, asked: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """What `handrail serve` answers. Ends the command with 1 when it refuses; raises `taken` when nobody answers there."""
    from handrail.app.running.doors import NobodyThere, NotDone, ask_owner, door_of

    try:
        return ask_owner(door_of(url.removeprefix("sqlite:///")), method, path, asked or {})
    except NobodyThere:
        raise taken from None
    except NotDone as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
