"""What there is: runs, handoffs, what is held. Each a page of plain lines with names in them, and the number of all.

Filters are the store's; nothing here explains (that is `why`) or changes anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from handrail.insight.finding import files_held
from handrail.insight.past import Past, then_of
from handrail.insight.sending import awaited_calls, mail_held, try_text
from handrail.insight.telling.remedies import of_row, of_value, of_whole_file
from handrail.insight.telling.sentences import what_is_awaited
from handrail.insight.telling.wording import owner_text, words_of
from handrail.people.ports import NotApplied, SyncRecord
from handrail.people.syncing.leaving import would_leave
from handrail.store.moments import PHASES, to_instant, to_millis
from handrail.store.reading import Handoffs, Runs
from handrail.store.rows import EffectRow, HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.person import Person, called, own_ids_of
from handrail.terms.plan import NONE
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

OPEN_PHASES: Final = (0, 1, 2)
EXAMPLES_MAX: Final = 5
_ORDER: Final = {"file": 0, "value": 2}
BEGINNING: Final = (-1, 0, 0)
"""Before the first handoff of all."""


_EVENT_ADVICE: Final = {
    True: "it is tried again when the override is over; see who said so: handrail override list",
    False: "it is looked at again when what it needs is told",
}


class RunLine(Struct, frozen=True):
    """One run as it stands. `waits_for` says what its first open handoff waits for."""

    run: str
    person: str
    person_id: str
    journey: str
    phase: str
    begun: Instant
    ended: Instant | None
    next_moment: Instant | None
    reason: str
    waits_for: str
    title: str = ""


class HandoffLine(Struct, frozen=True):
    """One handoff: who answers for it, by name; `ended` is empty while it is open. `snoozed`: nobody is reminded before.

    `stands_in` says who acts for an owner who is away, with both names; it is told of one handoff, not in lists.
    """

    run: str
    step: str
    journey: str
    person: str
    person_id: str
    owner: str
    opened: Instant
    due: Instant | None
    overdue: bool
    escalated: bool
    ended: str
    pass_number: int = 0
    snoozed: Instant | None = None
    stands_in: str = ""


class HeldCause(Struct, frozen=True):
    """What is held for one cause: `what` is an event, messages, a row of a file or a whole file; `examples` are a few of them.

    A `value` is not held: it was not applied to somebody who was, and what was known before stands.
    """

    what: str
    reason: str
    owner: str
    many: int
    since: Instant
    next_moment: Instant | None
    source: str
    number: int
    examples: tuple[str, ...]
    advice: str


class Page(Struct, frozen=True):
    """Lines of one kind, and how many there are in all."""

    total: int
    lines: tuple[RunLine | HandoffLine | HeldCause, ...]


class Names:
    """The names of people, fetched by sets."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._known: dict[int, str] = {}

    def fetch(self, persons: Iterable[int]) -> None:
        """Have these at hand."""
        wanted = {number for number in persons if number not in self._known}
        for number in wanted.intersection(self._past.at_hand()):
            versions = self._past.versions(number)
            if versions:
                self._known[number] = called(versions[-1].person, number)
        missing = sorted(wanted - self._known.keys())
        for number, row in self._past.store.persons(missing).items() if missing else ():
            self._known[number] = called(coding.unpack(row.body, Person), number)

    def fetch_owners(self, owners: Iterable[str]) -> None:
        """Have the people among these owners at hand."""
        self.fetch(own_ids_of(owners))

    def of(self, person: int) -> str:
        """The name, or the own id of somebody who has none."""
        self.fetch([person])
        return self._known.get(person, f"P-{person}")

    def owner(self, owner: str) -> str:
        """Who an owner is."""
        return owner_text(owner, self.of)


def runs(past: Past, which: Runs, limit: int, after: int = 0) -> Page:
    """Runs, oldest first; `after` is the number of the last one of the page before."""
    found = past.store.runs(which, after, limit)
    return Page(_count_runs(past, which), run_lines(past, Names(past), found))


def run_lines(past: Past, names: Names, rows: Sequence[RunRow]) -> tuple[RunLine, ...]:
    """A line for each of these runs; owners and people are fetched together."""
    states = {row.id: coding.unpack(row.state, State) if row.state else None for row in rows}
    owners = own_ids_of({each.owner for state in states.values() if state is not None for each in state.passes})
    names.fetch([*(row.person for row in rows), *owners])
    first = {number: each for number, state in states.items() if (each := _waiting(state)) is not None}
    asked = [(number, each.number, each.call) for number, each in first.items() if each.waiting == "outcome"]
    calls = {key[0]: call for key, call in awaited_calls(past.store, asked).items() if call.tries}
    return tuple(_run_line(past, names, row, states[row.id], calls.get(row.id)) for row in rows)


