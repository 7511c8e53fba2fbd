"""How a command has something changed: here, where it owns the database for its own time, else by the process that works on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from handrail.cli.place import asked_of_owner, in_plain_words, store_url, workspace_folder

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime


def done_by_owner_or_here(
    store: str | None, asked: tuple[str, str, Mapping[str, object]], here: Callable[[Runtime], dict[str, Any]]
) -> dict[str, Any]:
    """What `here` gives, with all that follows decided; else what the owner answers to `asked` (method, path, body).

    Ends the command with 1, in words, when it is refused, with 2 outside of a workspace.
    """
    from handrail.app.answering.refusing import NotTaken
    from handrail.engine.by_hand.overrides import NotSet
    from handrail.engine.by_hand.pausing import NotPaused
    from handrail.store.errors import StoreTaken

    if workspace_folder() is None:
        typer.echo("There is no handrail.yaml here or above: run this in the workspace's folder.", err=True)
        raise typer.Exit(2)
    with in_plain_words():
        try:
            return _here(store_url(store), here)
        except StoreTaken as taken:
            return asked_of_owner(store_url(store), taken, *asked)
        except NotTaken as refused:
            typer.echo(f"{refused.error} {refused.what_to_do}", err=True)
            raise typer.Exit(1) from refused
        except (NotSet, NotPaused) as refused:
            typer.echo(str(refused), err=True)
            raise typer.Exit(1) from refused
    raise typer.Exit(1)


def _here(url: str, here: Callable[[Runtime], dict[str, Any]]) -> dict[str, Any]:
    from handrail.app.runtime import Runtime
    from handrail.cli.syncing import decide_all

    folder = workspace_folder()
    assert folder is not None, "it was looked for"
    runtime = Runtime.at_rest(folder, url)
    try:
        done = here(runtime)
        decide_all(runtime)
    finally:
        runtime.close()
    return done
