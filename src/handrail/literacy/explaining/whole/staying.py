"""Who stays in a journey, what happens to whoever no longer belongs to it, and when a run pauses."""

from __future__ import annotations

from collections.abc import Iterator

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.ladders import ladder_told, rungs_told
from handrail.literacy.explaining.parts import Spot
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.conditions import condition_said
from handrail.terms.plan import NONE


def staying(t: Telling) -> Iterator[Sentence]:
    """As long as what a person is in it, and the moves when that is no longer so."""
    plan = t.plan
    if plan.while_ is not None:
        yield t.say(f"A run begins, and goes on, only as long as {condition_said(t, plan.while_)}", key="while")
    if plan.when_no_longer != NONE:
        yield ladder_told(
            t, "when that is no longer so", plan.when_no_longer, Spot("no longer"), (NONE, "when_no_longer")
        )


def pausing(t: Telling) -> Iterator[Sentence]:
    """While what a run pauses, and what is done when it goes on."""
    plan = t.plan
    if plan.pause_while is None:
        yield t.say("It never pauses, also not during a leave", key="pause_while")
    else:
        yield t.say(
            f"A run pauses while {condition_said(t, plan.pause_while)}. Then nothing is sent, nobody is reminded and no time runs; what is reported is kept, and answers are taken",
            key="pause_while",
        )
        yield t.say(
            "Afterwards it goes on where it was, with what was left of each time limit. A limit that is a date does not move"
        )
    if plan.when_resumed != NONE:
        inside = rungs_told(t, plan.when_resumed, Spot("resumed"))
        yield t.say("When it goes on after a pause:", key="when_resumed", inside=inside, numbered=True)
