"""`handrail init`: a workspace to begin with.

What stands in it is made in `handrail.app.starting`; here it is said what was written and what to do next.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer


def init(
    folder: Annotated[Path, typer.Argument(help="Where the workspace is to be; it may be there already.")],
    *,
    export: Annotated[
        Path | None, typer.Option("--from", help="A CSV export of your HR system to propose from.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write a small workspace that runs against practice systems, or one proposed from your own export."""
    from handrail.app.checking import check_paths
    from handrail.app.starting import write_from, write_starter
    from handrail.terms.problem import SettingsError

    try:
        begun = write_from(folder, export) if export else write_starter(folder, datetime.now(UTC).date())
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    right = check_paths([folder]).right
    if as_json:
        written = [str(path) for path in begun.files]
        typer.echo(json.dumps({"files": written, "questions": list(begun.questions), "right": right}, indent=2))
        return
    typer.echo(f"Wrote {len(begun.files)} files in {folder}.")
    if begun.questions:
        typer.echo("\nNot sure about, and asked in the files on lines with QUESTION:")
    for question in begun.questions:
        typer.echo(f"  - {question}")
    typer.echo(f"\nNext: read {'these, and answer what they ask' if begun.questions else 'these'}:")
    for path in begun.files:
        if path.suffix == ".yaml":
            asked = path.read_text(encoding="utf-8").count("# QUESTION:")
            typer.echo(f"  {path}{f'  ({_questions(asked)})' if asked else ''}")
    typer.echo(f"then\n  handrail check {folder} --remarks")


def _questions(many: int) -> str:
    return "1 question" if many == 1 else f"{many} questions"
