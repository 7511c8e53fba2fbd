"""What leaves a receiver's message box, and when: in their working time, in their language, and not too much of it.

Of two messages about one handoff the newer takes the older's place, and a handoff is spoken of once a day. Reminders and
news come as one digest where several wait, and wait when the week's measure is full; first notices and escalations never do.
A handoff that is closed takes its messages with it. Pure: what is sent, and by what, is the engine's matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import structs

from handrail.calendar.working import next_working_day, next_working_time, opening
from handrail.calendar.zones import local_day, shift_day
from handrail.core.owners import calendar_of, delegate_of
from handrail.terms.message import (
    Bounced,
    Box,
    Boxed,
    Closed,
    Ended,
    Happened,
    Key,
    Leaving,
    Left,
    Opened,
    Posted,
    PutIn,
)
from handrail.terms.organization import Calendar
from handrail.terms.person import Person
from handrail.terms.values import Instant
from handrail.terms.world import World

By = Literal["work e-mail", "private e-mail", "chat"]
WEEK: Final = timedelta(days=7)
NEVER_HELD: Final = ("first", "escalation")


def post(box: Box, happened: Happened, world: World, now: Instant) -> Posted:
    """The box after what happened to it, what leaves now, and its next moment.

    `world` holds the receiver and, while they are away, their delegate; for a team its lead.
    """
    ended: list[tuple[Key, Ended]] = []
    match happened:
        case PutIn():
            box = _put_in(box, happened, now, ended)
        case Closed():
            box = _overtake(box, lambda each: each.run == happened.run and each.message.about == happened.pass_, ended)
        case Bounced():
            ended.append((happened.key, "bounced"))
        case Opened():
            pass
    box = _overtake(box, lambda each: each.message.not_after is not None and each.message.not_after <= now, ended)
    box = structs.replace(box, left=tuple(left for left in box.left if left.at > now - WEEK))
    calendar = calendar_of(box.receiver, world)
    ready = [each for each in box.waiting if leaves_at(box, each, calendar, now) <= now]
    box, leaving = _leave(box, ready, world, now, ended)
    wake_at = min((leaves_at(box, each, calendar, now) for each in box.waiting), default=None)
    return Posted(structs.replace(box, wake_at=wake_at), leaving, tuple(ended))


def _put_in(box: Box, happened: PutIn, now: Instant, ended: list[tuple[Key, Ended]]) -> Box:
    """The newer about a handoff takes the place of the older; a first notice that has not left stays first."""
    new = Boxed(happened.run, happened.message, now)
    if new.message.about:
        older = [each for each in box.waiting if _about(each) == _about(new)]
        if any(each.message.urgency in NEVER_HELD for each in older) and new.message.urgency == "reminder":
            ended.append((new.key, "overtaken"))
            return box
        box = _overtake(box, lambda each: _about(each) == _about(new), ended)
    return structs.replace(box, waiting=(*box.waiting, new))


def _about(each: Boxed) -> tuple[int, int]:
    return each.run, each.message.about


def _overtake(box: Box, which: Callable[[Boxed], bool], ended: list[tuple[Key, Ended]]) -> Box:
    gone = [each for each in box.waiting if which(each)]
    if not gone:
        return box
    ended += [(each.key, "overtaken") for each in gone]
    return structs.replace(box, waiting=tuple(each for each in box.waiting if each not in gone))


# When


def leaves_at(box: Box, each: Boxed, calendar: Calendar, now: Instant) -> Instant:
    """When the message may leave: in working time; and unless it is never held, after the day's and the week's measure."""
    moment = next_working_time(max(each.at, now), calendar)
    if each.message.urgency in NEVER_HELD:
        return moment
    spoken = [left.at for left in box.left if each.message.about and _about(each) in left.about]
    if spoken and local_day(max(spoken), calendar.zone) >= local_day(moment, calendar.zone):
        moment = _next_morning(max(spoken), calendar)
    capped = sorted(left.at for left in box.left if left.capped and left.at > moment - WEEK)
    if len(capped) >= box.manners.weekly_cap:
        free = capped[len(capped) - box.manners.weekly_cap] + WEEK
        moment = next_working_time(max(moment, free), calendar)
    waiting = [other for other in box.waiting if other.message.urgency not in NEVER_HELD]
    if len(waiting) >= box.manners.digest_from:
        moment = max(moment, _digest_at(waiting, calendar))
    return moment


def _next_morning(after: Instant, calendar: Calendar) -> Instant:
    return opening(next_working_day(shift_day(local_day(after, calendar.zone), 1), calendar), calendar)


def _digest_at(waiting: Iterable[Boxed], calendar: Calendar) -> Instant:
    """The morning after the first of them came, so that a digest is never put off for ever."""
    return _next_morning(min(each.at for each in waiting), calendar)


# What


def _leave(
    box: Box, ready: list[Boxed], world: World, now: Instant, ended: list[tuple[Key, Ended]]
) -> tuple[Box, tuple[Leaving, ...]]:
    """What leaves now: first notices and escalations one by one, the others together where there are many."""
    if not ready:
        return box, ()
    plain = [each for each in ready if each.message.urgency not in NEVER_HELD]
    many = len(plain) >= box.manners.digest_from
    bundles = [[each] for each in ready if each not in plain or not many] + ([plain] if many else [])
    leaving: list[Leaving] = []
    left = list(box.left)
    gone: list[Boxed] = []
    for bundle in bundles:
        if any(not _may_leave(left, each, box, now) for each in bundle) and not many:
            continue
        gone += bundle
        found = address_of(box.receiver, bundle[0].message.by, world, now)
        if found is None:
            ended += [(each.key, "held") for each in bundle]
            continue
        leaving.append(
            Leaving(found.address, found.by, found.language, tuple(each.key for each in bundle), found.reader)
        )
        ended += [(each.key, "sent" if len(bundle) == 1 else "in digest") for each in bundle]
        about = tuple(_about(each) for each in bundle if each.message.about)
        left.append(Left(now, about, bundle[0].message.urgency not in NEVER_HELD))
    kept = tuple(each for each in box.waiting if each not in gone)
    return structs.replace(box, waiting=kept, left=tuple(left)), tuple(leaving)


def _may_leave(left: list[Left], each: Boxed, box: Box, now: Instant) -> bool:
    """Whether the week's measure is not full by what left a moment ago."""
    if each.message.urgency in NEVER_HELD:
        return True
    return sum(1 for one in left if one.capped and one.at > now - WEEK) < box.manners.weekly_cap


