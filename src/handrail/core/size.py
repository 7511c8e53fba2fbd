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
from handrail.terms.state import State
from handrail.terms.values import NOTHING, Fields

STATE_MAX: Final = 64 * 1024
"""So many bytes the state of a run may have."""

LARGE: Final = -1001
"""The rung of the handoff beside a run that was stopped for its size."""

_OF_A_PASS: Final = 256
_OF_A_LINE: Final = 64


def guarded(d: Draft, event: Input | None) -> Decision:
    """The decision of the draft, or, where the run would become too large, what is made of `event` instead."""
    made = d.decision(next_moment(d))
    size = size_above_limit(made.state)
    if not size:
        return made
    if isinstance(event, Answer) or (isinstance(event, Event) and not event.kind.startswith("person.")):
        return Decision(d.state, (), (Reason("too large", 0, 0, Fields({"size": size})),), (), used=False)
    before = structs.replace(d.state, start=NOTHING) if size_above_limit(d.state) else d.state
    stopped = Draft(d.program, before, d.world, d.now)
    stopped.say("too large", 0, 0, size=size)
    end_run(stopped, "stopped", "the run grew too large")
    hand_beside(stopped, (0, LARGE), NONE, ())
    return stopped.decision(next_moment(stopped))


def size_above_limit(state: State) -> int:
    """The size in bytes of a state that is too large; 0 for one that is not. Packed only where an estimate says so."""
    if _at_most(state) <= STATE_MAX:
        return 0
    size = len(coding.pack(state))
    return size if size > STATE_MAX else 0


def _at_most(state: State) -> int:
    """A generous estimate: the values as they are packed, and so much for each line around them."""
    values = [state.start, *state.results.values()]
    lines = len(values) + len(state.used) + len(state.again) + len(state.pending) + len(state.jumps)
    for kept in state.early:
        values.append(kept.fields)
    for sent in state.sent:
        values += (sent.arguments, sent.given)
    size = _OF_A_PASS * (1 + len(state.passes)) + _OF_A_LINE * (lines + len(state.early) + len(state.sent))
    for each in values:
        packed = each.packed  # there already, for what was read and never changed
        size += coding.size_of(each) if packed is None else len(packed)
    return size
