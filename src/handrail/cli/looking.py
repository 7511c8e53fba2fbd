"""The commands that look: `why`, `runs`, `handoffs`, `held`. They change nothing and work beside `handrail serve`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from handrail.cli.place import (
    JsonOption,
    StoreOption,
    WorkspaceOption,
    limits_here,
    looking_at,
    moment_of,
    now,
    present_of,
)

if TYPE_CHECKING:
    from handrail.insight.lists import Page
    from handrail.insight.past import Past

LimitOption = Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many lines at most.")]
JourneyOption = Annotated[str | None, typer.Option("--journey", help="Only of this journey.", show_default=False)]
PersonOption = Annotated[
    str | None,
    typer.Option("--person", help="Only about this person: P-123, a key, an e-mail, a name.", show_default=False),
]


def why(
    what: Annotated[
        str,
        typer.Argument(
            help="A person (P-123, a key of the HR system, an e-mail, a name), a run (R-88), a handoff (R-88/3 or "
            "R-88/enroll), a call (C-88/3/0), a message (M-88/3/1), an event (E-411), a file or a row of it (F-3, F-3/88).",
            show_default=False,
        ),
    ],
    journey: Annotated[
        str | None, typer.Argument(help="A journey's name; without it, all of them.", show_default=False)
    ] = None,
    *,
    at: Annotated[
        str | None,
        typer.Option("--at", help="As of a day (2026-03-16) or a time (2026-03-16T09:00).", show_default=False),
    ] = None,
    workspace: WorkspaceOption = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why something did, or did not, happen: for somebody, or with one thing. Exit code 1: there is nothing of that name."""
    from handrail.cli.tables import show_answer
    from handrail.insight.answer import plain
    from handrail.insight.whys.panel import panel

    with looking_at(store, workspace) as past:
        answer = panel(past, what, moment_of(at, past), journey or "", limits_here(workspace))
    if as_json:
        typer.echo(json.dumps(plain(answer), indent=2, ensure_ascii=False))
    else:
        show_answer(answer)
    raise typer.Exit(1 if answer.verdict in ("not known", "several") else 0)


def runs(
    *,
    journey: JourneyOption = None,
    person: PersonOption = None,
    phase: Annotated[
        str, typer.Option("--phase", help="open (all that are not over), all, paused, finished, stopped, …")
    ] = "open",
    limit: LimitOption = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The runs that are open, oldest first."""
    from handrail.cli.tables import show_runs
    from handrail.insight import lists
    from handrail.store.moments import PHASE
    from handrail.store.reading import Runs

    phases = {**{word: (number,) for word, number in PHASE.items()}, "open": lists.OPEN_PHASES, "all": ()}
    if phase not in phases:
        typer.echo(f'There is no phase "{phase}"; there are: {", ".join(sorted(phases))}.', err=True)
        raise typer.Exit(2)
    with looking_at(store) as past:
        page = lists.runs(past, Runs(_journey(past, journey), phases[phase], _person(past, person)), limit)
        if as_json:
            _print(page)
        else:
            show_runs(page, [line for line in page.lines if isinstance(line, lists.RunLine)], _zone(past))


def handoffs(  # noqa: PLR0913 - one command, and an option each
    context: typer.Context,
    *,
    owner: Annotated[
        str | None,
        typer.Option("--owner", help="team:NAME, or a person: P-123, a key, an e-mail, a name.", show_default=False),
    ] = None,
    journey: JourneyOption = None,
    only: Annotated[
        str, typer.Option("--only", help="open, late (past their time), or all (closed ones, too).")
    ] = "open",
    limit: LimitOption = 50,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """The handoffs that are open, the soonest due first: who answers for each, and until when. Or answer, reassign, snooze them."""
    from handrail.cli.tables import show_handoffs
    from handrail.insight import lists
    from handrail.store.moments import to_millis
    from handrail.store.reading import Handoffs

    if context.invoked_subcommand is not None:
        return
    if only not in ("open", "late", "all"):
        typer.echo(f'--only "{only}": write open, late or all.', err=True)
        raise typer.Exit(2)
    with looking_at(store) as past:
        moment = present_of(past) if only == "late" else now()
        due = to_millis(moment) if only == "late" else None
        which = Handoffs(_owner(past, owner), _journey(past, journey), None, due, open_only=only != "all")
        page = lists.handoffs(past, which, moment, limit)
        if as_json:
            _print(page)
        else:
            show_handoffs(page, [line for line in page.lines if isinstance(line, lists.HandoffLine)], _zone(past))


def held(
    context: typer.Context,
    *,
    owner: Annotated[str | None, typer.Option("--owner", help="Only what they answer for.", show_default=False)] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is held, grouped by its cause, with who answers for it and what to do."""
    from handrail.cli.tables import show_held
    from handrail.insight import lists

    if context.invoked_subcommand is not None:
        return
    with looking_at(store) as past:
        page = lists.held(past, now(), _owner(past, owner) or "")
        lines = [line for line in page.lines if isinstance(line, lists.HeldCause)]
        if as_json:
            _print(page)
        else:
            show_held(page, lines, _zone(past))


def _print(page: Page) -> None:
    from handrail.insight.answer import plain

    typer.echo(json.dumps(plain(page), indent=2, ensure_ascii=False))


def _zone(past: Past) -> str:
    from handrail.insight.past import then_of

    return past.organization(then_of(now())).zone


def _owner(past: Past, text: str | None) -> str | None:
    if text is None or text.startswith(("team:", "email:", "contact:", "person:")):
        return text
    number = _person(past, text)
    return f"person:{number}"


def _journey(past: Past, text: str | None) -> str | None:
    """The journey meant. Ends the command when none of that name was ever published."""
    there = past.journeys()
    if text is None or text in there:
        return text
    known = f"there are: {', '.join(there)}" if there else "nothing was published yet (handrail publish)"
    typer.echo(f'There is no journey "{text}"; {known}.', err=True)
    raise typer.Exit(1)


def _person(past: Past, text: str | None) -> int | None:
    """The one person meant. Ends the command when there is none, or several."""
    from handrail.insight.finding import find

    if text is None:
        return None
    found = find(past, text).persons
    if len(found) == 1:
        return found[0]
    said = (
        "nobody is known by that name"
        if not found
        else f"{len(found)} people are called so: {', '.join(f'P-{n}' for n in found)}"
    )
    typer.echo(f"“{text}”: {said}. Ask by an own id (P-123), a key, or an e-mail.", err=True)
    raise typer.Exit(1)
