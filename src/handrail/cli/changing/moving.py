"""`handrail publish --preview`, `--move`, `--revert`: a changed journey, and the people who are in it.

They own the database for their own time; while `handrail serve` works on it, it does what they ask. What is decided, and
what is shown of it, comes from `handrail.app.moving`; here it is printed.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import typer
from msgspec import Struct

from handrail.cli.place import asked_of_owner
from handrail.cli.tables import show_table
from handrail.terms.values import whole_number

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime
    from handrail.store.errors import StoreTaken

SHOWN: int = 20
"""So many people are printed; `--json` has them all."""

Moving = dict[str, Any]
"""A moving and its lines, as the API gives it."""


class Door(Protocol):
    """Whoever does it: this process, or the one that works on the database."""

    def preview(self, journeys: Sequence[str], but: Sequence[str], by: str) -> list[Moving]:
        """What the folder's versions would do to open runs; of all journeys with any, unless some are named."""

    def seen(self, number: int) -> Moving:
        """A moving as it stands."""

    def move(self, number: int, by: str) -> Moving:
        """Have what was previewed done; what became of it."""

    def revert(self, number: int, by: str) -> Moving:
        """Take it back; what became of it."""


class Here:
    """This process, which owns the database now."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def preview(self, journeys: Sequence[str], but: Sequence[str], by: str) -> list[Moving]:
        """As the door says."""
        from handrail.app.moving.changing import movable, preview

        named = journeys or tuple(movable(self._runtime))
        numbers = [preview(self._runtime, each, by, but, _told("looked at")) for each in named]
        return [self.seen(number) for number in numbers]

    def move(self, number: int, by: str) -> Moving:
        """As the door says."""
        from handrail.app.moving.changing import begin_move, finish

        begin_move(self._runtime, number, by)
        finish(self._runtime, number, _told("moved"))
        return self.seen(number)

    def revert(self, number: int, by: str) -> Moving:
        """As the door says."""
        from handrail.app.moving.changing import begin_revert, finish

        begin_revert(self._runtime, number, by)
        finish(self._runtime, number, _told("looked at"))
        return self.seen(number)

    def seen(self, number: int) -> Moving:
        """As the door says."""
        from handrail.app.moving.showing import shown

        return shown(self._runtime, number)


class There:
    """The process that works on the database, asked over its local socket."""

    def __init__(self, url: str, taken: StoreTaken) -> None:
        self._url, self._taken = url, taken

    def _ask(self, path: str, asked: dict[str, object], method: str = "POST") -> dict[str, Any]:
        return asked_of_owner(self._url, self._taken, method, path, asked)

    def preview(self, journeys: Sequence[str], but: Sequence[str], by: str) -> list[Moving]:
        """As the door says."""
        asked: dict[str, object] = {"journeys": list(journeys), "but": list(but), "by": by}
        found: list[Moving] = self._ask("/api/movings", asked)["movings"]
        return found

    def seen(self, number: int) -> Moving:
        """As the door says."""
        return self._ask(f"/api/movings/{number}", {}, "GET")

    def move(self, number: int, by: str) -> Moving:
        """As the door says."""
        return self._ask(f"/api/movings/{number}/apply", {"by": by})

    def revert(self, number: int, by: str) -> Moving:
        """As the door says."""
        return self._ask(f"/api/movings/{number}/revert", {"by": by})


class Wanted(Struct, frozen=True):
    """What the options of `publish` ask for beside publishing."""

    preview: bool = False
    move: bool = False
    revert: str = ""
    only: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether open runs are in question at all."""
        return self.preview or self.move or bool(self.revert)


def number_of(text: str) -> int:
    """The number of a moving, as `M-3` or `3`. Ends the command with 2 for anything else."""
    number = whole_number(text.upper().removeprefix("M-"))
    if number is None:
        typer.echo(f'"{text}" names no moving: write its number, as M-3. The preview says it.', err=True)
        raise typer.Exit(2)
    return number


