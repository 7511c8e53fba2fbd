"""Beginning runs: by an event, a schedule, a request or another run; within the journey's limit, once.

A start whose values are not known yet is put off, and tried again when the person changes.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct, structs

from handrail.calendar.durations import period_of
from handrail.conditions.scope import Scope
from handrail.core.start import Beginning, asked_of, go_ahead
from handrail.engine.deciding.before import tell_before
from handrail.engine.deciding.group import ORDINARY, Group
from handrail.engine.deciding.letters import Begin
from handrail.engine.deciding.running import record_for
from handrail.engine.deciding.running_copy import Working
from handrail.engine.deciding.written.account import HELD_BACK, Account, waits_for
from handrail.engine.deciding.written.writing import post, take_in
from handrail.engine.items import Receipt
from handrail.store import rows
from handrail.store.batch import HeldEnded
from handrail.store.moments import DISPOSITION, to_instant
from handrail.terms import coding
from handrail.terms.decision import Earlier, NotStarted, Started
from handrail.terms.event import Event, JourneyEnded, Stopped
from handrail.terms.person import EMPTY_RECORD, Person
from handrail.terms.plan import Plan, Start
from handrail.terms.state import State, names_somebody
from handrail.terms.values import NOTHING, Fields, Instant
from handrail.terms.world import World


class Occasion(Struct, frozen=True):
    """What a run may begin by: the trigger, the event with the version before it, values that come with a request, who says so and why."""

    plan: Plan
    trigger: Start
    event: Event | None = None
    was: Person | None = None
    given: Fields = NOTHING
    rank: int = ORDINARY
    said: Fields = NOTHING


class Begun(Struct, frozen=True):
    """The run that began, or the one that stands in its place (0: none), and else why not; `later`: it was put off."""

    run: int = 0
    why: str = ""
    later: bool = False


def begin(group: Group, occasion: Occasion, person: Person, account: Account) -> Begun:
    """Begin a run if the trigger says so."""
    plan, trigger, event = occasion.plan, occasion.trigger, occasion.event
    record = record_for(group, person.id, plan) if plan.needs.record else EMPTY_RECORD
    world = group.worlds.world(person, plan, _named(group, occasion, person), occasion.was, record)
    number = group.number("run")
    asked = asked_of(plan, trigger, event, world, group.now)
    made = asked if isinstance(asked, NotStarted) else _go_ahead(group, occasion, world, asked, number)
    if isinstance(made, NotStarted):
        group.numbers.back("run", number)
        account.reasons += made.reasons
        account.receipt.why.append(f"{plan.journey}/{trigger.name}: {made.why}")
        return Begun(made.stands, made.why, _put_off(account, occasion, made))
    working = _born(group, plan, person.id, made)
    working.last_seq = account.next_number()
    digest = take_in(group, working, made.decision, world, occasion.rank)
    account.moved(working, "start" if event is None else event.kind, made.decision.reasons, digest)
    for replaced in made.replaced:
        post(group, Stopped(group.now, f"replaced by R-{working.number}"), working.shard, run=replaced)
    tell_before(group, working, account.number)
    return Begun(working.number)


def _go_ahead(group: Group, occasion: Occasion, world: World, asked: Scope, number: int) -> Started | NotStarted:
    """The run begins, unless an earlier one stands for it or somebody's word holds it back."""
    plan, person = occasion.plan, world.person.id
    beginning = Beginning(occasion.trigger, number, _above_limit(group, plan), occasion.given, occasion.said)
    if overrides := group.worlds.overrides_of(person, group.now):
        world = structs.replace(world, overrides=overrides)
    return go_ahead(plan, beginning, world, asked, _earlier(group, person, plan))


def _put_off(account: Account, occasion: Occasion, made: NotStarted) -> bool:
    """Whether the event is kept to be tried again: when a value comes that was not known, or when an override ends."""
    if occasion.event is None or made.why not in ("unknown", "held back"):
        return False
    until = made.reasons[0].seen.get("until") if made.why == "held back" else None
    if made.why == "held back" and not isinstance(until, datetime):
        return False  # nobody said that it ends
    account.put_off(occasion.plan, occasion.trigger, occasion.event, until if isinstance(until, datetime) else None)
    return True


def _named(group: Group, occasion: Occasion, person: Person) -> State | None:
    """For whom the world is made: with the persons that the form or the event names, who may own what opens first."""
    said = occasion.given
    if occasion.event is not None:
        said = said.plus(occasion.event.fields) if said else occasion.event.fields
    if not names_somebody(said):
        return None
    return State(0, person.id, occasion.plan.hash, group.now, said)


