"""What leaves a receiver's message box, and when: in their working time, in their language, and not too much of it.

Of two messages about one handoff the newer takes the older's place, and a handoff is spoken of once a day, in one letter. What
leaves together is one digest where it is about many handoffs. Reminders and news wait for one another, and when the week's
measure is full; first notices and escalations do not, but after the day's first few letters a first notice waits for others, two hours
of work at most. A handoff that is closed takes its messages with it. Pure: what is sent, and by what, is the engine's matter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

from msgspec import structs

from handrail.calendar.working import next_working_day, next_working_time, opening
from handrail.calendar.zones import local_day, shift_day
from handrail.core.owners import away, calendar_of, delegate_of
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
APART: Final = timedelta(hours=2)
"""So far apart are the letters of first notices on a day that had its first few already."""

NEVER_HELD: Final = ("first", "escalation")


def post(box: Box, happened: Happened, world: World, now: Instant) -> Posted:
    """The box after what happened to it, what leaves now, and its next moment.

    `world` holds the receiver and, while they are away, their delegate; for a team its lead.
    """
    ended: list[tuple[Key, Ended]] = []
    match happened:
        case PutIn():
            box = _put_in(box, Boxed(happened.run, happened.message, now), ended)
        case Closed():
            box = _overtake(
                box, [each for each in box.waiting if _about(each) == (happened.run, happened.pass_)], ended
            )
        case Bounced():
            ended.append((happened.key, "bounced"))
        case Opened():
            pass
    box = _without_late(box, now, ended)
    box = structs.replace(box, left=tuple(left for left in box.left if left.at > now - WEEK))
    calendar = calendar_of(box.receiver, world)
    ready = [each for each in box.waiting if leaves_at(box, each, calendar, now) <= now]
    if ready:
        ready = [each for each in box.waiting if each in ready or _goes_along(box, each, calendar, now)]
    box, leaving = _leave(box, ready, world, now, ended)
    wake_at = min((leaves_at(box, each, calendar, now) for each in box.waiting), default=None)
    return Posted(structs.replace(box, wake_at=wake_at), leaving, tuple(ended))


def entered(box: Box, new: Boxed) -> tuple[Box, list[tuple[Key, Ended]]]:
    """The box with what is put in, as `post` has it before anything leaves, and what was overtaken."""
    ended: list[tuple[Key, Ended]] = []
    return _without_late(_put_in(box, new, ended), new.at, ended), ended


def _goes_along(box: Box, each: Boxed, calendar: Calendar, now: Instant) -> bool:
    """A first notice that only waits for company leaves with whatever leaves."""
    return each.message.urgency == "first" and _allowed(box, each, calendar, now) <= now


def _put_in(box: Box, new: Boxed, ended: list[tuple[Key, Ended]]) -> Box:
    """The newer about a handoff takes the place of the older; a first notice that has not left stays first."""
    if box.waiting and new.message.about:
        older = [each for each in box.waiting if _about(each) == _about(new)]
        if any(each.message.urgency in NEVER_HELD for each in older) and new.message.urgency == "reminder":
            ended.append((new.key, "overtaken"))
            return box
        box = _overtake(box, older, ended)
    return structs.replace(box, waiting=(*box.waiting, new))


def _without_late(box: Box, now: Instant, ended: list[tuple[Key, Ended]]) -> Box:
    """What is about a limit that has passed does not leave any more."""
    late = [each for each in box.waiting if (limit := each.message.not_after) is not None and limit <= now]
    return _overtake(box, late, ended) if late else box


def _about(each: Boxed) -> tuple[int, int]:
    return each.run, each.message.about


def thing(each: Boxed) -> tuple[int, int]:
    """What the message is about, as its reader sees it: a handoff (run, pass), also where a move of its list tells something."""
    return each.run, each.message.about or each.message.pass_


def _overtake(box: Box, gone: Collection[Boxed], ended: list[tuple[Key, Ended]]) -> Box:
    ended += [(each.key, "overtaken") for each in gone]
    return structs.replace(box, waiting=tuple(each for each in box.waiting if each not in gone))


# When


def leaves_at(box: Box, each: Boxed, calendar: Calendar, now: Instant) -> Instant:
    """When the message may leave: in working time, once a day about one handoff, and after what the day and the week had.

    A first notice waits for others when the day had several letters already; an escalation for nothing of that. Neither
    waits past the limit that it speaks of.
    """
    moment = _allowed(box, each, calendar, now)
    if each.message.urgency == "first":
        return _gathered(box, each, calendar, moment)
    if each.message.urgency in NEVER_HELD:
        return moment
    capped = sorted(left.at for left in box.left if left.capped and left.at > moment - WEEK)
    if len(capped) >= box.manners.weekly_cap:
        free = capped[len(capped) - box.manners.weekly_cap] + WEEK
        moment = next_working_time(max(moment, free), calendar)
    waiting = [other for other in box.waiting if other.message.urgency not in NEVER_HELD]
    if len(waiting) >= box.manners.digest_from:
        moment = max(moment, _digest_at(waiting, calendar))
    return moment


def _allowed(box: Box, each: Boxed, calendar: Calendar, now: Instant) -> Instant:
    """In working time, and not on a day on which a letter spoke of the same handoff, unless tomorrow is too late."""
    moment = next_working_time(max(each.at, now), calendar)
    spoken = [left.at for left in box.left if thing(each) in left.about] if box.left else None
    if spoken and local_day(max(spoken), calendar.zone) >= local_day(moment, calendar.zone):
        tomorrow = _next_morning(max(spoken), calendar)
        if each.message.urgency not in NEVER_HELD or not _too_late(each, tomorrow):
            return tomorrow
    return moment


def _gathered(box: Box, each: Boxed, calendar: Calendar, moment: Instant) -> Instant:
    """After the day's first few letters a first notice waits until some time has passed since the last one."""
    if len(box.left) < box.manners.at_once:
        return moment
    day = local_day(moment, calendar.zone)
    today = [left.at for left in box.left if local_day(left.at, calendar.zone) == day]
    if len(today) < box.manners.at_once:
        return moment
    later = max(moment, next_working_time(max(today) + APART, calendar))
    return moment if _too_late(each, later) else later


