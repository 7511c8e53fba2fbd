"""Runs of a journey as lines: who it is about, where they stand and since when, what comes next and when, how it ended.

Made by sets, as the lines of handoffs are; which runs they are is `which`'s matter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from handrail.insight.desk.lines import Line, lines
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.insight.sending import awaited_calls
from handrail.insight.telling.sentences import step_label, step_of
from handrail.insight.telling.wording import sentence
from handrail.store.moments import OVER, PHASES, to_instant
from handrail.store.rows import EffectRow, HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.plan import Plan
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

_OPEN: Final = "SELECT * FROM handoff WHERE closed IS NULL AND run {in}"
_WORST: Final = ("late", "could not be done", "handed on", "snoozed")


class At(Struct, frozen=True):
    """An open step: its title, where its handoff is answered, and who has that (empty: nobody has to do anything)."""

    title: str
    path: str
    owner_name: str


class RunsLine(Struct, frozen=True):
    """One run as it stands. `at` are its open steps, the soonest due first; `how` says it where there is none: what it waits for, how it ended.

    `state` is the worst that is said of its handoffs, else its phase; `late_once`: one of them was past its limit, whatever is said now. `next` is what
    comes by itself, and `due` when.
    """

    run: int
    person: int
    person_name: str
    phase: str
    at: tuple[At, ...]
    how: str
    state: str
    late_once: bool
    since: Instant
    begun: Instant
    next: str
    due: Instant | None


class _Open(Struct, frozen=True):
    """What is open in a run: its passes that are not around others, the soonest due first, each with its handoff, where it has one.

    `call` is the one that the first of them waits for, where it failed and is tried again.
    """

    passes: tuple[tuple[Pass, Line | None], ...]
    late: bool
    call: EffectRow | None = None


Next: TypeAlias = tuple[str, Instant | None]


def runs_lines(past: Past, numbers: Sequence[int], now: Instant) -> tuple[RunsLine, ...]:
    """A line for each of these runs, in the same order."""
    if not numbers:
        return ()
    rows = past.store.runs_by_id(sorted(numbers))
    still = [number for number in sorted(rows) if rows[number].phase not in OVER]
    handoffs = [HandoffRow(*row) for row in past.store.database.read_in(_OPEN, still)] if still else []
    people, names = {row.person for row in rows.values()}, Names(past)
    told = {(line.run, line.pass_): line for line in lines(past, handoffs, now, people)}
    names.fetch(people)
    late = {row.run for row in handoffs if row.late}
    states = {number: coding.unpack(row.state, State) if row.state else None for number, row in rows.items()}
    open_ = {number: _Open(_passes(row, states[number], told), number in late) for number, row in rows.items()}
    first = [(number, each.passes[0][0]) for number, each in open_.items() if each.passes]
    asked = [
        (number, each.number, each.call) for number, each in first if each.waiting == "outcome" and each.due is None
    ]
    for (number, _, _), call in awaited_calls(past.store, asked).items():
        if call.tries:
            open_[number] = replace(open_[number], call=call)
    return tuple(
        _line(past, rows[number], states[number], open_[number], names) for number in numbers if number in rows
    )


def _line(past: Past, row: RunRow, state: State | None, open_: _Open, names: Names) -> RunsLine:
    plan = past.plans[row.plan].plan
    phase = PHASES[row.phase]
    next_, due = _next(row, state, open_)
    return RunsLine(
        run=row.id,
        person=row.person,
        person_name=names.of(row.person),
        phase=phase,
        at=_at(plan, open_),
        how=_how(phase, state),
        state=_state(phase, open_),
        late_once=open_.late,
        since=_since(row, state, open_),
        begun=to_instant(row.begun),
        next=next_,
        due=due,
    )


def _passes(
    row: RunRow, state: State | None, told: Mapping[tuple[int, int], Line]
) -> tuple[tuple[Pass, Line | None], ...]:
    if state is None or state.over or state.phase == "waiting for release":
        return ()
    inner = [each for each in state.passes if each.waiting != "branches"] or state.passes
    ordered = sorted(inner, key=lambda each: (each.due is None, each.due or each.opened, each.number))
    return tuple((each, told.get((row.id, each.number))) for each in ordered)


def _at(plan: Plan, open_: _Open) -> tuple[At, ...]:
    """The open steps; one that is open for several items of a list is named once."""
    found: dict[str, At] = {}
    for each, line in open_.passes:
        step = step_of(plan, each)
        title = step_label(step) if step is not None else "The whole run"
        owner = line.owner_name if line is not None else ""
        found.setdefault(title, At(title, line.path if line is not None else "", owner))
    return tuple(found.values())


def _how(phase: str, state: State | None) -> str:
    """What is said where no step is open."""
    if phase == "waiting for release":
        return "Waits for release"
    if phase == "open":
        return "Between two steps"
    if phase == "paused":
        return "Paused"
    reason = (state.reason if state is not None else "erased") or phase
    return f"{reason[:1].upper()}{reason[1:]}"


def _state(phase: str, open_: _Open) -> str:
    said = {line.state for _, line in open_.passes if line is not None}
    return next((word for word in _WORST if word in said), phase) if phase == "open" else phase


def _since(row: RunRow, state: State | None, open_: _Open) -> Instant:
    if row.ended is not None:
        return to_instant(row.ended)
    if state is not None and state.phase == "paused" and state.paused_at is not None:
        return state.paused_at
    return open_.passes[0][0].opened if open_.passes else to_instant(row.begun)


def _next(row: RunRow, state: State | None, open_: _Open) -> Next:
    """What comes by itself if nothing comes before, and when."""
    wakes = to_instant(row.wake_at) if row.wake_at is not None else None
    if state is None or row.phase in OVER:
        return "", None
    if state.phase == "paused":
        return "It is seen whether it may go on", wakes
    if state.phase == "waiting for release":
        return "It ends without having begun, if nobody releases it", wakes
    return _by_itself(open_, wakes)


def _by_itself(open_: _Open, wakes: Instant | None) -> Next:
    """The same of a run that goes on."""
    if open_.call is not None:
        return "Its call failed, and is tried again", to_instant(open_.call.next_at)
    each, line = open_.passes[0] if open_.passes else (None, None)
    if each is None or each.due is None:
        return "It is looked at again, if nothing comes before", wakes
    if line is None:
        return "It goes on by itself", each.due
    said = line.otherwise.rstrip(".") or sentence("it is late").rstrip(".")
    return f"{said}, if nobody does anything", each.due
