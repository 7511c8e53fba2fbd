"""What becomes of a run when one thing happens. Pure and total: no clock, no input or output, no dice.

`decide` of one event goes on through every step that can open at once, in one decision. The theory is in
LANGUAGE.md and DESIGN.md ("The core"); each rule stands in the module of its step, ladder or life.
"""

from __future__ import annotations

from typing import assert_never

from handrail.core.answers import answered
from handrail.core.draft import Draft
from handrail.core.flow import run_on
from handrail.core.inputs.by_hand import put_aside, reassigned
from handrail.core.inputs.cohorts import cohort_left
from handrail.core.inputs.lives import look_at_life, person_changed
from handrail.core.inputs.outcomes import after_the_end, came_out, journey_ended
from handrail.core.inputs.ticks import ticked
from handrail.core.inputs.told import told
from handrail.core.moves.handing import look_for_owners
from handrail.core.moves.passes import end_run
from handrail.core.program import program_of
from handrail.core.size import guarded
from handrail.terms.decision import Decision
from handrail.terms.event import (
    Answer,
    CohortEvent,
    Event,
    Input,
    JourneyEnded,
    Moved,
    Outcome,
    OwnersChanged,
    PutAside,
    Reassigned,
    Released,
    Stopped,
    Tick,
)
from handrail.terms.plan import Plan
from handrail.terms.state import OVER, State
from handrail.terms.values import Instant
from handrail.terms.world import World

CORE_VERSION = 1


def decide(plan: Plan, state: State, event: Input, world: World, now: Instant) -> Decision:
    """The decision about one event in one run: the state after, effects, reasons, and how its handoffs stand.

    What is not in `world` is unknown. Same arguments, same decision; a run that is over stays as it is, but a
    call of it that turns out confirmed after it was to be undone is still undone.
    """
    d = Draft(program_of(plan), state, world, now)
    if d.phase in OVER:
        _after_the_end(d, event)
    elif d.phase == "waiting for release":
        _before_release(d, event)
    else:
        _take(d, event)
    run_on(d)
    return guarded(d, event)


def _after_the_end(d: Draft, event: Input) -> None:
    """A call that was to be undone is still undone, and one that could not be is still somebody's; all else is over."""
    match event:
        case Outcome():
            d.used = after_the_end(d, event)
        case Tick() if d.passes:
            ticked(d)
        case OwnersChanged() if d.passes:
            d.used = look_for_owners(d)
        case Answer() if event.pass_ in d.passes:
            answered(d, event)
        case Reassigned() if event.pass_ in d.passes:
            reassigned(d, event)
        case PutAside() if event.pass_ in d.passes:
            put_aside(d, event)
        case Answer():
            d.used = False
            d.say("answered too late", 0, event.pass_, by=event.by)
        case _:
            d.used = False
    if not d.reasons:
        d.say("run is over")


def _before_release(d: Draft, event: Input) -> None:
    """A run born waiting for release keeps what it is told and does nothing else."""
    match event:
        case Released():
            _released(d, event)
        case Tick():
            ticked(d)
        case Stopped():
            _stopped(d, event)
        case Event() if told(d, event):
            pass
        case _:
            d.used = False
            d.say("waiting for release")


def _take(d: Draft, event: Input) -> None:  # noqa: C901, PLR0912 - a kind of input a line
    match event:
        case Outcome():  # the commonest
            came_out(d, event)
        case Event():
            _told(d, event)
        case Answer():
            answered(d, event)
        case Tick():
            ticked(d)
        case OwnersChanged():
            d.used = look_for_owners(d)
        case Reassigned():
            reassigned(d, event)
        case PutAside():
            put_aside(d, event)
        case Released():
            _released(d, event)
        case JourneyEnded():
            journey_ended(d, event)
        case CohortEvent():
            cohort_left(d, event)
        case Stopped():
            _stopped(d, event)
        case Moved():
            d.used = False
        case _:
            assert_never(event)


def _told(d: Draft, event: Event) -> None:
    changed = event.kind.startswith("person.") and person_changed(d)
    taken = not d.over and told(d, event)
    d.used = changed or taken


def _stopped(d: Draft, event: Stopped) -> None:
    """The run is ended from outside; where a person said so, that is said."""
    if event.by:
        d.say("ended by hand", 0, 0, by=event.by)
    end_run(d, "stopped", event.reason)


def _released(d: Draft, event: Released) -> None:
    """A run born waiting for release begins, or does not."""
    if d.phase != "waiting for release":
        d.used = False
        return
    if not event.released:
        end_run(d, "not released", f"not released by {event.by}")
        return
    d.phase = "open"
    d.say("released", 0, 0, by=event.by)
    d.go_on(d.plan.first, (), "open")
    look_at_life(d)
