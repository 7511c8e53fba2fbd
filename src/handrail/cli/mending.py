"""The commands that end a hold: `held release`, `held reject`, `held replay`, `held messages`. A named person says so.

They own the database for their own time; while `handrail serve` works on it, it does what they ask.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from handrail.cli.place import (
    JsonOption,
    StoreOption,
    asked_of_owner,
    in_plain_words,
    looking_at,
    now,
    store_url,
    workspace_folder,
)

if TYPE_CHECKING:
    from handrail.insight.whys.brought import Brought
    from handrail.intake.filing import Filing
    from handrail.people.ports import SyncRecord
    from handrail.people.sync import Moment

NumberArgument = Annotated[
    int, typer.Argument(help="The sync's number, as `handrail held` shows it.", show_default=False)
]
YesBy = Annotated[str, typer.Option("--yes-by", help="Who answers for it: a name, kept with it.", show_default=False)]
MaybeBy = Annotated[
    str, typer.Option("--yes-by", help="Who answers for it, where the guard would hold it again.", show_default=False)
]
Leaving = Annotated[
    int | None,
    typer.Option("--leaving", min=0, help="How many people leave by it, where any would.", show_default=False),
]
Ending: TypeAlias = "Callable[[Filing, Moment], SyncRecord]"


def release(
    number: NumberArgument,
    *,
    yes_by: YesBy,
    leaving: Leaving = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let a file go that is held as a whole: its rows are applied. If people leave by it, say how many."""
    ask = ("release", {"by": yes_by, "leaving": leaving})
    _show(_ended(number, store, ask, lambda filing, at: filing.release(number, yes_by, at, leaving)), as_json=as_json)


