"""Absences: who is away from one day to another, and who acts in their name meanwhile.

When one begins or is over, every run with an open handoff whose owner path read that person looks for its owner again. Who may
say it of whom is the edge's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from handrail.calendar.zones import local_day
from handrail.engine.by_hand.deputies import owner_called
from handrail.engine.deciding.letters import seal
from handrail.engine.engine import Engine
from handrail.engine.items import Receipt
from handrail.store.batch import Batch
from handrail.store.kept.absences import AbsenceRow
from handrail.store.kept.acts import Act, audited
from handrail.store.moments import to_millis
from handrail.store.rows import InboxRow
from handrail.terms.event import OwnersChanged
from handrail.terms.values import Instant

DAYS_MAX: Final = 366
"""Longer than that nobody is away with a delegate: the HR system says that they are on leave, or have left."""

_FIRST_ZONE: Final = "Etc/GMT-14"
"""Where a day begins first."""

_OF: Final = "SELECT * FROM absence WHERE person = ? AND next_day IS NOT NULL ORDER BY from_day"


class Away(Struct, frozen=True):
    """`person` is away from `first` to `last`, both included; `delegate` acts in their name (0: nobody)."""

    person: int
    first: date
    last: date
    delegate: int = 0
    reason: str = ""


class NotAway(Exception):
    """Why an absence cannot be kept so."""


def set_absence(engine: Engine, away: Away, by: str, now: Instant) -> AbsenceRow:
    """Keep that somebody is away. Raises NotAway with what is wrong, and what to do."""
    _check(engine, away, now)
    number = engine.store.numbers("absence", 1)[0]
    begun = away.first <= _today(engine, away.person, now)
    day = away.last + timedelta(days=1) if begun else away.first
    row = AbsenceRow(
        number, away.person, away.first.toordinal(), away.last.toordinal(), away.delegate or None, to_millis(now), by,
        away.reason, day.toordinal(), engine.store.numbers("ledger", 1)[0],
    )  # fmt: skip
    _keep(engine, [row], [away.person] if begun else [], now, _act(engine, row, by, "absence set"))
    return row


def end_absence(engine: Engine, number: int, by: str, now: Instant) -> AbsenceRow:
    """They are back, or never went. Raises NotAway when it is over already."""
    found = engine.store.database.look("SELECT * FROM absence WHERE id = ? AND next_day IS NOT NULL", (number,))
    if not found:
        raise NotAway(
            f"There is no absence {number} that lasts or is to come. See which there are: handrail absence list"
        )
    row = AbsenceRow(*found[0])._replace(next_day=None, ended=to_millis(now), ended_by=by)
    row = row._replace(ended_seq=engine.store.numbers("ledger", 1)[0])
    _keep(engine, [row], [row.person], now, _act(engine, row, by, "absence ended"))
    return row


def absences_due(engine: Engine, now: Instant, limit: int) -> int:
    """Absences that begin or are over today where their person is: owners are looked up again. How many there were."""
    engine.worlds.look_at(now)
    found = engine.store.absences_due(local_day(now, _FIRST_ZONE).toordinal(), limit)
    engine.worlds.fetch(row.person for row in found)
    came = [row for row in found if (row.next_day or 0) <= _today(engine, row.person, now).toordinal()]
    if came:
        _keep(engine, [_after(row, _today(engine, row.person, now)) for row in came], [row.person for row in came], now)
    return len(came)


def _after(row: AbsenceRow, today: date) -> AbsenceRow:
    """The row with its next day: that after its last, or none."""
    last = row.to_day + 1
    return row._replace(next_day=last if today.toordinal() < last else None)


def _keep(
    engine: Engine, rows: Sequence[AbsenceRow], people: Iterable[int], now: Instant, act: Act | None = None
) -> None:
    """Write the rows, and a letter to every run that watches one of these people."""
    named = {each for person in people for each in (person, *engine.worlds.stood_in_for(person))}
    watching = engine.store.watchers(sorted(named))
    engine.worlds.fetch(watching)
    letters = [(person, run) for person, runs in sorted(watching.items()) for run in runs]
    numbers = engine.store.numbers("inbox", len(letters)) if letters else ()
    kept = audited(engine.store, act, now) if act is not None else None

    def more(batch: Batch, _receipts: Sequence[Receipt]) -> None:
        batch.absences += rows
        for number, (person, run) in zip(numbers, letters, strict=True):
            letter = seal(OwnersChanged(now, person, "absence"))
            batch.inbox.append(InboxRow(number, engine.worlds.shard(person), batch.at, run, None, None, letter))
        if kept is not None:
            batch.audit.append(kept)

    engine.take((), now, more)
    engine.worlds.absences_changed()


def _act(engine: Engine, row: AbsenceRow, by: str, what: str) -> Act:
    days = f"{date.fromordinal(row.from_day)} to {date.fromordinal(row.to_day)}"
    delegate = owner_called(engine.worlds, f"person:{row.delegate}") if row.delegate is not None else "nobody"
    return Act(by, what, days, row.person, after=f"delegate: {delegate}", reason=row.reason)


def _today(engine: Engine, person: int, now: Instant) -> date:
    return local_day(now, engine.worlds.zone_of(person))


def _check(engine: Engine, away: Away, now: Instant) -> None:
    """Raises NotAway."""
    engine.worlds.fetch([away.person, away.delegate])
    if engine.worlds.newest(away.person) is None:
        raise NotAway(f"There is nobody with the number P-{away.person}.")
    if away.last < away.first:
        raise NotAway(f"It ends on {away.last}, before it begins on {away.first}. Turn the days around.")
    if away.last < _today(engine, away.person, now):
        raise NotAway(f"It was over on {away.last} already. Only what lasts or is to come changes anything.")
    if (away.last - away.first).days >= DAYS_MAX:
        raise NotAway("That is more than a year. Who is away so long is on leave in the HR system.")
    _check_delegate(engine, away)
    for other in (AbsenceRow(*row) for row in engine.store.database.look(_OF, (away.person,))):
        if other.from_day <= away.last.toordinal() and away.first.toordinal() <= other.to_day:
            days = f"{date.fromordinal(other.from_day)} to {date.fromordinal(other.to_day)}"
            raise NotAway(f"They are away from {days} already. End that first: handrail absence end {other.id}")


def _check_delegate(engine: Engine, away: Away) -> None:
    if not away.delegate:
        return
    person = engine.worlds.newest(away.delegate)
    if person is None:
        raise NotAway(f"There is nobody with the number P-{away.delegate}, who is to act in their name.")
    if away.delegate == away.person:
        raise NotAway("Nobody acts in their own name while they are away. Name somebody else.")
    if person.status == "left":
        raise NotAway(f"{person.name} has left, and cannot act in their name. Name somebody else.")