def _too_late(each: Boxed, moment: Instant) -> bool:
    return each.message.not_after is not None and each.message.not_after <= moment


def _next_morning(after: Instant, calendar: Calendar) -> Instant:
    return opening(next_working_day(shift_day(local_day(after, calendar.zone), 1), calendar), calendar)


def _digest_at(waiting: Iterable[Boxed], calendar: Calendar) -> Instant:
    """The morning after the first of them came, so that a digest is never put off for ever."""
    return _next_morning(min(each.at for each in waiting), calendar)


# What


def _leave(
    box: Box, ready: list[Boxed], world: World, now: Instant, ended: list[tuple[Key, Ended]]
) -> tuple[Box, tuple[Leaving, ...]]:
    """What leaves now: a letter a handoff, or one for all where there are many. Nothing goes where nobody can be reached."""
    leaving: list[Leaving] = []
    left = list(box.left)
    gone: list[Boxed] = []
    for bundle in _bundles(box, ready):
        capped = any(each.message.urgency not in NEVER_HELD for each in bundle)
        if capped and _full(left, box, now):
            bundle = [each for each in bundle if each.message.urgency in NEVER_HELD]  # noqa: PLW2901 - what is left of it
            capped = False
        if not bundle:
            continue
        gone += bundle
        found = address_of(box.receiver, bundle[0].message.by, world, now)
        if found is None:
            ended += [(each.key, "held") for each in bundle]
            continue
        leaving.append(
            Leaving(found.address, found.by, found.language, tuple(each.key for each in bundle), found.reader)
        )
        about = tuple(dict.fromkeys(thing(each) for each in bundle))
        ended += [(each.key, "sent" if len(about) == 1 else "in digest") for each in bundle]
        left.append(Left(now, about, capped))
    kept = tuple(each for each in box.waiting if each not in gone)
    return structs.replace(box, waiting=kept, left=tuple(left)), tuple(leaving)


def _bundles(box: Box, ready: list[Boxed]) -> list[list[Boxed]]:
    """What goes together: by the way it goes; all of it where it is about many things, else what is about the same one."""
    ways: dict[str, dict[tuple[int, int], list[Boxed]]] = {}
    for each in ready:
        ways.setdefault(each.message.by, {}).setdefault(thing(each), []).append(each)
    found: list[list[Boxed]] = []
    for things in ways.values():
        many = len(things) >= box.manners.digest_from
        found += [[each for bundle in things.values() for each in bundle]] if many else list(things.values())
    return found


def _full(left: list[Left], box: Box, now: Instant) -> bool:
    """Whether the week's measure is full, also by what left a moment ago."""
    return sum(1 for one in left if one.capped and one.at > now - WEEK) >= box.manners.weekly_cap


# Where


class Reached(NamedTuple):
    """Where a message goes, how, in which language, and who reads it there (an owner, as `person:12`)."""

    address: str
    by: By
    language: str
    reader: str


def address_of(receiver: str, by: str, world: World, now: Instant) -> Reached | None:
    """Where the receiver is reached; None where nobody can be. Whoever is away is read by their delegate."""
    reader = reader_of(receiver, world, now)
    kind, _, name = reader.partition(":")
    organization = world.organization
    if kind == "person":
        person = _person(reader, world)
        return None if person is None else _of_person(person, by, world, now)
    team = organization.teams.get(name) if kind == "team" else None
    address = name if kind == "email" else organization.contacts.get(name, "") if kind == "contact" else ""
    address = team.email if team is not None else address
    return Reached(address, "work e-mail", organization.language, reader) if address else None


def reader_of(receiver: str, world: World, now: Instant) -> str:
    """Who reads the box, as an owner: the receiver, or their delegate; of a team without an address somebody who is there."""
    kind, _, name = receiver.partition(":")
    if kind == "person":
        return delegate_of(receiver, world, now) or receiver
    team = world.organization.teams.get(name) if kind == "team" else None
    if team is None or team.email:
        return receiver
    numbers = (*team.members,) if team.lead is None else (team.lead, *team.members)
    there = [f"person:{number}" for number in numbers if _can_read(world.people.get(number))]
    here = [each for each in there if not away(each, world, now)]
    delegates = [found for each in there if (found := delegate_of(each, world, now))]
    return next(iter([*here, *delegates, *there]), receiver)


def _can_read(person: Person | None) -> bool:
    addresses = () if person is None or person.status == "left" else (person.email, person.personal_email)
    return any(isinstance(address, str) and address for address in addresses)


def _person(owner: str, world: World) -> Person | None:
    number = int(owner.removeprefix("person:"))
    return world.person if number == world.person.id else world.people.get(number)


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
