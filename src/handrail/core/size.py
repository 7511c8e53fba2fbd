"""How large a run may become, and what happens to what would make it larger.

A told event or an answer that does not fit is refused and held by the engine; the run stays as it was. Of anything
else a run cannot stay as it was: it is stopped, and its owner gets a handoff beside it.
"""

from __future__ import annotations

from typing import Final

from msgspec import structs

from handrail.core.draft import Draft
from handrail.core.inputs.ticks import next_moment
from handrail.core.moves.passes import end_run
from handrail.core.moves.sending import hand_beside
from handrail.terms import coding
from handrail.terms.decision import Decision, Reason
from handrail.terms.event import Answer, Event, Input
from handrail.terms.plan import NONE
from handrail.terms.values import NOTHING, Fields

STATE_MAX: Final = 64 * 1024
"""So many bytes the state of a run may have."""

LARGE: Final = -1001
"""The rung of the handoff beside a run that was stopped for its size."""


def guarded(d: Draft, event: Input | None) -> Decision:
    """The decision of the draft, or, where the run would become too large, what is made of `event` instead."""
    made = d.decision(next_moment(d))
    size = len(made.packed)
    if size <= STATE_MAX:
        return made
    if isinstance(event, Answer) or (isinstance(event, Event) and not event.kind.startswith("person.")):
        return Decision(d.state, (), (Reason("too large", 0, 0, Fields({"size": size})),), (), used=False)
    before = structs.replace(d.state, start=NOTHING) if len(coding.pack(d.state)) > STATE_MAX else d.state
    stopped = Draft(d.program, before, d.world, d.now)
    stopped.say("too large", 0, 0, size=size)
    end_run(stopped, "stopped", "the run grew too large")
    hand_beside(stopped, (0, LARGE), NONE, ())
    return stopped.decision(next_moment(stopped))
