"""The commands that keep the store trustworthy: `verify`, `backup`, `restore`, `doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from handrail.cli.place import JsonOption, StoreOption, in_plain_words, now, open_to_look, store_url

if TYPE_CHECKING:
    from handrail.insight.health import Finding

SQLITE: Final = "sqlite:///"
YesBy = Annotated[str | None, typer.Option("--yes-by", help="Who says so: a name, kept with it.", show_default=False)]


def verify(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Reckon the ledger's chains again from their first row. Exit code 1: something was changed."""
    with in_plain_words(), open_to_look(store) as opened:
        found = opened.verify()
    if as_json:
        heads = {str(shard): head for shard, head in sorted(found.heads.items())}
        told = {
            "ok": found.ok,
            "rows": found.rows,
            "erased": found.erased,
            "first_bad": found.first_bad,
            "heads": heads,
        }
        typer.echo(json.dumps(told, indent=2))
    elif found.ok:
        erased = f" ({found.erased:,} of them of people who were erased)" if found.erased else ""
        typer.echo(f"The ledger is whole: {found.rows:,} rows{erased}, as they were written.")
    else:
        typer.echo(f"The ledger was changed: {found.first_bad}.")
        typer.echo("Compare it with a backup, and find out who could write to the database.")
    raise typer.Exit(0 if found.ok else 1)


def backup(
    file: Annotated[Path, typer.Argument(help="The new file to write.", show_default=False)],
    *,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write a whole copy of the database to a new file, while work goes on."""
    with in_plain_words(), open_to_look(store) as opened:
        opened.backup(str(file))
    size = file.stat().st_size
    if as_json:
        typer.echo(json.dumps({"file": str(file), "bytes": size}))
    else:
        typer.echo(f"Wrote {file} ({size / 1_000_000:,.1f} MB). To use it one day: handrail restore {file}")


def restore(
    file: Annotated[Path | None, typer.Argument(help="A file that `backup` wrote.", show_default=False)] = None,
    *,
    resume: Annotated[bool, typer.Option("--resume", help="Let the restored copy go on.")] = False,
    yes_by: YesBy = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put a backup in the place of the database. Nothing leaves it until somebody says: restore --resume."""
    url = store_url(store)
    if resume:
        _resume(url, yes_by, as_json=as_json)
    elif not url.startswith(SQLITE):
        _mark(url, file, as_json=as_json)
    elif file is None:
        typer.echo(
            "Name the file that `handrail backup` wrote, or say --resume for a copy that was restored.", err=True
        )
        raise typer.Exit(2)
    else:
        _restore(file, url.removeprefix(SQLITE), as_json=as_json)


def _mark(url: str, file: Path | None, *, as_json: bool) -> None:
    """PostgreSQL restores by its own tools; that the database is a copy is said afterwards."""
    from handrail.store.moments import to_millis
    from handrail.store.opening import open_store

    if file is not None:
        typer.echo(
            "PostgreSQL is restored by its own tools: pg_restore. Then, before anything works on it: handrail restore",
            err=True,
        )
        raise typer.Exit(2)
    with in_plain_words():
        opened = open_store(url, create=False)
        try:
            opened.mark_restored(to_millis(now()))
        finally:
            opened.close()
    _say_restored("the PostgreSQL database", "URL", as_json=as_json)


def _restore(file: Path, target: str, *, as_json: bool) -> None:
    from handrail.store.moments import to_millis
    from handrail.store.upkeep import restore as restore_copy

    with in_plain_words():
        restore_copy(str(file), target, to_millis(now()))
    _say_restored(target, f"sqlite:///{target}", as_json=as_json)


def _say_restored(what: str, url: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"restored": what, "resumed": False}))
        return
    typer.echo(f"Restored: {what}. Nothing leaves it yet: what was under way may have been done since the backup.")
    typer.echo("Look at it (handrail doctor, handrail runs). When the old one will not come back:")
    typer.echo(f"  handrail restore --resume --yes-by YOUR-NAME --store {url}")


def _resume(url: str, yes_by: str | None, *, as_json: bool) -> None:
    from handrail.insight.health import lost_days
    from handrail.store.moments import to_millis
    from handrail.store.opening import open_store

    if not yes_by:
        typer.echo(
            "Two copies at work would do everything twice: say who answers for it, with --yes-by NAME.", err=True
        )
        raise typer.Exit(2)
    with in_plain_words():
        opened = open_store(url, create=False)
        try:
            was_restored = opened.restored()
            if was_restored:
                opened.resume(yes_by, to_millis(now()))
            lost = lost_days(opened, now())
        finally:
            opened.close()
    if as_json:
        typer.echo(json.dumps({"resumed": was_restored, "by": yes_by, "lost_days": [each.said for each in lost]}))
    elif was_restored:
        typer.echo(f"Resumed by {yes_by}. Calls that may have been made are read back before anything is sent.")
        _show(lost)
    else:
        typer.echo("This is no restored copy that waits: there was nothing to resume.")


def doctor(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Look at the database, its disk, the clock, and what is overdue. Exit code 1: something is wrong."""
    from handrail.insight.answer import plain
    from handrail.insight.health import Finding, addresses, look
    from handrail.store.errors import NewerDatabase

    with in_plain_words():
        try:
            with open_to_look(store) as opened:
                findings = (*look(opened, now()), addresses(opened))
        except NewerDatabase as error:
            findings = (Finding("database", "wrong", str(error)),)
    if as_json:
        typer.echo(json.dumps({"findings": plain(findings)}, indent=2, ensure_ascii=False))
    else:
        _show(findings)
    raise typer.Exit(1 if any(finding.state == "wrong" for finding in findings) else 0)


def _show(findings: tuple[Finding, ...]) -> None:
    signs = {"right": "ok   ", "look": "look ", "wrong": "WRONG"}
    for finding in findings:
        typer.echo(f"{signs[finding.state]}  {finding.what}: {finding.said}")
        if finding.advice:
            typer.echo(f"       {finding.advice}")
