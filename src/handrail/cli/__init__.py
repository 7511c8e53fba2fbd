"""The command line: one command for each thing a person asks of Handrail.

Only reading of arguments and showing of answers lives here; what a command does is made in `app` from the rooms below.
"""

from collections.abc import Callable
from typing import Annotated, Final

import typer

from handrail import __version__
from handrail.cli.changing.beginning import absence, start, stop
from handrail.cli.changing.handing import answer, reassign, snooze
from handrail.cli.changing.override import override
from handrail.cli.changing.pausing import connections, pause, resume
from handrail.cli.checking import check
from handrail.cli.demonstrating import demo
from handrail.cli.entering.accounts import account
from handrail.cli.entering.tokens import token
from handrail.cli.journeys.drawing import draw
from handrail.cli.journeys.explaining import explain
from handrail.cli.keeping import backup, doctor, restore, verify
from handrail.cli.looking import handoffs, held, runs, why
from handrail.cli.mending import messages, reject, release, replay
from handrail.cli.reporting import report
from handrail.cli.serving import publish, serve
from handrail.cli.starting import init
from handrail.cli.syncing import mend, sync

app = typer.Typer(
    name="handrail", no_args_is_help=True, help="Run the journeys between an organization's learning systems."
)


BEGIN, RUN, LOOK, KEEP = "Begin", "Run", "Look, and ask why", "Keep it trustworthy"


@app.callback(invoke_without_command=True)
def root(*, version: Annotated[bool, typer.Option("--version", help="Show the version and stop.")] = False) -> None:
    """Run the journeys between an organization's learning systems."""
    if version:
        typer.echo(__version__)


holds = typer.Typer(invoke_without_command=True, callback=held)
for ending in (release, reject, replay, mend, messages):
    holds.command()(ending)
hands = typer.Typer(invoke_without_command=True, callback=handoffs)
for doing in (answer, reassign, snooze):
    hands.command()(doing)
systems = typer.Typer(invoke_without_command=True, callback=connections)
for word in (pause, resume):
    systems.command()(word)
GROUPS: Final[dict[str, tuple[Callable[..., None], ...]]] = {
    BEGIN: (init, check, explain, demo),
    RUN: (publish, serve, sync, start, stop),
    LOOK: (why, runs, report),
    KEEP: (verify, backup, restore, doctor),
}
for group, commands in GROUPS.items():
    for command in commands:
        app.command(rich_help_panel=group)(command)
app.command("map", rich_help_panel=BEGIN)(draw)
app.add_typer(hands, name="handoffs", rich_help_panel=LOOK)
app.add_typer(holds, name="held", rich_help_panel=LOOK)
app.add_typer(systems, name="connections", rich_help_panel=LOOK)
app.add_typer(absence, rich_help_panel=RUN)
app.add_typer(account, rich_help_panel=KEEP)
app.add_typer(override, rich_help_panel=RUN)
app.add_typer(token, rich_help_panel=KEEP)


def main() -> None:
    """Run the command line; the exit code is the command's."""
    app()
