"""A run's way again: each row of its ledger decided anew from what was known then, and compared with what was recorded.

Of states only the newest is kept; an earlier one is had by folding the run from its start. It is believed as long as
the digests agree; from the first that differs the recorded reasons stand alone, and whoever asks is told so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct, structs

from handrail.core.decide import decide
from handrail.core.migrate import migrate
from handrail.core.start import Beginning, start
from handrail.insight.past import EVER, Past, PlanKept, Then
from handrail.store.moments import to_instant
from handrail.store.rows import KeptLedgerRow, RunRow
from handrail.terms import coding
from handrail.terms.decision import Decision, Reason, Started
from handrail.terms.event import Event, Input, said_in
from handrail.terms.person import Person
from handrail.terms.plan import Start
from handrail.terms.reasons import unpack_reasons
from handrail.terms.state import State, heard
from handrail.terms.values import Fields, Instant
from handrail.terms.world import World

MOVED: Final = "moved"


class Decided(Struct, frozen=True):
    """One row of a run's ledger: what happened, what was known, the state before and after, the recorded reasons.

    `recomputed`: the decision made again is the recorded one. Where it is not, `before`, `after` and `world` are None.
    `changed` is false for a row that only says what came and was not used, or is held. `kept` is the plan that the run
    had then, in whose file the places of the reasons are.
    """

    seq: int
    at: Instant
    kind: str
    event: Input | None
    reasons: tuple[Reason, ...]
    changed: bool
    recomputed: bool
    kept: PlanKept
    before: State | None = None
    after: State | None = None
    world: World | None = None


class Replay(Struct, frozen=True):
    """A run up to a moment. `state` is the last one: recomputed, or the kept one where nothing later happened."""

    run: RunRow
    kept: PlanKept
    rows: tuple[Decided, ...]
    state: State | None

    @property
    def recomputed(self) -> bool:
        return all(row.recomputed for row in self.rows)


def replay(past: Past, run: RunRow, until: Then | None = None) -> Replay:
    """Fold the run from its start, up to `until`."""
    until = until or Then(EVER, EVER)
    every = past.rows_of_run(run.id)
    rows = [row for row in every if row.seq <= until.seq and row.at <= until.at]
    newest = coding.unpack(run.state, State)
    kept = _first_plan(past, run, every)
    found: list[Decided] = []
    state: State | None = None
    agrees = True
    for index, row in enumerate(rows):
        recorded = _recorded(past, row, kept)
        kept = recorded.kept
        decided = _again(past, recorded, row, state, newest if index == 0 else None) if agrees else recorded
        agrees = agrees and decided.recomputed
        state = decided.after if agrees else None
        found.append(decided)
    if state is None and len(rows) == len(every):
        state = newest
    return Replay(run, kept, tuple(found), state)


def as_recorded(past: Past, run: RunRow) -> list[Decided]:
    """The run's rows as they stand, none of them decided again: what a timeline needs."""
    every = past.rows_of_run(run.id)
    kept, found = _first_plan(past, run, every), list[Decided]()
    for row in every:
        found.append(_recorded(past, row, kept))
        kept = found[-1].kept
    return found


def _first_plan(past: Past, run: RunRow, rows: Sequence[KeptLedgerRow]) -> PlanKept:
    """The plan that the run began with: that from which it was moved first, else the one it has."""
    for row in rows:
        for reason in reasons_of(row):
            if reason.rule == MOVED:
                return past.plan_of(str(reason.seen["from"])) or past.plans[run.plan]
    return past.plans[run.plan]


def person_at(past: Past, number: int, event: Input | None, then: Then) -> Person | None:
    """The version that a decision was about: for an event of the person's life the one it made, else the newest."""
    if isinstance(event, Event) and event.after_version:
        exact = past.exactly(number, event.after_version)
        if exact is not None:
            return exact
    return past.person(number, then)