def agreed(movings: Sequence[Moving]) -> None:
    """Show what would be done and ask, with the counts. Ends the command where the answer is no."""
    show(movings, ())
    question = " ".join(_question(each) for each in movings) or "No open run has another version. Publish?"
    if not typer.confirm(question, default=False):
        typer.echo("Nothing was changed.", err=True)
        raise typer.Exit(1)


def _question(moving: Moving) -> str:
    counts, journey = moving["counts"], moving["journey"]
    if moving["state"] == "applied":
        return f"Move {counts['moved']:,} runs of {journey} back, and make the version from before current?"
    stay = counts["stays"] + counts["cannot"]
    return f"Publish {journey}, and move {counts['moves']:,} open runs of {counts['open']:,} ({stay:,} keep their version)?"


def show(movings: Sequence[Moving], but: Sequence[str]) -> None:
    """Print movings: the sentence first, then what hinders, which dates shift, and who. `but` is who was to be left."""
    left = "".join(f" --but {shlex.quote(each)}" for each in but)
    if not movings:
        typer.echo("Every open run has the version that lies in the folder.")
    for moving in movings:
        typer.echo(f"{moving['journey']}, M-{moving['number']}: {moving['sentence']}")
        for line in _figures(moving):
            typer.echo(f"  {line}")
        _show_lines(moving)
        if moving["state"] == "previewed":
            typer.echo(f"  Do it: handrail publish --move --only {moving['journey']}{left} --yes-by NAME")
        elif moving["state"] == "applied":
            typer.echo(f"  Take it back: handrail publish --revert M-{moving['number']} --yes-by NAME")


def _figures(moving: Moving) -> list[str]:
    """What the preview adds up to, a line each."""
    if moving["state"] not in ("previewing", "previewed"):
        return []
    found = [f"{each['many']:,} cannot: {each['why']} ({each['step'] or 'the run'})" for each in moving["hindered"]]
    found += [each["text"] for each in moving["shifts"]]
    if moving["late"]:
        found.append(f"{moving['late']:,} runs would be late at once")
    if moving["ends"]:
        found.append(f"{moving['ends']:,} runs would be over at once")
    if moving["owners"]:
        found.append(f"{moving['owners']:,} handoffs would go to somebody else")
    return found + [f"{many:,} runs: {what}" for what, many in moving["sets_off"]]


def _show_lines(moving: Moving) -> None:
    lines = moving["lines"][:SHOWN]
    rows = [(line["run"], line["name"], line["is_"], _said(line)) for line in lines]
    if rows:
        show_table(("run", "person", "", "why, and what shifts"), rows)
    left = moving["counts"]["open"] - len(lines)
    if left > 0:
        typer.echo(f"  and {left:,} more (--json has them)")


def _said(line: dict[str, Any]) -> str:
    about = f"{line['step']}: {line['why']}" if line["step"] else line["why"]
    ends = f"would be {line['ends']}" if line["ends"] and line["is_"] == "moves" else ""
    return "; ".join(text.rstrip(".") for text in (about, *line["shifts"], *_heard(line), ends, line["note"]) if text)


def _heard(line: dict[str, Any]) -> list[str]:
    return [f"the {kind} that came already counts" for kind in line["hears"]]


def _told(word: str) -> Callable[[int], None]:
    """Shows on a terminal how far it is."""
    import sys

    done = 0

    def told(many: int) -> None:
        nonlocal done
        done += many
        if sys.stderr.isatty():
            typer.echo(f"\r  {done:,} {word}", err=True, nl=False)

    return told


def opened(folder: Path, url: str) -> Runtime:
    """The organization, for one piece of work; what an earlier process left half done is finished first."""
    from handrail.app.moving.changing import finish, unfinished
    from handrail.app.runtime import Runtime

    runtime = Runtime.at_rest(folder, url)
    try:
        for number in unfinished(runtime):
            typer.echo(f"M-{number} was begun and not finished: it goes on.", err=True)
            finish(runtime, number)
    except BaseException:
        runtime.close()
        raise
    return runtime
