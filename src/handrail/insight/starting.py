"""Why a journey did not begin for somebody: each of its starts looked at again, with the versions of its moment.

An event start is looked at for every event of its kind that was told of the person; a schedule for its last moment.
What came of it is decided by the core's own `start`; which clause decided is explained beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from handrail.calendar.dates import add
from handrail.calendar.schedules import moments, next_moment, parse_schedule
from handrail.conditions.printing import show
from handrail.core.start import Beginning, start
from handrail.insight.answer import Because, NextChance
from handrail.insight.asking import Asking, scope_in
from handrail.insight.past import EVER, PlanKept, Then, then_of
from handrail.insight.replay import person_at, reasons_of, was_at
from handrail.insight.telling.clauses import short
from handrail.insight.telling.wording import day_of, event_text, fact_text, moment_text, sentence
from handrail.people.worlds import named_in
from handrail.store.moments import DISPOSITION, OVER, to_instant, to_millis
from handrail.store.rows import KeptLedgerRow, RunRow
from handrail.terms import coding
from handrail.terms.decision import Earlier, NotStarted, Reason, Started
from handrail.terms.event import Event
from handrail.terms.person import Person, origin_of
from handrail.terms.plan import Plan, Start, schedule_since
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Fields, Instant

Outcome: TypeAlias = Literal[
    "held", "unknown", "early", "already", "not in scope", "no longer", "not published", "started", "missed",
    "no event seen", "not yet", "request", "set aside", "held back",
]  # fmt: skip
_MOMENTS_MAX: Final = 800
_APPEARED: Final = "person.appeared"
_TWO_YEARS: Final = timedelta(days=731)
_SOON: Final = timedelta(minutes=15)
"""A look that was over so soon after its moment was made then."""


class Attempt(Struct, frozen=True):
    """One start of a journey, and what came of it. `sentence` goes on after the person's name."""

    trigger: str
    outcome: Outcome
    sentence: str
    because: tuple[Because, ...] = ()
    fine: tuple[str, ...] = ()
    when: Instant | None = None
    row: int = 0
    stands: int = 0
    chance: NextChance | None = None
    seen: Mapping[str, str] = {}


def attempts(asking: Asking, kept: PlanKept) -> list[Attempt]:
    """What came of each start of the journey by then, in the order of the file."""
    return [_attempt(asking, kept, each) for each in kept.plan.starts]


def gather(asking: Asking, journeys: Sequence[str]) -> None:
    """Have at hand what the starts of these journeys are looked at with: people, absences, the schedules' last looks."""
    past, then = asking.past, asking.then
    person = past.person(asking.person, then)
    above = person.manager if person is not None else None
    past.told(asking.person)
    before = (each.person.manager for each in past.versions(asking.person))
    past.fetch([*named_in(asking.organization), *(number for number in before if isinstance(number, int))])
    manager = past.person(above, then) if isinstance(above, int) else None
    past.fetch([manager.manager] if manager is not None and isinstance(manager.manager, int) else [])
    past.absences.known(then, dict.fromkeys(past.at_hand(), asking.organization.zone))
    looks: list[tuple[str, int]] = []
    for journey in journeys:
        kept = past.current(journey, then)
        for trigger in kept.plan.starts if kept is not None else ():
            found = _moments(asking, journey, trigger) if trigger.every else []
            looks += [(f"{journey}/{trigger.name}", to_millis(moment)) for moment in found[-1:]]
    past.fetch_sweeps(looks)


def _moments(asking: Asking, journey: str, trigger: Start) -> list[Instant]:
    """The moments of a schedule since it was published as it is, up to the one asked about."""
    begins = max(_stands_since(asking, journey, trigger) or asking.at, asking.at - _TWO_YEARS)
    return moments(parse_schedule(trigger.every), begins, asking.at, asking.calendar, _MOMENTS_MAX)


def _stands_since(asking: Asking, journey: str, trigger: Start) -> Instant | None:
    """Since when its schedule is what it is, as known at the moment asked about."""
    past = asking.past
    rows = [row for row in reversed(past.publications) if row.journey == journey and row.from_ <= asking.then.at]
    since = schedule_since(((row.from_, past.plans[row.plan].plan) for row in rows), trigger)
    return None if since is None else to_instant(since)


