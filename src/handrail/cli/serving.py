"""`handrail publish` and `handrail serve`: what runs, and running it.

What publishing does stands in `handrail.app.publishing`, how the process works in `handrail.app.serving`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from handrail.cli.place import (
    DATABASE_FILE,
    JsonOption,
    StoreOption,
    WorkspaceOption,
    asked_of_owner,
    in_plain_words,
    store_url,
    workspace_folder,
)

if TYPE_CHECKING:
    from handrail.app.publishing import Coming
    from handrail.app.runtime import Runtime
    from handrail.cli.changing.moving import Door, Wanted
    from handrail.store.errors import StoreTaken

YesBy = Annotated[str | None, typer.Option("--yes-by", help="Who says so: a name, kept with it.", show_default=False)]


def publish(  # noqa: PLR0913 - one command, and an option each
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
    preview: Annotated[
        bool, typer.Option("--preview", help="Change nothing: show what it would do to each open run.")
    ] = False,
    move: Annotated[bool, typer.Option("--move", help="Publish, and move open runs to the new version.")] = False,
    revert: Annotated[
        str, typer.Option("--revert", help="Take a moving back: its number, as M-3.", show_default=False)
    ] = "",
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="With --preview or --move: the runs of this journey.", show_default=False),
    ] = None,
    but: Annotated[
        list[str] | None,
        typer.Option(
            "--but", help="With --preview or --move: leave this run (R-12) or person (P-7).", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check, compile and make current what lies in the folder. Exit code 1: something is to be mended, and nothing was changed.

    Open runs keep the version they began with, unless they are moved: person by person, after a preview.
    """
    from handrail.cli.changing.moving import Wanted
    from handrail.engine.by_hand.moving import Refused

    wanted = Wanted(preview, move, revert, tuple(only or ()), tuple(but or ()))
    with in_plain_words():
        folder = _folder(workspace)
        asked = _Asked(folder, url_of(folder, store), yes_by, those_there, not as_json)
        try:
            done = _changed(asked, wanted) if wanted.anything else _made_current(asked)
        except Refused as refused:
            typer.echo(str(refused), err=True)
            raise typer.Exit(1) from refused
    _say(done, wanted.but, as_json=as_json)


class _Asked(NamedTuple):
    """What `publish` is about, and who says so; `ask`: a person may be asked."""

    folder: Path
    url: str
    yes_by: str | None
    those_there: bool | None
    ask: bool

    @property
    def asks(self) -> bool:
        """Whether somebody sits there who is to agree."""
        return not self.yes_by and self.ask and _is_terminal()


def _say(done: dict[str, Any], but: Sequence[str], *, as_json: bool) -> None:
    """What was done, for people or as JSON; `but` is who was to be left."""
    from handrail.cli.changing.moving import show

    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
        return
    for each in done.get("journeys", ()):
        words = {"first": "published for the first time", "changed": "published anew", "unchanged": "unchanged"}
        typer.echo(f"{each['journey']}: {words[each['became']]}")
        if each.get("messages_wait"):
            typer.echo(
                f"  Its messages wait until somebody lets them go: handrail held messages {each['journey']} --yes-by NAME"
            )
    if done.get("settings_changed"):
        typer.echo("handrail.yaml: published anew. Changed connections count once Handrail is served anew.")
    if done.get("begun"):
        typer.echo(f"{done['begun']:,} runs were begun for those there already.")
    if "movings" in done:
        show(done["movings"], but)
    elif any(each["became"] == "changed" for each in done["journeys"]):
        typer.echo("Runs that are open keep the plan they began with. What a move would do: handrail publish --preview")


def _made_current(asked: _Asked) -> dict[str, Any]:
    """Published, here or by whoever works on the database; open runs keep their version."""
    from handrail.store.errors import StoreTaken

    try:
        runtime = _at_rest(asked)
    except StoreTaken as taken:
        return _published_there(taken, asked)
    try:
        return _published(runtime, asked)
    finally:
        runtime.close()


