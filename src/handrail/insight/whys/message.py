"""One message asked why: why somebody got it, gets it later, or did not get it. And what became of those about a handoff.

When a message leaves its receiver's box is decided by `core.post`; here it is read from its row and put beside the
receiver's working time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from handrail.calendar.working import next_working_time
from handrail.calendar.zones import local_day
from handrail.core.owners import calendar_of
from handrail.insight.answer import Answer, Because, Link, NextChance, Verdict, WaitingFor
from handrail.insight.asking import Asking
from handrail.insight.past import Past
from handrail.insight.replay import Decided, Replay, replay
from handrail.insight.standing import evidence_of, links_of, told_of
from handrail.insight.telling.sentences import step_label
from handrail.insight.telling.wording import moment_text, sentence, sentence_case
from handrail.insight.whys.references import Reference, handoff_ref, message_ref
from handrail.people.worlds import calendar_for
from handrail.store.moments import CONFIRMED, FAILED, WAITING, to_instant, to_millis
from handrail.store.rows import MessageRow
from handrail.terms import coding
from handrail.terms.decision import Reason
from handrail.terms.effect import Message
from handrail.terms.organization import Calendar
from handrail.terms.person import own_id_of
from handrail.terms.values import Instant
from handrail.terms.world import World

_NEVER_HELD: Final = ("first", "escalation")
_CALLED: Final[Mapping[str, str]] = {
    "handoff": "the notice about",
    "reminder": "the reminder about",
    "late": "the notice that time has run out for",
    "moved": "the notice of taking over",
}

_SHORT: Final[Mapping[str, str]] = {
    "handoff": "the notice",
    "reminder": "the reminder",
    "late": "the notice that time has run out",
    "moved": "the notice of taking over",
}
"""As they are called beside their handoff."""


def of_message(past: Past, named: Reference, at: Instant) -> Answer:
    """Why somebody got a message, gets it later, or did not get it."""
    found = past.store.database.read(
        "SELECT * FROM message WHERE run = ? AND pass = ? AND rung = ?", tuple(named.numbers)
    )
    run = past.run(named.numbers[0])
    if not found or run is None:
        return Answer("not known", f"{message_ref(*named.numbers[:3])} is no message that a run ever wrote.")
    asking, row = Asking(past, run.person, at), MessageRow(*found[0])
    told = replay(past, run, asking.then)
    if to_instant(row.at) > at:
        text = f"{_what(asking, told, row)} to {asking.owner(row.receiver)} had not been written by then."
        return Answer("not done", text, asking.name, zone=asking.zone)
    return _answer(asking, told, row)


def about_handoff(asking: Asking, found: Replay, number: int) -> tuple[Because, ...]:
    """What was written about a handoff, oldest first, each with whom it went to and when it left or leaves."""
    told = []
    for row in asking.past.messages(found.run.id):
        if row.about == number and to_instant(row.at) <= asking.at:
            what = _SHORT.get(row.template) or _what(asking, found, row)
            told.append(Because("message", sentence(_became(asking, row, what)), when=to_instant(row.at)))
    return tuple(told)


def _answer(asking: Asking, found: Replay, row: MessageRow) -> Answer:
    receiver, state = asking.owner(row.receiver), _state(asking, row)
    became = _became(asking, row, _what(asking, found, row))
    chosen = _chosen(found, row)
    told = became if state in ("not done", "held") else f"{became}: {_why(found, row)}"
    waiting, chance, change = _waits(asking, found, row)
    return Answer(
        state,
        sentence(told),
        asking.name,
        found.kept.plan.journey,
        (*told_of(asking, found.run.id, chosen), *_timing(asking, row)),
        waiting_for=waiting,
        next_chance=chance,
        evidence=evidence_of(found, chosen),
        zone=asking.zone,
        question=f"Why did {receiver} get this, or not?",
        would_change=change,
        links=_links(asking, found, row),
    )


def _waits(
    asking: Asking, found: Replay, row: MessageRow
) -> tuple[tuple[WaitingFor, ...], NextChance | None, tuple[str, ...]]:
    """What a message that has not left waits for, its next moment, and what would let it go."""
    written = to_instant(row.at)
    match _state(asking, row):
        case "leaves later":
            leaves = to_instant(row.leave_at) if row.leave_at is not None else None
            waits = WaitingFor("the message to leave", asking.owner(row.receiver), written, leaves)
            return (waits,), NextChance("it leaves", leaves), ()
        case "held":
            journey = found.kept.plan.journey
            ask = "SELECT owner FROM mail_hold WHERE journey = ? AND ended IS NULL"
            owners = asking.past.store.database.read(ask, (journey,))
            owner = asking.owner(str(owners[0][0])) if owners else ""
            change = (
                f"{sentence_case(owner) or 'Somebody'} lets them go: handrail held messages {journey} --yes-by NAME."
            )
            return (WaitingFor("the journey's messages to be let go", owner, written),), None, (change,)
        case _:
            return (), None, ()


def _links(asking: Asking, found: Replay, row: MessageRow) -> tuple[Link, ...]:
    about = (Link("handoff", handoff_ref(row.run, row.about), _step(found, row)),) if row.about else ()
    return (*links_of(asking, found), *about, Link("message", message_ref(*row[:3]), row.template))


def _state(asking: Asking, row: MessageRow) -> Verdict:
    left = row.leave_at is None or to_instant(row.leave_at) <= asking.at
    if row.state == WAITING and row.leave_at is None:
        return "held"
    if row.state == CONFIRMED and left:
        return "done"
    return "not done" if row.state >= FAILED or row.state == CONFIRMED + 1 else "leaves later"


# What, when, why


def _what(asking: Asking, found: Replay, row: MessageRow) -> str:
    """`the reminder about “Time off” of Pedro Byrne`, `the message “first day”`."""
    called = _CALLED.get(row.template)
    if called is None:
        return f"the message “{row.template.replace('-', ' ')}” for {asking.name}"
    return f"{called} “{_step(found, row)}” of {asking.name}"


def _step(found: Replay, row: MessageRow) -> str:
    """The step that the message is about, by the reasons about its pass; else by what it says itself."""
    message = coding.unpack(row.body, Message)
    steps = found.kept.plan.steps
    return next((step_label(step) for step in steps if step.name == message.step), "the whole run")


def _became(asking: Asking, row: MessageRow, what: str) -> str:
    who = asking.owner(row.receiver)
    when = moment_text(to_instant(row.leave_at), asking.zone) if row.leave_at is not None else ""
    match _state(asking, row):
        case "done":
            return f"{who} was sent {what} on {when}{', in a digest' if row.outcome == 'in digest' else ''}"
        case "leaves later":
            return f"{who} gets {what} on {when} at the earliest"
        case "held":
            return f"{who} has not been sent {what}: the journey is new here, and its messages wait to be let go"
        case _:
            how = row.outcome.partition(": ")[2] or row.outcome
            return f"{who} was not sent {what}{f': {how}' if how else ''}"


def _why(found: Replay, row: MessageRow) -> str:
    """Why they are the one who is told."""
    message = coding.unpack(row.body, Message)
    match message.urgency:
        case _ if message.tell:
            return "the journey tells them so"
        case "first" if row.template == "moved":
            return "it is in their hands now"
        case "first":
            return "they were asked"
        case "reminder":
            return "it is in their hands, and its time runs"
        case "escalation":
            return "nobody before them was in time, and it went to them"
        case _:
            return "it is news of the journey" if found.kept.plan.title else "it is news"


def _chosen(found: Replay, row: MessageRow) -> list[tuple[Decided, Reason]]:
    """What was decided when it was written, about its pass or with it."""
    wrote = [each for each in found.rows if to_millis(each.at) == row.at]
    return [(each, reason) for each in wrote for reason in each.reasons if reason.pass_ in (row.pass_, row.about)]


def _timing(asking: Asking, row: MessageRow) -> Sequence[Because]:
    """Why it left, or leaves, later than it was written."""
    if row.leave_at is None:
        return ()
    written, leaves = to_instant(row.at), to_instant(row.leave_at)
    calendar = _calendar(asking, row.receiver)
    opens = next_working_time(written, calendar)
    who = asking.owner(row.receiver)
    if leaves <= written or (leaves - written).total_seconds() < 60:
        return ()
    if row.urgency in _NEVER_HELD or leaves <= opens:
        text = (
            f"It was written outside of {who}'s working time, which begins again on {moment_text(opens, asking.zone)}."
        )
    elif row.outcome == "in digest":
        text = f"Several things waited for {who}, and they came as one message in the morning."
    elif local_day(leaves, calendar.zone) > local_day(written, calendar.zone):
        text = "Somebody is written to about one handoff once a day, and gets a limited number of reminders and news a week."
    else:
        text = f"It waited for its turn in the box of {who}."
    return (Because("timing", text, when=leaves),)


def _calendar(asking: Asking, receiver: str) -> Calendar:
    """Whose working time counts for the receiver, by the core's own rule."""
    number = own_id_of(receiver)
    person = asking.past.person(number, asking.then) if number is not None else None
    learner = asking.past.person(asking.person, asking.then)
    assert learner is not None, "a run has a person"
    calendars = {person.id: calendar_for(person, asking.organization)} if person is not None else {}
    return calendar_of(receiver, World(learner, asking.organization, calendars=calendars))
