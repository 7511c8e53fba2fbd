"""The command `report`: the numbers of one report, for whoever has the database at hand. It changes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from handrail.cli.place import JsonOption, StoreOption, looking_at, present_of

if TYPE_CHECKING:
    from handrail.insight.past import Past
    from handrail.insight.reports.asking import Report, Row
    from handrail.insight.reports.defined import Definition


def report(  # noqa: PLR0913 - one command, and an option each
    name: Annotated[str, typer.Argument(help="compliance, stalls, attainment or funnel.", show_default=False)],
    *,
    journey: Annotated[str, typer.Option("--journey", help="Only of this journey.", show_default=False)] = "",
    department: Annotated[str, typer.Option("--department", help="Only people in it now.", show_default=False)] = "",
    period: Annotated[
        str, typer.Option("--period", help="month, last-month, quarter or year; without it all time.")
    ] = "",
    by: Annotated[str, typer.Option("--by", help="How lines make rows: department, site, owner, step, …")] = "",
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compliance, stalls, attainment, or the funnel of a journey: each number, and what is left out of it."""
    from handrail.insight.reports.asking import PERIODS
    from handrail.insight.reports.defined import REPORTS

    definition = REPORTS.get(name)
    if definition is None:
        _refuse(f'There is no report "{name}"; there are: {", ".join(REPORTS)}.')
    if period not in PERIODS or (period and not definition.period):
        _refuse(f'The report "{name}" has no period "{period}".')
    if by and by not in (each.word for each in definition.by):
        _refuse(f'--by "{by}": write {", ".join(each.word for each in definition.by)}.')
    with looking_at(store) as past:
        asked = {"journey": journey, "department": department, "period": period, "by": by}
        found = _found(past, definition, asked)
    if as_json:
        from handrail.insight.answer import plain

        typer.echo(json.dumps(plain(found), indent=2, ensure_ascii=False))
    else:
        _show(definition, found)


def _refuse(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(2)


def _found(past: Past, definition: Definition, asked: dict[str, Any]) -> Report:
    from handrail.calendar.zones import local_day
    from handrail.insight.past import then_of
    from handrail.insight.reports.asking import Ground, Reach, Wanted, of_some_journey, report
    from handrail.insight.reports.reckoning import reckoned

    now = present_of(past)
    if asked["journey"] and asked["journey"] not in past.journeys():
        _refuse(f'There is no journey "{asked["journey"]}"; there are: {", ".join(past.journeys()) or "none"}.')
    ground = Ground(reckoned(past, now), Reach(), local_day(now, past.organization(then_of(now)).zone))
    return report(ground, definition, of_some_journey(definition, Wanted(**asked), ground))


def _show(definition: Definition, found: Report) -> None:
    words = [word.word for word in definition.states]
    heads = ["", "all", *words, *([definition.share.title.lower()] if definition.share else [])]
    rows = found.rows if definition.name == "funnel" else (*found.rows, found.altogether)
    lines = [heads, *(_cells(row, words) for row in rows)]
    widths = [max(len(line[place]) if place < len(line) else 0 for line in lines) for place in range(len(heads))]
    typer.echo(f"{found.title}, as of {found.as_of:%Y-%m-%d %H:%M} UTC\n")
    for line in lines:
        first, *rest = (
            text.rjust(width) if place else text.ljust(width)
            for place, (text, width) in enumerate(zip(line, widths, strict=False))
        )
        typer.echo("  ".join((first, *rest)).rstrip())
    for word in definition.excluded:
        if many := found.excluded.get(word.word):
            typer.echo(f"\nleft out: {many:,} {word.word} ({word.means})", nl=False)
    typer.echo("")


def _cells(row: Row, words: list[str]) -> list[str]:
    label = ", ".join(filter(None, row.labels)) or "(none)"
    share = [] if row.share is None else [f"{row.share} %"]
    return [label, f"{row.total:,}", *(f"{row.counts[word]:,}" for word in words), *share]