def reject(number: NumberArgument, *, yes_by: YesBy, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Refuse what is held of a file: the whole of it, or the rows that still are."""
    ask = ("reject", {"by": yes_by})
    _show(_ended(number, store, ask, lambda filing, at: filing.reject(number, yes_by, at)), as_json=as_json)


def replay(
    number: NumberArgument,
    *,
    yes_by: MaybeBy = "",
    leaving: Leaving = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look at every row of a file again, by the mapping as it is now: after it was mended."""
    began, ask = now(), ("replay", {"by": yes_by, "leaving": leaving})
    record = _ended(number, store, ask, lambda filing, at: filing.replay(number, at, yes_by, leaving))
    with looking_at(store) as past:
        from handrail.insight.whys.brought import brought

        came = brought(past, number, began)
    _show(record, came, as_json=as_json)


def messages(
    journey: Annotated[str, typer.Argument(help="The journey, as `handrail held` names it.", show_default=False)],
    *,
    yes_by: YesBy,
    drop: Annotated[
        bool, typer.Option("--drop", help="Never send what waits; what is still to come waits on.")
    ] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Let the messages of a new journey go, those that wait and those to come; or drop what waits."""
    what = "drop" if drop else "release"
    with in_plain_words():
        done = _mail_done(journey, what, yes_by, store)
    if as_json:
        typer.echo(json.dumps(done))
    elif drop:
        typer.echo(f"{done['dropped']:,} messages of {journey} are never sent. What is still to come waits on.")
    else:
        typer.echo(
            f"{done['released']:,} messages of {journey} leave in their receivers' working time, and those to come too."
        )


def _mail_done(journey: str, what: str, by: str, store: str | None) -> dict[str, object]:
    """Do it here, or have it done by the process that works on the database."""
    from handrail.app.runtime import Runtime
    from handrail.engine.by_hand.mail import drop_mail, release_mail
    from handrail.store.errors import StoreTaken

    folder = workspace_folder()
    if folder is None:
        typer.echo("There is no handrail.yaml here or above: run this in the workspace's folder.", err=True)
        raise typer.Exit(2)
    try:
        runtime = Runtime.at_rest(folder, store_url(store))
    except StoreTaken as taken:
        path = f"/api/held/journeys/{journey}/messages/{what}"
        return asked_of_owner(store_url(store), taken, "POST", path, {"by": by})
    try:
        job = release_mail if what == "release" else drop_mail
        many = runtime.do(lambda engine, at: job(engine, journey, by, at))
    finally:
        runtime.close()
    if many is None:
        typer.echo(f'No messages of "{journey}" wait: they leave by themselves.', err=True)
        raise typer.Exit(1)
    return {"journey": journey, f"{what}d" if what == "release" else "dropped": many, "by": by}


def _ended(number: int, store: str | None, ask: tuple[str, Mapping[str, object]], ending: Ending) -> SyncRecord:
    """Do it here, or have it done by the process that works on the database: `ask` is what, and what is said of it."""
    import msgspec

    from handrail.people.ports import SyncRecord
    from handrail.store.errors import StoreTaken

    folder = workspace_folder()
    if folder is None:
        typer.echo("There is no handrail.yaml here or above: run this in the workspace's folder.", err=True)
        raise typer.Exit(2)
    with in_plain_words():
        try:
            return _ended_here(number, folder, store_url(store), ending)
        except StoreTaken as taken:
            path = f"/api/held/syncs/{number}/{ask[0]}"
            done = asked_of_owner(store_url(store), taken, "POST", path, ask[1])
            return msgspec.convert(done["record"], SyncRecord)
    raise typer.Exit(1)


def _ended_here(number: int, folder: Path, url: str, ending: Ending) -> SyncRecord:
    """Do it, and decide what follows from it for the people; calls leave when `handrail serve` works."""
    from handrail.app.runtime import Runtime
    from handrail.cli.syncing import decide_all
    from handrail.intake.filing import Filing
    from handrail.people.sync import Moment
    from handrail.people.syncing.leaving import SyncRefused

    runtime = Runtime.at_rest(folder, url)
    try:
        directory = runtime.directory()
        source = directory.sync(number).source
        mapping = runtime.mapping_of(source)
        if mapping is None:
            typer.echo(f'No mapping of this workspace reads "{source}", which sync {number} is of.', err=True)
            raise typer.Exit(1)
        at = Moment(runtime.clock(), runtime.workspace.settings.zone)
        record = ending(Filing(directory, mapping), at)
        decide_all(runtime)
    except KeyError as error:
        typer.echo(f"There is no sync {number}. See what is held: handrail held", err=True)
        raise typer.Exit(1) from error
    except SyncRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    finally:
        runtime.close()
    return record


def _show(record: SyncRecord, came: Brought | None = None, *, as_json: bool) -> None:
    from handrail.people.syncing.leaving import who_left

    stands = record.stands
    people = {"people": list(came.people), "brought_in": came.many, "begun": dict(came.begun)} if came else {}
    if as_json:
        sums = {
            "applied": stands.applied,
            "no_change": stands.no_change,
            "held": stands.held,
            "refused": stands.refused,
            "absent": stands.absent,
        }
        typer.echo(
            json.dumps(
                {"sync": record.id, "file": record.file, "state": record.state, "rows": record.rows, **sums, **people}
            )
        )
        return
    typer.echo(
        f"{record.file} is {record.state}: {record.rows:,} rows = {stands.applied:,} applied + {stands.no_change:,} no change "
        f"+ {stands.held:,} held + {stands.refused:,} refused."
    )
    if left := who_left(record):
        typer.echo(f"  {left}")
    if came is not None and came.many:
        _show_brought(came)
    for alert in record.alerts:
        typer.echo(f"  {alert.text}")
    if stands.held:
        typer.echo("See what is still held, and why: handrail held")


def _show_brought(came: Brought) -> None:
    """Who was brought in, and what began for them."""
    more = f" and {came.many - len(came.people):,} more" if came.many > len(came.people) else ""
    verb = "is one person" if came.many == 1 else f"are {came.many:,} people"
    typer.echo(f"Among those applied now {verb} who had been held: {', '.join(came.people)}{more}.")
    begun = ", ".join(f"{many:,} × “{title}”" for title, many in sorted(came.begun.items()))
    typer.echo(f"Begun for them: {begun}." if begun else "No journey has begun for them yet.")
