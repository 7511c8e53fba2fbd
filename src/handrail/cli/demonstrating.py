"""`handrail demo`: five weeks of an imagined company, in a few minutes."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer


def demo(
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as one JSON object.")] = False,  # noqa: FBT002 - a flag of the command
    folder: Annotated[Path | None, typer.Option(help="Where to keep it; a temporary folder if not said.")] = None,
    port: Annotated[int, typer.Option(help="Where the console is served afterwards, in a terminal.")] = 8000,
) -> None:
    """Play five weeks at Acme: real HR files, a renamed column, a file cut short, and 5,116 enrollments through a limit.

    In a terminal it ends by serving the console over that company, until Ctrl-C.
    """
    from handrail.app.demo import figures, questions, running, screen
    from handrail.app.demo.progress import say
    from handrail.store.opening import open_store

    where = folder or Path(tempfile.mkdtemp(prefix="acme-"))
    where.mkdir(parents=True, exist_ok=True)
    say(f"The demo's company is kept in {where}")
    took = running.run(where, named=folder is not None)
    say("Counting what became of everybody, and checking the record of every decision.")
    store = open_store(f"sqlite:///{where / 'handrail.db'}", create=False)
    found = figures.figures(store, where)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        asked = questions.questions(store, sys.argv[0], where.resolve())
        told = figures.told(store, found, running.killed_after(where))
        typer.echo("\n".join(screen.screen(told, figures.escalated_by_owner(store), asked, str(where))))
        say(f"Played in {took:.0f} s.")
    store.close()
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        _serve(where, port)


def _serve(folder: Path, port: int) -> None:
    """The console, with an account for each role that one click signs in as."""
    from handrail.app.demo.console import serve_console
    from handrail.app.serving import Address
    from handrail.terms.problem import SettingsError

    def ready(url: str) -> None:
        typer.echo(f"\nLook at it in a browser: {url}  (pick who you are with one click; Ctrl-C ends it)")

    try:
        serve_console(folder, Address(port=port), ready)
    except SettingsError:
        serve_console(folder, Address(port=0), ready)
    typer.echo(f"\nLook at it again: {sys.argv[0]} demo --folder {folder}")
