"""`handrail connections`, `connections pause` and `connections resume`: how the systems outside stand, and a person's word on them.

What it means stands in `handrail.engine.by_hand.pausing`; here it is asked for and shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.cli.changing.doors import done_by_owner_or_here
from handrail.cli.place import JsonOption, StoreOption, in_plain_words, looking_at, workspace_folder
from handrail.cli.tables import moment_shown, show_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handrail.app.runtime import Runtime
    from handrail.connect.standing.pauses import Pause
    from handrail.engine.by_hand.pausing import Wanted
    from handrail.insight.desk.systems.connections import ConnectionSeen
    from handrail.insight.desk.systems.declared import Declared
    from handrail.insight.past import Past

Name = Annotated[str, typer.Argument(help="The connection, as handrail.yaml names it.", show_default=False)]
YesBy = Annotated[str, typer.Option("--yes-by", help="Who answers for it: a name, kept with it.", show_default=False)]
Action = Annotated[
    str, typer.Option("--action", help="Only this action (lms.enroll), about --object.", show_default=False)
]
Object = Annotated[str, typer.Option("--object", help="What the action is about: a course, say.", show_default=False)]


def connections(context: typer.Context, *, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """How the systems outside stand: whether each answers, its limit, what waits. Or pause one, and have it go on."""
    from handrail.cli.place import present_of
    from handrail.insight.answer import plain
    from handrail.insight.desk.systems.bulks import bulks
    from handrail.insight.desk.systems.connections import connections_seen
    from handrail.insight.past import then_of

    if context.invoked_subcommand is not None:
        return
    with in_plain_words(), looking_at(store) as past:
        moment = present_of(past)
        zone = past.organization(then_of(moment)).zone
        declared = _declared(past)
        seen, many = connections_seen(past, declared, moment, zone), bulks(past, declared, moment)
    if as_json:
        typer.echo(json.dumps({"connections": plain(seen), "bulks": plain(many)}, ensure_ascii=False, indent=2))
        return
    rows = [(one.name, one.said, _answered(one, zone), one.pace, one.owner_name) for one in seen]
    show_table(("connection", "", "last answered", "limit", "answers for it"), rows)
    for bulk in many:
        typer.echo(f"{bulk.title} at {bulk.connection} ({bulk.state}): {bulk.progress.sentence()}.")


def pause(
    connection: Name,
    *,
    yes_by: YesBy,
    reason: Annotated[str, typer.Option("--reason", help="Why: it is shown wherever it matters.", show_default=False)],
    action: Action = "",
    object_: Object = "",
    store: StoreOption = None,
) -> None:
    """Have nothing leave to a connection (or nothing of one action about one object), until somebody has it go on."""
    from handrail.app.systems.pausing import pause as pause_it
    from handrail.engine.by_hand.pausing import Wanted

    wanted = Wanted(connection, yes_by, reason, action, object_)
    _done(store, wanted, "pause", pause_it)
    typer.echo(f"{wanted.what} is paused. Have it go on: handrail connections resume {connection} --yes-by NAME")


def resume(
    connection: Name, *, yes_by: YesBy, action: Action = "", object_: Object = "", store: StoreOption = None
) -> None:
    """Have what was paused go on: what waited leaves again, within the limit."""
    from handrail.app.systems.pausing import resume as resume_it
    from handrail.engine.by_hand.pausing import Wanted

    wanted = Wanted(connection, yes_by, "", action, object_)
    _done(store, wanted, "resume", resume_it)
    typer.echo(f"{wanted.what} goes on.")


def _answered(one: ConnectionSeen, zone: str) -> str:
    """When it last answered, for what is called; when its last file came, for what brings files and was not called."""
    if one.good is None and one.brought is not None:
        return f"file of {moment_shown(one.brought.at, zone)}"
    return moment_shown(one.good, zone) if one.good else "–" if one.declared.kind == "files" else "never yet"


def _declared(past: Past) -> Sequence[Declared]:
    """What handrail.yaml says of the connections."""
    from handrail.app.systems.described import described
    from handrail.app.systems.owners import owners_of
    from handrail.app.workspace import load_workspace
    from handrail.cli.place import now
    from handrail.insight.past import then_of

    otherwise = past.organization(then_of(now())).owner
    workspace = load_workspace(_folder())
    return described(workspace, owners_of(workspace, past.store, otherwise))


def _folder() -> Any:  # noqa: ANN401 - a path; its module is loaded by those who need it
    folder = workspace_folder()
    if folder is None:
        typer.echo("There is no handrail.yaml here or above: run this in the workspace's folder.", err=True)
        raise typer.Exit(2)
    return folder


def _done(store: str | None, wanted: Wanted, what: str, here: Callable[[Runtime, Wanted], Pause]) -> None:
    from handrail.insight.answer import plain

    body: dict[str, object] = {"by": wanted.by, "action": wanted.action, "object": wanted.object}
    if what == "pause":
        body["reason"] = wanted.reason
    asked = ("POST", f"/api/connections/{wanted.connection}/{what}", body)
    done_by_owner_or_here(store, asked, lambda runtime: dict(plain(here(runtime, wanted))))
