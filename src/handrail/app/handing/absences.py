"""Absences for the API, pages and commands: said, ended, listed; with names."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from handrail.app.answering.refusing import NotTaken
from handrail.app.runtime import Runtime
from handrail.engine.by_hand.absences import Away, NotAway, end_absence, set_absence
from handrail.insight.desk.away import AwayLine, away_lines, line_of
from handrail.insight.past import Past
from handrail.terms.values import Instant


class AwayAsked(Struct, frozen=True):
    """`person` is away from `first` to `last`; `delegate` acts in their name (0: nobody)."""

    person: int
    first: date
    last: date
    delegate: int = 0
    reason: str = ""


def set_by_hand(runtime: Runtime, asked: AwayAsked, by: str) -> AwayLine:
    """Keep that somebody is away. Raises NotTaken."""
    away = Away(asked.person, asked.first, asked.last, asked.delegate, " ".join(asked.reason.split()))
    try:
        row = runtime.do(lambda engine, now: set_absence(engine, away, by, now))
    except NotAway as error:
        raise NotTaken("not right", *_two(error)) from None
    return line_of(runtime.past(), row, runtime.clock())


def end_by_hand(runtime: Runtime, number: int, by: str) -> AwayLine:
    """They are back, or never went. Raises NotTaken."""
    try:
        row = runtime.do(lambda engine, now: end_absence(engine, number, by, now))
    except NotAway as error:
        raise NotTaken("unknown", *_two(error)) from None
    return line_of(runtime.past(), row, runtime.clock())


def absences_shown(past: Past, now: Instant) -> tuple[AwayLine, ...]:
    """Absences that last or are to come, the first to begin first."""
    return away_lines(past, now)


def _two(error: NotAway) -> tuple[str, str]:
    """What is wrong, and what to do."""
    wrong, _, advice = str(error).partition(". ")
    return f"{wrong.rstrip('.')}.", advice or "Look at the days, and say it again."
