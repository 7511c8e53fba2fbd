"""What another version of a journey makes of one run: what stands open before and after, which dates shift and why.

Facts only, in the terms of the two plans; the words for people are insight's matter. Kept with a moving, run by run.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import Instant

Verdict: TypeAlias = Literal["moves", "stays", "cannot", "ended"]
"""`stays`: somebody chose so; `cannot`: it would lose something; `ended`: it is over."""

Cause: TypeAlias = Literal["limit", "owner", "date", "around"]
"""Why a date shifts: the limit is another, the owner is, a date of the person is, or the limit of the step around it."""


class Stands(Struct, frozen=True, array_like=True):
    """An open pass: its step by the name in that plan (empty: the run's own), who answers for it, when it is late."""

    pass_: int
    step: str
    owner: str
    due: Instant | None


class Shift(Struct, frozen=True, array_like=True):
    """The limit of an open pass moves. `was` and `is_` are what the contracts say, where the limit is the cause."""

    pass_: int
    step: str
    before: Instant | None
    after: Instant | None
    cause: Cause
    was: str = ""
    is_: str = ""


class SetsOff(Struct, frozen=True, array_like=True):
    """What the move itself makes leave the run.

    A `call` of an action, a `message` to an owner, a `journey` that begins, a `withdrawal` of what was not sent yet.
    """

    kind: Literal["call", "message", "journey", "withdrawal"]
    what: str
    to: str = ""


class Change(Struct, frozen=True, array_like=True):
    """One run's part. `why` and `step` say what hinders it (the step by its old name); `ends`: it would be over at once.

    `hears` are the kinds of events that came since the run began and that only its new version waits for: they count now.
    """

    verdict: Verdict
    why: str = ""
    step: str = ""
    before: tuple[Stands, ...] = ()
    after: tuple[Stands, ...] = ()
    shifts: tuple[Shift, ...] = ()
    sets_off: tuple[SetsOff, ...] = ()
    ends: str = ""
    hears: tuple[str, ...] = ()


class ShiftSum(Struct, frozen=True, array_like=True):
    """How often a step's limit shifts for one cause, and by how much at least and at most (seconds; less than 0: earlier)."""

    many: int
    least: int
    most: int


class Sums(Struct, frozen=True):
    """What the lines of a moving come to, as previewed.

    `hindered` counts by (why, step), `shifts` are by (step, cause, was, is), `sets_off` counts by (kind, what). `ends`: runs that would
    be over at once; `late`: limits that would have passed already; `owners`: handoffs that would have another owner.
    """

    hindered: dict[tuple[str, str], int] = {}
    shifts: dict[tuple[str, str, str, str], ShiftSum] = {}
    sets_off: dict[tuple[str, str], int] = {}
    ends: int = 0
    late: int = 0
    owners: int = 0


class MovingKept(Struct, frozen=True):
    """What a moving keeps beside its row: the runs that somebody chose to leave where they are, its sums, its counts.

    `found` counts lines by what the preview found, `became` by what became of them, `back` by how they came back.
    """

    chosen: tuple[int, ...] = ()
    sums: Sums = Sums()
    found: dict[str, int] = {}
    became: dict[str, int] = {}
    back: dict[str, int] = {}
