"""`handrail sync` and `handrail held mend`: people from a file, and a mapping that is mended where its source changed.

What becomes of each row is decided in `handrail.people`; here it is asked for and shown.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from handrail.cli.place import JsonOption, StoreOption, asked_of_owner, in_plain_words, store_url, workspace_folder

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime
    from handrail.app.workspace import Workspace
    from handrail.people.mappings.mapping import SourceMapping
    from handrail.people.ports import SyncRecord
    from handrail.store.errors import StoreTaken

SOME_HELD: Final = 3
WHOLE_HELD: Final = 4
WHOLE_REFUSED: Final = 5
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="The folder with handrail.yaml.", show_default=False)
]


def sync(
    file: Annotated[Path, typer.Argument(help="A file of people, as your HR system exports it.", show_default=False)],
    *,
    mapping: Annotated[
        str, typer.Option("--mapping", help="The mapping, where the file's name does not say it.", show_default=False)
    ] = "",
    workspace: WorkspaceOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a file of people. Exit code 3: some of it is held; 4: all of it is; 5: it is refused."""
    from handrail.store.errors import StoreTaken

    folder = _folder(workspace)
    if not file.is_file():
        typer.echo(f"{file} is no file. Name the export to be taken in.", err=True)
        raise typer.Exit(2)
    with in_plain_words():
        url = _url(store, folder)
        try:
            record, found, zone = _taken_in(folder, url, file, mapping, as_json=as_json)
        except StoreTaken as taken:
            record, found, zone = _taken_in_by_owner(url, taken, file, mapping)
    _show(record, found, zone, as_json=as_json)
    raise typer.Exit(_exit_code(record))


def _taken_in(folder: Path, url: str, file: Path, mapping: str, *, as_json: bool) -> tuple[SyncRecord, str, str]:
    """The file taken in here; its record, the mapping's name, and the organization's zone."""
    from handrail.app.runtime import Runtime
    from handrail.intake.filing import Filing
    from handrail.people.sync import Moment

    runtime = Runtime.at_rest(folder, url)
    try:
        found = _mapping_for(runtime.workspace, file, mapping)
        filing = Filing(runtime.directory(), found, _progress(as_json=as_json))
        at = Moment(runtime.clock(), runtime.workspace.settings.zone)
        record = filing.take_in(file, at)
        decide_all(runtime)
    finally:
        runtime.close()
    return record, found.name, at.zone


def _taken_in_by_owner(url: str, taken: StoreTaken, file: Path, mapping: str) -> tuple[SyncRecord, str, str]:
    """The same, by the process that works on the database."""
    import msgspec

    from handrail.people.ports import SyncRecord

    asked = {"path": str(file.absolute()), "mapping": mapping}
    done = asked_of_owner(url, taken, "POST", "/api/syncs", asked)
    return msgspec.convert(done["record"], SyncRecord), done["mapping"], done["zone"]