def _attempt(asking: Asking, kept: PlanKept, trigger: Start) -> Attempt:
    if trigger.event:
        return by_event(asking, kept, trigger)
    if trigger.every:
        return _by_schedule(asking, kept, trigger)
    text = "it begins only when somebody who may asks for it, and nobody did"
    return Attempt(trigger.name, "request", text, (Because("request", sentence(text), kept.place(trigger.place)),))


def _name(trigger: Start) -> str:
    return f"its start “{trigger.name}”"


# By an event


def by_event(asking: Asking, kept: PlanKept, trigger: Start) -> Attempt:
    """What came of the newest event that this start is for."""
    told = [row for row in asking.past.told(asking.person) if row.at <= asking.then.at]
    rows = [row for row in told if row.kind == trigger.event and row.disposition != DISPOSITION["duplicate"]]
    return of_row(asking, kept, trigger, rows[-1]) if rows else _no_event(asking, kept, trigger, told)


def _as_of(asking: Asking, day: str) -> str:
    """Of which day the file was that somebody first stood in, where it is not the day on which it was taken in."""
    first = next(iter(asking.past.versions(asking.person)), None)
    if first is None:
        return ""
    of = day_of(origin_of(first.person, "name").as_of, asking.zone)
    return f", in a file as of {of}" if of != day else ""


def _no_event(asking: Asking, kept: PlanKept, trigger: Start, told: list[KeptLedgerRow]) -> Attempt:
    """Nothing of its kind came: that is said with what did come."""
    until = day_of(asking.at, asking.zone)
    text = f"it begins with a {event_text(trigger.event)}, and none was told of {asking.name} up to {until}"
    seen = {row.kind: day_of(to_instant(row.at), asking.zone) for row in told if "." in row.kind}
    if _APPEARED in seen:
        seen[_APPEARED] += _as_of(asking, seen[_APPEARED])
    came = (
        "; what was told: " + ", ".join(f"{event_text(kind)} on {day}" for kind, day in sorted(seen.items()))
        if seen
        else ""
    )
    first = (
        ". Whom the first file of a source brings is only made known; that starts nothing" if _APPEARED in seen else ""
    )
    because = Because(
        "no event seen", sentence(f"{text}{came}{first}"), kept.place(trigger.place), needed=trigger.event, seen=seen
    )
    chance = NextChance(f"the next {event_text(trigger.event)} that is told")
    return Attempt(trigger.name, "no event seen", text, (because,), chance=chance)


def of_row(asking: Asking, kept: PlanKept, trigger: Start, row: KeptLedgerRow) -> Attempt:
    """What came of this event at this start."""
    when, then = to_instant(row.at), Then(row.seq, row.at)
    told = f"{event_text(row.kind)} of {day_of(when, asking.zone)}"
    if row.disposition == DISPOSITION["held"] and row.run is None:
        return _held(asking, kept, trigger, row)
    aside = next((reason for reason in reasons_of(row) if reason.rule in ("ignored", "refused")), None)
    if aside is not None:
        text = f"the {told} was {aside.rule}: {aside.seen.get('why', '')}"
        because = Because(aside.rule, sentence(text), kept.place(trigger.place), when=when)
        return Attempt(trigger.name, "set aside", text, (because,), when=when, row=row.seq)
    current = asking.past.current(kept.plan.journey, then)
    if current is None:
        text = f"the {told} came before the journey was published"
        because = Because("not published", f"The {told} came before the journey was published.", kept.file, when=when)
        return Attempt(trigger.name, "not published", text, (because,), when=when, row=row.seq)
    plan, event = current.plan, asking.past.event_of(row)
    same = next((each for each in plan.starts if each.name == trigger.name and each.event), trigger)
    person = person_at(asking.past, asking.person, event, then)
    if person is None or not isinstance(event, Event):
        text = f"the {told} came when nobody was known by that name"
        return Attempt(trigger.name, "unknown", text, when=when, row=row.seq)
    was = was_at(asking.past, asking.person, event)
    found = _look(asking, current, same, _Moment(then, when, person, event, was))
    if found.outcome in ("unknown", "held back"):
        return _deferred(asking, found, row, told)
    said = f"the {told} is not one that begins it: {found.sentence}"
    if found.outcome in ("started", "already"):
        said = found.sentence
    chance = found.chance or NextChance(f"the next {event_text(trigger.event)} that is told")
    return _dated(found, said, when, row.seq, chance)