def try_again(group: Group, person: Person) -> None:
    """Starts that were put off, now that the person has changed, or an override about them has ended."""
    for held in group.deferred.pop(person.id, ()):
        journey, name = waits_for(held)
        plan = group.plans.current.get(journey)
        trigger = next((each for each in plan.starts if each.name == name), None) if plan is not None else None
        if plan is None or trigger is None or held.body is None:
            group.batch.held_ended.append(HeldEnded(held.seq, group.at, DISPOSITION["ignored"], "no longer published"))
            continue
        event = coding.unpack(held.body, Event)
        account = _Again(group, held)
        was = group.versions.get((person.id, event.before_version)) if event.before_version else None
        occasion = Occasion(plan, trigger, event, was)
        if not begin(group, occasion, person, account).later:
            became = DISPOSITION["matched" if account.receipt.used else "ignored"]
            why = "no longer held back" if HELD_BACK in held.reason else "the value came"
            group.batch.held_ended.append(HeldEnded(held.seq, group.at, became, why))


class _Again(Account):
    """The account of an event that has its row already; put off once more it stays as it stands."""

    def __init__(self, group: Group, held: rows.HeldRow) -> None:
        super().__init__(group, None, held.seq, written=True)

    def put_off(self, plan: Plan, trigger: Start, event: Event, until: Instant | None = None) -> None:
        del plan, trigger, event, until


def begun_by_run(group: Group, letter: Begin) -> Receipt:
    """A run of another journey, begun by a step or a move of an open run."""
    plan = group.plans.current.get(letter.journey)
    person = group.worlds.newest(letter.person)
    asking = group.runs.get(letter.run)
    if letter.tied and (asking is None or not _still_wants(asking, letter)):
        return Receipt(why=["the run that asked for it has ended meanwhile"])
    if plan is None or person is None:
        _answer(group, letter, "there is no such journey now")
        return Receipt(why=["there is no such journey now"])
    account = Account(group, None)
    occasion = Occasion(plan, Start("run"), given=letter.arguments)
    begun = begin(group, occasion, person, account)
    if not begun.run:
        _answer(group, letter, begun.why)
    elif letter.tied:
        group.batch.begun.append(rows.BegunRow(letter.run, letter.pass_, letter.rung, begun.run, 1))
    return account.receipt


def _still_wants(asking: Working, letter: Begin) -> bool:
    return any(each.number == letter.pass_ for each in asking.state.passes)


def _answer(group: Group, letter: Begin, why: str) -> None:
    """Nothing was begun: whoever waits for it is told."""
    if letter.tied:
        ended = JourneyEnded(letter.pass_, group.now, 0, letter.journey, "not needed", why)
        post(group, ended, group.shard(letter.person), run=letter.run)


def _born(group: Group, plan: Plan, person: int, made: Started) -> Working:
    """The new run in the group, counted where its journey has a limit."""
    state = made.decision.state
    working = Working(state, plan, group.shard(person))
    working.once = coding.pack(made.by) if made.by else None
    working.replaces = coding.pack(made.replaces) if made.replaces else None
    group.runs[working.number] = working
    group.of_person.setdefault(person, []).append(working.number)
    if plan.limit is not None and state.phase != "waiting for release":
        key = _period(group, plan)
        group.starts[key] = group.starts.get(key, 0) + 1
        group.starts_more[key] = group.starts_more.get(key, 0) + 1
    return working


def _above_limit(group: Group, plan: Plan) -> bool:
    if plan.limit is None:
        return False
    key = _period(group, plan)
    if key not in group.starts:
        group.starts[key] = group.store.starts(*key)
    return group.starts[key] >= plan.limit.count


def _period(group: Group, plan: Plan) -> tuple[str, str]:
    assert plan.limit is not None, "only a journey with a limit is counted"
    return plan.journey, period_of(group.now, plan.limit.period, group.worlds.organization.zone)


def _earlier(group: Group, person: int, plan: Plan) -> list[Earlier]:
    """The person's runs of this journey, over all its versions, those begun in this group too."""
    found = [
        Earlier(row.id, to_instant(row.begun), False, _fields(row.once), _fields(row.replaces), bool(row.counts))  # noqa: FBT003 - not open
        for row in group.over.get(person, ())
        if group.plans.by_number[row.plan].journey == plan.journey
    ]
    for number in group.of_person.get(person, ()):
        working = group.runs[number]
        if working.plan.journey == plan.journey:
            once, replaces = _fields(working.once), _fields(working.replaces)
            state = working.state
            found.append(Earlier(number, state.begun, not state.over, once, replaces, bool(working.counts)))
    return found


def _fields(packed: bytes | None) -> Fields:
    return NOTHING if packed is None else coding.unpack(packed, Fields)