# Where


class Reached(NamedTuple):
    """Where a message goes, how, in which language, and who reads it there (an owner, as `person:12`)."""

    address: str
    by: By
    language: str
    reader: str


def address_of(receiver: str, by: str, world: World, now: Instant) -> Reached | None:
    """Where the receiver is reached; None where nobody can be. Whoever is away is read by their delegate."""
    kind, _, name = receiver.partition(":")
    language = world.organization.language
    if kind == "email":
        return Reached(name, "work e-mail", language, receiver) if name else None
    if kind == "contact":
        address = world.organization.contacts.get(name, "")
        return Reached(address, "work e-mail", language, receiver) if address else None
    if kind == "team":
        return _of_team(name, by, world, now)
    reader = delegate_of(receiver, world, now) or receiver
    person = _person(reader, world)
    return None if person is None else _of_person(person, by, world, now)


def _person(owner: str, world: World) -> Person | None:
    number = int(owner.removeprefix("person:"))
    return world.person if number == world.person.id else world.people.get(number)


def _of_team(name: str, by: str, world: World, now: Instant) -> Reached | None:
    team = world.organization.teams.get(name)
    if team is None:
        return None
    if team.email:
        return Reached(team.email, "work e-mail", world.organization.language, f"team:{name}")
    people = (*team.members,) if team.lead is None else (team.lead, *team.members)
    found = (address_of(f"person:{number}", by, world, now) for number in people)
    return next((one for one in found if one is not None), None)


def _of_person(person: Person, by: str, world: World, now: Instant) -> Reached | None:
    reader = f"person:{person.id}"
    language = person.language if isinstance(person.language, str) else world.organization.language
    private = person.personal_email if isinstance(person.personal_email, str) else ""
    work = person.email if isinstance(person.email, str) else ""
    if before_first_day(person, world, now):
        return Reached(private, "private e-mail", language, reader) if private else None
    if by == "private e-mail" and private:
        return Reached(private, "private e-mail", language, reader)
    if not work:
        return Reached(private, "private e-mail", language, reader) if private else None
    return Reached(work, "chat" if by == "chat" else "work e-mail", language, reader)


def before_first_day(person: Person, world: World, now: Instant) -> bool:
    """Whether the person has no work address to be read yet."""
    if person.status == "preboarding":
        return True
    hired_on = person.hired_on
    if not isinstance(hired_on, date) or isinstance(hired_on, datetime):
        return False
    return local_day(now, calendar_of(f"person:{person.id}", world).zone) < hired_on
