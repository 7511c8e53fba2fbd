"""Who is away, and who acts in whose name meanwhile: as lines, and as the words beside a handoff.

How owners are found while somebody is away is the core's matter (`core.owners`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.telling.wording import day_text
from handrail.people.worlds import calendar_for
from handrail.store.kept.absences import AbsenceRow
from handrail.store.moments import to_instant
from handrail.terms.person import own_ids_of
from handrail.terms.values import Instant


class AwayLine(Struct, frozen=True):
    """Somebody's absence. `stands`: whether it lasts, is to come, or is over; `delegate` 0: nobody acts in their name."""

    number: int
    person: int
    person_name: str
    first: date
    last: date
    delegate: int
    delegate_name: str
    reason: str
    by: str
    since: Instant
    stands: Literal["now", "to come", "over"]


class StandIn(Struct, frozen=True):
    """Who acts for an owner who is away: `delegate_name` for `owner_name` until `until`; nobody where `delegate` is 0."""

    owner_name: str
    delegate: int
    delegate_name: str
    until: date

    @property
    def text(self) -> str:
        """As people read it: `Ana for Ben, who is away until Sunday 3 May 2026`."""
        away = f"{self.owner_name}, who is away until {day_text(self.until)}"
        return f"{self.delegate_name} for {away}" if self.delegate else away


def away_lines(past: Past, now: Instant, person: int | None = None) -> tuple[AwayLine, ...]:
    """Absences that last or are to come, the first to begin first; of one person, those that are over too."""
    if person is None:
        rows = past.store.absences()
    else:
        found = past.store.database.read("SELECT * FROM absence WHERE person = ? ORDER BY from_day, id", (person,))
        rows = [AbsenceRow(*row) for row in found]
    names, zones = Names(past), _zones(past, [row.person for row in rows], now)
    names.fetch([number for row in rows for number in (row.person, row.delegate) if number is not None])
    return tuple(_line(row, names, zones[row.person], now) for row in rows)


def line_of(past: Past, row: AbsenceRow, now: Instant) -> AwayLine:
    """One absence."""
    return _line(row, Names(past), _zones(past, [row.person], now)[row.person], now)


def stand_ins(past: Past, owners: Iterable[str], now: Instant) -> Mapping[str, StandIn]:
    """Of these owners (`person:12`) those who are away now, each with who acts for them. Two questions for all."""
    numbers = sorted(set(own_ids_of(owners)))
    away = past.absences.known(then_of(now), _zones(past, numbers, now))
    names = Names(past)
    names.fetch([*away, *(each.delegate for each in away.values() if each.delegate is not None)])
    return {
        f"person:{number}": StandIn(
            names.of(number),
            each.delegate or 0,
            names.of(each.delegate) if each.delegate is not None else "",
            each.to_day,
        )
        for number, each in away.items()
    }


def _line(row: AbsenceRow, names: Names, zone: str, now: Instant) -> AwayLine:
    return AwayLine(
        row.id,
        row.person,
        names.of(row.person),
        date.fromordinal(row.from_day),
        date.fromordinal(row.to_day),
        row.delegate or 0,
        names.of(row.delegate) if row.delegate is not None else "",
        row.reason,
        names.owner(row.by),
        to_instant(row.at),
        _stands(row, zone, now),
    )


def _stands(row: AbsenceRow, zone: str, now: Instant) -> Literal["now", "to come", "over"]:
    today = local_day(now, zone).toordinal()
    if row.ended is not None or today > row.to_day:
        return "over"
    return "now" if row.from_day <= today else "to come"


def _zones(past: Past, persons: Sequence[int], now: Instant) -> dict[int, str]:
    """The time zone in which each person's days are counted."""
    then = then_of(now)
    organization = past.organization(then)
    past.fetch(persons)
    found = {number: past.person(number, then) for number in persons}
    return {
        number: organization.zone if person is None else calendar_for(person, organization).zone
        for number, person in found.items()
    }
