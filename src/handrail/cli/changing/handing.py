"""`handrail handoffs answer`, `reassign`, `snooze`: one handoff or many, each with its own outcome.

They own the database for their own time; while `handrail serve` works on it, it does what they ask.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from handrail.cli.changing.doors import done_by_owner_or_here
from handrail.cli.place import JsonOption, StoreOption
from handrail.cli.tables import show_table

if TYPE_CHECKING:
    from handrail.app.handing.doing import Asked
    from handrail.app.runtime import Runtime
    from handrail.insight.past import Past

Which = Annotated[
    list[str], typer.Argument(help="Handoffs as `handrail handoffs` shows them: R-12/time_off …", show_default=False)
]
YesBy = Annotated[
    str, typer.Option("--yes-by", help="Who does it: a person, or a name kept with it.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence; it is kept.", show_default=False)]


def answer(
    word: Annotated[str, typer.Argument(help="The answer; `done` where something is to be done.", show_default=False)],
    which: Which,
    *,
    yes_by: YesBy,
    field: Annotated[
        list[str] | None, typer.Option("--field", help="NAME=VALUE of the form; once for each.", show_default=False)
    ] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer handoffs, in the name of whoever has them. Exit code 1: one of them was refused."""
    form = dict(_field(each) for each in field or ())

    def asked(_runtime: Runtime, _past: Past) -> Asked:
        from handrail.app.handing.doing import AnswerGiven

        return AnswerGiven(word, form)

    body = {"by": yes_by, "handoffs": which, "answer": word, "form": form}
    _show(_done(store, "answer", body, asked), "answered", as_json=as_json)


def reassign(
    to: Annotated[str, typer.Argument(help="Who has them from now on: a person, or team:NAME.", show_default=False)],
    which: Which,
    *,
    reason: Reason,
    yes_by: YesBy,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give handoffs to somebody else, who is told. Exit code 1: one of them was refused."""

    def asked(runtime: Runtime, past: Past) -> Asked:
        from handrail.app.handing.naming import owner_named, reason_given
        from handrail.engine.by_hand.handing import Giving

        return Giving(owner_named(past, to, runtime.engine.worlds.organization), reason_given(reason))

    body = {"by": yes_by, "handoffs": which, "to": to, "reason": reason}
    _show(_done(store, "reassign", body, asked), "reassigned", as_json=as_json)


def snooze(
    until: Annotated[
        str, typer.Argument(help="A day (2026-05-04: its opening) or a time (2026-05-04T09:00).", show_default=False)
    ],
    which: Which,
    *,
    reason: Reason,
    yes_by: YesBy,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have nobody reminded of handoffs before a moment. Exit code 1: one of them was refused."""

    def asked(runtime: Runtime, _past: Past) -> Asked:
        from handrail.app.handing.naming import moment_named, reason_given
        from handrail.engine.by_hand.handing import Snoozing

        return Snoozing(moment_named(until, runtime.engine.worlds.organization), reason_given(reason))

    body = {"by": yes_by, "handoffs": which, "until": until, "reason": reason}
    _show(_done(store, "snooze", body, asked), "snoozed", as_json=as_json)


def _done(store: str | None, what: str, body: Mapping[str, object], asked: Callable[..., Asked]) -> dict[str, Any]:
    def here(runtime: Runtime) -> dict[str, Any]:
        from handrail.app.handing.doing import act_on
        from handrail.app.handing.naming import author_named, handoffs_named
        from handrail.engine.by_hand.handing import By
        from handrail.insight.answer import plain

        past = runtime.past()
        named: Sequence[str] = body["handoffs"]  # type: ignore[assignment]
        by = By(author_named(past, str(body["by"])), for_others=True)
        return dict(plain(act_on(runtime, handoffs_named(past, named), asked(runtime, past), by)))

    return done_by_owner_or_here(store, ("POST", f"/api/handoffs/{what}", body), here)


def _field(text: str) -> tuple[str, str | float | bool]:
    """A field of a form; numbers and truth values as such. Ends the command with 2 when it is none."""
    name, equals, value = text.partition("=")
    if not equals or not name:
        typer.echo(f'--field "{text}": write NAME=VALUE.', err=True)
        raise typer.Exit(2)
    try:
        read = json.loads(value)
    except ValueError:
        return name, value
    return name, read if isinstance(read, int | float | bool) else value


def _show(done: dict[str, Any], word: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        refused = [each for each in done["outcomes"] if not each["done"]]
        typer.echo(f"{done['done']:,} of {done['asked']:,} {word}.")
        rows = [(f"{each['run']}/{each['step']}", each["person"], each["why"], each["what_to_do"]) for each in refused]
        if rows:
            show_table(("refused", "about", "why", "what to do"), rows)
    raise typer.Exit(1 if done["refused"] else 0)
