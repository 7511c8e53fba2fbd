"""One run: how far it has come, step by step, what it called and what came of it, and everything that was decided in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from handrail.insight.asking import Asking
from handrail.insight.desk.lines import Line, lines
from handrail.insight.desk.persons.person import Moment, of_run
from handrail.insight.lists import Names, RunLine, run_lines
from handrail.insight.past import Past, PlanKept
from handrail.insight.replay import Decided, as_recorded
from handrail.insight.sending import tried_until
from handrail.insight.telling.sentences import step_at
from handrail.insight.telling.wording import sentence
from handrail.insight.whys.references import call_ref, message_ref
from handrail.store.moments import EFFECT_STATES, to_instant
from handrail.store.rows import EffectRow, HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.plan import NONE
from handrail.terms.state import State
from handrail.terms.values import Instant

_LEFT_OUT: Final = ("skipped", "not needed", "stopped")
_CALLS: Final = "SELECT * FROM effect WHERE run = ? ORDER BY pass, rung"
_MESSAGE_STATES: Final = ("waiting", "being sent", "sent", "overtaken", "held", "withdrawn")


class StepLine(Struct, frozen=True):
    """One step: `state` is done, open, left out or not yet; `times` how often it was gone through. `depth`: within how many others."""

    name: str
    state: str
    depth: int
    owner: str
    since: Instant | None
    due: Instant | None
    ended: Instant | None
    times: int


class CallLine(Struct, frozen=True):
    """One call to a system, and what became of it."""

    connection: str
    action: str
    about: str
    state: str
    tries: int
    next: Instant | None
    why: str


class MessageLine(Struct, frozen=True):
    """One message: to whom, about what, and what became of it."""

    receiver: str
    template: str
    at: Instant
    state: str
    outcome: str
    why: str


class OneRun(Struct, frozen=True):
    """A run as it stands. `version` names the plan that it goes by, `published` when that became current."""

    run: RunLine
    title: str
    version: str
    published: Instant | None
    newest: bool
    steps: tuple[StepLine, ...]
    handoffs: tuple[Line, ...]
    calls: tuple[CallLine, ...]
    messages: tuple[MessageLine, ...]
    moments: tuple[Moment, ...]


def one_run(past: Past, row: RunRow, now: Instant) -> OneRun:
    """The run, its newest moment first."""
    asking, names = Asking(past, row.person, now), Names(past)
    past.fetch([row.person])
    kept = past.plans[row.plan]
    handoffs = [
        HandoffRow(*each) for each in past.store.database.read("SELECT * FROM handoff WHERE run = ?", (row.id,))
    ]
    names.fetch_owners(row.owner for row in handoffs)
    calls = [EffectRow(*each) for each in past.store.database.read(_CALLS, (row.id,))]
    (line,) = run_lines(past, names, [row])
    messages = tuple(_messages(past, row.id, names))
    recorded = as_recorded(past, row)
    current = past.current(kept.plan.journey, asking.then)
    return OneRun(
        run=line,
        title=kept.plan.title,
        version=kept.plan.hash[:8],
        published=_published(past, row.plan),
        newest=current is not None and current.plan.hash == kept.plan.hash,
        steps=tuple(_steps(kept, row, (handoffs, _said_of(kept, recorded), _tried_until(calls)), names)),
        handoffs=lines(past, [each for each in handoffs if each.closed is None], now),
        calls=tuple(map(_call, calls)),
        messages=messages,
        moments=tuple(of_run(asking, row, each) for each in reversed(recorded)),
    )


def _published(past: Past, plan: int) -> Instant | None:
    return next((to_instant(row.from_) for row in past.publications if row.plan == plan), None)


def _said_of(kept: PlanKept, recorded: Sequence[Decided]) -> dict[str, str]:
    """The last thing that was decided about each step, by its name: a check leaves nothing else behind."""
    found = {}
    for row in recorded:
        for reason in row.reasons:
            step = step_at(kept.plan, reason.place) if reason.place else None
            if step is not None:
                found[step.name] = reason.rule
    return found


def _steps(
    kept: PlanKept,
    row: RunRow,
    known: tuple[Sequence[HandoffRow], Mapping[str, str], Mapping[int, Instant]],
    names: Names,
) -> Iterator[StepLine]:
    """Every step in the order of the file, as far as the run has come; `known` are its handoffs, what was said of steps, and until when passes try a call."""
    handoffs, said, tried = known
    state = coding.unpack(row.state, State) if row.state else None
    depths: list[int] = []
    for number, step in enumerate(kept.plan.steps):
        depths.append(0 if step.parent == NONE else depths[step.parent] + 1)
        passes = [each for each in state.passes if each.step == number] if state is not None else []
        ended = [each for each in handoffs if each.step == number and each.closed is not None]
        done = state is not None and any(_is_of(name, step.name) for name in state.results)
        over = "left out" if said.get(step.name) in _LEFT_OUT else "done"
        word = "open" if passes else "done" if done else over if ended or step.name in said else "not yet"
        owner = passes[0].owner if passes else ended[-1].owner if ended else ""
        yield StepLine(
            step.name.replace("_", " "),
            word,
            depths[number],
            names.owner(owner) if owner else "",
            passes[0].opened if passes else None,
            passes[0].due or tried.get(passes[0].number) if passes else None,
            _ended(state, step.name, ended),
            max((each.times for each in passes), default=len(ended)),
        )


def _is_of(result: str, step: str) -> bool:
    return result == step or result.startswith(f"{step}[")


def _ended(state: State | None, step: str, ended: Sequence[HandoffRow]) -> Instant | None:
    found = state.results.get(step) if state is not None else None
    at = found.get("at") if found is not None else None
    if isinstance(at, datetime):
        return at
    closed = ended[-1].closed if ended else None
    return None if closed is None else to_instant(closed)


def _tried_until(calls: Sequence[EffectRow]) -> dict[int, Instant]:
    """Until about when the calls that failed are tried, by their passes."""
    return {row.pass_: until for row in calls if (until := tried_until(row)) is not None}


def _call(row: EffectRow) -> CallLine:
    waits = to_instant(row.next_at) if row.state == 0 else None
    action = row.action.rpartition(".")[2].replace("_", " ")
    why = call_ref(row.run, row.pass_, row.rung)
    return CallLine(row.connection, action, row.object, EFFECT_STATES[row.state], row.tries, waits, why)


def _messages(past: Past, run: int, names: Names) -> Iterator[MessageLine]:
    for row in past.messages(run):
        why = message_ref(row.run, row.pass_, row.rung)
        outcome = sentence(row.outcome) if row.outcome else ""
        state = _MESSAGE_STATES[row.state]
        yield MessageLine(names.owner(row.receiver), row.template, to_instant(row.at), state, outcome, why)