def _held(asking: Asking, kept: PlanKept, trigger: Start, row: KeptLedgerRow) -> Attempt:
    held = next((each for each in asking.held_events((row.kind,)) if each.seq == row.seq), None)
    why = held.reason if held is not None else "it could not be understood"
    owner = asking.owner(held.owner) if held is not None else ""
    when = to_instant(row.at)
    text = f"the {event_text(row.kind)} of {day_of(when, asking.zone)} is held: {why}" + (
        f"; {owner} answers for it" if owner else ""
    )
    because = Because("held", sentence(text), kept.place(trigger.place), when=when)
    chance = NextChance("when it is released", to_instant(held.next_at) if held and held.next_at else None)
    return Attempt(trigger.name, "held", text, (because,), when=when, row=row.seq, chance=chance)


def _deferred(asking: Asking, found: Attempt, row: KeptLedgerRow, told: str) -> Attempt:
    """What the start asks about had not arrived: the event is kept, and tried again when it does."""
    if found.outcome == "held back":
        return _until_it_ends(asking, found, row, told)
    kept = next((each for each in asking.held_events((row.kind,)) if each.opened == row.at), None)
    owner = f"; {asking.owner(kept.owner)} answers for it" if kept is not None else ""
    until = to_instant(kept.next_at) if kept is not None and kept.next_at is not None else None
    said = f"the {told} is kept and tried again when more is known: {found.sentence}{owner}"
    return _dated(found, said, to_instant(row.at), row.seq, NextChance("what is not known is told; kept until", until))


def _until_it_ends(asking: Asking, found: Attempt, row: KeptLedgerRow, told: str) -> Attempt:
    """Somebody held the start back: the event is tried again when that is over, where it has an end."""
    assert found.chance is not None, "it is held back until a moment, or until somebody ends it"
    ends = found.chance.at
    said = f"the {told} began nothing: {found.sentence}"
    if ends is not None:
        said = f"the {told} is kept and tried again on {moment_text(ends, asking.zone)}: {found.sentence}"
    return _dated(found, said, to_instant(row.at), row.seq, found.chance)


# By a schedule


def _by_schedule(asking: Asking, kept: PlanKept, trigger: Start) -> Attempt:
    """What the last moment of the schedule found, and whether it would find the same now."""
    schedule, calendar = parse_schedule(trigger.every), asking.calendar
    coming = next_moment(schedule, asking.at, calendar)
    chance = NextChance(f"{_name(trigger)} looks again ({trigger.every})", coming)
    past_moments = _moments(asking, kept.plan.journey, trigger)
    if not past_moments:
        text = f"{_name(trigger)} has not looked yet{_since(asking, kept, trigger)}: its first moment is {moment_text(coming, asking.zone)}"
        return Attempt(
            trigger.name, "not yet", text, (Because("sweep", sentence(text), kept.place(trigger.place)),), chance=chance
        )
    look = _look_at(asking, kept.plan.journey, trigger, past_moments[-1])
    because = (Because("sweep", sentence(look.text), kept.place(trigger.place), when=look.moment),)
    if look.skipped:
        return Attempt(trigger.name, "missed", look.text, because, when=look.moment, chance=chance)
    then = then_of(look.moment)
    current = asking.past.current(kept.plan.journey, then) or kept
    person = asking.past.person(asking.person, then)
    if person is None:
        text = f"{look.text}, when {asking.name} was not known yet; the next time is {moment_text(coming, asking.zone)}"
        because = (Because("sweep", sentence(text), kept.place(trigger.place)),)
        return Attempt(trigger.name, "early", text, because, when=look.moment, chance=chance)
    found = _look(asking, current, trigger, _Moment(then, look.moment, person))
    found = _dated(found, f"{look.text}, and found that {found.sentence}", look.moment, 0, chance)
    return _swept(asking, kept, trigger, found, look)


def _since(asking: Asking, kept: PlanKept, trigger: Start) -> str:
    """The same in words, where it was not so from the beginning."""
    since = _stands_since(asking, kept.plan.journey, trigger)
    if since is None or since == asking.past.published_first(kept.plan.journey):
        return ""
    return f" since “{trigger.every}” was published on {moment_text(since, asking.zone)}"


