"""The command line: one command for each thing a person asks of Handrail.

Only reading of arguments and showing of answers lives here; what a command does is made in `app` from the rooms below.
"""

import typer

from handrail import __version__
from handrail.cli.access import token
from handrail.cli.checking import check
from handrail.cli.demonstrating import demo
from handrail.cli.keeping import backup, doctor, restore, verify
from handrail.cli.looking import handoffs, held, runs, why
from handrail.cli.mending import reject, release, replay
from handrail.cli.serving import publish, serve
from handrail.cli.starting import init
from handrail.cli.syncing import mend, sync

app = typer.Typer(
    name="handrail", no_args_is_help=True, help="Run the journeys between an organization's learning systems."
)


@app.callback(invoke_without_command=True)
def root(*, version: bool = typer.Option(default=False, help="Show the version and stop.")) -> None:
    """Run the journeys between an organization's learning systems."""
    if version:
        typer.echo(__version__)


app.command()(demo)
app.command()(init)
app.command()(check)
app.command()(sync)
app.command()(publish)
app.command()(serve)
app.add_typer(token)
for command in (why, runs, handoffs, verify, backup, restore, doctor):
    app.command()(command)
holds = typer.Typer(invoke_without_command=True, callback=held)
holds.command()(release)
holds.command()(reject)
holds.command()(replay)
holds.command()(mend)
app.add_typer(holds, name="held")


def main() -> None:
    """Run the command line; the exit code is the command's."""
    app()
