"""Moving one run to another plan: decided by the core's `migrate` in its newest world, and taken into the group.

A move is a decision like any other: a row of the ledger with its reasons. What cannot move stays as it is, and the
receipt says why. Which runs, and when, is `engine.by_hand.moving`'s matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import structs

from handrail.core.change import change_of
from handrail.core.matching import matching_of
from handrail.core.migrate import migrate
from handrail.engine.deciding.before import came_since, tell
from handrail.engine.deciding.group import ORDINARY, Group
from handrail.engine.deciding.running import record_for
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.account import Account
from handrail.engine.deciding.written.writing import take_in
from handrail.engine.items import Move, Receipt
from handrail.store.rows import HandoffRow, MeasureRow
from handrail.terms import coding
from handrail.terms.change import Change
from handrail.terms.decision import Decision, Reason, Stays
from handrail.terms.event import Event, Moved
from handrail.terms.plan import Plan
from handrail.terms.values import Fields
from handrail.terms.world import World

_CLOSED: Final = "SELECT * FROM handoff WHERE closed IS NOT NULL AND run {in}"
_MEASURES: Final = "SELECT * FROM measure WHERE run {in}"


def moved(group: Group, item: Move) -> Receipt:
    """Move the run, or say why it stays; what came of it is the receipt's `change`."""
    working = group.runs.get(item.run)
    if working is None:
        return Receipt(disposition="refused", why=[f"there is no run R-{item.run}"], change=Change("ended", "erased"))
    old, new = working.plan, group.plans.by_number[item.plan]
    if old.hash == new.hash:
        return Receipt(change=Change("stays", "it has that version already"))
    made, world = decided(group, working, new)
    unheard = came_since(group, working, old, new)
    change = told_of(change_of(old, new, working.state, made), unheard)
    if not isinstance(made, Decision):
        return Receipt(why=[change.why], change=change)
    account = Account(group, coding.pack(Moved(group.now, item.by, new.hash)))
    working.last_seq = account.next_number()
    working.plan, working.plan_before = new, old
    digest = take_in(group, working, made, world, ORDINARY)
    account.moved(working, "moved", _signed(made.reasons, item.by), digest)
    account.receipt.change = change
    tell(group, working, unheard)
    return account.receipt


def foreseen(group: Group, working: Working, new: Plan) -> Change:
    """What moving the run would come to; nothing of it is taken in."""
    made, _ = decided(group, working, new)
    change = change_of(working.plan, new, working.state, made)
    return told_of(change, came_since(group, working, working.plan, new))


def told_of(change: Change, unheard: Sequence[tuple[int, bytes]]) -> Change:
    """The change with the kinds of events that the run hears of as it moves."""
    if change.verdict != "moves" or not unheard:
        return change
    return structs.replace(change, hears=tuple(coding.unpack(body, Event).kind for _, body in unheard))


def decided(group: Group, working: Working, new: Plan) -> tuple[Decision | Stays, World]:
    """What the core makes of the run in the new plan; where it cannot decide at all, the run stays."""
    person = group.worlds.newest(working.person)
    assert person is not None, f"person {working.person} was fetched"
    world = group.worlds.world(person, new, working.state, None, record_for(group, working.person, new))
    try:
        return migrate(working.plan, new, working.state, world, group.now), world
    except Exception as error:  # noqa: BLE001 - the core is pure: whatever it raises, this run alone stays
        return Stays(f"it could not be decided: {type(error).__name__}: {error}"), world


def _signed(reasons: Sequence[Reason], by: str) -> tuple[Reason, ...]:
    """The reasons, the first of which says that it was moved, and by whom."""
    return (structs.replace(reasons[0], seen=reasons[0].seen.plus(Fields({"by": by}))), *reasons[1:])


def renumber(group: Group) -> None:
    """What is kept of closed handoffs and measures names its step by a number: from now on by that of the new plan."""
    going = {working.number: working for working in group.runs.values() if working.plan_before is not None}
    if not going:
        return
    for row in group.store.database.look_in(_CLOSED, sorted(going)):
        handoff = HandoffRow(*row)
        step = _now(going[handoff.run], handoff.step)
        if step != handoff.step and (handoff.run, handoff.pass_) not in group.handoffs:
            group.handoffs[handoff.run, handoff.pass_] = handoff._replace(step=step)
    known = {row[:3] for row in group.batch.measures}
    for row in group.store.database.look_in(_MEASURES, sorted(going)):
        measure = MeasureRow(*row)
        step = _now(going[measure.run], measure.step)
        if step != measure.step and measure[:3] not in known:
            group.batch.measures.append(measure._replace(step=step))


def _now(working: Working, step: int) -> int:
    assert working.plan_before is not None, "asked of runs that moved"
    return matching_of(working.plan_before, working.plan).step(step)