class _Looked(Struct, frozen=True):
    """One look of a schedule: when it was (or is to be) made, in words, and whether it was made."""

    moment: Instant
    text: str
    made: bool = True
    skipped: bool = False


def _look_at(asking: Asking, journey: str, trigger: Start, moment: Instant) -> _Looked:
    """What is recorded of the look that was to be made at this moment of the schedule."""
    row = asking.past.sweep(journey, trigger.name, moment)
    name, said = _name(trigger), moment_text(moment, asking.zone)
    if row is None:
        return _Looked(moment, f"{name} was to look on {said} and has not yet", made=False)
    if coding.unpack(row.counts, dict[str, int | bool]).get("skipped"):
        why = "Handrail was not at work then, and what was missed is skipped"
        return _Looked(moment, f"{name} did not look on {said}: {why}", made=False, skipped=True)
    if row.ended is None or row.ended > asking.then.at:
        made = row.ended is None and row.cursor >= asking.person
        return _Looked(moment, f"{name} has been looking since {said} and is not through yet", made=made)
    ended = to_instant(row.ended)
    if ended - moment < _SOON:
        return _Looked(moment, f"{name} looked on {said}")
    return _Looked(ended, f"{name} looked on {moment_text(ended, asking.zone)} only, for its moment of {said}")


def _swept(asking: Asking, kept: PlanKept, trigger: Start, found: Attempt, look: _Looked) -> Attempt:
    """The last look's finding beside what the same look would find at the moment asked about."""
    assert found.chance is not None, "a schedule always has a next moment"
    assert found.chance.at is not None, "a schedule always has a next moment"
    if found.outcome == "started":
        text = f"{look.text}; it would begin it" if not look.made else f"{look.text}, and no run is known of it"
        because = (Because("sweep", sentence(text), kept.place(trigger.place), when=look.moment),)
        return structs.replace(found, outcome="missed", sentence=text, because=because)
    person = asking.past.person(asking.person, asking.then)
    if person is None or not look.made or found.outcome not in ("not in scope", "no longer", "unknown"):
        return found
    today = _look(asking, kept, trigger, _Moment(asking.then, asking.at, person))
    if today.outcome != "started":
        return found
    was = " and ".join(
        fact_text(each.subject, each.seen.get(each.subject, "")).replace(" is ", " was ", 1) for each in found.because
    )
    now = " and ".join(today.seen.get(each.subject, "") for each in found.because)
    since = day_of(_so_since(asking, kept, trigger, look.moment), asking.zone)
    text = (
        f"{look.text} and came too early: {was} then and has been {now} since {since}; "
        f"it looks again on {moment_text(found.chance.at, asking.zone)}"
    )
    return structs.replace(found, outcome="early", sentence=text)


def _so_since(asking: Asking, kept: PlanKept, trigger: Start, after: Instant) -> Instant:
    """When the first version became known for which the start would begin."""
    for version in asking.past.versions(asking.person):
        known = to_instant(version.at)
        if after < known <= asking.at:
            moment = _Moment(Then(EVER, version.at), known, version.person)
            if _look(asking, kept, trigger, moment).outcome == "started":
                return known
    return asking.at


# The look itself


class _Moment(Struct, frozen=True):
    """When, at which person, and for which event a start is looked at."""

    then: Then
    now: Instant
    person: Person
    event: Event | None = None
    was: Person | None = None


