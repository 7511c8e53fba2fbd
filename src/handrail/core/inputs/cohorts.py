"""What a cohort's entity tells a run: the cohort has left; and of a step done once for all, whose it is, or what came of it.

`once_for`: a run that arrives stands in line. Whoever is first in line opens the step as its own; the others wait until it is
done, or until they are first because the run before them is over without a result.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import hand_out
from handrail.core.moves.passes import complete
from handrail.core.steps import OPENERS
from handrail.terms.effect import JoinCohort
from handrail.terms.event import CohortEvent
from handrail.terms.state import Pass
from handrail.terms.values import NOTHING, Fields, Value

LONGER: Final = timedelta(days=30)
"""So much longer than the step's own limit a run waits for another's doing: the other is late first, and climbs its ladder."""


def cohort_left(d: Draft, event: CohortEvent) -> None:
    """The cohort has left: the gather is over. Or a step was, or is to be, done for all of it."""
    each = d.passes.get(event.pass_)
    if each is None or each.waiting != "cohort":
        d.used = False
    elif event.step:
        _once(d, each, event)
    else:
        d.say("cohort left", d.step(each.step).place, each.number, number=event.number, size=event.size)
        complete(d, each, "done", {"number": event.number, "size": event.size}, event.at)


def cohort_of(d: Draft, step: int, items: tuple[int, ...]) -> Value:
    """The number of the cohort for which the step is done once; None where it is the run's own."""
    gather = d.step(step).once_for
    if not gather:
        return None
    of = next(number for number, each in enumerate(d.plan.steps) if each.name == gather)
    depth = sum(1 for ancestor in d.program.ancestors[of] if getattr(d.plan.steps[ancestor].body, "item", ""))
    return d.results.get(d.key(of, items[:depth]), NOTHING).get("number")


def stand_in_line(d: Draft, step: int, items: tuple[int, ...], cohort: Value) -> None:
    """Wait for the cohort's entity to say whose the step is."""
    here = d.step(step)
    opened = d.open_pass(step, items, "cohort")
    owner = find_own(d, opened)
    d.say("once for all", here.place, opened.number)
    handed = hand_out(d, opened, owner, here.contract.limit, ())
    if handed.due is not None:
        handed = d.put(replace(handed, due=handed.due + LONGER))
    take_turn(d, handed.number, cohort)


def take_turn(d: Draft, number: int, cohort: Value) -> None:
    """The pass stands in the line of its step: when it opens, and when its run is moved."""
    name = d.step(d.passes[number].step).name
    d.effects.append(JoinCohort(number, d.next_rung(number), name, Fields({"cohort": cohort})))


def _once(d: Draft, each: Pass, event: CohortEvent) -> None:
    here = d.step(each.step)
    if event.yours:
        d.say("first of the cohort", here.place, each.number)
        d.close(each.number, "begun")
        OPENERS[type(here.body)](d, each.step, each.items)
    else:
        d.say("done for the cohort", here.place, each.number)
        complete(d, each, "done", event.result.plus({"times": each.times, "late": each.late}))
