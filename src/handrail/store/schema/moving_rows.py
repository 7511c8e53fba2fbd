"""The rows of movings: open runs of a journey on their way to another plan, as previewed and as it came out."""

from __future__ import annotations

from typing import NamedTuple


class MovingRow(NamedTuple):
    """A moving of a journey's open runs to `plan`; `before` is the plan that new runs took until then.

    `state` is its own word, `cursor` the last run that was looked at in it. `at` is the moment that the preview is of,
    `ended` when it was applied or taken back. `body` are its sums, packed.
    """

    id: int
    journey: str
    plan: int
    before: int
    state: str
    cursor: int
    at: int
    by: str
    applied_by: str
    reverted_by: str
    ended: int | None
    body: bytes


class MovingRunRow(NamedTuple):
    """One run of a moving: the plan and revision that it was looked at with, what was found, what became of it.

    `became` is empty until it is applied, `back` until it is taken back; `note` says what else there is to say. `shifts` are
    how many of its dates shift, as previewed, `late` how many of these would have passed already.
    """

    moving: int
    run: int
    person: int
    before: int
    rev: int
    verdict: str
    why: str
    step: str
    became: str
    back: str
    note: str
    body: bytes
    shifts: int = 0
    late: int = 0


class MovingGone(NamedTuple):
    """The lines of a preview that another one has replaced."""

    moving: int