def _waiting(state: State | None) -> Pass | None:
    """The first opened of a run's passes that wait for something themselves."""
    passes = state.passes if state is not None else ()
    return min((each for each in passes if each.waiting != "branches"), key=lambda each: each.number, default=None)


def _run_line(past: Past, names: Names, row: RunRow, state: State | None, call: EffectRow | None) -> RunLine:
    """`call` is the one that it waits for, where that failed and is tried again."""
    kept, waiting = past.plans[row.plan], _waiting(state)
    awaited = f"{what_is_awaited(kept.plan, waiting)}, {names.owner(waiting.owner)}" if waiting is not None else ""
    next_moment = _instant(row.wake_at)
    if call is not None:
        again = to_instant(call.next_at)
        next_moment = again if next_moment is None else min(next_moment, again)
        awaited = f"{awaited}; {try_text(call, past.organization(then_of(again)).zone)}"
    return RunLine(
        f"R-{row.id}",
        names.of(row.person),
        f"P-{row.person}",
        kept.plan.journey,
        PHASES[row.phase],
        to_instant(row.begun),
        _instant(row.ended),
        next_moment,
        state.reason if state is not None else "erased",
        awaited,
        kept.plan.title,
    )


def _count_runs(past: Past, which: Runs) -> int:
    if which.person is not None:
        return past.store.count_runs(which)
    return sum(
        many
        for (journey, phase), many in past.store.run_counts().items()
        if which.journey in (None, journey) and (not which.phases or phase in which.phases)
    )


def handoffs(past: Past, which: Handoffs, now: Instant, limit: int, after: tuple[int, int, int] = BEGINNING) -> Page:
    """Handoffs, the soonest due first; `after` is the last one's (due or NEVER, run, pass) of the page before."""
    found = past.store.handoffs(which, after, limit)
    names = Names(past)
    names.fetch(row.person for row in found)
    plans = {row.id: row.plan for row in past.store.runs_by_id(sorted({row.run for row in found})).values()}
    lines = tuple(_handoff_line(past, names, row, plans[row.run], now) for row in found)
    total = len(lines) if len(lines) < limit and after == BEGINNING else past.store.count_handoffs(which)
    return Page(total, lines)


def _handoff_line(past: Past, names: Names, row: HandoffRow, plan: int, now: Instant) -> HandoffLine:
    kept = past.plans[plan]
    return HandoffLine(
        f"R-{row.run}",
        kept.plan.steps[row.step].name if row.step != NONE else "release" if row.pass_ == 0 else "(the whole run)",
        kept.plan.journey,
        names.of(row.person),
        f"P-{row.person}",
        names.owner(row.owner),
        to_instant(row.opened),
        _instant(row.due),
        row.closed is None and row.due is not None and row.due < to_millis(now),
        bool(row.escalated),
        row.ended,
        row.pass_,
        _instant(row.aside),
    )


def handoff(past: Past, row: HandoffRow, now: Instant) -> HandoffLine:
    """One handoff, open or closed."""
    names, run = Names(past), past.run(row.run)
    assert run is not None, f"R-{row.run} has a handoff"
    return _handoff_line(past, names, row, run.plan, now)


# What is held


def held(past: Past, now: Instant, owner: str = "") -> Page:
    """Everything that is held, grouped by its cause: whole files, rows of files, events, messages of new journeys; the largest first.

    After these the values that were not applied, of each source's newest file; the total is without them.
    """
    names = Names(past)
    causes = [*_files(past, names, now), *_rows(past, names), *_events(past, names), *_values(past, names)]
    causes += _messages(past, names, now)
    wanted = names.owner(owner) if owner else ""
    chosen = [cause for cause in causes if not wanted or cause.owner == wanted]
    ordered = sorted(chosen, key=lambda cause: (_ORDER.get(cause.what, 1), -cause.many, cause.reason))
    return Page(sum(cause.many for cause in ordered if cause.what != "value"), tuple(ordered))


def _messages(past: Past, names: Names, now: Instant) -> list[HeldCause]:
    return [
        HeldCause(
            "messages",
            f"{each.journey} is new here: its messages wait until somebody lets them go",
            names.owner(each.owner),
            each.many,
            each.since,
            None,
            "",
            0,
            (),
            f"handrail held messages {each.journey} --yes-by NAME",
        )
        for each in mail_held(past, now)
        if each.many
    ]


