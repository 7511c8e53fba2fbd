"""`handrail explain`: a journey in plain English. What it says is made in `handrail.literacy.explaining`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from handrail.cli.place import JsonOption, in_plain_words, workspace_folder


def explain(
    journey: Annotated[str, typer.Argument(help="A journey's name in the workspace, or its file.", show_default=False)],
    *,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", help="The folder with handrail.yaml; else the current one.", show_default=False),
    ] = None,
    width: Annotated[int, typer.Option("--width", min=40, max=400, help="The longest line, in characters.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """Read a journey as plain English: every step, who answers, until when, and what if not. Exit code 1: it is not right yet."""
    import msgspec

    from handrail.app.journeys import find_journey
    from handrail.literacy.explaining import as_text
    from handrail.literacy.explaining import explain as told

    with in_plain_words():
        found = find_journey(journey, workspace or workspace_folder())
    for note in found.notes:
        typer.echo(note, err=True)
    explanation = told(found.compiled.plan, found.compiled.places, found.glossary)
    if as_json:
        typer.echo(json.dumps(msgspec.to_builtins(explanation), indent=2, ensure_ascii=False))
    else:
        typer.echo(as_text(explanation, width), nl=False)
