"""One handoff asked why: why it is this owner's, why now, why it is late, and how it ended.

Read from the run decided again; what happens next is asked of the core (`otherwise`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.inputs.lives import limit_in_force
from handrail.insight.answer import Answer, Because, Link, NextChance, WaitingFor
from handrail.insight.answering.links import MOVED
from handrail.insight.asking import Asking
from handrail.insight.past import Past
from handrail.insight.replay import Decided, Replay, replay
from handrail.insight.standing import about_run, evidence_of, links_of, told_of
from handrail.insight.telling.contracts import asked_of, limit_said, owner_reason
from handrail.insight.telling.sentences import step_label, step_of, what_is_awaited
from handrail.insight.telling.wording import day_of, due_text, value_text, words_of
from handrail.insight.whys.message import about_handoff
from handrail.insight.whys.otherwise import otherwise
from handrail.insight.whys.references import Reference, handoff_ref, run_ref
from handrail.store.moments import to_instant
from handrail.store.rows import HandoffRow
from handrail.terms.decision import Reason
from handrail.terms.plan import NONE
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

_QUIET: Final = frozenset({"reminded", "checked", "recorded"})
"""What is left out of why a handoff opened when it was: it opened nothing."""

_CLOSING: Final = frozenset({"answered", "assumed", "came", "confirmed", "credited", "skipped"})
"""What closes a handoff; what it led to is told after it."""


RELEASE: Final = 0
"""The pass of a run's release, which lies before its first step."""

_OF_RELEASE: Final = frozenset({"above the limit", "waiting for release", "released", "not released"})
_WHOLE: Final = {RELEASE: "Release"}


class _Handoff(Struct, frozen=True):
    """A handoff in its run: `each` as it stands, or last stood; `closed` is the row that closed it."""

    found: Replay
    number: int
    each: Pass
    state: State
    closed: Decided | None


def of_handoff(past: Past, named: Reference, at: Instant) -> Answer:
    """Why a handoff is whose it is, since when, until when; or how it ended."""
    run = past.run(named.numbers[0])
    if run is None:
        return Answer("not known", f"There is no run {run_ref(named.numbers[0])}.")
    asking = Asking(past, run.person, at)
    found = replay(past, run, asking.then)
    number = named.numbers[1] if len(named.numbers) > 1 else _number_of(past, found, named.name)
    if number == RELEASE and found.state is not None and found.state.phase == "waiting for release":
        return about_run(asking, run)
    handoff = _look(found, number)
    if handoff is not None:
        return _closed(asking, handoff) if handoff.closed is not None else _open(asking, handoff)
    row = next((row for row in past.store.handoffs_of_run(run.id) if row.pass_ == number), None)
    name = named.name or str(named.numbers[1])
    if row is None:
        text = f"{run_ref(run.id)} has no handoff “{words_of(name)}”."
        return Answer("not known", text, asking.name, links=links_of(asking, found))
    return _recorded(asking, found, row)


def _number_of(past: Past, found: Replay, step: str) -> int:
    """The pass that a step's name means: its open one, else the newest."""
    steps = found.kept.plan.steps
    rows = past.store.handoffs_of_run(found.run.id)
    same = [row for row in rows if row.step != NONE and words_of(steps[row.step].name) == words_of(step)]
    if not same:
        return RELEASE if step == "release" else NONE
    return max(same, key=lambda row: (row.closed is None, row.pass_)).pass_


def _look(found: Replay, number: int) -> _Handoff | None:
    """Where the pass stands; None where the run could not be decided again, or it never had it."""
    last: tuple[Pass, State] | None = None
    for row in found.rows:
        if row.after is None:
            continue
        now = next((each for each in row.after.passes if each.number == number), None)
        if now is not None:
            last = now, row.after
        elif last is not None:
            return _Handoff(found, number, last[0], last[1], row)
    if last is None:
        return None
    return _Handoff(found, number, last[0], found.state or last[1], None)


# Open


