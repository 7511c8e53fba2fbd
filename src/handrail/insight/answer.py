"""The one shape of an answer, whatever was asked: a sentence first, then what it rests on. And how it is written as JSON.

Every panel, command and API path that says why renders this and nothing else. What is in it is decided in `why` and `whys`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import Struct

from handrail.terms.values import Instant

Verdict: TypeAlias = Literal[
    "not known", "several", "held", "not started", "waiting for release", "waiting", "paused", "finished", "stopped",
    "not released", "seen", "open", "closed", "leaves later", "done", "not done", "applied", "refused",
]  # fmt: skip
"""In one word, for a badge. `seen`: a person was asked about without a journey, and is in none or several.

`open` and `closed` are a handoff's; `leaves later`, `done` and `not done` a call's or message's; `applied`, `held` and
`refused` what became of something that came in.
"""


class Because(Struct, frozen=True):
    """One thing that decided. `text` is a sentence; the rest is what it was made of.

    `rule` is a reason's, or one of `no event seen`, `not published`, `sweep`, `request`; `place` the line of the
    journey's file; `needed` what the clause asks for, `seen` what there was, `source` who said so, `as_of` when, `age`
    how old that was at the moment asked about; `when` it was decided; `subject` is the path in `seen` that it turns on.
    `step` is the step that it is about, as `text` begins with it (`Time off: …`).
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
    step: str = ""


class WaitingFor(Struct, frozen=True):
    """What is waited for, who answers for it (by name), since when, and when it is late.

    `step` is the step that waits, `handoff` its reference (R-88/3) where it is one; `otherwise` says what happens when
    nobody acts until then.
    """

    what: str
    owner: str = ""
    since: Instant | None = None
    due: Instant | None = None
    handoff: str = ""
    otherwise: str = ""
    step: str = ""


class NextChance(Struct, frozen=True):
    """When it may come out otherwise (None: no moment is set), and by what."""

    cause: str
    at: Instant | None = None


class Link(Struct, frozen=True):
    """Where more is said: `kind` is what it shows, `id` its reference, `text` how it is called.

    References: a person `P-12`, a journey by its name, a run `R-88`, a handoff `R-88/3` (the number of its pass), a call
    `C-88/3/1` and a message `M-88/3/1` (run, pass, rung), an event `E-411` (its row in the ledger), a file `F-3`, a row
    of it `F-3/88` (its line) and a value of that `F-3/88/department`.
    """

    kind: Literal["person", "journey", "run", "handoff", "call", "message", "event", "file", "row", "value"]
    id: str
    text: str


class Evidence(Struct, frozen=True):
    """Where to look it up. `recomputed`: decided again with the same outcome; else only recorded, and `note` says so."""

    rows: tuple[int, ...] = ()
    run: int = 0
    plan: str = ""
    core: int = 0
    recomputed: bool = True
    note: str = ""


class Answer(Struct, frozen=True):
    """Why, or why not. Shown from the top: `sentence` (one that a manager understands), then `because` in order.

    `of` is the reference of what was asked about (see Link), `question` the question in words, `at` the moment it is
    answered for, as known then. `ruled_out` is what was looked at and was as it should be; `would_change` says what would
    make it come out otherwise, and who can bring that about. `zone` is the zone in which moments are shown.
    """

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
    of: str = ""
    question: str = ""
    at: Instant | None = None
    would_change: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON holds
    """An answer or a list, as plain values for JSON."""
    return msgspec.to_builtins(value, str_keys=True)
