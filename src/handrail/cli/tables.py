"""Lists and answers as text: a table for what there is, lines for why. Only how it looks; what is in it comes from insight."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from handrail.insight.answer import Answer
    from handrail.insight.lists import HandoffLine, HeldCause, Page, RunLine

PIPED_WIDTH: Final = 160


def show_table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table, as wide as the terminal, or 160 characters into a pipe."""
    table = Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else PIPED_WIDTH, markup=False, highlight=False).print(table)


def moment_shown(moment: datetime | None, zone: str) -> str:
    """`2026-03-16 09:00` in the zone; empty for none."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if moment is not None else ""


def limit_shown(moment: datetime | None, zone: str) -> str:
    """A limit, `2026-04-17 24:00` for the end of that day; empty for none."""
    from handrail.insight.telling.wording import due_day

    return " ".join(map(str, due_day(moment, zone))) if moment is not None else ""


def show_runs(page: Page, lines: Sequence[RunLine], zone: str) -> None:
    """Runs, one a line."""
    rows = [
        (line.run, line.person, line.journey, line.phase, moment_shown(line.begun, zone), line.reason or line.waits_for)
        for line in lines
    ]
    show_table(("run", "person", "journey", "is", "since", "waits for, or why it ended"), rows)
    show_total(len(lines), page.total, "run")


def show_handoffs(page: Page, lines: Sequence[HandoffLine], zone: str) -> None:
    """Handoffs, the soonest due first."""
    rows = [
        (f"{line.run}/{line.step}", line.owner, line.person, line.journey, limit_shown(line.due, zone), _how(line))
        for line in lines
    ]
    show_table(("handoff", "answers for it", "about", "journey", "due", ""), rows)
    show_total(len(lines), page.total, "handoff")


def _how(line: HandoffLine) -> str:
    said = [line.ended] if line.ended else ["late"] if line.overdue else ["snoozed"] if line.snoozed else []
    return ", ".join([*said, *(["escalated"] if line.escalated else [])])


def show_held(page: Page, lines: Sequence[HeldCause], zone: str) -> None:
    """What is held, by cause, with what to do; then the values that were not applied."""
    held = [line for line in lines if line.what != "value"]
    values = [line for line in lines if line.what == "value"]
    for line in held:
        _show_cause(line, f"held since {moment_shown(line.since, zone)}")
    typer.echo(f"{page.total:,} held in all." if held else "Nothing is held.")
    if values:
        many = sum(line.many for line in values)
        said = "1 value was" if many == 1 else f"{many:,} values were"
        typer.echo(f"{said} not applied; what was known before, if anything, stands:")
    for line in values:
        _show_cause(line, f"since {moment_shown(line.since, zone)}")


def _show_cause(line: HeldCause, since: str) -> None:
    typer.echo(f"{line.many:,} × {line.reason}")
    owner = f"; {line.owner} answers for it" if line.owner else ""
    among = f"; among them: {', '.join(line.examples)}" if line.examples else ""
    typer.echo(f"    {since}{owner}{among}")
    typer.echo(f"    {line.advice}")


def show_total(shown: int, total: int, noun: str) -> None:
    """How many there are, and that not all are shown."""
    plural = noun if total == 1 else f"{noun}s"
    more = f"; the first {shown:,} are shown (--limit)" if shown < total else ""
    typer.echo(f"{total:,} {plural}{more}.")


def show_answer(answer: Answer) -> None:
    """An answer: the sentence first, then what it rests on."""
    typer.echo(answer.sentence)
    for each in answer.because:
        when = f"{moment_shown(each.when, answer.zone)}  " if each.when is not None else ""
        place = f"   {each.place}" if each.place else ""
        typer.echo(f"  - {when}{each.text}{place}")
    if answer.ruled_out:
        typer.echo(f"  Looked at, too: {'; '.join(text.rstrip('.') for text in answer.ruled_out)}.")
    for waiting in answer.waiting_for:
        at = f"{waiting.step}: waits for" if waiting.step else "Waits for"
        owner = f"; {waiting.owner} answers for it" if waiting.owner else ""
        due = f"; due {limit_shown(waiting.due, answer.zone)}" if waiting.due is not None else ""
        several = len(answer.waiting_for) > 1
        then = f"; if nothing comes, {waiting.otherwise}" if waiting.otherwise and several else ""
        typer.echo(f"  {at} {waiting.what}{owner}{due}{then}.")
    for text in answer.would_change:
        typer.echo(f"  What would change it: {text}")
    if answer.next_chance is not None:
        at = f": {moment_shown(answer.next_chance.at, answer.zone)}" if answer.next_chance.at is not None else ""
        typer.echo(f"  Next: {answer.next_chance.cause}{at}.")
    _show_evidence(answer)


def _show_evidence(answer: Answer) -> None:
    evidence = answer.evidence
    if not evidence.rows:
        return
    rows = ", ".join(map(str, evidence.rows))
    run = f"run R-{evidence.run}, " if evidence.run else ""
    again = evidence.note or "decided again, with the same outcome"
    typer.echo(f"  ({run}ledger {rows}; {again})")