def _open(asking: Asking, handoff: _Handoff) -> Answer:
    found, each, state = handoff.found, handoff.each, handoff.state
    draft = asking.draft(found.kept.plan, state)
    then = otherwise(asking, found.kept, state, each)
    owner = asking.owner(each.owner)
    waits = WaitingFor(
        _what(draft, handoff), owner, each.opened, None if state.phase == "paused" else each.due,
        handoff_ref(found.run.id, each.number), then, _name(handoff),
    )  # fmt: skip
    chance = NextChance(then, each.due) if then else NextChance("somebody answers") if each.due is None else None
    chosen = _chosen(handoff)
    told = (*told_of(asking, found.run.id, chosen), *about_handoff(asking, found, handoff.number))
    because = (*sorted(told, key=_in_time), *_limit(asking, draft, handoff))
    return Answer(
        "paused" if state.phase == "paused" else "open",
        _sentence(asking, draft, handoff),
        asking.name,
        found.kept.plan.journey,
        because,
        waiting_for=(waits,),
        next_chance=chance,
        evidence=evidence_of(found, chosen),
        zone=asking.zone,
        question=f"Why does {owner} have “{_name(handoff)}” of {asking.name}?",
        would_change=_would_change(handoff, waits.what),
        links=_links(asking, handoff),
    )


def _sentence(asking: Asking, draft: Draft, handoff: _Handoff) -> str:
    each, owner = handoff.each, asking.owner(handoff.each.owner)
    own = each.owner == f"person:{asking.person}"
    whose = "their own" if own else f"{asking.name}'s"
    where = f"“{_name(handoff)}” of {whose} “{handoff.found.kept.plan.title}”"
    reason = owner_reason(draft, each)
    why = f", {reason}" if reason else ""
    question, until = asked_of(draft, each), f"{_until(asking, handoff)}{_before(asking, handoff)}"
    if question is not None:
        return f"{owner} is to {question.asks} ({where}){why}{until}."
    return f"{owner} has {where}{why}: it waits for {_what(draft, handoff)}{until}."


def _until(asking: Asking, handoff: _Handoff) -> str:
    """Until when, and whether its first limit has passed already."""
    each = handoff.each
    if handoff.state.phase == "paused":
        return "; the run is paused, and no time runs"
    until = f", until {due_text(each.due, asking.zone)}" if each.due is not None else ""
    first = next((reason.seen.get("due") for _, reason in _about(handoff) if reason.rule == "late"), None)
    if isinstance(first, Instant):
        return f"{until}; it has been late since {due_text(first, asking.zone)}"
    return until


def _before(asking: Asking, handoff: _Handoff) -> str:
    """Who had it before, by name: from whom it went on, in order."""
    had = [str(reason.seen["before"]) for _, reason in _about(handoff) if reason.rule in MOVED]
    names = [asking.owner(owner) for owner in dict.fromkeys(had) if owner != handoff.each.owner]
    return f"; {', then '.join(names)} had it before" if names else ""


def _what(draft: Draft, handoff: _Handoff) -> str:
    question = asked_of(draft, handoff.each)
    return (
        question.what if question is not None else what_is_awaited(handoff.found.kept.plan, handoff.each, named=False)
    )


def _name(handoff: _Handoff) -> str:
    step = step_of(handoff.found.kept.plan, handoff.each)
    return step_label(step) if step is not None else "the whole run"


def _limit(asking: Asking, draft: Draft, handoff: _Handoff) -> tuple[Because, ...]:
    """Where the moment comes from until which there is time."""
    found, each = handoff.found, handoff.each
    step = step_of(found.kept.plan, each)
    move = draft.move_in_force(each)
    limit = limit_in_force(draft, each)
    if each.due is None or limit is None or step is None:
        return ()
    working = limit.within is not None and "business" in limit.within.unit
    of = f" in the working time of the calendar “{draft.calendar(each.owner).name}”" if working else ""
    text = f"There is time until {due_text(each.due, asking.zone)}: the journey gives {limit_said(limit)}{of}."
    place = (
        found.kept.place(move.place) if move is not None else found.kept.key_place(f"{step.name}.within", step.place)
    )
    return (Because("limit", text, place, needed=limit_said(limit), seen={"due": value_text(each.due, str)}),)


def _would_change(handoff: _Handoff, what: str) -> tuple[str, ...]:
    """What closes it, and what gives it to somebody else."""
    if handoff.state.phase == "paused":
        return ("The run is resumed: then its time runs on.",)
    comes = f"It closes with {what}." if handoff.each.waiting != "outcome" else "It closes when the call is confirmed."
    return comes, "Operations may give it to somebody else, or snooze it, with a reason."


