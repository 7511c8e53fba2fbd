"""What changed since a moment: what was told of people and by systems, and what was answered; counted by kind, newest first."""

# ruff: noqa: S608 - every statement is put together from constants of this room, never from a value

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from handrail.calendar.zones import local_day, shift_day, start_of_day
from handrail.insight.desk.moved import Gathered, gathered
from handrail.insight.desk.reach import COUNT_MAX, about_seen
from handrail.insight.knowing.since import SINCE
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.rights import Viewer
from handrail.insight.telling.wording import (
    call_name,
    count_text,
    event_said,
    event_text,
    sentence,
    sentence_case,
    words_of,
)
from handrail.store.moments import DISPOSITIONS, to_instant, to_millis
from handrail.store.rows import KeptLedgerRow
from handrail.terms.event import Answer, Event, Input, Moved, Outcome, PutAside, Reassigned
from handrail.terms.plan import NONE
from handrail.terms.values import Instant

_TOLD: Final = "l.event IS NOT NULL AND l.cause IS NULL"
_OUR_OWN: Final = ("people.applied", "tick")
"""Kinds of our own bookkeeping and clock: nothing changed by them that is not told elsewhere."""

WORDS: Final = {
    "answer": "answers",
    "outcome": "calls that ended",
    "released": "starts that were released",
    "not released": "starts that were not released",
    "person.appeared": "new in a first file",
    "ownerschanged": "owners looked up again",
    "reassigned": "handoffs given to somebody else",
    "putaside": "handoffs snoozed",
    "journeyended": "ends of journeys that others waited for",
    "cohortevent": "cohorts that went on",
    "stopped": "runs that were stopped",
    "moved": "runs moved to another version",
}
_ONE: Final = {
    "released": "the start was released",
    "not released": "the start was not released",
    "person.appeared": "new in a first file",
    "ownerschanged": "who answers for it was looked up again",
    "journeyended": "a journey that it waited for ended",
    "cohortevent": "the cohort went on",
    "stopped": "the run was stopped",
}
"""As `WORDS`, of one of them."""

_ENDED: Final = {"confirmed": "was done", "not needed": "was not needed", "failed": "could not be done"}
_CALLS: Final = "SELECT run, pass, rung, action, object FROM effect WHERE run {in}"
_STEPS: Final = "SELECT h.run, h.pass, h.step, r.plan FROM handoff h JOIN run r ON r.id = h.run WHERE h.run {in}"


MOVED: Final = "moved"
_OF_HANDOFFS: Final = (Answer, Reassigned, PutAside)


class Kind(Struct, frozen=True):
    """How often something of one kind happened, and how it is called."""

    kind: str
    label: str
    many: int


class Changes(Struct, frozen=True):
    """What happened since a moment, by kind, the most frequent first. `more`: only the newest `total` were counted."""

    since: Instant
    total: int
    more: bool
    kinds: tuple[Kind, ...]


class Change(Struct, frozen=True):
    """One thing that happened. `became` is what became of it, in the words of DESIGN.md's dispositions.

    `moving`: the number of the moving that did it to several runs, which are told in one line.
    """

    seq: int
    at: Instant
    kind: str
    what: str
    person: int
    person_name: str
    run: int
    became: str
    moving: int = 0


class ChangesFound(Struct, frozen=True):
    """A page of them; `next` is the number of the last one, 0 on the last page."""

    lines: tuple[Change, ...]
    next: int


def yesterday(now: Instant, zone: str) -> Instant:
    """The beginning of yesterday in the zone."""
    return start_of_day(shift_day(local_day(now, zone), -1), zone)


def counted(past: Past, viewer: Viewer, since: Instant) -> Changes:
    """What happened since then about people whom the viewer sees, by kind. Only the newest `COUNT_MAX` are looked at."""
    at, seen = to_millis(since), about_seen(viewer, "person")
    without = " AND ".join("l.kind <> ?" for _ in _OUR_OWN)
    ask = (
        f"SELECT kind, sum(CASE WHEN {seen.sql or '1 = 1'} THEN 1 ELSE 0 END), count(*) FROM (SELECT l.kind AS kind, "
        f"l.person AS person FROM ledger l WHERE l.seq >= ({SINCE}) AND {_TOLD} AND {without} ORDER BY l.seq DESC LIMIT ?) "
        "AS newest GROUP BY kind ORDER BY 2 DESC, 1"
    )
    rows = past.store.database.read(ask, (*seen.values, at, at, *_OUR_OWN, COUNT_MAX))
    kinds = tuple(Kind(str(kind), label_of(str(kind)), int(many)) for kind, many, _ in rows if many)
    return Changes(since, sum(each.many for each in kinds), sum(int(row[2]) for row in rows) >= COUNT_MAX, kinds)


class Wanted(Struct, frozen=True):
    """Which are asked for: of one kind, after the last one of the page before. `each`: every run that a moving moved, by itself."""

    kind: str = ""
    after: int = 0
    each: bool = False


ALL: Final = Wanted()