def _look(asking: Asking, kept: PlanKept, trigger: Start, moment: _Moment) -> Attempt:
    """Ask the core whether the run begins, and explain its `where`, `for` and `while`."""
    plan = kept.plan
    world = asking.past.world(moment.person, plan, moment.then, None, moment.was)
    world = structs.replace(world, overrides=asking.past.overrides.known(moment.person.id, moment.then))
    state = State(0, moment.person.id, plan.hash, moment.now, NOTHING)
    earlier = _earlier(asking, plan, moment.then)
    made = start(plan, Beginning(trigger, 0), moment.event, world, earlier, moment.now)
    event = moment.event
    fields = None if event is None else event.fields.plus({"kind": event.kind, "at": event.at})
    scope = scope_in(plan, state, world, moment.now, fields)
    conditions = (("where", trigger.where), ("for", trigger.for_), ("while", plan.while_))
    fine = tuple(
        text for _, condition in conditions if condition is not None for text in asking.teller.fine(condition, scope)
    )
    if isinstance(made, Started):
        seen = {
            path: value for _, each in conditions if each for path, value in asking.teller.seen(each, scope).items()
        }
        return Attempt(trigger.name, "started", f"{_name(trigger)} would begin it", fine=fine, seen=seen)
    if made.why == "already":
        return _already(asking, kept, trigger, made, fine)
    if made.why == "held back":
        return _held_back(asking, kept, trigger, made.reasons[0], fine)
    rule = made.reasons[0].rule
    condition = dict(conditions)[rule]
    assert condition is not None, f"{rule} refused a start and is not there"
    key = "while" if rule == "while" else f"starts.{trigger.name}.{rule}"
    place = kept.key_place(key, trigger.place)
    because = asking.teller.why_not(condition, scope, rule, place)
    return Attempt(trigger.name, made.why, short(because), because, fine)


def _held_back(asking: Asking, kept: PlanKept, trigger: Start, reason: Reason, fine: tuple[str, ...]) -> Attempt:
    """Somebody said that it is not to begin."""
    until = reason.seen.get("until")
    said = asking.say(reason, kept, asking.at)
    text = said.text[:1].lower() + said.text[1:].rstrip(".")
    place = kept.place(trigger.place)
    chance = NextChance("it is no longer held back", until if isinstance(until, datetime) else None)
    because = Because(reason.rule, said.text, place, seen=said.seen)
    return Attempt(trigger.name, "held back", text, (because,), fine, chance=chance)


def _already(asking: Asking, kept: PlanKept, trigger: Start, made: NotStarted, fine: tuple[str, ...]) -> Attempt:
    """A run stands that makes this start not needed."""
    run = asking.past.run(made.stands)
    assert run is not None, f"R-{made.stands} stands and is not there"
    begun = to_instant(run.begun)
    once = kept.plan.once
    ends: Instant | None = None
    if once.within is not None:
        moved = add(begun, 1, once.within, asking.calendar)
        ends = moved if isinstance(moved, datetime) else None
        words = f"once in {once.within}"
    elif once.period:
        words = f"once a {once.period}"
    else:
        words = "once while one is open" if once.at_a_time else "once, whenever that was"
    words += "".join(f" for each {show(path).removeprefix('start.').removeprefix('person.')}" for path in once.by)
    text = f"R-{run.id}, begun on {day_of(begun, asking.zone)}, counts, and a person goes through this journey {words}"
    text += f" (so not before {day_of(ends, asking.zone)})" if ends is not None else ""
    place = kept.key_place("once", trigger.place)
    seen = {"run": f"R-{run.id}", "begun": day_of(begun, asking.zone)}
    because = Because("already", f"{text}.", place, needed=words, seen=seen)
    chance = (
        NextChance("a new run may begin", ends) if ends is not None else NextChance("the journey says: only " + words)
    )
    return Attempt(trigger.name, "already", text, (because,), fine, stands=run.id, chance=chance)


def _earlier(asking: Asking, plan: Plan, then: Then) -> list[Earlier]:
    """The person's runs of the journey that were known when the event came; not those that it began itself."""
    found = []
    for run in asking.past.runs(asking.person):
        first = asking.past.rows_of_run(run.id)[:1]
        before = bool(first) and first[0].seq < then.seq and first[0].cause != then.seq and first[0].at <= then.at
        if before and asking.past.plans.journey_of(run.plan) == plan.journey:
            found.append(_as_earlier(run, then))
    return found


def _as_earlier(run: RunRow, then: Then) -> Earlier:
    ended = run.phase in OVER and run.ended is not None and run.ended <= then.at
    return Earlier(run.id, to_instant(run.begun), not ended, _fields(run.once), _fields(run.replaces), bool(run.counts))


def _fields(packed: bytes | None) -> Fields:
    return NOTHING if packed is None else coding.unpack(packed, Fields)


def _dated(found: Attempt, sentence: str, when: Instant, row: int, chance: NextChance) -> Attempt:
    because = tuple(structs.replace(each, when=when) for each in found.because)
    return structs.replace(found, sentence=sentence, because=because, when=when, row=row, chance=chance)
