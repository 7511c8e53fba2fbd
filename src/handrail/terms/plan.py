"""A plan: a journey compiled and frozen, named by the hash of its meaning.

`steps` are flat, in the order of the file; a step knows its `next` in its list and the step it lies in. Lists
of moves are flat too (`ladders`), and an answer's list knows the rung it was written on. `place` numbers point
into `Places`, which is kept beside the plan and is no part of its hash: lines move, meaning does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.catalog import Kind
from handrail.terms.effect import RetryRule
from handrail.terms.expression import Expression, Slot
from handrail.terms.values import Duration

NONE = -1
"""No step, no ladder, no rung."""

Text: TypeAlias = tuple[str | Slot, ...]
Argument: TypeAlias = tuple[str | Slot, ...]


class OwnerPath(Struct, frozen=True):
    """One way to an owner.

    `manager`: `up` managers above the learner; `path`: a person value; `role`, `team`, `person` (own id as text),
    `contact` and `email` by `name` or `value`.
    """

    kind: Literal[
        "learner", "manager", "sponsor", "accountable", "owner", "path", "role", "team", "person", "email", "contact"
    ]
    up: int = 1
    name: str = ""
    value: Expression | None = None


Owner: TypeAlias = tuple[OwnerPath, ...]
"""Read from the left: `or` goes on where nobody is found."""


class Limit(Struct, frozen=True):
    """`within` a duration from the opening, or `until` a date in the world; exactly one is set."""

    within: Duration | None = None
    until: Expression | None = None


class Remind(Struct, frozen=True, array_like=True):
    relation: Literal["after", "before"]
    duration: Duration


class Contract(Struct, frozen=True):
    """The five answers of a step. `if_late` and `if_fails` are indexes into `Plan.ladders`."""

    owner: Owner = ()
    limit: Limit | None = None
    remind: tuple[Remind, ...] = ()
    if_late: int = NONE
    if_fails: int = NONE


# Moves


class Move(Struct, frozen=True, kw_only=True):
    only_if: Expression | None = None
    place: int = 0


class TellMove(Move, frozen=True, tag="tell"):
    to: Owner
    message: str
    by: str = ""


class DoMove(Move, frozen=True, tag="do"):
    """As a `Do`."""

    action: str
    arguments: Mapping[str, Argument]
    object: str = ""
    days: tuple[str, ...] = ()


class RecordMove(Move, frozen=True, tag="record"):
    values: Mapping[str, Argument]
    phase: str = ""


class RunMove(Move, frozen=True, tag="run"):
    journey: str
    arguments: Mapping[str, Argument]


class UndoMove(Move, frozen=True, tag="undo"):
    """`step` is an index into `Plan.steps`; NONE: all."""

    step: int


class HandTo(Move, frozen=True, tag="hand_to"):
    """The handoff is theirs; without a `question` they are asked what was asked before."""

    to: Owner
    limit: Limit
    question: Text = ()
    answers: Mapping[str, int] = {}


class Extend(Move, frozen=True, tag="extend"):
    by: Duration


class Retry(Move, frozen=True, tag="retry"):
    rule: RetryRule


class GoBack(Move, frozen=True, tag="go_back_to"):
    step: int
    after: Duration | None
    at_most: int


class Assume(Move, frozen=True, tag="assume"):
    answer: str


class Continue(Move, frozen=True, tag="continue"):
    pass


class Skip(Move, frozen=True, tag="skip"):
    reason: Text


class End(Move, frozen=True, tag="end"):
    """`finish` (well) or `stop`, with a reason."""

    how: Literal["finish", "stop"]
    reason: Text


AnyMove: TypeAlias = (
    TellMove
    | DoMove
    | RecordMove
    | RunMove
    | UndoMove
    | HandTo
    | Extend
    | Retry
    | GoBack
    | Assume
    | Continue
    | Skip
    | End
)


class Ladder(Struct, frozen=True):
    """A list of moves. `parent` and `parent_rung`: the rung whose answer it is (NONE: no answer's)."""

    moves: tuple[AnyMove, ...]
    parent: int = NONE
    parent_rung: int = NONE


# Steps


class Do(Struct, frozen=True, tag="do"):
    """`object` names the argument that says what the call is about (the action's own declaration).

    `days` are the arguments that the action takes as dates and the journey gives as moments.
    """

    action: str
    arguments: Mapping[str, Argument]
    undo: str = ""
    object: str = ""
    days: tuple[str, ...] = ()


class FormField(Struct, frozen=True):
    kind: Kind
    optional: bool = False
    how_many: int = 1


class Ask(Struct, frozen=True, tag="ask"):
    """`answers` map a word to a ladder; `todo` has the one answer `done`; a `sign` is an electronic signature."""

    to: Owner
    question: Text = ()
    todo: Text = ()
    form: Mapping[str, FormField] = {}
    answers: Mapping[str, int] = {}
    sign: Text = ()


class Wait(Struct, frozen=True, tag="wait"):
    """`counts_from` is a date, the word `opening` as a Path, or None: the start of the run."""

    events: tuple[str, ...]
    where: Expression | None = None
    passes_if: Expression | None = None
    counts_from: Expression | None = None


class Tell(Struct, frozen=True, tag="tell"):
    to: Owner
    message: str
    by: str = ""


class Check(Struct, frozen=True, tag="check"):
    condition: Expression
    if_not: int


class Branch(Struct, frozen=True):
    """`condition` None: otherwise (or a branch of a `together`); `first` NONE: nothing to do, the journey goes on."""

    name: str
    first: int
    condition: Expression | None = None
    place: int = 0


class Choose(Struct, frozen=True, tag="choose"):
    branches: tuple[Branch, ...]


class Together(Struct, frozen=True, tag="together"):
    """`item` is the name in `each NAME in LIST` ("": named branches); then there is one branch, for each item.

    `needs` is how many branches must end well; 0: all.
    """

    branches: tuple[Branch, ...]
    needs: int = 0
    undo_the_rest: bool = False
    item: str = ""
    items: Expression | None = None


class Gather(Struct, frozen=True, tag="gather"):
    """`or_every` is the canonical text of a schedule."""

    count: int
    or_every: str = ""
    at_least: int = 1
    alike: tuple[Expression, ...] = ()


class Pause(Struct, frozen=True, tag="pause"):
    """Time passes: for a duration or until a date (`limit`)."""

    limit: Limit


class Run(Struct, frozen=True, tag="run"):
    journey: str
    arguments: Mapping[str, Argument]


class RecordStep(Struct, frozen=True, tag="record"):
    values: Mapping[str, Argument]
    phase: str = ""


class GoBackStep(Struct, frozen=True, tag="go_back_to"):
    step: int
    after: Duration | None
    at_most: int


class EndStep(Struct, frozen=True, tag="end"):
    how: Literal["finish", "stop"]
    reason: Text


StepBody: TypeAlias = (
    Do | Ask | Wait | Tell | Check | Choose | Together | Gather | Pause | Run | RecordStep | GoBackStep | EndStep
)


class Step(Struct, frozen=True):
    """`next` and `parent` are indexes into `Plan.steps` (NONE: the list ends, the top list)."""

    name: str
    body: StepBody
    next: int
    parent: int = NONE
    branch: str = ""
    contract: Contract = Contract()
    only_if: Expression | None = None
    credit_if: Expression | None = None
    was: str = ""
    once_for: str = ""
    place: int = 0


# Starts


class Start(Struct, frozen=True):
    """What begins a run. Exactly one of `event`, `every` (canonical text of a schedule), `request` is set.

    `where` is about the event and its person; `for_` names everyone for whom it is true.
    """

    name: str
    event: str = ""
    where: Expression | None = None
    for_: Expression | None = None
    every: str = ""
    request: Owner = ()
    form: Mapping[str, FormField] = {}
    values: Mapping[str, Argument] = {}
    if_missed: Literal["once", "each", "skip"] = "once"
    place: int = 0


class Once(Struct, frozen=True):
    """What makes two starts the same: the values of `by`, within `within`, per `period`, `at a time`, or ever."""

    by: tuple[Expression, ...] = ()
    within: Duration | None = None
    period: Literal["", "month", "quarter", "year"] = ""
    at_a_time: bool = False


class StartLimit(Struct, frozen=True):
    count: int
    period: Literal["hour", "day", "week"]


class Needs(Struct, frozen=True):
    """What the engine must put into this plan's worlds."""

    managers_up: int = 2
    sponsor: bool = False
    record: bool = False
    teams: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """A compiled journey. `hash` is of its meaning and is set last (hex, 32 characters).

    `waits_for` are the kinds of event that some wait takes; `looks_at_today`: `while` or `pause_while` read
    `today`, so the run is looked at when the person's day begins.
    """

    journey: str
    title: str
    purpose: str
    accountable: Owner
    starts: tuple[Start, ...]
    once: Once
    steps: tuple[Step, ...]
    ladders: tuple[Ladder, ...]
    first: int = 0
    hash: str = ""
    replaces: tuple[Expression, ...] | None = None
    limit: StartLimit | None = None
    while_: Expression | None = None
    when_no_longer: int = NONE
    pause_while: Expression | None = None
    when_resumed: int = NONE
    calendar: str = "owner"
    language: str = ""
    defaults: Contract = Contract()
    waits_for: frozenset[str] = frozenset()
    looks_at_today: bool = False
    needs: Needs = Needs()


def schedule_since(published: Iterable[tuple[int, Plan]], trigger: Start) -> int | None:
    """When the first of the versions was published that have looked at the same moments ever since.

    `published` are a journey's versions with the moments (milliseconds) at which they were published, newest first. None: the
    newest does not look at them.
    """
    since = None
    for at, plan in published:
        if not any(each.name == trigger.name and each.every == trigger.every for each in plan.starts):
            break
        since = at
    return since


class Places(Struct, frozen=True):
    """Where each place number stands: `lines[number]` is (line, column) in `file`; number 0 is the journey.

    `keys` has the same for what stands inside a step or start (`course.where`, `starts.hired.where`) or the journey (`while`).
    """

    file: str
    lines: tuple[tuple[int, int], ...]
    keys: Mapping[str, tuple[int, int]] = {}
