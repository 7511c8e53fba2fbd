"""Telling an event to a person's runs and triggers; and what follows when it is about their life.

An event that meets no run and starts none is a row all the same: *ignored*, with the reasons.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.engine.deciding.group import Group
from handrail.engine.deciding.running import decide_in
from handrail.engine.deciding.starting import Occasion, begin, try_again
from handrail.engine.deciding.written.account import Account
from handrail.engine.deciding.written.identities import remember
from handrail.engine.deciding.written.records import learned
from handrail.engine.deciding.written.writing import post
from handrail.engine.items import PersonMade, Receipt
from handrail.store import rows
from handrail.terms import coding
from handrail.terms.event import Event, OwnersChanged
from handrail.terms.person import Person

ABOUT_NOBODY: Final = "#"
"""In the name of a sweep, before the ledger row of the event that it tells to everybody."""

OVERTAKEN: Final = "the person was changed meanwhile: what was told is to be looked at again"


def tell(group: Group, event: Event, account: Account, was: Person | None = None) -> None:
    """Tell the event; the first row holds it, others point at it."""
    person = event.person
    assert person is not None, "a told event has its person by now"
    if not event.retracts:
        learned(group.batch, event, group.records)
    about_life = event.kind.startswith("person.")
    now = _as_of(group, event)
    for working in group.open_runs(person):
        if about_life or event.kind in working.plan.waits_for:
            decide_in(group, working, event, account, now, was)
    for plan, trigger in group.plans.by_event.get(event.kind, ()):
        begin(group, Occasion(plan, trigger, event, was), now, account)
    if not account.written:
        account.row(event, "ignored")
    if about_life:
        try_again(group, now)
        _tell_watchers(group, person)
        if event.kind == "person.left":
            group.leavers.append(person)


def tell_everybody(group: Group, event: Event, account: Account) -> None:
    """An event about nobody: each start that it sets off looks at everybody, a page at a time, as a sweep does."""
    triggers = () if event.retracts else group.plans.by_event.get(event.kind, ())
    for plan, trigger in triggers:
        key = f"{plan.journey}/{trigger.name}{ABOUT_NOBODY}{account.number}"
        group.batch.sweeps.append(rows.SweepRow(key, group.at, 0, None, coding.pack({})))
    account.row(event, "matched" if triggers else "ignored")


def life(group: Group, letter: Event) -> Receipt:
    """An event that a sync wrote, of a version that is committed already."""
    account = Account(group, coding.pack(letter))
    was = group.versions.get((letter.person or 0, letter.before_version)) if letter.before_version else None
    tell(group, structs.replace(letter, number=account.number, known=group.now), account, was)
    return account.receipt


def person_made(group: Group, item: PersonMade) -> Receipt:
    """A version made by a webhook or a date: kept, then told to the person's runs, then to whoever they answer for."""
    person = item.person
    was = group.worlds.newest(person.id) if item.known else None
    if _overtaken(group, item, was):
        return Receipt(disposition="deferred", why=[OVERTAKEN])
    group.worlds.set_person(person, item.shard)
    group.people[person.id] = item.shard
    accounts = [Account(group, coding.pack(event)) for event in item.events] or [Account(group, None)]
    row = person_row(person, item.shard, group.at, accounts[0].number, item.next_day)
    (group.batch.persons if item.known else group.batch.new_persons).append(row)
    if item.key is not None:
        group.batch.person_keys.append(item.key)
    remember(group, item.identities, accounts[0].number)
    accounts[0].receipt.why.extend(item.why)
    for event, account in zip(item.events, accounts, strict=False):
        tell(group, structs.replace(event, number=account.number, known=group.now), account, was)
    return accounts[0].receipt


def _overtaken(group: Group, item: PersonMade, was: Person | None) -> bool:
    """Whether somebody else made a version of the person, or took them in, since this one was made."""
    if item.known:
        return was is None or was.version != item.person.version - 1
    if item.key is None:
        return False
    source, key = item.key.source, item.key.key
    here = any((row.source, row.key) == (source, key) for row in group.batch.person_keys)
    return here or bool(group.store.persons_by_key(source, [key]))


def person_row(person: Person, shard: int, at: int, seq: int, next_day: int | None) -> rows.PersonRow:
    """The person as the store keeps them."""
    name = person.name if isinstance(person.name, str) else None
    email = person.email if isinstance(person.email, str) else None
    status = person.status if isinstance(person.status, str) else ""
    manager = person.manager if isinstance(person.manager, int) else None
    department = person.department if isinstance(person.department, str) else None
    body = coding.pack(person)
    return rows.PersonRow(
        person.id, shard, person.version, at, seq, status, next_day, name, email, body, manager, department
    )


def _as_of(group: Group, event: Event) -> Person:
    """The person as the event made them, or the newest version for any other event."""
    person = group.worlds.newest(event.person or 0)
    assert person is not None, f"person {event.person} was fetched"
    if event.after_version and person.version != event.after_version:
        return group.versions.get((person.id, event.after_version), person)
    return person


def _tell_watchers(group: Group, person: int) -> None:
    """Whoever watches the person, or somebody in whose name they act, looks for the owners of its handoffs again, once a group."""
    for number in (person, *group.worlds.stood_in_for(person)):
        for run in group.watchers.pop(number, ()):
            post(group, OwnersChanged(group.now, number), group.shard(person), run=run)
