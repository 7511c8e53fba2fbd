"""One input in one run: its world, the decision, and what is taken of it into the group."""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.core.decide import decide
from handrail.engine.clock import slept
from handrail.engine.deciding.group import ORDINARY, URGENT, Group
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.account import Account, kind_of
from handrail.engine.deciding.written.writing import take_in
from handrail.engine.items import ForRun, Receipt
from handrail.engine.worlds import record_of
from handrail.store.moments import PHASE, to_instant
from handrail.terms import coding
from handrail.terms.event import Answer, Event, Input, Released, Tick, said_in
from handrail.terms.person import EMPTY_RECORD, Person, Record
from handrail.terms.plan import Plan
from handrail.terms.state import heard
from handrail.terms.values import NOTHING

_URGENT: Final = frozenset({Answer, Released})
"""Somebody waits for what follows from them."""

_FULL = ("too many kept", "too large")
"""Why a run takes no more of what it is told: somebody looks."""


def for_run(group: Group, item: ForRun) -> Receipt:
    """An answer, outcome, tick or letter for one run."""
    working = group.runs.get(item.run)
    if working is None:
        return Receipt(disposition="refused", why=[f"there is no run R-{item.run}"])
    given = item.input
    if type(given) is Tick and (wake_at := working.state.wake_at) is not None and slept(wake_at, group.now):
        group.late.add(working.number)
    account = Account(group, coding.pack(given))
    decide_in(group, working, given, account)
    if item.done is not None:
        group.batch.effects_done.append(item.done)
    if not account.written and type(given) is not Tick:
        account.not_awaited(working, given)
    return account.receipt


def decide_in(
    group: Group, working: Working, given: Input, account: Account, person: Person | None = None,
    was: Person | None = None,
) -> None:  # fmt: skip
    """Decide in the run; `person` and `was` are the two versions that an event about its person joins."""
    newest = person if person is not None else group.worlds.newest(working.person)
    assert newest is not None, f"person {working.person} was fetched"
    record = record_for(group, working.person, working.plan) if working.plan.needs.record else EMPTY_RECORD
    said = said_in(given)
    state = working.state if said is NOTHING else heard(working.state, said)
    world = group.worlds.world(newest, working.plan, state, was, record)
    try:
        decision = decide(working.plan, working.state, given, world, group.now)
    except Exception as error:  # noqa: BLE001 - the core is pure: whatever it raises, this event alone is held
        told = given if isinstance(given, Event) else Event(kind_of(given), group.now, working.person)
        why = f"R-{working.number} could not decide it: {type(error).__name__}: {error}"
        account.hold(told, why, run=working.number)
        return
    account.reasons += decision.reasons
    if not decision.used and decision.state == working.state:
        full = next((reason.rule for reason in decision.reasons if reason.rule in _FULL), "")
        if full and isinstance(given, Event):
            account.hold(given, f"R-{working.number} keeps no more: {full}", run=working.number)
        return
    working.last_seq = account.next_number()
    rank = URGENT if type(given) in _URGENT else ORDINARY
    digest = take_in(group, working, decision, world, rank)
    account.moved(working, kind_of(given), decision.reasons, digest)


def record_for(group: Group, person: int, plan: Plan) -> Record:
    """The person's learning record, for plans that ask for it."""
    if not plan.needs.record:
        return EMPTY_RECORD
    record = record_of(group.records.get(person, ()))
    running = {working.plan.journey for working in group.open_runs(person)}
    finished = {
        group.plans.by_number[row.plan].journey: to_instant(row.ended)
        for row in group.over.get(person, ())
        if row.ended is not None and row.phase == PHASE["finished"]
    }
    return structs.replace(record, running=frozenset(running), finished=finished)