def _files(past: Past, names: Names, now: Instant) -> list[HeldCause]:
    return [
        HeldCause(
            "file",
            f"{record.file} is held as a whole: {record.reason.rstrip('.')}{_if_released(record)}",
            names.owner(record.owner),
            record.rows,
            record.arrived,
            None,
            record.source,
            record.id,
            (record.file,),
            ", or ".join(of_whole_file(record, record.mapping)),
        )
        for record in files_held(past, now)
    ]


def _if_released(record: SyncRecord) -> str:
    """Who would leave by it; empty: nobody."""
    return f". {would_leave(record.leaving)}" if record.leaving is not None and record.leaving.people else ""


def _rows(past: Past, names: Names) -> list[HeldCause]:
    ask = (
        "SELECT l.sync, s.source, s.file, s.at, l.owner, l.field, l.reason, count(*), min(l.line) FROM sync_line l "
        "JOIN sync s ON s.id = l.sync WHERE l.ended IS NULL AND l.disposition = 'held' "
        "GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 9"
    )
    return [
        HeldCause(
            "row",
            f"{file}: {reason}",
            names.owner(str(owner)),
            int(many),
            to_instant(int(at)),
            None,
            str(source),
            int(sync),
            _keys(past, int(sync), str(reason)),
            of_row(str(field), str(reason), str(source), int(sync)),
        )
        for sync, source, file, at, owner, field, reason, many, _ in past.store.database.read(ask)
    ]


def _values(past: Past, names: Names) -> list[HeldCause]:
    """Values that the newest file of each source told and that were not applied, by field and reason."""
    newest = past.store.database.read("SELECT max(id), source FROM sync WHERE state = 'applied' GROUP BY source")
    sources = {int(number): str(source) for number, source in newest}
    found = past.store.database.read_in(
        "SELECT sync, body FROM sync_value WHERE sync {in} ORDER BY sync, line", list(sources)
    )
    groups: dict[tuple[int, str, str, str], list[NotApplied]] = {}
    for sync, body in found:
        value = coding.unpack(body, NotApplied)
        groups.setdefault((int(sync), value.field, value.reason, value.owner), []).append(value)
    return [
        HeldCause(
            "value",
            f"{words_of(field)}: {reason}",
            names.owner(owner),
            len(values),
            min(value.since for value in values),
            None,
            sources[sync],
            sync,
            tuple(f"{value.key} (“{value.seen}”)" for value in values[:EXAMPLES_MAX]),
            of_value(field, reason, sources[sync], [value.seen for value in values], sync),
        )
        for (sync, field, reason, owner), values in groups.items()
    ]


def _keys(past: Past, sync: int, reason: str) -> tuple[str, ...]:
    ask = (
        "SELECT key, line FROM sync_line WHERE sync = ? AND reason = ? AND ended IS NULL AND disposition = 'held' "
        "ORDER BY line LIMIT ?"
    )
    lines: dict[str, list[str]] = {}
    for key, line in past.store.database.read(ask, (sync, reason, EXAMPLES_MAX)):
        lines.setdefault(str(key), []).append(str(line))
    return tuple(_row_named(key, at) for key, at in lines.items())


def _row_named(key: str, lines: list[str]) -> str:
    """A key with the lines of the file it stands in; two rows of one key are one name."""
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(lines[:-1])} and {lines[-1]}"
    return f"{key} ({where})" if key else where


def _events(past: Past, names: Names) -> list[HeldCause]:
    ask = (
        "SELECT kind, source, owner, reason, count(*), min(opened), min(next_at), min(seq) FROM held "
        "WHERE ended IS NULL GROUP BY 1, 2, 3, 4 ORDER BY 8"
    )
    return [
        HeldCause(
            "event",
            f"{kind}: {reason}",
            names.owner(str(owner)),
            int(many),
            to_instant(int(opened)),
            _instant(next_at),
            str(source),
            int(seq),
            _persons(past, names, str(kind), str(reason)),
            _EVENT_ADVICE[str(reason).endswith(": held back")],
        )
        for kind, source, owner, reason, many, opened, next_at, seq in past.store.database.read(ask)
    ]


def _persons(past: Past, names: Names, kind: str, reason: str) -> tuple[str, ...]:
    ask = "SELECT person, seq FROM held WHERE ended IS NULL AND kind = ? AND reason = ? ORDER BY seq LIMIT ?"
    found: Sequence[tuple[int | None, int]] = past.store.database.read(ask, (kind, reason, EXAMPLES_MAX))
    return tuple(names.of(person) if person is not None else f"event {seq}" for person, seq in found)


def _instant(millis: int | None) -> Instant | None:
    return None if millis is None else to_instant(int(millis))
