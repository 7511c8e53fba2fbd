"""Which store a command is about, and whose organization: `--store URL`, else the workspace's, else the current folder's.

Looking opens the store beside its owner and changes nothing. What changes something opens it, or asks whoever owns it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from handrail.connect.gate import Rate
    from handrail.insight.past import Past
    from handrail.store.errors import StoreTaken
    from handrail.store.opening import Store
    from handrail.terms.organization import Organization

SETTINGS_FILE: Final = "handrail.yaml"
DATABASE_FILE: Final = "handrail.db"
ASLEEP: Final = timedelta(days=7)
"""So long after its last row a database is taken for one that nobody works on."""

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        help="The database: sqlite:///PATH, postgresql://…, or the folder of handrail.db",
        envvar="HANDRAIL_STORE",
        show_default=False,
    ),
]
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", help="The folder with handrail.yaml; else the current one.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def now() -> datetime:
    """This moment, in UTC, in whole milliseconds."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def workspace_folder() -> Path | None:
    """The folder with handrail.yaml that the current folder is, or lies in."""
    here = Path.cwd()
    return next((folder for folder in (here, *here.parents) if (folder / SETTINGS_FILE).exists()), None)


def store_url(store: str | None) -> str:
    """The database meant: as said, else handrail.db in the workspace's folder, else in the current one."""
    if store:
        path = Path(store) / DATABASE_FILE if Path(store).is_dir() else Path(store)
        return store if "://" in store else f"sqlite:///{path}"
    return f"sqlite:///{(workspace_folder() or Path.cwd()) / DATABASE_FILE}"


@contextmanager
def in_plain_words() -> Iterator[None]:
    """What goes wrong is said on stderr, and the exit code is 1."""
    from handrail.store.errors import StoreError
    from handrail.terms.problem import JourneyProblems, SettingsError

    try:
        yield
    except (StoreError, SettingsError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    except JourneyProblems as error:
        first = error.problems[0]
        more = f", and {len(error.problems) - 1} more" if len(error.problems) > 1 else ""
        typer.echo(
            f"{first.place.file}:{first.place.line}: {first.message}{more}. Nothing was changed. "
            "See all with their advice: handrail check FOLDER",
            err=True,
        )
        raise typer.Exit(1) from error


@contextmanager
def open_to_look(store: str | None, workspace: Path | None = None) -> Iterator[Store]:
    """The store that is meant, opened beside its owner; `workspace` is the folder that was named."""
    from handrail.store.errors import StoreError
    from handrail.store.opening import open_store

    if workspace is not None and not (workspace / SETTINGS_FILE).exists():
        raise StoreError(f"{SETTINGS_FILE} is not in {workspace}. Name a workspace's folder: --workspace FOLDER")
    if workspace is not None and store is None:
        store = str(workspace / DATABASE_FILE)
    if store is None and workspace_folder() is None and not Path(DATABASE_FILE).exists():
        raise StoreError(
            f"{SETTINGS_FILE} is not there, here or above. Type this in a workspace's folder, or name the database: --store"
        )
    opened = open_store(store_url(store), read_only=True)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def looking_at(store: str | None, workspace: Path | None = None) -> Iterator[Past]:
    """The past of the store that is meant, only to look at; `workspace` is the folder that was named."""
    from handrail.insight.past import Past

    with in_plain_words(), open_to_look(store, workspace) as opened:
        yield Past(opened, _organization(opened, workspace or workspace_folder()))


def present_of(past: Past) -> datetime:
    """The moment that counts as now: this one, or the last that the database knows when nobody works on it.

    A company that was played (the demo), or a copy of last month, is asked as of its own last day; that is said on stderr.
    """
    from handrail.store.moments import to_instant

    moment, found = now(), past.store.database.read("SELECT max(at) FROM batch")[0][0]
    if found is None:
        return moment
    last = to_instant(int(found))
    if timedelta() <= moment - last < ASLEEP:
        return moment
    typer.echo(f"(As of {last:%Y-%m-%d %H:%M} UTC, the last that this database knows; another day: --at)", err=True)
    return last


def moment_of(text: str | None, past: Past) -> datetime:
    """The moment that `--at` means: a day is its end, a time is the organization's; without it, the present."""
    from handrail.calendar.zones import at_local
    from handrail.insight.past import then_of

    if text is None:
        return present_of(past)
    zone = past.organization(then_of(now())).zone
    try:
        if len(text) == len("2026-03-16"):
            day = date.fromisoformat(text)
            return at_local(day + timedelta(days=1), time(0), zone) - timedelta(milliseconds=1)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        typer.echo(f'--at "{text}" is no moment: write a day (2026-03-16) or a time (2026-03-16T09:00).', err=True)
        raise typer.Exit(2) from error
    if moment.tzinfo is not None:
        return moment.astimezone(UTC)
    return at_local(moment.date(), moment.time(), zone)


def limits_here(workspace: Path | None = None) -> Mapping[str, Rate]:
    """The limits of the connections, where a workspace is named, or the command is typed in one, that can be read."""
    folder = workspace or workspace_folder()
    if folder is None:
        return {}
    from handrail.app.workspace import load_workspace
    from handrail.terms.problem import JourneyProblems, SettingsError

    try:
        connections = load_workspace(folder).settings.connections
    except (JourneyProblems, SettingsError):
        return {}
    return {name: draft.rate for name, draft in connections.items() if draft.rate is not None}


def _organization(store: Store, folder: Path | None) -> Organization | None:
    """The organization of the workspace, for a store that keeps no settings of its own yet."""
    if folder is None or store.database.read("SELECT 1 FROM settings LIMIT 1"):
        return None
    from handrail.app.organization import organization_of, years_around
    from handrail.app.systems.owners import look_up_in
    from handrail.app.workspace import load_workspace

    return organization_of(load_workspace(folder), look_up_in(store), years_around(now().date()))


def _in_commands(text: str) -> str:
    """What is said to programs (`GET /api/held`), as who types commands would look at it."""
    import re

    said = re.sub(r"GET /api/(held|runs|handoffs|connections)\b", r"handrail \1", text)
    return said.replace("GET /api/journeys", "the folder journeys/")


def asked_of_owner(
    url: str, taken: StoreTaken, method: str, path: str, asked: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """What `handrail serve` answers. Ends the command with 1 when it refuses; raises `taken` when nobody answers there."""
    from handrail.app.running.doors import NobodyThere, NotDone, ask_owner, door_of

    try:
        return ask_owner(door_of(url.removeprefix("sqlite:///")), method, path, asked or {})
    except NobodyThere:
        raise taken from None
    except NotDone as error:
        typer.echo(_in_commands(str(error)), err=True)
        raise typer.Exit(1) from error
