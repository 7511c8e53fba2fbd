"""What a told event does in a run: it ends a wait, is kept for one to come, or corrects one already told."""

from __future__ import annotations

from typing import Final

from handrail.core.draft import Draft
from handrail.core.moves.sending import hand_beside
from handrail.core.steps.wait import fits, look_back, take
from handrail.terms.event import Event
from handrail.terms.plan import Wait
from handrail.terms.state import Kept, Pass, Pending, Used
from handrail.terms.values import NOTHING, Fields, Value

EARLY_MAX: Final = 200
"""So many events are kept with a run; more are held, and somebody looks."""

CORRECTION: Final = -1000
"""The rung of a handoff beside the run that asks about a corrected event."""


def told(d: Draft, event: Event) -> bool:
    """Give the event to the first open wait that takes it, else keep it. Whether it made a difference."""
    if event.corrects or event.retracts:
        return _corrected(d, event)
    if event.kind not in d.plan.waits_for:
        return False
    kept = Kept(event.number, event.kind, event.at, event.fields, event.attempt)
    if d.phase == "open" and offer(d, kept):
        return True
    if len(d.early) >= EARLY_MAX:
        d.say("too many kept", 0, 0, kept=len(d.early))
        return False
    d.early += (kept,)
    d.say("kept for later", 0, 0, event=event.kind)
    return True


def offer(d: Draft, event: Kept) -> bool:
    """Give the event to the first open wait that it fits; whether one took it."""
    for each in list(d.passes.values()):
        taken = _may_take(d, each) and fits(d, each, event) and take(d, each, event)
        if taken:
            return True
    return False


def _may_take(d: Draft, each: Pass) -> bool:
    """Whether it waits for an event, also one that somebody has because another did not pass."""
    if each.waiting == "event":
        return True
    return each.waiting == "answer" and each.beside is None and isinstance(d.step(each.step).body, Wait)


def try_again(d: Draft) -> None:
    """Offer what is kept to every open wait: a value came, or the run goes on after a pause."""
    for each in list(d.passes.values()):
        if d.early and each.number in d.passes and _may_take(d, each):
            look_back(d, d.passes[each.number])


def _corrected(d: Draft, event: Event) -> bool:
    """A correction of an event not yet used takes its place; one already used rewinds nothing."""
    number = event.corrects or event.retracts
    for index, kept in enumerate(d.early):
        if kept.number == number:
            instead = () if event.retracts else (Kept(event.number, kept.kind, event.at, event.fields, event.attempt),)
            d.early = (*d.early[:index], *instead, *d.early[index + 1 :])
            d.say("corrected before use", 0, 0, event=event.kind)
            if event.corrects and d.phase == "open":
                try_again(d)
            return True
    taken = next((used for used in d.used_events if used.number == number), None)
    if taken is None:
        return False
    d.used_events = (*d.used_events, Used(event.number, taken.pass_, taken.step, taken.items))
    d.say("corrected after use", d.step(taken.step).place, taken.pass_, event=event.kind, **_changes(d, taken, event))
    if d.phase == "paused":
        d.pending += (Pending(taken.step, taken.items, "beside", taken.pass_, rung=CORRECTION),)
    else:
        ask_about(d, taken.pass_, taken.step, taken.items)
    return True


def _changes(d: Draft, taken: Used, event: Event) -> dict[str, Value]:
    """What was used and what is said now, field by field, where they differ."""
    before = d.results.get(d.key(taken.step, taken.items), NOTHING)
    after = event.fields if event.corrects else Fields()
    changed: dict[str, Value] = {}
    for name in (name for name in after if before.get(name) != after[name]):
        changed[f"before_{name}"] = before.get(name)
        changed[f"after_{name}"] = after[name]
    return changed


def ask_about(d: Draft, number: int, step: int, items: tuple[int, ...]) -> None:
    """The owner of the step that used the event is asked: keep, go back, or stop. One question about one step."""
    for each in list(d.passes.values()):
        if each.beside == (number, CORRECTION):
            d.close(each.number, "asked anew")
    hand_beside(d, (number, CORRECTION), step, items)
