"""Handoffs that are over: who answered what and when, or how they ended without an answer; those of the newest runs first.

No index is in the order in which handoffs closed, so they are read in the order of their runs, so many at a time at most:
a page may hold few lines, and the next one looks further back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.desk.reach import Condition, Desk, about_seen
from handrail.insight.desk.waiting import Waiting
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.store.moments import DISPOSITION, to_instant
from handrail.store.rows import HandoffRow, KeptLedgerRow
from handrail.terms.event import Answer
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

LOOKED_MAX: Final = 20_000
"""So many handoffs are looked at for one page."""

_LAST: Final = 2**62
_LOOKED: Final = (
    "SELECT h.* FROM (SELECT * FROM handoff WHERE (run, pass) < (?, ?) ORDER BY run DESC, pass DESC LIMIT ?) h "
    "WHERE h.closed IS NOT NULL{} ORDER BY h.run DESC, h.pass DESC LIMIT ?"
)
_BOUND: Final = "SELECT run, pass FROM handoff WHERE (run, pass) < (?, ?) ORDER BY run DESC, pass DESC LIMIT 1 OFFSET ?"
_OF_PERSON: Final = (
    "SELECT h.* FROM run r JOIN handoff h ON h.run = r.id WHERE r.person = ? AND (h.run, h.pass) < (?, ?) "
    "AND h.closed IS NOT NULL{} ORDER BY h.run DESC, h.pass DESC LIMIT ?"
)
_OF_JOURNEY: Final = (
    "EXISTS (SELECT 1 FROM run r WHERE r.id = h.run AND r.plan IN (SELECT p.id FROM plan p WHERE p.journey = ?))"
)
_ANSWERS: Final = "SELECT * FROM ledger WHERE kind = 'answer' AND run {in}"


class ClosedLine(Struct, frozen=True):
    """A handoff that is over. `said` is how it ended: who answered what, or without an answer. `late`: past its limit once."""

    run: int
    pass_: int
    step: str
    journey: str
    title: str
    person: int
    person_name: str
    owner: str
    owner_name: str
    opened: Instant
    closed: Instant
    late: bool
    said: str

    @property
    def path(self) -> str:
        """Where its own page is."""
        return f"/handoffs/R-{self.run}/{self.pass_}"


class ClosedFound(Struct, frozen=True):
    """A page of them; `next` is the last (run, pass) that was looked at, None where nothing lies further back."""

    lines: tuple[ClosedLine, ...]
    next: tuple[int, int] | None


def closed(past: Past, desk: Desk, which: Waiting, limit: int, before: tuple[int, int] = (_LAST, _LAST)) -> ClosedFound:
    """A page of closed handoffs: whose, of an owner, of a journey, about a person, as `which` says."""
    condition = _condition(desk, which)
    if condition is None:
        return ClosedFound((), None)
    read = past.store.database.read
    if which.person is not None:
        ask, values = _OF_PERSON, (which.person, *before)
    else:
        ask, values = _LOOKED, (*before, LOOKED_MAX)
    rows = [HandoffRow(*row) for row in read(ask.format(condition.also), (*values, *condition.values, limit))]
    if len(rows) == limit:
        return ClosedFound(_lines(past, rows), rows[-1][:2])
    further = read(_BOUND, (*before, LOOKED_MAX - 1)) if which.person is None else ()
    return ClosedFound(_lines(past, rows), (int(further[0][0]), int(further[0][1])) if further else None)


def _condition(desk: Desk, which: Waiting) -> Condition | None:
    """What all its rows fulfill; None: nobody is meant."""
    parts = []
    if which.whose == "all":
        parts.append(about_seen(desk.viewer, "h.person"))
    else:
        owners = desk.own if which.whose == "mine" else desk.teams
        if not owners:
            return None
        parts.append(Condition(f"h.owner IN ({', '.join('?' * len(owners))})", owners))
    if which.owner:
        parts.append(Condition("h.owner = ?", (which.owner,)))
    if which.journey:
        parts.append(Condition(_OF_JOURNEY, (which.journey,)))
    parts = [each for each in parts if each.sql]
    return Condition(" AND ".join(each.sql for each in parts), tuple(value for each in parts for value in each.values))


def _lines(past: Past, rows: Sequence[HandoffRow]) -> tuple[ClosedLine, ...]:
    if not rows:
        return ()
    runs = past.store.runs_by_id(sorted({row.run for row in rows}))
    answers, names = answers_of(past, sorted(runs)), Names(past)
    named = [row.owner for row in rows] + [each.by for each in answers.values()]
    names.fetch({row.person for row in rows} | {int(one[7:]) for one in named if one.startswith("person:")})
    return tuple(
        ClosedLine(
            run=row.run,
            pass_=row.pass_,
            step=plan.steps[row.step].name if row.step != NONE else "",
            journey=plan.journey,
            title=plan.title,
            person=row.person,
            person_name=names.of(row.person),
            owner=row.owner,
            owner_name=names.owner(row.owner) if row.owner else "",
            opened=to_instant(row.opened),
            closed=to_instant(row.closed or 0),
            late=bool(row.late),
            said=_said(answers.get((row.run, row.pass_)), row, names),
        )
        for row in rows
        if row.run in runs and (plan := past.plans[runs[row.run].plan].plan)
    )


def answers_of(past: Past, runs: Sequence[int]) -> Mapping[tuple[int, int], Answer]:
    """The answers that counted, the last of each handoff, by run and pass."""
    found = dict[tuple[int, int], Answer]()
    kept = sorted(KeptLedgerRow(*row) for row in past.store.database.read_in(_ANSWERS, runs))
    for row in kept:
        event = past.event_of(row) if row.disposition == DISPOSITION["matched"] else None
        if isinstance(event, Answer) and row.run is not None:
            found[row.run, event.pass_] = event
    return found


def _said(answer: Answer | None, row: HandoffRow, names: Names) -> str:
    if answer is None:
        return f"Without an answer: {row.ended or 'its run is over'}"
    word = answer.word.replace("_", " ") or "the form"
    for_ = f", in the name of {names.owner(answer.for_)}" if answer.for_ else ""
    return f"{names.owner(answer.by)}{for_}: {word}"
