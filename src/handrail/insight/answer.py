"""The one shape of an answer, whatever was asked: a sentence first, then what it rests on. And how it is written as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from handrail.terms.values import Instant

Verdict: TypeAlias = Literal[
    "not known", "several", "held", "not started", "waiting for release", "waiting", "paused", "finished", "stopped",
    "not released", "seen",
]  # fmt: skip
"""`seen`: a person was asked about without a journey, and is in none or several."""


class Because(Struct, frozen=True):
    """One thing that decided. `text` is a sentence; the rest is what it was made of.

    `rule` is a reason's, or one of `no event seen`, `not published`, `sweep`, `request`; `place` the line of the
    journey's file; `needed` what the clause asks for, `seen` what there was, `source` who said so, `as_of` when, `age`
    how old that was at the moment asked about; `when` it was decided; `subject` is the path in `seen` that it turns on.
    """

    rule: str
    text: str
    place: str = ""
    clause: str = ""
    needed: str = ""
    seen: Mapping[str, str] = {}
    source: str = ""
    as_of: Instant | None = None
    age: str = ""
    when: Instant | None = None
    subject: str = ""


class WaitingFor(Struct, frozen=True):
    """What is waited for, who answers for it (by name), since when, and when it is late."""

    what: str
    owner: str = ""
    since: Instant | None = None
    due: Instant | None = None


class NextChance(Struct, frozen=True):
    """When it may come out otherwise (None: no moment is set), and by what."""

    cause: str
    at: Instant | None = None


class Evidence(Struct, frozen=True):
    """Where to look it up. `recomputed`: decided again with the same outcome; else only recorded, and `note` says so."""

    rows: tuple[int, ...] = ()
    run: int = 0
    plan: str = ""
    core: int = 0
    recomputed: bool = True
    note: str = ""


class Answer(Struct, frozen=True):
    """`sentence` is one sentence that a manager understands; `zone` is the zone in which moments are shown."""

    verdict: Verdict
    sentence: str
    person: str = ""
    journey: str = ""
    because: tuple[Because, ...] = ()
    ruled_out: tuple[str, ...] = ()
    waiting_for: tuple[WaitingFor, ...] = ()
    next_chance: NextChance | None = None
    evidence: Evidence = Evidence()
    zone: str = "UTC"


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """An answer or a list, as plain values for JSON."""
    return msgspec.to_builtins(value, str_keys=True)
