"""`handrail check`: everything wrong with a workspace or with single files, and the schema for editors.

What is wrong is found in `handrail.app.checking`; here it is printed, for people or as JSON.
"""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from handrail.app.checking import Checked
    from handrail.terms.problem import Problem


def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Workspace folders, or files of one.", show_default=False)
    ] = None,
    *,
    remarks: Annotated[bool, typer.Option("--remarks", help="Also show what is good to know.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a journey, for editors.")] = False,
) -> None:
    """Check journeys and everything around them. Exit code 1: something is to be mended."""
    if schema:
        from handrail.language.editor import json_schema

        typer.echo(json.dumps(json_schema(), indent=2))
        return
    if not paths:
        typer.echo("Nothing to check: name a workspace folder or a journey file, as in `handrail check .`", err=True)
        raise typer.Exit(2)
    from handrail.app.checking import check_paths

    checked = check_paths(paths)
    shown = [problem for problem in checked.problems if remarks or problem.severity == "problem"]
    if as_json:
        _print_json(checked, shown)
    else:
        _print(checked, shown)
        if checked.open and not remarks:
            _point_at_questions(checked.open, paths)
    raise typer.Exit(0 if checked.right else 1)


def _print(checked: Checked, shown: list[Problem]) -> None:
    from handrail.language.problems import print_problem
    from handrail.language.source.tree import Source

    for note in checked.notes:
        typer.echo(note, err=True)
    texts = [
        print_problem(problem, checked.sources.get(problem.place.file, Source(problem.place.file, ())))
        for problem in shown
    ]
    if texts:
        typer.echo("\n\n".join(texts))


def _point_at_questions(many: int, paths: list[Path]) -> None:
    """Beside the list, never in it: an open question is nothing wrong, and would be forgotten."""
    count = "1 question is" if many == 1 else f"{many:,} questions are"
    typer.echo(f"{count} open: handrail check --remarks {shlex.join(str(path) for path in paths)}", err=True)


def _print_json(checked: Checked, shown: list[Problem]) -> None:
    problems = [
        {
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "length": problem.place.length,
            "severity": problem.severity,
            "code": problem.code,
            "message": problem.message,
            "allowed": list(problem.allowed),
            "advice": problem.advice,
        }
        for problem in shown
    ]
    found = {"right": checked.right, "files": checked.files, "problems": problems, "notes": list(checked.notes)}
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
