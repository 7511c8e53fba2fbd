"""What imagined people and systems do when a step opens: answer it, tell of something, or nothing.

A script is kept by the names of steps. Who answers is whoever the handoff belongs to at that moment; when nobody has it
any more, nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from handrail.testing.cast import Field


@dataclass(frozen=True)
class Answers:
    """Whoever owns the handoff then answers it, `after` it opened. Without a word only the form is filled in."""

    word: str = ""
    form: Mapping[str, Field] = field(default_factory=dict)
    after: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class Tells:
    """A connected system tells, `after` the step opened, that this happened to the learner."""

    kind: str
    fields: Mapping[str, Field] = field(default_factory=dict)
    after: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class Does:
    """Something else happens `after` the step opened: the function is called."""

    act: Callable[[], None]
    after: timedelta = timedelta(days=1)


@dataclass(frozen=True)
class Nothing:
    """Nobody does anything."""


Reply = Answers | Tells | Does | Nothing
Replies = Reply | tuple[Reply | tuple[Reply, ...], ...]
"""One reply for each time that the step opens, or a tuple: the first time the first …, in the end the last again.

A tuple within the tuple is several replies to the same opening, as to the rungs of a ladder.
"""


def replies_for(given: Replies, times: int) -> tuple[Reply, ...]:
    """The replies to the `times`-th opening (from 1)."""
    if not isinstance(given, tuple):
        return (given,)
    this = given[min(times, len(given)) - 1]
    return this if isinstance(this, tuple) else (this,)
