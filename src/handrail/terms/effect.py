"""What must happen outside a run: a call, a message, a run of another journey, a place in a cohort.

An effect is a wish, kept in the outbox in the transaction of its decision; its key is (run, pass, rung), so a
second pass acts again and a retry does not. Timers are no effects: a run has one next moment, in its state.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import NOTHING, Duration, Fields, Instant


class RetryRule(Struct, frozen=True, array_like=True, gc=False):
    """`times` more tries over `over`, ever more slowly; a throttled try is none."""

    times: int
    over: Duration


class Call(Struct, frozen=True, array_like=True, tag="c", gc=False):
    """Have `connection` do `action` for `person`.

    `object` is what it is about (a course): with connection and person the key by which wanted-twice is noticed.
    `undoes` is the (pass, rung) of the call it takes back, `given` what that one was answered.
    """

    pass_: int
    rung: int
    step: str
    connection: str
    action: str
    person: int
    object: str = ""
    arguments: Fields = NOTHING
    retry: RetryRule | None = None
    undoes: tuple[int, int] | None = None
    given: Fields = NOTHING
    within: Duration | None = None


class Message(Struct, frozen=True, array_like=True, tag="m", gc=False):
    """Into the receiver's box: `to` an owner, `about` the pass of the handoff it speaks of (0: none).

    `template` is the author's, or one of ours: `handoff`, `reminder`, `late`, `moved`.
    """

    pass_: int
    rung: int
    step: str
    to: str
    template: str
    urgency: Literal["first", "reminder", "escalation", "news"] = "news"
    about: int = 0
    by: str = ""
    values: Fields = NOTHING
    not_after: Instant | None = None
    tell: bool = False


class BeginRun(Struct, frozen=True, array_like=True, tag="run", gc=False):
    """Begin `journey` for the same person; `tied`: it is stopped with this run, and its end is told back."""

    pass_: int
    rung: int
    step: str
    journey: str
    person: int
    arguments: Fields = NOTHING
    tied: bool = True


class StopRun(Struct, frozen=True, array_like=True, tag="stop_run", gc=False):
    """Stop the run that (`pass_`, `begun_rung`) began."""

    pass_: int
    rung: int
    begun_rung: int
    reason: str


class JoinCohort(Struct, frozen=True, array_like=True, tag="join", gc=False):
    """Hold a place in the cohort of `step`; `alike` keeps separate ones.

    Of a step that is done once for a cohort: stand in line for it; `alike` is the number of the cohort.
    """

    pass_: int
    rung: int
    step: str
    alike: Fields = NOTHING


class LeaveCohort(Struct, frozen=True, array_like=True, tag="leave", gc=False):
    """Give the place up again, or be through with what is done once for all."""

    pass_: int
    rung: int
    step: str


class Measure(Struct, frozen=True, array_like=True, tag="measure", gc=False):
    """Values for the reports."""

    pass_: int
    rung: int
    step: str
    phase: str
    values: Fields


class Withdraw(Struct, frozen=True, array_like=True, tag="withdraw", gc=False):
    """The effect of this key is no longer wanted: if it was not yet sent, it is not sent."""

    pass_: int
    rung: int


Effect: TypeAlias = Call | Message | BeginRun | StopRun | JoinCohort | LeaveCohort | Measure | Withdraw
