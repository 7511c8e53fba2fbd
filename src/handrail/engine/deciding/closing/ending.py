"""What is left to do once every item of a group is decided: letters to whoever waits for an end, one row a run."""

from __future__ import annotations

from typing import Literal

from handrail.core.draft import IN_HANDS
from handrail.engine.deciding.closing.boxes import close_boxes
from handrail.engine.deciding.closing.cohorts import close_cohorts
from handrail.engine.deciding.closing.leavers import pass_on
from handrail.engine.deciding.closing.lines import close_lines
from handrail.engine.deciding.closing.releasing import look_after_waiting
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.moving import renumber
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.writing import post
from handrail.store import rows
from handrail.store.batch import Batch, RunChange, RunGone, RunStep, StartsMore
from handrail.store.moments import PHASE, to_millis
from handrail.store.schema.made import made
from handrail.terms.event import JourneyEnded, Stopped
from handrail.terms.state import State

_TIED = "SELECT * FROM begun WHERE tied = 1 AND child {in}"
_CHILDREN = "SELECT * FROM begun WHERE run {in}"


def finish(group: Group) -> Batch:
    """The batch, with one row for each run, handoff and watcher as they stand now."""
    _stop_children(group)
    _tell_parents(group)
    look_after_waiting(group)
    pass_on(group)
    close_boxes(group)
    close_cohorts(group)
    close_lines(group)
    renumber(group)
    batch = group.batch
    _write_runs(group)
    batch.handoffs += group.handoffs.values()
    closed = {working.number: working for working in (*group.closed_hands.values(), *group.ended)}
    idle = {number for number, working in closed.items() if not _holds(working.state)}
    batch.watches += [made(rows.WatchRow, pair) for pair in sorted(group.watched) if pair[1] not in idle]
    batch.watches_over += [RunGone(run) for run in sorted(idle)]
    batch.starts += [StartsMore(journey, period, more, None) for (journey, period), more in group.starts_more.items()]
    return batch


def _holds(state: State) -> bool:
    """Whether any handoff of the run is still open."""
    for each in state.passes:  # noqa: SIM110 - a loop: this is asked of every run of which a handoff was closed
        if each.waiting in IN_HANDS or each.asked:
            return True
    return False


def _tell_parents(group: Group) -> None:
    """Whoever waits for the end of a run that ended here is told, also when it was born here."""
    if not group.ended:
        return
    ended = {working.number: working for working in group.ended}
    found = [rows.BegunRow(*row) for row in group.store.database.look_in(_TIED, sorted(ended))]
    found += [row for row in group.batch.begun if row.child in ended and row.tied]
    for begun in found:
        working = ended[begun.child]
        state = working.state
        outcome: Literal["finished", "stopped"] = "finished" if state.phase == "finished" else "stopped"
        letter = JourneyEnded(begun.pass_, group.now, working.number, working.plan.journey, outcome, state.reason)
        post(group, letter, working.shard, run=begun.run)


def _stop_children(group: Group) -> None:
    """Journeys that a pass began and no longer wants are stopped; one whose letter still waits is never begun."""
    if not group.stops:
        return
    found = [
        rows.BegunRow(*row)
        for row in group.store.database.look_in(_CHILDREN, sorted({w.number for w, _ in group.stops}))
    ]
    children = {(row.run, row.pass_, row.rung): row.child for row in (*found, *group.batch.begun)}
    for working, stop in group.stops:
        child = children.get((working.number, stop.pass_, stop.begun_rung))
        if child is not None:
            post(group, Stopped(group.now, stop.reason), working.shard, run=child)


def _write_runs(group: Group) -> None:
    """The runs as they stand at the end of the group: one row a run."""
    run_steps = group.batch.run_steps
    for working in group.runs.values():
        if not working.written:
            continue
        state = working.state
        wake_at = to_millis(state.wake_at) if state.wake_at is not None else None
        phase = PHASE[state.phase]
        if phase == working.phase and working.plan_before is None:
            run_steps.append(
                made(RunStep, (
                    working.number, working.before, working.rev, wake_at, working.last_seq, working.counts, working.packed
                ))
            )  # fmt: skip
        else:
            _row(group, working, phase, wake_at)


def _row(group: Group, working: Working, phase: int, wake_at: int | None) -> None:
    """The row of a run that is new, has changed its phase or was moved."""
    state = working.state
    plan = group.plans.numbers[working.plan.hash]
    ended = group.at if state.over else None
    if working.born_here:
        group.batch.new_runs.append(
            rows.RunRow(
                working.number, working.shard, working.person, plan, working.rev, phase, to_millis(state.begun), ended,
                wake_at, working.last_seq, working.counts, working.once, working.replaces, working.packed,
            )
        )  # fmt: skip
    else:
        group.batch.runs.append(
            RunChange(
                working.number, working.before, working.rev, plan, phase, ended, wake_at, working.last_seq,
                working.counts, working.packed,
            )
        )  # fmt: skip
