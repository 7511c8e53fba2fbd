"""`handrail publish` and `handrail serve`: what runs, and running it.

What publishing does stands in `handrail.app.publishing`, how the process works in `handrail.app.serving`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.cli.place import (
    DATABASE_FILE,
    JsonOption,
    StoreOption,
    asked_of_owner,
    in_plain_words,
    store_url,
    workspace_folder,
)

if TYPE_CHECKING:
    from handrail.app.publishing import Coming
    from handrail.app.runtime import Runtime

WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="The folder with handrail.yaml; else the current one.", show_default=False),
]
YesBy = Annotated[str | None, typer.Option("--yes-by", help="Who says so: a name, kept with it.", show_default=False)]


def publish(
    *,
    workspace: WorkspaceOption = None,
    store: StoreOption = None,
    yes_by: YesBy = None,
    those_there: Annotated[
        bool | None,
        typer.Option(
            "--those-there/--from-now-on",
            help="A journey published for the first time: begin at once for those whom its schedules would take now, or not.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check, compile and make current what lies in the folder. Exit code 1: something is to be mended, and nothing was changed."""
    from handrail.store.errors import StoreTaken

    with in_plain_words():
        url = url_of(_folder(workspace), store)
        try:
            done = _published(_folder(workspace), url, yes_by, those_there=those_there, ask=not as_json)
        except StoreTaken as taken:
            asked = {"by": _name(yes_by, ask=not as_json), "those_there": those_there}
            done = asked_of_owner(url, taken, "POST", "/api/publish", asked)
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
        return
    for each in done["journeys"]:
        words = {"first": "published for the first time", "changed": "published anew", "unchanged": "unchanged"}
        typer.echo(f"{each['journey']}: {words[each['became']]}")
    if done["begun"]:
        typer.echo(f"{done['begun']:,} runs were begun for those there already.")
    if any(each["became"] == "changed" for each in done["journeys"]):
        typer.echo("Runs that are open keep the plan they began with.")


def _published(folder: Path, url: str, yes_by: str | None, *, those_there: bool | None, ask: bool) -> dict[str, Any]:
    """Published here. No system is called, so no secret is needed."""
    from handrail.app.publishing import preview
    from handrail.app.publishing import publish as make_current
    from handrail.app.runtime import Runtime
    from handrail.insight.answer import plain

    runtime = Runtime.at_rest(folder, url)
    try:
        begin = _agreed(preview(runtime), those_there=those_there, ask=ask)
        by = _name(yes_by, ask=ask)
        done = make_current(runtime, by, those_there=begin)
        _say_unknown(runtime)
    finally:
        runtime.close()
    return {**plain(done), "by": by}


def serve(
    *,
    workspace: WorkspaceOption = None,
    store: StoreOption = None,
    host: Annotated[str, typer.Option("--host", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="The port; 0 finds a free one.")] = 8000,
) -> None:
    """Run what is published: engine, connections and the web in one process, until it is told to stop."""
    from handrail.app.publishing import behind
    from handrail.app.runtime import Runtime
    from handrail.app.serving import Address, listen
    from handrail.app.serving import serve as run

    with in_plain_words():
        folder = _folder(workspace)
        runtime = Runtime.open(folder, url_of(folder, store))
        try:
            listening = listen(Address(host, port))
            for text in behind(runtime):
                typer.echo(f"Note: {text}. What was published runs; to change that: handrail publish", err=True)
            _say_unknown(runtime)
        except BaseException:
            runtime.close()
            raise
        run(runtime, listening, _say_where)


def _say_unknown(runtime: Runtime) -> None:
    """Whom handrail.yaml names and nobody knows yet."""
    for remark in runtime.unknown:
        typer.echo(f"Note: {remark.place.file}:{remark.place.line}: {remark.message}. {remark.advice}", err=True)


def _say_where(url: str) -> None:
    typer.echo(f"Handrail works, at {url} (what it answers: {url}/api/docs). Ctrl-C ends it.")


def _agreed(coming: tuple[Coming, ...], *, those_there: bool | None, ask: bool) -> bool:
    """Whether those there already begin. Ends the command when it needs a word and gets none."""
    first = [each for each in coming if each.people]
    for each in first:
        found = ", ".join(f"{len(people):,} by “{name}”" for name, people in each.there.items())
        typer.echo(f"{each.journey} is new. Its schedules would take {each.people:,} people now: {found}.", err=True)
    if not first or those_there is not None:
        return bool(those_there)
    if not ask or not _is_terminal():
        typer.echo("Say which: --from-now-on, or --those-there to begin for them at once.", err=True)
        raise typer.Exit(2)
    return typer.confirm("Begin at once for those there already? (no: only from now on)", default=False)


def _name(yes_by: str | None, *, ask: bool) -> str:
    """Who publishes. Ends the command when nobody says so."""
    if yes_by:
        return yes_by
    if ask and _is_terminal():
        return str(typer.prompt("Who publishes this (a name, kept with it)"))
    typer.echo("Publishing changes what runs: say who answers for it, with --yes-by NAME.", err=True)
    raise typer.Exit(2)


def _is_terminal() -> bool:
    import sys

    return sys.stdin.isatty()


def _folder(workspace: Path | None) -> Path:
    from handrail.terms.problem import SettingsError

    folder = workspace or workspace_folder()
    if folder is None:
        raise SettingsError(
            "There is no handrail.yaml here or above. Name the folder with --workspace, or write one: handrail init"
        )
    return folder


def url_of(folder: Path, store: str | None) -> str:
    """The database meant: as said, else handrail.db in the workspace's folder."""
    return store_url(store) if store else f"sqlite:///{folder / DATABASE_FILE}"
