"""Decisions as rows: effects, messages, letters, handoffs and who watches them, collected for one commit."""

from __future__ import annotations

from typing import assert_never

from handrail.core.draft import Draft
from handrail.core.moves.handing import read_for
from handrail.core.program import program_of
from handrail.engine.deciding.group import Group
from handrail.engine.deciding.letters import Begin, Letter, seal
from handrail.engine.deciding.running_copy import Working
from handrail.store import rows
from handrail.store.batch import EffectWithdrawn
from handrail.store.kept.calls import body_of
from handrail.store.kept.lapses import packed
from handrail.store.moments import WAITING, to_millis
from handrail.store.schema.made import made
from handrail.terms import coding
from handrail.terms.decision import Decision, HandoffChange
from handrail.terms.effect import BeginRun, Call, Effect, JoinCohort, LeaveCohort, Measure, Message, StopRun, Withdraw
from handrail.terms.state import State
from handrail.terms.world import World


def take_in(group: Group, working: Working, decision: Decision, world: World, rank: int) -> bytes:
    """Take a decision into the run and the group; the digest of the state after."""
    before, after = working.state, decision.state
    working.state = after
    working.counts = int(after.counts)
    working.rev += 1
    working.written = True
    for effect in decision.effects:
        _effect(group, working, effect, world, rank)
    for change in decision.handoffs:
        _handoff(group, working, change, world)
    if after.phase != "open" or before.phase != "open":
        _note_phase(group, working, before, after)
    packed = working.packed = decision.packed
    return coding.digest(packed, coding.STATE_DIGEST)


def _note_phase(group: Group, working: Working, before: State, after: State) -> None:
    """Note a run that ends, waits for release, or waits no more."""
    if after.over and (not before.over or before is after):
        group.ended.append(working)
    if after.phase == "waiting for release":
        group.waiting.append(working)
    elif before.phase == "waiting for release":
        journey = working.plan.journey
        group.released[journey] = group.released.get(journey, 0) + 1


def post(group: Group, letter: Letter, shard: int, *, run: int | None = None, person: int | None = None) -> None:
    """Put a letter into the inbox."""
    number = group.number("inbox")
    group.batch.inbox.append(rows.InboxRow(number, shard, group.at, run, person, None, seal(letter)))


def _effect(group: Group, working: Working, effect: Effect, world: World, rank: int) -> None:
    match effect:
        case Call():
            _call(group, working, effect, rank)
        case Message():
            group.posted.append((working.number, effect, world))
        case Withdraw():
            _withdraw(group, working, effect)
        case BeginRun():
            asked = (effect.journey, effect.person, working.number, effect.pass_, effect.rung)
            letter = Begin(*asked, effect.tied, effect.arguments)
            post(group, letter, working.shard, person=effect.person)
        case StopRun():
            group.stops.append((working, effect))
        case Measure():
            _measure(group, working, effect)
        case JoinCohort() | LeaveCohort():
            group.places.append((working, effect))
        case _:
            assert_never(effect)


def _call(group: Group, working: Working, call: Call, rank: int) -> None:
    action = group.catalog.actions.get(call.action)
    about = call.object
    if not about and action is not None and action.object:
        about = str(call.arguments.get(action.object, ""))
    leaves = group.at if call.undoes is None else group.at + _undone_before(group, working)
    group.batch.calls[working.number, call.pass_, call.rung] = call
    group.batch.effects.append(
        made(rows.EffectRow, (
            working.number, call.pass_, call.rung, call.connection, call.action, call.person, about, WAITING, rank,
            0, leaves, 0, 0, working.last_seq, body_of(call), None,
        ))
    )  # fmt: skip


def _undone_before(group: Group, working: Working) -> int:
    """How many calls the same decision takes back before: each leaves a millisecond later, so that the last goes first."""
    effects = group.batch.effects
    return sum(row.run == working.number and row.decided == working.last_seq and row.rung < 0 for row in effects)


def _withdraw(group: Group, working: Working, withdrawn: Withdraw) -> None:
    key = (working.number, withdrawn.pass_, withdrawn.rung)
    kept = [row for row in group.batch.effects if row[:3] != key]
    if len(kept) < len(group.batch.effects):
        group.batch.effects = kept
    else:
        group.batch.effects_withdrawn.append(EffectWithdrawn(*key))


def _measure(group: Group, working: Working, measure: Measure) -> None:
    step = next((i for i, each in enumerate(working.plan.steps) if each.name == measure.step), 0)
    body = coding.pack(measure.values)
    group.batch.measures.append(
        rows.MeasureRow(
            working.number, measure.pass_, measure.rung, working.person, step, measure.phase, group.at, body
        )
    )


def _handoff(group: Group, working: Working, change: HandoffChange, world: World) -> None:
    opened = group.at if change.opened is group.now else to_millis(change.opened)
    due = to_millis(change.due) if change.due is not None else None
    closed = group.at if change.closed is group.now else to_millis(change.closed) if change.closed is not None else None
    aside = to_millis(change.aside) if change.aside is not None else None
    key = (working.number, change.pass_)
    group.handoffs[key] = made(rows.HandoffRow, (
        working.number, change.pass_, change.step, working.person, change.owner, opened, due, int(change.escalated),
        closed, change.ended, _lapsed(group, key, change) if change.late else None, aside, int(change.stuck), int(change.late),
    ))  # fmt: skip
    if closed is None:
        _watch(group, working, change, world)
    else:
        group.closed_hands[working.number] = working


def _lapsed(group: Group, key: tuple[int, int], change: HandoffChange) -> bytes | None:
    """Of whom it was asked when its limit passed, if that was seen in this group; what the store has of it stays."""
    if change.lapsed is not None:
        owner, due = change.lapsed
        return packed(owner, to_millis(due))
    earlier = group.handoffs.get(key)
    return None if earlier is None else earlier.lapse


def _watch(group: Group, working: Working, change: HandoffChange, world: World) -> None:
    """Everybody whom the owner's path read is watched: the owner, whoever else it leads to, and the managers that it may ask for."""
    owner, plan = change.owner, working.plan
    read = [int(owner.removeprefix("person:"))] if owner.startswith("person:") else []
    if plan.hash in group.plans.leads_aside:
        read += read_for(Draft(program_of(plan), working.state, world, group.now), change.pass_)
    above = world.person.manager
    for _ in range(plan.needs.managers_up):
        if not isinstance(above, int):
            break
        read.append(above)
        manager = world.people.get(above)
        above = manager.manager if manager is not None else None
    for person in read:
        if person != working.person:
            group.watched.add((person, working.number))