def newest(past: Past, viewer: Viewer, since: Instant, limit: int, wanted: Wanted = ALL) -> ChangesFound:
    """What happened since then, newest first; what a moving did to many runs in one line."""
    at, seen = to_millis(since), about_seen(viewer, "l.person")
    conditions, values = [f"l.seq >= ({SINCE})", _TOLD], list[object]([at, at])
    if wanted.kind:
        conditions.append("l.kind = ?")
        values.append(wanted.kind)
    else:
        conditions += ["l.kind <> ?" for _ in _OUR_OWN]
        values += _OUR_OWN
    if wanted.after:
        conditions.append("l.seq < ?")
        values.append(wanted.after)
    movings = None if wanted.each or wanted.kind not in ("", MOVED) else gathered(past, viewer, since)
    if movings is not None:
        conditions.append(f"(l.kind <> ? OR l.seq IN ({', '.join(['?'] * len(movings)) or 'NULL'}))")
        values += [MOVED, *(one.seq for one in movings)]
    ask = f"SELECT l.* FROM ledger l WHERE {' AND '.join(conditions)}{seen.also} ORDER BY l.seq DESC LIMIT ?"
    rows = [KeptLedgerRow(*row) for row in past.store.database.read(ask, (*values, *seen.values, limit))]
    names = Names(past)
    names.fetch(row.person for row in rows if row.person is not None)
    whole = {one.seq: one for one in movings or () if one.many > 1}
    found = tuple(_changes(past, rows, names, whole))
    return ChangesFound(found, rows[-1].seq if len(rows) == limit else 0)


def label_of(kind: str) -> str:
    """A kind of event in words: `course completion`."""
    return WORDS.get(kind) or event_text(kind).partition(" (")[0]


class _Places(Struct, frozen=True):
    """What rows of runs are about, by run and pass: `calls` with their rung, and the `steps` of handoffs."""

    calls: Mapping[tuple[int, int, int], str]
    steps: Mapping[tuple[int, int], str]


def _changes(
    past: Past, rows: Sequence[KeptLedgerRow], names: Names, whole: Mapping[int, Gathered]
) -> Iterator[Change]:
    events = [past.event_of(row) for row in rows]
    names.fetch_owners(by for event in events if (by := getattr(event, "by", "")))
    places = _places(past, list(zip(rows, events, strict=True)))
    for row, event in zip(rows, events, strict=True):
        if row.seq in whole and isinstance(event, Moved):
            yield _whole(row, whole[row.seq], names.owner(event.by))
            continue
        yield Change(
            row.seq,
            to_instant(row.at),
            row.kind,
            sentence(_said(row, event, places, names)).rstrip("."),
            row.person or 0,
            names.of(row.person) if row.person is not None else "",
            row.run or 0,
            DISPOSITIONS[row.disposition],
        )


def _whole(row: KeptLedgerRow, one: Gathered, by: str) -> Change:
    """What a moving did to many, in one line."""
    to = "back to the version before" if one.back else "to another version"
    what = f"{by} moved {count_text(one.many, 'run')} of “{one.title}” {to}"
    return Change(row.seq, to_instant(row.at), row.kind, what, 0, "", 0, DISPOSITIONS[row.disposition], one.moving)


def _places(past: Past, told: Sequence[tuple[KeptLedgerRow, Input | None]]) -> _Places:
    """Two questions for a page, and none where nothing of the kind is on it."""
    ended = sorted({row.run for row, event in told if row.run is not None and isinstance(event, Outcome)})
    acted = sorted({row.run for row, event in told if row.run is not None and isinstance(event, _OF_HANDOFFS)})
    calls = past.store.database.read_in(_CALLS, ended) if ended else ()
    steps = past.store.database.read_in(_STEPS, acted) if acted else ()
    return _Places(
        {
            (int(run), int(pass_), int(rung)): _call(str(action), str(object_))
            for run, pass_, rung, action, object_ in calls
        },
        {
            (int(run), int(pass_)): sentence_case(words_of(past.plans[plan].plan.steps[step].name))
            for run, pass_, step, plan in steps
            if step != NONE
        },
    )


def _call(action: str, object_: str) -> str:
    return f"{call_name(action)} ({object_})" if object_ else call_name(action)


def _said(row: KeptLedgerRow, event: Input | None, places: _Places, names: Names) -> str:
    """What happened, of whatever it is about."""
    match event:
        case Event():
            return event_said(row.kind, event.fields)
        case Outcome():
            call = places.calls.get((row.run or 0, event.pass_, event.rung))
            return f"{f'the call {call}' if call else 'a call'} {_ENDED[event.ended]}"
        case Answer() | Reassigned() | PutAside():
            return _done(event, places.steps.get((row.run or 0, event.pass_), ""), names)
        case Moved():
            return f"{names.owner(event.by)} moved it to another version"
        case _:
            return _ONE.get(row.kind) or label_of(row.kind)


def _done(event: Answer | Reassigned | PutAside, step: str, names: Names) -> str:
    """What somebody did with a handoff, which is named by its step where it has one."""
    by, what = names.owner(event.by), f"“{step}”" if step else "a handoff"
    match event:
        case Answer():
            said = f"{by} answered “{words_of(event.word or 'the form')}”"
            return f"{said} to {what}" if step else said
        case Reassigned():
            return f"{by} gave {what} to {names.owner(event.to)}"
        case PutAside():
            return f"{by} snoozed {what}"
