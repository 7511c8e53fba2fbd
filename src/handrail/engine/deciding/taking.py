"""Takes one item after the other into a group, in the order of arrival, each on what the ones before have left."""

from __future__ import annotations

from typing import assert_never

from msgspec import structs

from handrail.engine.deciding.arriving import arrived
from handrail.engine.deciding.group import BULK, URGENT, Group
from handrail.engine.deciding.letters import Begin
from handrail.engine.deciding.moving import moved
from handrail.engine.deciding.running import for_run
from handrail.engine.deciding.starting import Occasion, begin, begun_by_run, try_again
from handrail.engine.deciding.telling import life, person_made
from handrail.engine.deciding.written.account import Account
from handrail.engine.items import (
    BY_HAND,
    Arrived,
    ForRun,
    Item,
    Move,
    PersonMade,
    Posted,
    Receipt,
    Swept,
    TryAgain,
    Unfit,
)
from handrail.store.batch import InboxTaken
from handrail.terms import coding
from handrail.terms.event import Event
from handrail.terms.plan import Start


def take(group: Group, item: Item) -> Receipt:  # noqa: PLR0911 - a kind of item a line
    """Decide one item."""
    match item:
        case ForRun():
            return for_run(group, item)
        case Arrived():
            return arrived(group, item)
        case Posted():
            return _posted(group, item)
        case Swept():
            return _swept(group, item)
        case PersonMade():
            return person_made(group, item)
        case Move():
            return moved(group, item)
        case TryAgain():
            return _again(group, item)
        case Unfit():
            return _unfit(group, item)
    assert_never(item)


def _posted(group: Group, item: Posted) -> Receipt:
    group.batch.inbox_taken.append(InboxTaken(item.inbox))
    letter = item.letter
    if isinstance(letter, Begin):
        return begun_by_run(group, letter)
    if isinstance(letter, Event):
        return life(group, letter)
    assert item.run is not None, "any other letter is to a run"
    return for_run(group, ForRun(item.run, letter))


def _swept(group: Group, item: Swept) -> Receipt:
    plan = group.plans.current.get(item.journey)
    person = group.worlds.newest(item.person)
    starts = (*plan.starts, Start(BY_HAND)) if plan is not None else ()
    trigger = next((each for each in starts if each.name == item.trigger), None)
    if plan is None or trigger is None or person is None:
        return Receipt(disposition="refused", why=[f"there is no {item.journey}/{item.trigger} now"])
    rank = URGENT if item.said else BULK
    occasion, account = Occasion(plan, trigger, given=item.given, rank=rank, said=item.said), Account(group, None)
    if item.event is not None:
        event = structs.replace(item.event, person=item.person)
        occasion = Occasion(plan, trigger, event, rank=BULK)
        account = Account(group, coding.pack(event), event.number, written=True)
    begun = begin(group, occasion, person, account)
    if begun.why:
        account.receipt.why, account.receipt.stands = [begun.why], begun.run
    elif group.runs[begun.run].state.phase == "waiting for release":
        account.receipt.why = ["waiting for release"]
    return account.receipt


def _again(group: Group, item: TryAgain) -> Receipt:
    person = group.worlds.newest(item.person)
    if person is not None:
        try_again(group, person)
    return Receipt()


def _unfit(group: Group, item: Unfit) -> Receipt:
    """What cannot be stored as it came: held without its content; its letter and its effect are over all the same."""
    if item.inbox is not None:
        group.batch.inbox_taken.append(InboxTaken(item.inbox))
    if item.done is not None:
        group.batch.effects_done.append(item.done)
    account = Account(group, None)
    account.hold(Event(item.kind, group.now, item.person), item.why, run=item.run)
    return account.receipt
