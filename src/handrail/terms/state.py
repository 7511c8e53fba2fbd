"""A run: what one person's passage through one plan has come to. The unit of state, at most 64 KB.

Frozen: `decide` makes a new one. Of states only the newest is kept; an earlier one is had by folding the run
from its start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from handrail.terms.values import NOTHING, Duration, Fields, Instant, PersonRef, Value

Waiting: TypeAlias = Literal["outcome", "answer", "event", "time", "branches", "value", "journey", "cohort", "nothing"]
"""What an open pass waits for. `value`: what a condition must know has not arrived."""


class Pass(Struct, frozen=True, array_like=True, gc=False):
    """One going through a step; while it is in a state it is open: one owner, one next moment.

    `number` counts the passes of the run, `times` those of the step (`course#2`), `items` are the places in the
    enclosing `each` lists; `step` is -1 for a ladder of the run itself. `ladder` and `rung` are the move in force
    (-1: none yet), `due` is the limit or when the rung passes, `limit` what it was reckoned from (None: a date).
    `reminders` are those still to come. `since` bounds the events a wait takes. `rungs` counts the effects of the
    pass; `call` is the rung of the one it waits for. `asked` are the owners who had it. `left` is what a pause
    stopped: (count, unit). `beside`: the call (pass, rung) that a ladder could not get done and went on without.
    `tries` counts how often an address was looked for again. `given`: a person said who has it, not its path. `aside` is
    until when it is snoozed, `aside_at_most` how far that may go.
    """

    number: int
    step: int
    times: int
    opened: Instant
    waiting: Waiting
    owner: str = ""
    due: Instant | None = None
    items: tuple[int, ...] = ()
    ladder: int = -1
    rung: int = -1
    rungs: int = 0
    call: int = -1
    late: bool = False
    failed: bool = False
    asked: tuple[str, ...] = ()
    reminders: tuple[Instant, ...] = ()
    since: Instant | None = None
    limit: Duration | None = None
    left: tuple[int, str] | None = None
    graced: bool = False
    beside: tuple[int, int] | None = None
    question: tuple[int, int] | None = None
    back: tuple[int, int] | None = None
    tries: int = 0
    given: bool = False
    aside: Instant | None = None
    aside_at_most: Instant | None = None


USUAL: Final[Mapping[str, Value]] = {"times": 1, "late": False}
"""What a result says of its step unless it holds something else: ended at the first time, and within its limit."""


class Kept(Struct, frozen=True, array_like=True, gc=False):
    """A told event of the run's person that no wait has taken; `number` is its row in the ledger."""

    number: int
    kind: str
    at: Instant
    fields: Fields
    attempt: str = ""


class Sent(Struct, frozen=True, array_like=True, gc=False):
    """A `do` of this run that can be undone: which call, with what, what became of it."""

    pass_: int
    rung: int
    step: int
    arguments: Fields
    ended: Literal["", "confirmed", "not needed", "failed", "to undo", "undone"] = ""
    given: Fields = NOTHING
    items: tuple[int, ...] = ()


class Used(Struct, frozen=True, array_like=True, gc=False):
    """Which pass of which step took the event with that number in the ledger."""

    number: int
    pass_: int
    step: int
    items: tuple[int, ...] = ()


class Pending(Struct, frozen=True, array_like=True, gc=False):
    """What goes on when a paused run resumes: `how` is `open`, or how the step ended.

    `climb`: pass `pass_` climbs `ladder` from `rung` on; `beside`: a handoff opens about the call (`pass_`, `rung`).
    `tell`: whoever came to have pass `pass_` meanwhile is told.
    """

    step: int
    items: tuple[int, ...]
    how: str
    pass_: int = 0
    ladder: int = -1
    rung: int = 0
    since: Instant | None = None


class Again(Struct, frozen=True, array_like=True, gc=False):
    """A `go_back_to` was taken: waits from `step` on, in its list, count only events after `since`."""

    step: int
    items: tuple[int, ...]
    since: Instant


OVER: Final = frozenset({"finished", "stopped", "not released"})
"""The phases in which a run goes on no more."""


class State(Struct, frozen=True, array_like=True, gc=False):
    """`results` are by step name (inside an `each`: `name[2]`); `wake_at` is the one next moment.

    `jumps` counts each `go_back_to` by its place (`@12`), and by `#name` how often a step was done before the run went
    back to it. `used` are the events that waits took. `left`: something was decided that leaves the run (a call, a message,
    another run, a place in a cohort); `counts` is false once a `check` stopped it before that.
    """

    run: int
    person: int
    plan: str
    begun: Instant
    start: Fields
    phase: Literal["waiting for release", "open", "paused", "finished", "stopped", "not released"] = "open"
    reason: str = ""
    passes: tuple[Pass, ...] = ()
    results: Mapping[str, Fields] = {}
    early: tuple[Kept, ...] = ()
    used: tuple[Used, ...] = ()
    sent: tuple[Sent, ...] = ()
    again: tuple[Again, ...] = ()
    pending: tuple[Pending, ...] = ()
    jumps: Mapping[str, int] = {}
    opened: int = 0
    wake_at: Instant | None = None
    paused_at: Instant | None = None
    not_before: Instant | None = None
    out: bool = False
    left: bool = False
    counts: bool = True

    @property
    def over(self) -> bool:
        return self.phase in OVER


def heard(state: State, said: Fields) -> State:
    """The state for whom a world is made: with the persons that were just named, beside those its results name."""
    return structs.replace(state, results={**state.results, "": said}) if names_somebody(said) else state


def names_somebody(said: Fields) -> bool:
    """Whether any of the values is a person."""
    if said is not NOTHING:
        for value in said.values():
            if type(value) is PersonRef:
                return True
    return False
