"""What can happen to a run: told events, outcomes of effects, answers of people, moments that come.

`decide` takes exactly one of these. Told events stay for ever in the ledger and are never edited.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import NOTHING, Fields, Instant, PersonRef

Disposition: TypeAlias = Literal["matched", "ignored", "duplicate", "held", "deferred", "refused"]


class Event(Struct, frozen=True, array_like=True, tag="t", gc=False):
    """What a system or person said happened. `at` it happened, `told` it was sent, `known` it was committed.

    `id` is the transport's own (catches repeats, never decides alone); `number` is the row in the ledger, 0
    until it has one. `corrects` and `retracts` name the number of an earlier event. A `person.*` event joins
    two versions of its person.
    """

    kind: str
    at: Instant
    person: int | None = None
    source: str = ""
    id: str = ""
    fields: Fields = NOTHING
    attempt: str = ""
    told: Instant | None = None
    known: Instant | None = None
    number: int = 0
    corrects: int = 0
    retracts: int = 0
    before_version: int = 0
    after_version: int = 0


FailureClass: TypeAlias = Literal["throttled", "transient", "permanent", "auth", "uncertain"]


class Outcome(Struct, frozen=True, array_like=True, tag="o", gc=False):
    """How an effect ended for good: its tries are used up or it is done. `pass_` and `rung` are its key.

    `not needed`: it was so already, or an override or another run made it unnecessary; `reason` says which.
    """

    pass_: int
    rung: int
    at: Instant
    ended: Literal["confirmed", "not needed", "failed"]
    fields: Fields = NOTHING
    failure: FailureClass | None = None
    code: str = ""
    reason: str = ""
    tries: int = 1


class Answer(Struct, frozen=True, array_like=True, tag="a", gc=False):
    """What somebody answered to the handoff of pass `pass_`.

    `by` is an owner (`person:12`, `email:a@b`); `for_` whose name a delegate acted in. `word` is empty where only a
    form was asked.
    """

    pass_: int
    at: Instant
    by: str
    word: str = ""
    form: Fields = NOTHING
    for_: str = ""


class Tick(Struct, frozen=True, array_like=True, tag="tick", gc=False):
    """A moment that the run waited for has come, or may have."""

    at: Instant


class OwnersChanged(Struct, frozen=True, array_like=True, tag="owners", gc=False):
    """The organization changed around an open handoff: a manager, delegate, absence or team."""

    at: Instant
    who: int = 0
    why: str = ""


class Reassigned(Struct, frozen=True, array_like=True, tag="reassigned", gc=False):
    """Somebody gave the handoff of pass `pass_` to another owner, and said why. `by` and `to` are written as owners are."""

    pass_: int
    at: Instant
    by: str
    to: str
    reason: str = ""


class PutAside(Struct, frozen=True, array_like=True, tag="put aside", gc=False):
    """Somebody snoozed the handoff of pass `pass_` until a moment, and said why: nobody is reminded of it before."""

    pass_: int
    at: Instant
    by: str
    until: Instant
    reason: str = ""


class Released(Struct, frozen=True, array_like=True, tag="released", gc=False):
    """A run born waiting for release was let go, or was not; `by` names the person who said so."""

    at: Instant
    by: str
    released: bool = True


class JourneyEnded(Struct, frozen=True, array_like=True, tag="journey", gc=False):
    """A run that pass `pass_` began, or that stands in for it, is over."""

    pass_: int
    at: Instant
    run: int
    journey: str
    outcome: Literal["finished", "stopped", "not needed"]
    reason: str = ""


class CohortEvent(Struct, frozen=True, array_like=True, tag="cohort", gc=False):
    """The cohort that pass `pass_` was in has left (`step` empty), or did `step` once for everyone in it.

    `yours`: it is for this run to do the step, for all of them.
    """

    pass_: int
    at: Instant
    number: int
    size: int
    step: str = ""
    result: Fields = NOTHING
    yours: bool = False


class Stopped(Struct, frozen=True, array_like=True, tag="stopped", gc=False):
    """The run is ended from outside: the run that began it ended, a newer one replaces it, or a person said so."""

    at: Instant
    reason: str
    by: str = ""


class Moved(Struct, frozen=True, array_like=True, tag="moved", gc=False):
    """The run was moved to another plan, by a person who saw the preview."""

    at: Instant
    by: str
    to: str


Input: TypeAlias = (
    Event
    | Outcome
    | Answer
    | Tick
    | OwnersChanged
    | Reassigned
    | PutAside
    | Released
    | JourneyEnded
    | CohortEvent
    | Stopped
    | Moved
)


def said_in(given: Input | None) -> Fields:
    """The values that come with it: a form, an event's fields, what a call gave. Whoever they name may own what opens next."""
    match given:
        case Outcome() | Event():  # the commonest first
            return given.fields
        case Answer():
            return given.form
        case CohortEvent():
            return given.result
        case Reassigned() if given.to.startswith("person:"):
            return Fields({"to": PersonRef(int(given.to.removeprefix("person:")))})
        case _:
            return NOTHING