def was_at(past: Past, number: int, event: Input | None) -> Person | None:
    """The version before, of an event of the person's life."""
    if isinstance(event, Event) and event.before_version:
        return past.exactly(number, event.before_version)
    return None


def _again(past: Past, recorded: Decided, row: KeptLedgerRow, state: State | None, newest: State | None) -> Decided:
    """Make one decision again. `newest` is the state of the run now, for its first row."""
    if not recorded.changed:
        return structs.replace(recorded, recomputed=True, before=state, after=state)
    event, then = recorded.event, Then(row.seq, row.at)
    about = newest or state
    joined = None if past.put_off_in(row) else event
    person = person_at(past, about.person, joined, then) if about is not None else None
    if person is None:
        return recorded
    named = _at_its_start(recorded, newest) if newest is not None else heard(state, said_in(event)) if state else None
    world = past.world(person, recorded.kept.plan, then, named, was_at(past, person.id, event))
    decision = _decision(past, recorded, state, newest, world)
    if decision is None or coding.digest(coding.pack(decision.state), coding.STATE_DIGEST) != row.digest:
        return recorded
    return structs.replace(recorded, recomputed=True, before=state, after=decision.state, world=world)


def _decision(
    past: Past, recorded: Decided, state: State | None, newest: State | None, world: World
) -> Decision | None:
    """The decision made again: a start, a change of plan, or any other."""
    if newest is not None:
        return _begin(recorded.kept, recorded, newest, world)
    assert state is not None, "a row after the first has a state before"
    before = past.plan_of(state.plan)
    if before is not None and before.plan.hash != recorded.kept.plan.hash:
        moved = migrate(before.plan, recorded.kept.plan, state, world, recorded.at)
        return moved if isinstance(moved, Decision) else None
    assert recorded.event is not None, "a row after the first has an event"
    return decide(recorded.kept.plan, state, recorded.event, world, recorded.at)


def _trigger(recorded: Decided) -> Start:
    name = next((str(reason.seen.get("trigger", "")) for reason in recorded.reasons if reason.rule == "started"), "")
    return next((each for each in recorded.kept.plan.starts if each.name == name), Start(name))


def _at_its_start(recorded: Decided, newest: State) -> State:
    """The run as its first world was made for it: with the persons that its form and its event named, and no others."""
    made_here = (*_trigger(recorded).values, "name")
    given = Fields({name: value for name, value in newest.start.items() if name not in made_here})
    return structs.replace(newest, start=given.plus(said_in(recorded.event)), results={})


def _begin(kept: PlanKept, recorded: Decided, newest: State, world: World) -> Decision | None:
    """The start made again; its values were kept with the run."""
    trigger = _trigger(recorded)
    above = any(reason.rule == "above the limit" for reason in recorded.reasons)
    event = recorded.event if isinstance(recorded.event, Event) else None
    made = start(kept.plan, Beginning(trigger, newest.run, above, newest.start), event, world, (), recorded.at)
    return made.decision if isinstance(made, Started) else None


def reasons_of(row: KeptLedgerRow) -> tuple[Reason, ...]:
    """The reasons that a row of the ledger keeps."""
    return () if row.reasons is None else unpack_reasons(row.reasons)


def _recorded(past: Past, row: KeptLedgerRow, kept: PlanKept) -> Decided:
    """The row as it stands, not made again. `kept` is the plan before it."""
    reasons = reasons_of(row)
    moved = next((str(reason.seen["to"]) for reason in reasons if reason.rule == MOVED), "")
    return Decided(
        seq=row.seq,
        at=to_instant(row.at),
        kind=row.kind,
        event=past.event_of(row),
        reasons=reasons,
        changed=row.digest is not None,
        recomputed=False,
        kept=(past.plan_of(moved) if moved else None) or kept,
    )


def last_decision(rows: Sequence[Decided]) -> Decided | None:
    """The newest row that changed the run."""
    return next((row for row in reversed(rows) if row.changed), None)
