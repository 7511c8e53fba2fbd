"""What a told event does in a run: it ends a wait, is kept for one to come, or corrects one already told."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.sending import hand_beside
from handrail.core.steps.wait import fits, look_back, take
from handrail.terms.event import Event
from handrail.terms.plan import NONE
from handrail.terms.state import Kept, Pass

EARLY_MAX = 200
"""So many events are kept with a run; more are held, and somebody looks."""


def told(d: Draft, event: Event) -> None:
    """Give the event to the first open wait that takes it, else keep it."""
    if event.corrects or event.retracts:
        _corrected(d, event)
        return
    if event.kind not in d.plan.waits_for:
        d.used = False
        return
    kept = Kept(event.number, event.kind, event.at, event.fields, event.attempt)
    if d.phase != "paused" and offer(d, kept):
        return
    if len(d.early) >= EARLY_MAX:
        d.used = False
        d.say("too many kept", 0, 0, kept=len(d.early))
        return
    d.early.append(kept)
    d.say("kept for later", 0, 0, event=event.kind)


def offer(d: Draft, event: Kept) -> bool:
    """Give the event to the first open wait that it fits; whether one took it."""
    for each in list(d.passes.values()):
        if each.waiting == "event" and each.number in d.passes and fits(d, each, event) and take(d, each, event):
            return True
    return False


def try_again(d: Draft) -> None:
    """Offer what is kept to every open wait: a value came, or the run goes on after a pause."""
    for each in list(d.passes.values()):
        if d.early and each.waiting == "event" and each.number in d.passes and not each.failed:
            look_back(d, each)


def _corrected(d: Draft, event: Event) -> None:
    """A correction of an event not yet used takes its place; one already used rewinds nothing."""
    number = event.corrects or event.retracts
    for index, kept in enumerate(d.early):
        if kept.number == number:
            if event.retracts:
                del d.early[index]
            else:
                d.early[index] = Kept(event.number, kept.kind, event.at, event.fields, event.attempt)
            d.say("corrected before use", 0, 0, event=event.kind)
            if event.corrects:
                try_again(d)
            return
    taken = dict(d.used_events).get(number)
    if taken is None:
        d.used = False
        return
    _ask_about(d, taken, event)


def _ask_about(d: Draft, taken: int, event: Event) -> None:
    """The owner of the step that used the event is asked: keep, go back, or stop."""
    step = next((s for s, p in _used_steps(d) if p == taken), NONE)
    opened: Pass = hand_beside(d, (taken, CORRECTION), step, (), d.step(step).place if step != NONE else 0)
    d.say("corrected after use", 0, opened.number, event=event.kind)


CORRECTION = -1000
"""The rung of a handoff beside the run that asks about a corrected event."""


def _used_steps(d: Draft) -> list[tuple[int, int]]:
    """(step, pass) of every wait that took an event."""
    waits = [index for index, step in enumerate(d.plan.steps) if type(step.body).__name__ == "Wait"]
    return [(step, number) for _, number in d.used_events for step in waits if _took(d, step, number)]


def _took(d: Draft, step: int, number: int) -> bool:
    result = d.results.get(d.step(step).name)
    return result is not None and number <= d.opened
