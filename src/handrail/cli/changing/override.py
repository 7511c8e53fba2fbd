"""`handrail override set`, `list` and `end`: a person's word that something is not to be done.

What it means stands in `handrail.engine.by_hand.overrides`; here it is asked for and shown.
"""

from __future__ import annotations

import json
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.cli.changing.doors import done_by_owner_or_here
from handrail.cli.place import JsonOption, StoreOption, in_plain_words, looking_at
from handrail.cli.tables import moment_shown, show_table

if TYPE_CHECKING:
    from handrail.app.runtime import Runtime
    from handrail.engine.by_hand.overrides import Wanted
    from handrail.insight.past import Past

YesBy = Annotated[str, typer.Option("--yes-by", help="Who answers for it: a name, kept with it.", show_default=False)]
Number = Annotated[
    int, typer.Argument(help="The override's number, as `handrail override list` shows it.", show_default=False)
]
ANYBODY = "anybody"

override = typer.Typer(
    name="override",
    no_args_is_help=True,
    help="Hold something back: a journey not begun, nothing done about an object.",
)


@override.command("set")
def set_(  # noqa: PLR0913 - one command, and an option each
    who: Annotated[str, typer.Argument(help="P-123, a key, an e-mail or a name; or `anybody`.", show_default=False)],
    *,
    yes_by: YesBy,
    reason: Annotated[str, typer.Option("--reason", help="Why: it is shown wherever it matters.", show_default=False)],
    journey: Annotated[
        str, typer.Option("--journey", help="The journey that is not to begin.", show_default=False)
    ] = "",
    object_: Annotated[
        str, typer.Option("--object", help="What nothing is to be done about: a course, say.", show_default=False)
    ] = "",
    until: Annotated[
        str,
        typer.Option(
            "--until", help="Up to and with this day, or until this time; else until it is ended.", show_default=False
        ),
    ] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold a start or an object back, with a reason, until a day or until it is ended."""
    with in_plain_words(), looking_at(store) as past:
        wanted = _wanted(past, who, (journey, object_), until, (yes_by, reason))
    asked = ("POST", "/api/overrides", _body(wanted))
    done = done_by_owner_or_here(store, asked, lambda runtime: _set_here(runtime, wanted))
    if as_json:
        typer.echo(json.dumps(done))
        return
    about = f'"{wanted.journey}" is not begun' if wanted.journey else f'nothing is done about "{wanted.object}"'
    how_long = f" until {wanted.until:%Y-%m-%d %H:%M} UTC" if wanted.until is not None else ", until somebody ends it"
    typer.echo(f"Override {done['override']}: {about} for {who}{how_long}.")
    typer.echo(f"End it: handrail override end {done['override']} --yes-by NAME")


@override.command("list")
def list_(
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is held back, for whom, until when, by whom and why."""
    from handrail.cli.place import present_of
    from handrail.insight.answer import plain
    from handrail.insight.changes.overrides import overrides
    from handrail.insight.past import then_of

    with looking_at(store) as past:
        moment = present_of(past)
        found = overrides(past, moment, everything=everything)
        zone = past.organization(then_of(moment)).zone
    if as_json:
        typer.echo(json.dumps({"overrides": plain(found)}, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo("Nothing is held back.")
        return
    rows = [
        (
            str(each.number),
            each.who,
            each.journey or each.object,
            _until(each.until, each.ended, zone),
            each.by,
            each.reason,
        )
        for each in found
    ]
    show_table(("", "who", "journey or object", "until", "who said so", "why"), rows)


def _until(until: datetime | None, ended: datetime | None, zone: str) -> str:
    if ended is not None:
        return f"ended {moment_shown(ended, zone)}"
    return moment_shown(until, zone) if until is not None else "it is ended"


@override.command("end")
def end(number: Number, *, yes_by: YesBy, store: StoreOption = None, as_json: JsonOption = False) -> None:
    """End an override before its time; starts that it put off are tried again at once."""
    asked = ("POST", f"/api/overrides/{number}/end", {"by": yes_by})
    done = done_by_owner_or_here(store, asked, lambda runtime: _end_here(runtime, number, yes_by))
    typer.echo(json.dumps(done) if as_json else f"Override {number} has ended. What it put off is tried again.")


def _wanted(past: Past, who: str, about: tuple[str, str], until: str, said: tuple[str, str]) -> Wanted:
    """What is asked for; `about` is a journey or an object, `said` who says so and why. Ends the command where it is unclear."""
    from handrail.engine.by_hand.overrides import Wanted
    from handrail.insight.finding import find

    person: int | None = None
    if who != ANYBODY:
        found = find(past, who).persons
        if len(found) != 1:
            many = "nobody" if not found else f"{len(found)} people"
            typer.echo(
                f'"{who}" names {many}: write an own id (P-123), a key of the HR system, or an e-mail.', err=True
            )
            raise typer.Exit(1)
        person = found[0]
    return Wanted(person, about[0], about[1], _moment(past, until) if until else None, said[0], said[1])


def _moment(past: Past, text: str) -> datetime:
    """The end of a day, or a time, in the organization's zone. Ends the command with 2 for anything else."""
    from handrail.calendar.zones import at_local, end_of_day
    from handrail.insight.past import EVER, Then

    zone = past.organization(Then(EVER, EVER)).zone
    try:
        if len(text) == len("2026-06-01"):
            return end_of_day(date.fromisoformat(text), zone)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        typer.echo(f'--until "{text}" is no moment: write a day (2026-06-01) or a time (2026-06-01T09:00).', err=True)
        raise typer.Exit(2) from error
    return moment if moment.tzinfo is not None else at_local(moment.date(), time(moment.hour, moment.minute), zone)


def _body(wanted: Wanted) -> dict[str, object]:
    until = wanted.until.isoformat() if wanted.until is not None else None
    person = None if wanted.person is None else f"P-{wanted.person}"
    return {
        "person": person, "journey": wanted.journey, "object": wanted.object, "until": until, "by": wanted.by,
        "reason": wanted.reason,
    }  # fmt: skip


def _set_here(runtime: Runtime, wanted: Wanted) -> dict[str, Any]:
    from handrail.engine.by_hand.overrides import set_override

    return {"override": runtime.do(lambda engine, now: set_override(engine, wanted, now))}


def _end_here(runtime: Runtime, number: int, by: str) -> dict[str, Any]:
    from handrail.engine.by_hand.overrides import end_override

    return {"override": runtime.do(lambda engine, now: end_override(engine, number, by, now)).id}