def mend(
    source: Annotated[str, typer.Argument(help="The mapping, or its source, as in `hris`.", show_default=False)],
    *,
    column: Annotated[
        list[str] | None,
        typer.Option("--column", help="OLD=NEW: the column is called NEW now.", show_default=False),
    ] = None,
    code: Annotated[
        list[str] | None,
        typer.Option("--code", help="FIELD:WORD=VALUE, as in department:CX='Customer Support'.", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Mend a mapping where its source changed: columns that were renamed, words that are new. Comments stay."""
    from handrail.app.workspace import load_workspace
    from handrail.people.mappings.mend import NothingToMend
    from handrail.people.mappings.mend import mend as mended

    columns, codes = _pairs(column or [], "OLD=NEW"), _codes(code or [])
    if not columns and not codes:
        typer.echo("Nothing to mend: say --column OLD=NEW or --code FIELD:WORD=VALUE.", err=True)
        raise typer.Exit(2)
    with in_plain_words():
        found = load_workspace(_folder(workspace))
        name = _mapping_named(found, source).name
        file, text = found.mapping_texts[name]
        try:
            after = mended(text, file, columns, codes)
        except NothingToMend as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(1) from error
    unfinished = Path(f"{file}.part")
    unfinished.write_text(after, encoding="utf-8")
    unfinished.replace(file)
    for line in _changed_lines(text, after):
        typer.echo(line)
    typer.echo(f"{file} is mended. Look at the held rows again: handrail held replay NUMBER (see `handrail held`)")


def decide_all(runtime: Runtime) -> None:
    """Decide what follows for the people: letters first, then events that waited for somebody who is known now."""
    from handrail.intake.again import understood_now

    while runtime.engine.due(runtime.clock()):
        pass
    zone, now = runtime.engine.worlds.organization.zone, runtime.clock()
    runtime.engine.take(understood_now(runtime.store, runtime.engine.catalog, now, zone), now)


def _folder(workspace: Path | None) -> Path:
    folder = workspace or workspace_folder()
    if folder is None or not (folder / "handrail.yaml").exists():
        typer.echo("There is no handrail.yaml here or above. Name the workspace: --workspace FOLDER", err=True)
        raise typer.Exit(2)
    return folder


def _url(store: str | None, folder: Path) -> str:
    return store_url(store or str(folder / "handrail.db"))


def _mapping_for(workspace: Workspace, file: Path, named: str) -> SourceMapping:
    """The mapping whose pattern the file's name fits. Ends the command when there is none, or several."""
    from handrail.people.mappings.mapping import fits_name

    if named:
        return _mapping_named(workspace, named)
    fitting = [mapping for mapping in workspace.mappings if fits_name(mapping, file.name)]
    if len(fitting) == 1:
        return fitting[0]
    patterns = ", ".join(f"{mapping.name} ({mapping.file})" for mapping in fitting or workspace.mappings)
    said = "Several mappings read" if fitting else "No mapping reads"
    typer.echo(f"{said} a file named {file.name}. There are: {patterns or 'none'}. Say which: --mapping NAME", err=True)
    raise typer.Exit(2)


def _mapping_named(workspace: Workspace, name: str) -> SourceMapping:
    for mapping in workspace.mappings:
        if name in (mapping.name, mapping.source):
            return mapping
    there = ", ".join(f"{mapping.name} (of {mapping.source})" for mapping in workspace.mappings)
    typer.echo(f'There is no mapping "{name}". There are: {there or "none"}.', err=True)
    raise typer.Exit(2)


def _pairs(told: list[str], form: str) -> dict[str, str]:
    found = {}
    for one in told:
        old, sign, new = one.partition("=")
        if not sign or not old.strip() or not new.strip():
            typer.echo(f'"{one}" must be {form}.', err=True)
            raise typer.Exit(2)
        found[old.strip()] = new.strip()
    return found


def _codes(told: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in _pairs(told, "FIELD:WORD=VALUE").items():
        field, sign, word = name.partition(":")
        if not sign:
            typer.echo(f'"{name}" must name its field: FIELD:WORD=VALUE, as in department:{name}="{value}".', err=True)
            raise typer.Exit(2)
        found.setdefault(field, {})[word] = value
    return found


def _changed_lines(before: str, after: str) -> list[str]:
    import difflib

    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


def _progress(*, as_json: bool) -> Any:  # noqa: ANN401 - a callback, or nothing
    """Tells on a terminal how far a large file is."""
    if as_json or not sys.stderr.isatty():
        return None
    from time import monotonic

    began = monotonic()

    def tell(record: SyncRecord) -> None:
        done, rows = record.progress.rows, max(record.rows, 1)
        left = (monotonic() - began) * (rows - done) / max(done, 1)
        typer.echo(f"\r{done:,} of {record.rows:,} rows, {left:.0f} s to go   ", err=True, nl=done >= rows)

    return tell


def _exit_code(record: SyncRecord) -> int:
    if record.state == "held":
        return WHOLE_HELD
    if record.state != "applied":
        return WHOLE_REFUSED
    return SOME_HELD if record.stands.held or record.stands.refused or record.withheld else 0


def next_steps(record: SyncRecord, mapping: str) -> list[str]:
    """The commands that may follow, most likely first. A date that is none is mended where it comes from, not by a word."""
    from handrail.insight.telling.remedies import of_whole_file
    from handrail.people.mappings.mapping import CLOSED
    from handrail.terms.person import DATE_FIELDS

    if record.state == "held":
        return list(of_whole_file(record, mapping))
    if record.state != "applied":
        return []
    lost = [field for field in record.withheld if field.instead]
    steps = [f"handrail held mend {mapping} --column {quote(f'{field.column}={field.instead}')}" for field in lost]
    words = [
        f"--code {quote(f'{alert.field}:{word}=VALUE')}"
        for alert in record.alerts
        if alert.kind == "values" and (alert.held or alert.field in CLOSED) and alert.field not in DATE_FIELDS
        for word in alert.seen
    ]
    if words:
        steps.append(f"handrail held mend {mapping} {' '.join(words[:5])}")
    if steps:
        steps.append(f"handrail held replay {record.id}")
    return steps or (["handrail held"] if record.stands.held else [])


def _show(record: SyncRecord, mapping: str, zone: str, *, as_json: bool) -> None:
    from handrail.calendar.zones import local_day
    from handrail.people.syncing.leaving import who_left, would_leave

    stands, steps = record.stands, next_steps(record, mapping)
    if as_json:
        alerts = [
            {"field": alert.field, "text": alert.text, "owner": alert.owner, "people": alert.people, "held": alert.held}
            for alert in record.alerts
        ]
        told = {
            "sync": record.id, "file": record.file, "state": record.state, "reason": record.reason, "rows": record.rows,
            "applied": stands.applied, "new": stands.new, "no_change": stands.no_change, "held": stands.held,
            "refused": stands.refused, "absent": stands.absent, "alerts": alerts, "next": steps,
        }  # fmt: skip
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{record.file}: {record.state} (sync {record.id}, as of {local_day(record.as_of, zone)})")
    typer.echo(
        f"  {record.rows:,} rows = {stands.applied:,} applied ({stands.new:,} of them new) + {stands.no_change:,} no change "
        f"+ {stands.held:,} held + {stands.refused:,} refused"
    )
    if record.first and record.state == "applied":
        typer.echo(
            "  It is the first file of its source: its people are known now, and none of them counts as newly hired."
        )
    if left := who_left(record):
        typer.echo(f"  {left}")
    if record.state != "applied" and record.reason and not record.alerts:
        typer.echo(f"  {record.reason}.")
    for alert in record.alerts:
        typer.echo(f"  {alert.text} Answers for it: {alert.owner}")
    if record.state == "held" and record.leaving is not None and record.leaving.people:
        typer.echo(f"  If it is released: {would_leave(record.leaving)}.")
    if steps:
        typer.echo("Next:")
    for step in steps:
        typer.echo(f"  {step}")