def _changed(asked: _Asked, wanted: Wanted) -> dict[str, Any]:
    """Open runs looked at, moved, or taken back; with `--move` the folder is published first, once somebody has agreed."""
    from handrail.cli.changing.moving import Here, There
    from handrail.store.errors import StoreTaken

    runtime: Runtime | None = None
    door: Door
    make_current: Callable[[_Asked], dict[str, Any]]
    try:
        runtime = _at_rest(asked)
        door, make_current = Here(runtime), partial(_published, runtime)
    except StoreTaken as taken:
        door, make_current = There(asked.url, taken), partial(_published_there, taken)
    try:
        if wanted.revert:
            return _taken_back(door, asked, wanted)
        return _moved(door, asked, wanted, make_current)
    finally:
        if runtime is not None:
            runtime.close()


def _taken_back(door: Door, asked: _Asked, wanted: Wanted) -> dict[str, Any]:
    from handrail.cli.changing.moving import agreed, number_of

    number = number_of(wanted.revert)
    if asked.asks:
        agreed([door.seen(number)])
    return {"movings": [door.revert(number, _name(asked.yes_by, ask=asked.ask))]}


def _moved(
    door: Door, asked: _Asked, wanted: Wanted, make_current: Callable[[_Asked], dict[str, Any]]
) -> dict[str, Any]:
    from handrail.cli.changing.moving import agreed

    if wanted.move and not asked.asks:
        _name(asked.yes_by, ask=False)
    movings = door.preview(wanted.only, wanted.but, asked.yes_by or "")
    if not wanted.move:
        return {"movings": movings}
    if asked.asks:
        agreed(movings)
    said = asked._replace(yes_by=_name(asked.yes_by, ask=asked.ask))
    done = make_current(said)
    return {**done, "movings": [door.move(each["number"], said.yes_by or "") for each in movings]}


def _at_rest(asked: _Asked) -> Runtime:
    """The organization for this command's time. No system is called, so no secret is needed. Raises StoreTaken."""
    from handrail.cli.changing.moving import opened

    return opened(asked.folder, asked.url)


def _published_there(taken: StoreTaken, asked: _Asked) -> dict[str, Any]:
    body = {"by": _name(asked.yes_by, ask=asked.ask), "those_there": asked.those_there}
    return asked_of_owner(asked.url, taken, "POST", "/api/publish", body)


def _published(runtime: Runtime, asked: _Asked) -> dict[str, Any]:
    """Published here."""
    from handrail.app.publishing import preview
    from handrail.app.publishing import publish as make_current
    from handrail.insight.answer import plain

    begin = _agreed(preview(runtime), those_there=asked.those_there, ask=asked.ask)
    by = _name(asked.yes_by, ask=asked.ask)
    done = make_current(runtime, by, those_there=begin)
    _say_unknown(runtime)
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
    from handrail.app.serving import Address, listen, stopped_by_hand
    from handrail.app.serving import serve as run

    with in_plain_words():
        folder = _folder(workspace)
        runtime = Runtime.open(folder, url_of(folder, store))
        try:
            listening = listen(Address(host, port))
            for text in behind(runtime):
                typer.echo(f"Note: {text}. What was published runs; to change that: handrail publish", err=True)
            _say_unknown(runtime)
            _say_nobody(runtime)
        except BaseException:
            runtime.close()
            raise
        with stopped_by_hand():
            run(runtime, listening, _say_where)
    typer.echo("Handrail stopped. Nothing that was confirmed is lost: handrail serve goes on from here.")


def _say_unknown(runtime: Runtime) -> None:
    """Whom handrail.yaml names and nobody knows yet."""
    for remark in runtime.unknown:
        typer.echo(f"Note: {remark.place.file}:{remark.place.line}: {remark.message}. {remark.advice}", err=True)


def _say_nobody(runtime: Runtime) -> None:
    """The console is of no use to anybody yet."""
    from handrail.app.access.accounts import nobody_comes_in

    if nobody_comes_in(runtime.store, runtime.workspace.settings.sign_in):
        typer.echo("Note: nobody can sign in yet. Begin with: handrail account add LOGIN --role admin", err=True)


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
