"""`handrail start` and `handrail stop`: a journey begun for somebody by hand, a run ended by hand. And `handrail absence`.

They own the database for their own time; while `handrail serve` works on it, it does what they ask.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.cli.changing.doors import done_by_owner_or_here
from handrail.cli.place import JsonOption, StoreOption, looking_at, now

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime

absence = typer.Typer(
    name="absence", no_args_is_help=True, help="Who is away, and who acts in their name: set, list, end."
)
YesBy = Annotated[
    str, typer.Option("--yes-by", help="Who says so: a person, or a name kept with it.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept.", show_default=False)]
Person = Annotated[str, typer.Argument(help="P-123, a key of the HR system, an e-mail, or a name.", show_default=False)]


def start(
    journey: Annotated[str, typer.Argument(help="A journey's name.", show_default=False)],
    person: Person,
    *,
    reason: Reason,
    yes_by: YesBy,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Begin a journey for somebody by hand, if its `while`, `once` and limit let it. Exit code 1: it did not begin, and why."""

    def here(runtime: Runtime) -> dict[str, Any]:
        from handrail.app.handing.beginning import begin_by_hand
        from handrail.app.handing.naming import author_named, person_named, reason_given
        from handrail.insight.answer import plain

        past = runtime.past()
        said = (author_named(past, yes_by), reason_given(reason))
        return dict(plain(begin_by_hand(runtime, journey, person_named(past, person), said)))

    body = {"journey": journey, "who": person, "by": yes_by, "reason": reason}
    done = done_by_owner_or_here(store, ("POST", "/api/runs", body), here)
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        typer.echo(" ".join(part for part in (done["said"], done["what_to_do"]) if part))
    raise typer.Exit(0 if done["begun"] else 1)


def stop(
    run: Annotated[str, typer.Argument(help="A run, as `handrail runs` shows it: R-88.", show_default=False)],
    *,
    reason: Reason,
    yes_by: YesBy,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """End a run by hand: what was not sent is withdrawn, what was done stays."""
    from handrail.terms.values import whole_number

    number = whole_number(run.upper().removeprefix("R-"))
    if number is None:
        typer.echo(f'"{run}" is no run: write it as in R-88.', err=True)
        raise typer.Exit(2)

    def here(runtime: Runtime) -> dict[str, Any]:
        from handrail.app.handing.beginning import stop_by_hand
        from handrail.app.handing.naming import author_named, reason_given
        from handrail.insight.answer import plain

        past = runtime.past()
        said = (author_named(past, yes_by), reason_given(reason))
        return dict(plain(stop_by_hand(runtime, number, said)))

    done = done_by_owner_or_here(store, ("POST", f"/api/runs/{number}/stop", {"by": yes_by, "reason": reason}), here)
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        typer.echo(f"{done['run']} of {done['person']} ({done['journey']}) is ended: {done['reason']}")


@absence.command("set")
def set_(
    person: Person,
    first: Annotated[str, typer.Argument(help="The first day: 2026-05-04.", show_default=False)],
    last: Annotated[str, typer.Argument(help="The last day: 2026-05-15.", show_default=False)],
    *,
    delegate: Annotated[str, typer.Option("--delegate", help="Who acts in their name.", show_default=False)] = "",
    yes_by: YesBy,
    store: StoreOption = None,
) -> None:
    """Say that somebody is away on these days, both included. What they have finds another owner, or their delegate acts."""

    def here(runtime: Runtime) -> dict[str, Any]:
        from datetime import date

        from handrail.app.answering.refusing import NotTaken
        from handrail.app.handing.absences import AwayAsked, set_by_hand
        from handrail.app.handing.naming import author_named, person_named
        from handrail.insight.answer import plain

        past = runtime.past()
        try:
            days = date.fromisoformat(first), date.fromisoformat(last)
        except ValueError:
            raise NotTaken("not right", f"{first} to {last} are no days.", "Write them as in 2026-05-04.") from None
        asked = AwayAsked(person_named(past, person), *days, person_named(past, delegate) if delegate else 0)
        return dict(plain(set_by_hand(runtime, asked, author_named(past, yes_by))))

    body = {"who": person, "first": first, "last": last, "delegate": delegate, "by": yes_by}
    done = done_by_owner_or_here(store, ("POST", "/api/absences", body), here)
    typer.echo(_line(done))


@absence.command()
def end(
    number: Annotated[int, typer.Argument(help="As `handrail absence list` shows it.", min=1, show_default=False)],
    *,
    yes_by: YesBy,
    store: StoreOption = None,
) -> None:
    """They are back, or never went: what is theirs comes back to them."""

    def here(runtime: Runtime) -> dict[str, Any]:
        from handrail.app.handing.absences import end_by_hand
        from handrail.app.handing.naming import author_named
        from handrail.insight.answer import plain

        past = runtime.past()
        return dict(plain(end_by_hand(runtime, number, author_named(past, yes_by))))

    done = done_by_owner_or_here(store, ("POST", f"/api/absences/{number}/end", {"by": yes_by}), here)
    typer.echo(f"{done['person_name']} is not away any more.")


@absence.command("list")
def list_(*, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Who is away, or will be, and who acts in their name."""
    from handrail.insight.answer import plain
    from handrail.insight.desk.away import away_lines

    with looking_at(store) as past:
        lines: list[dict[str, Any]] = plain(away_lines(past, now()))
    if as_json:
        typer.echo(json.dumps({"lines": lines}, indent=2, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(f"{line['number']}  {_line(line)}")
    if not lines:
        typer.echo("Nobody is away, as far as anybody said.")


def _line(line: dict[str, Any]) -> str:
    who = f"{line['delegate_name']} acts in their name" if line["delegate"] else "nobody acts in their name"
    verb = "is" if line["stands"] == "now" else "will be"
    return f"{line['person_name']} {verb} away from {line['first']} to {line['last']}; {who}."
