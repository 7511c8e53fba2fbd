"""`handrail init`: a workspace to begin with.

What stands in it is made in `handrail.app.starting`; here it is said what was written and what to do next.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from handrail.app.starting import Begun

_DOUBTS_MAX: Final = 10
"""So many doubts are shown of an export; a sync lists all."""


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
    _show(begun, folder)


def _show(begun: Begun, folder: Path) -> None:
    typer.echo(f"Wrote {len(begun.files)} files in {folder}.")
    if begun.questions:
        typer.echo("\nNot sure about, and asked in the files on lines with QUESTION:")
    for question in begun.questions:
        typer.echo(f"  - {question}")
    if begun.doubts:
        typer.echo("\nRead in the export and doubted; mend it where it comes from, or a sync will not apply it:")
    for doubt in begun.doubts[:_DOUBTS_MAX]:
        typer.echo(f"  - {doubt}")
    if more := len(begun.doubts[_DOUBTS_MAX:]):
        typer.echo(f"  - and {more:,} more; a sync lists them all")
    typer.echo(f"\nNext: read {'these, and answer what they ask' if begun.questions else 'these'}:")
    for path in begun.files:
        if path.suffix == ".yaml":
            asked = path.read_text(encoding="utf-8").count("# QUESTION:")
            typer.echo(f"  {path}{f'  ({_questions(asked)})' if asked else ''}")
    typer.echo(f"then\n  handrail check {folder} --remarks")
    if begun.questions:
        typer.echo("which lists what is wrong and each question that is open still; without --remarks, what is wrong.")


def _questions(many: int) -> str:
    return "1 question" if many == 1 else f"{many} questions"
