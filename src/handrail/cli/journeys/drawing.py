"""`handrail map`: a journey as a picture, or as the table that says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.cli.place import JsonOption, in_plain_words, workspace_folder

if TYPE_CHECKING:
    from handrail.literacy.drawing import Map
    from handrail.terms.plan import Plan


def draw(
    journey: Annotated[str, typer.Argument(help="A journey of the workspace, or a file.", show_default=False)],
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="FILE.svg, or FILE.html with the table.", show_default=False)
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", help="The folder with handrail.yaml; else the current one.", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Draw a journey: who, what follows what, and what happens when it is late or fails."""
    from handrail.app.journeys import find_journey
    from handrail.cli.tables import show_table
    from handrail.literacy.drawing import map_of

    with in_plain_words():
        found = find_journey(journey, workspace or workspace_folder())
    for note in found.notes:
        typer.echo(note, err=True)
    plan, shown = found.compiled.plan, map_of(found.compiled.plan, found.glossary)
    if out is not None:
        _write(shown, out)
    if as_json:
        typer.echo(json.dumps(_told(plan, shown), ensure_ascii=False, indent=2))
    elif out is None:
        rows = [(row.source, row.target, row.when, row.kind) for row in shown.rows]
        show_table(("from", "to", "when", "kind of line"), rows)


def _write(shown: Map, out: Path) -> None:
    """The picture, or the page around it, as the file's name says."""
    from handrail.literacy.drawing import sheet, svg

    if out.suffix not in (".svg", ".html"):
        typer.echo(f'"{out}" is neither a picture nor a page: name it FILE.svg or FILE.html.', err=True)
        raise typer.Exit(2)
    text = svg(shown, alone=True) + "\n" if out.suffix == ".svg" else sheet(shown)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"{out} cannot be written: {error.strerror}. Name a file in a folder that is there.", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"Drawn: {out}", err=True)


def _told(plan: Plan, shown: Map) -> dict[str, object]:
    return {
        "journey": plan.journey,
        "title": plan.title,
        "plan": plan.hash,
        "lanes": [{"title": lane.title, "kind": lane.kind} for lane in shown.graph.lanes],
        "lines": [{"from": row.source, "to": row.target, "when": row.when, "kind": row.kind} for row in shown.rows],
    }