# How it came about


def _about(handoff: _Handoff) -> list[tuple[Decided, Reason]]:
    return [(row, reason) for row in handoff.found.rows for reason in row.reasons if reason.pass_ == handoff.number]


def _chosen(handoff: _Handoff) -> list[tuple[Decided, Reason]]:
    """Why it opened when it did (what else was decided with it), then everything about it, in order.

    Without the reminders: each is told as the message that it was.
    """
    about = _about(handoff)
    if not about:
        return []
    first = about[0][0]
    others = {each.number for each in first.after.passes} if first.after is not None else set()
    before = [
        (first, reason)
        for reason in first.reasons
        if reason.pass_ != handoff.number and reason.pass_ not in others and reason.rule not in _QUIET
    ]
    return [*before, *((row, reason) for row, reason in about if reason.rule != "reminded")]


def _links(asking: Asking, handoff: _Handoff) -> tuple[Link, ...]:
    ref = handoff_ref(handoff.found.run.id, handoff.number)
    return (*links_of(asking, handoff.found), Link("handoff", ref, _name(handoff)))


def _in_time(each: Because) -> float:
    return each.when.timestamp() if each.when is not None else 0.0


# Closed


def _closed(asking: Asking, handoff: _Handoff) -> Answer:
    assert handoff.closed is not None, "only what is closed is told as closed"
    found, chosen = handoff.found, _chosen(handoff)
    told = told_of(asking, found.run.id, [*chosen, *_ended_with(handoff, chosen)])
    because = tuple(sorted((*told, *about_handoff(asking, found, handoff.number)), key=_in_time))
    how = _how(told)
    sentence = (
        f"“{_name(handoff)}” of {asking.name}'s “{found.kept.plan.title}” is closed since "
        f"{day_of(handoff.closed.at, asking.zone)}: {how}."
    )
    return Answer(
        "closed",
        sentence,
        asking.name,
        found.kept.plan.journey,
        because,
        evidence=evidence_of(found, chosen),
        zone=asking.zone,
        question=f"How did “{_name(handoff)}” of {asking.name} end?",
        links=_links(asking, handoff),
    )


def _ended_with(handoff: _Handoff, chosen: Sequence[tuple[Decided, Reason]]) -> list[tuple[Decided, Reason]]:
    """What was decided with its closing about the run as a whole: that it ended, or went back."""
    assert handoff.closed is not None, "asked of closed ones only"
    row = handoff.closed
    whole = [(row, reason) for reason in row.reasons if not reason.pass_ and (row, reason) not in chosen]
    return whole if not any(each is row for each, _ in chosen) or row.after is None or row.after.over else []


def _how(because: Sequence[Because]) -> str:
    """What closed it, as the second half of a sentence: what came or was answered, else the last that was decided."""
    told = [each for each in because if not each.clause]
    closing = [each for each in told if each.rule in _CLOSING] or told[-1:]
    return (
        closing[-1].text.rstrip(".").removeprefix(f"{closing[-1].step}: ")
        if closing
        else "nothing more is recorded of it"
    )


def _recorded(asking: Asking, found: Replay, row: HandoffRow) -> Answer:
    """What its row says, where the run could not be decided again up to it."""
    step = step_label(found.kept.plan.steps[row.step]) if row.step != NONE else _WHOLE.get(row.pass_, "The whole run")
    owner = asking.owner(row.owner)
    closed = to_instant(row.closed) if row.closed is not None else None
    over = closed is not None and closed <= asking.at
    how = f"closed since {day_of(closed, asking.zone)}: {row.ended}" if over and closed else f"with {owner}"
    sentence = f"“{step}” of {asking.name}'s “{found.kept.plan.title}” is {how}."
    chosen = [
        (each, reason)
        for each in found.rows
        for reason in each.reasons
        if reason.pass_ == row.pass_ and (row.pass_ != RELEASE or reason.rule in _OF_RELEASE)
    ]
    return Answer(
        "closed" if over else "open",
        sentence,
        asking.name,
        found.kept.plan.journey,
        told_of(asking, found.run.id, chosen),
        evidence=evidence_of(found, chosen),
        zone=asking.zone,
        links=links_of(asking, found),
    )
