"""Where a run stands, or how it ended: what it waits for and of whom, what decided that, and when it goes on.

Made from the recorded reasons and, where the digests agree, from the decisions made again (`replay`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from msgspec import structs

from handrail.core.decide import CORE_VERSION
from handrail.insight.answer import Answer, Because, Evidence, Link, NextChance, WaitingFor
from handrail.insight.asking import Asking, scope_in
from handrail.insight.replay import Decided, Replay, last_decision, replay
from handrail.insight.sending import call_text, left_alone, message_text, paused_by
from handrail.insight.telling.clauses import short
from handrail.insight.telling.contracts import asked_of
from handrail.insight.telling.sentences import failure_text, step_at, step_label, step_of, what_is_awaited
from handrail.insight.telling.wording import (
    call_name,
    count_text,
    day_of,
    day_text,
    due_text,
    event_text,
    sentence_case,
)
from handrail.insight.whys.otherwise import if_not_released, otherwise
from handrail.insight.whys.references import handoff_ref, person_ref, run_ref
from handrail.store.moments import CLAIMED, EFFECT_STATES, WAITING, to_instant
from handrail.store.rows import EffectRow, RunRow
from handrail.terms.decision import Reason
from handrail.terms.event import Event
from handrail.terms.expression import Expression
from handrail.terms.plan import NONE, Check, Do, Plan, Wait
from handrail.terms.state import Pass, State
from handrail.terms.values import Fields, Instant

RECORDED: Final = "as recorded: deciding again did not give the same, so nothing more is explained"
_STEPS_ENDED: Final = (
    "released", "checked", "answered", "assumed", "confirmed", "came", "credited", "not needed", "skipped",
)  # fmt: skip
_STOPPED: Final = ("no longer in scope", "ends the run", "stopped", "not released")
_ENDED = ("finished", "stopped", "not released")


def about_run(asking: Asking, run: RunRow) -> Answer:
    """The answer about one run, as of the moment asked about."""
    found = replay(asking.past, run, asking.then)
    state = found.state
    answer = _skeleton(asking, found)
    if state is None:
        last = last_decision(found.rows)
        said = answer.because[-1].text if answer.because else "nothing is recorded of it"
        when = day_of(last.at, asking.zone) if last is not None else "an unknown day"
        return structs.replace(
            answer, sentence=f"{asking.name}'s {_title(found)}: the last that is recorded is of {when}: {said}"
        )
    if state.over:
        return _over(asking, found, state, answer)
    if state.phase == "paused":
        return _paused(asking, found, state, answer)
    if state.phase == "waiting for release":
        return _unreleased(asking, found, state, answer)
    return _open(asking, found, state, answer)


def _skeleton(asking: Asking, found: Replay) -> Answer:
    """What every answer about a run has: the reasons that made it stand as it does, and the evidence."""
    chosen = _telling(found)
    return Answer(
        "waiting",
        "",
        person=asking.name,
        journey=found.kept.plan.journey,
        because=told_of(asking, found.run.id, chosen),
        evidence=evidence_of(found, chosen),
        zone=asking.zone,
        of=run_ref(found.run.id),
        links=links_of(asking, found),
    )


def evidence_of(found: Replay, chosen: Sequence[tuple[Decided, Reason]]) -> Evidence:
    """Where what was chosen can be looked up, and whether deciding again gave the same."""
    rows = tuple(dict.fromkeys(row.seq for row, _ in chosen))
    note = "" if found.recomputed else RECORDED
    return Evidence(rows, found.run.id, found.kept.plan.hash, CORE_VERSION, found.recomputed, note)


def links_of(asking: Asking, found: Replay) -> tuple[Link, ...]:
    """To the person, the journey and the run that an answer is about."""
    plan = found.kept.plan
    return (
        Link("person", person_ref(asking.person), asking.name),
        Link("journey", plan.journey, plan.title),
        Link("run", run_ref(found.run.id), run_ref(found.run.id)),
    )


def told_of(asking: Asking, run: int, chosen: Sequence[tuple[Decided, Reason]]) -> tuple[Because, ...]:
    """Recorded reasons as parts of an answer, each followed by the clauses that decided it."""
    told = [
        part for row, reason in chosen for part in (_said(asking, run, row, reason), *_clauses(asking, row, reason))
    ]
    return tuple(_reminders_together(told))


def _reminders_together(told: Sequence[Because]) -> Iterator[Because]:
    """Several reminders of one owner as one line, where the last of them stands."""
    for each in told:
        same = [other for other in told if other.rule == "reminded" and other.text == each.text]
        if each.rule != "reminded" or len(same) == 1:
            yield each
        elif each is same[-1]:
            yield structs.replace(each, text=f"{each.text.rstrip('.')} {len(same)} times.")


def _said(asking: Asking, run: int, row: Decided, reason: Reason) -> Because:
    """A reason as a part of the answer; of a message that was told, also when it left or leaves."""
    part = asking.say(reason, row.kept, row.at, row.event if isinstance(row.event, Event) else None)
    if reason.rule != "told":
        return part
    told = (reason.pass_, str(reason.seen.get("message")))
    left = message_text(asking.past.messages(run), told, row.at, asking.at, asking.zone)
    return structs.replace(part, text=f"{part.text.rstrip('.')}; {left}.") if left else part


def _telling(found: Replay) -> list[tuple[Decided, Reason]]:
    """The reasons worth telling: all of the last decision, of earlier ones those about what is open.

    Of a run that was finished, what came of each step.
    """
    last = last_decision(found.rows)
    open_passes = {each.number for each in found.state.passes} if found.state is not None else set()
    finished = found.state is not None and found.state.phase == "finished"
    stopped = found.state is not None and found.state.over and not finished
    steps = _STEPS_ENDED if finished else _STOPPED if stopped else ()
    always = ("started", "did not pass", "went back", *steps)
    chosen = []
    for row in found.rows:
        for reason in row.reasons:
            if row is last or (reason.pass_ and reason.pass_ in open_passes) or reason.rule in always:
                chosen.append((row, reason))
    return chosen


def _clauses(asking: Asking, row: Decided, reason: Reason) -> tuple[Because, ...]:
    """The clauses behind a reason that a condition decided, where the decision could be made again."""
    if row.world is None or row.after is None:
        return ()
    condition, key = _condition(row.kept.plan, reason)
    if condition is None:
        return ()
    fields = (
        row.event.fields.plus({"kind": row.event.kind, "at": row.event.at}) if isinstance(row.event, Event) else None
    )
    scope = scope_in(row.kept.plan, row.after, row.world, row.at, fields)
    place = row.kept.key_place(key, reason.place)
    tell = asking.teller.why if reason.rule in ("paused", "credited") else asking.teller.why_not
    return tuple(structs.replace(each, when=row.at) for each in tell(condition, scope, reason.rule, place))


def _condition(plan: Plan, reason: Reason) -> tuple[Expression | None, str]:  # noqa: PLR0911 - a rule a line
    """The condition that a reason is about, and its key in the file."""
    step = step_at(plan, reason.place)
    name = step.name if step is not None else ""
    match reason.rule:
        case "checked" if step is not None and isinstance(step.body, Check) and reason.seen.get("holds") is False:
            return step.body.condition, f"{name}.check"
        case "not needed" if step is not None and not reason.pass_:
            return step.only_if, f"{name}.only_if"
        case "credited" if step is not None:
            return step.credit_if, f"{name}.credit_if"
        case "did not pass" if step is not None and isinstance(step.body, Wait):
            return step.body.passes_if, f"{name}.passes_if"
        case "no longer in scope":
            return plan.while_, "while"
        case "paused":
            return plan.pause_while, "pause_while"
        case _:
            return None, ""


# How it stands


def _over(asking: Asking, found: Replay, state: State, answer: Answer) -> Answer:
    ending = next((row for row in reversed(found.rows) if any(reason.rule in _ENDED for reason in row.reasons)), None)
    when = f" on {day_of(ending.at, asking.zone)}" if ending is not None else ""
    phase = state.phase
    assert phase in _ENDED, f"{phase} is no end"
    name, title = asking.name, _title(found)
    if phase == "finished":
        reason = f": {state.reason}" if state.reason else ""
        return structs.replace(answer, verdict="finished", sentence=f"{name} finished {title}{when}{reason}.")
    clauses = tuple(
        each
        for each in answer.because
        if each.clause and each.rule in ("checked", "no longer in scope", "did not pass")
    )
    why = f" ({short(clauses)})" if clauses else ""
    verb = "was not released" if phase == "not released" else "ended"
    sentence = f"{name}'s {title} {verb}{when}: {state.reason or 'no reason was given'}{why}."
    return structs.replace(answer, verdict=phase, sentence=sentence)


def _paused(asking: Asking, found: Replay, state: State, answer: Answer) -> Answer:
    since = state.paused_at or asking.at
    sentence = (
        f"{asking.name}'s {_title(found)} has been paused since {day_of(since, asking.zone)}, "
        f"{_why_paused(asking, answer)}; nothing is sent and no time runs out meanwhile."
    )
    chance = NextChance("it is seen whether it may go on", state.wake_at)
    waiting = tuple(structs.replace(_waiting(asking, found, state, each), due=None) for each in state.passes)
    return structs.replace(
        answer,
        verdict="paused",
        sentence=sentence,
        waiting_for=waiting,
        next_chance=chance,
        would_change=("It goes on by itself when what pauses it is over.",),
    )


def _why_paused(asking: Asking, answer: Answer) -> str:
    person = asking.past.person(asking.person, asking.then)
    if person is not None and person.status == "on leave":
        until = f" until {day_text(person.leave_to)}" if isinstance(person.leave_to, date) else ""
        return f"because the status is on leave{until}"
    clauses = tuple(each for each in answer.because if each.clause and each.rule == "paused")
    return f"because {short(clauses)}" if clauses else "as the journey says"


def _unreleased(asking: Asking, found: Replay, state: State, answer: Answer) -> Answer:
    limit = found.kept.plan.limit
    most = (
        f"more than {count_text(limit.count, 'person')} would have begun in one {limit.period}"
        if limit is not None
        else ""
    )
    owner = found.kept.plan.accountable[0] if found.kept.plan.accountable else None
    who = f"team {owner.name}" if owner is not None and owner.kind == "team" else "whoever is accountable"
    sentence = (
        f"{asking.name}'s {_title(found)} waits until {who} releases it: {most or 'the limit of starts was reached'}."
    )
    waits = WaitingFor(
        "its release", who, state.begun, state.wake_at, handoff_ref(found.run.id, 0), if_not_released(state)
    )
    return structs.replace(
        answer,
        verdict="waiting for release",
        sentence=sentence,
        waiting_for=(waits,),
        next_chance=NextChance("it ends without having begun, if nobody releases it", state.wake_at),
        would_change=(f"{sentence_case(who)} releases it, and it begins at once.",),
    )


def _open(asking: Asking, found: Replay, state: State, answer: Answer) -> Answer:
    passes = sorted(state.passes, key=_soonest)
    told = [each for each in passes if each.waiting != "branches"] or passes
    waiting = tuple(_waiting(asking, found, state, each) for each in told)
    calls = {each.number: call for each in told if (call := _effect(asking, found, each)) is not None}
    extra = [
        part
        for each in told
        for part in (*_near_misses(asking, found, state, each), *_call(asking, found, each, calls.get(each.number)))
    ]
    more = f"; and for {count_text(len(waiting) - 1, 'more thing')}" if len(waiting) > 1 else ""
    now = _what_now(asking, found, state, told[0], waiting[0]) if told else "waits for its next step"
    return structs.replace(
        answer,
        verdict="waiting",
        sentence=f"{asking.name}'s {_title(found)} {now}{more}.",
        waiting_for=waiting,
        next_chance=_next(asking, state, told, waiting, tuple(calls.values())),
        because=(*answer.because, *extra),
    )


def _next(
    asking: Asking, state: State, told: Sequence[Pass], waiting: Sequence[WaitingFor], calls: Sequence[EffectRow]
) -> NextChance:
    """The next moment: what the first limit brings, unless it is only a reminder; else when a call that waits leaves."""
    if told and told[0].due is not None and waiting[0].otherwise:
        cause = "" if told[0].waiting == "time" else ", if nothing comes before"
        return NextChance(waiting[0].otherwise + cause, told[0].due)
    of_a_call = _next_of(asking, calls) if state.wake_at is None else None
    return of_a_call or NextChance("the run is looked at again, if nothing comes before", state.wake_at)


def _next_of(asking: Asking, calls: Sequence[EffectRow]) -> NextChance | None:
    """When the first call that waits leaves; else that one is on its way. None: there is none."""
    store = asking.past.store
    leaving = [call for call in calls if call.state == WAITING]
    if not leaving:
        sent = next((call for call in calls if call.state == CLAIMED), None)
        return None if sent is None else NextChance(f"{call_name(sent.action)} is on its way; its answer is waited for")
    first = min(leaving, key=lambda call: call.next_at)
    what = f"{call_name(first.action)} {'is tried again' if first.tries else 'leaves'}"
    if paused_by(store, first) is not None:
        return NextChance(f"{what} when its pause is over")
    due = to_instant(first.next_at)
    at = max(due, left_alone(store).get(first.connection, due))
    return (
        NextChance(f"{what}, at the earliest", at)
        if at > asking.at
        else NextChance(f"{what} as soon as it is its turn")
    )


def _what_now(asking: Asking, found: Replay, state: State, each: Pass, waits: WaitingFor) -> str:
    """What the open pass does now, as the second half of a sentence."""
    if each.waiting == "time" and each.due is not None:
        step = step_of(found.kept.plan, each)
        until = f"pauses until {due_text(each.due, asking.zone)}"
        name = step_label(step) if step is not None else ""
        return f"{until}, then “{name}” begins anew" if each.back is not None else f"{until} (“{name}”)"
    until = f" until {due_text(each.due, asking.zone)}" if each.due is not None else ""
    late = _late_since(asking, found, each)
    at = f" at “{waits.step}”" if waits.step else ""
    asked = asked_of(asking.draft(found.kept.plan, state), each)
    if asked is not None:
        return f"waits{at} for {waits.owner} to {asked.asks}{until}{late}"
    whose = f", which is up to {waits.owner}" if waits.owner else ""
    return f"waits{at} for {waits.what}{whose}{until}{late}{_after_failing(found, each)}"


def _late_since(asking: Asking, found: Replay, each: Pass) -> str:
    """That its first limit has passed already, and when."""
    for row in found.rows:
        for reason in row.reasons:
            if (
                reason.rule == "late"
                and reason.pass_ == each.number
                and isinstance(due := reason.seen.get("due"), datetime)
            ):
                return f", and has been late since {due_text(due, asking.zone)}"
    return ""


def _after_failing(found: Replay, each: Pass) -> str:
    """Why somebody has a call in their hands: it could not be done."""
    step = step_of(found.kept.plan, each)
    if step is None or not isinstance(step.body, Do) or each.waiting != "answer":
        return ""
    failed = [
        reason
        for row in found.rows
        for reason in row.reasons
        if reason.rule == "failed" and reason.pass_ == each.number
    ]
    if not failed:
        return ""
    return f", because {call_name(step.body.action)} could not be done: {failure_text(failed[-1].seen)}"


def _soonest(each: Pass) -> tuple[bool, Instant | int, int]:
    return (each.due is None, each.due if each.due is not None else 0, each.number)


def _waiting(asking: Asking, found: Replay, state: State, each: Pass) -> WaitingFor:
    plan = found.kept.plan
    owner = asking.owner(each.owner) if each.owner else ""
    asked = asked_of(asking.draft(plan, state), each)
    what = asked.what if asked is not None else what_is_awaited(plan, each, named=False)
    step = step_of(plan, each)
    label = step_label(step) if step is not None else ""
    then = otherwise(asking, found.kept, state, each)
    return WaitingFor(what, owner, each.opened, each.due, handoff_ref(found.run.id, each.number), then, label)


def _near_misses(asking: Asking, found: Replay, state: State, each: Pass) -> list[Because]:
    """Events of a kind that the step waits for, which came and did not fit, or are held; or that none came."""
    step = step_of(found.kept.plan, each)
    if each.waiting != "event" or step is None or not isinstance(step.body, Wait):
        return []
    body, place = step.body, found.kept.key_place(f"{step.name}.where", step.place)
    kinds = " or ".join(map(event_text, body.events))
    missed: list[Because] = []
    for held in asking.held_events(body.events):
        opened, owner = day_of(to_instant(held.opened), asking.zone), asking.owner(held.owner)
        missed.append(
            Because(
                "held",
                f"The {event_text(held.kind)} has been held since {opened}: {held.reason}. {owner} answers for it.",
                place,
            )
        )
    for kept in (early for early in state.early if early.kind in body.events):
        came = f"The {event_text(kept.kind)} of {day_of(kept.at, asking.zone)} is not the one"
        if each.since is not None and kept.at < each.since:
            since = day_of(each.since, asking.zone)
            missed.append(
                Because("out of window", f"{came}: it happened before {since}, from when on it counts.", place)
            )
        elif body.where is not None:
            clauses = _event_clauses(
                asking, found, state, body.where, kept.fields.plus({"kind": kept.kind, "at": kept.at})
            )
            missed += [structs.replace(clause, text=f"{came}: {clause.text}.", place=place) for clause in clauses]
    return missed or [Because("no event seen", f"No {kinds} that fits was told of {asking.name} so far.", place)]


def _event_clauses(asking: Asking, found: Replay, state: State, where: Expression, fields: Fields) -> Sequence[Because]:
    person = asking.past.person(asking.person, asking.then)
    if person is None:
        return ()
    world = asking.past.world(person, found.kept.plan, asking.then, state)
    return asking.teller.why_not(where, scope_in(found.kept.plan, state, world, asking.at, fields), "where", "")


def _call(asking: Asking, found: Replay, each: Pass, effect: EffectRow | None) -> list[Because]:
    """How the call stands that a step waits for, as it is now."""
    if effect is None:
        return []
    place = found.kept.place(found.kept.plan.steps[each.step].place)
    step = found.kept.plan.steps[each.step]
    text = f"{step_label(step)}: {call_text(asking.past.store, effect, asking.at, asking.zone)}."
    return [Because("call", text, place, seen={"state": EFFECT_STATES[effect.state], "connection": effect.connection})]


def _effect(asking: Asking, found: Replay, each: Pass) -> EffectRow | None:
    """The call that a step waits for, as it is now."""
    if each.waiting != "outcome" or each.step == NONE:
        return None
    rows = asking.past.store.database.read(
        "SELECT * FROM effect WHERE run = ? AND pass = ? AND rung = ?", (found.run.id, each.number, each.call)
    )
    return EffectRow(*rows[0]) if rows else None


def _title(found: Replay) -> str:
    return f"“{found.kept.plan.title}” (R-{found.run.id})"
