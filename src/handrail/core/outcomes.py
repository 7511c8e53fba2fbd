"""What the outcome of an effect does: the step goes on, climbs `if_fails`, or a handoff opens beside the run."""

from __future__ import annotations

from handrail.core.draft import Draft
from handrail.core.ladders import climb
from handrail.core.passes import complete
from handrail.core.sending import hand_beside
from handrail.core.undoing import settle_sent
from handrail.terms.event import CohortEvent, JourneyEnded, Outcome
from handrail.terms.plan import NONE
from handrail.terms.state import Pass
from handrail.terms.values import NOTHING


def came_out(d: Draft, outcome: Outcome) -> None:
    """Settle the call and go on; one whose pass is no longer open changes nothing but the account of it."""
    known = settle_sent(d, outcome)
    each = d.passes.get(outcome.pass_)
    if each is not None and each.waiting == "outcome" and each.call == outcome.rung:
        _of_step(d, each, outcome)
    elif outcome.ended == "failed" and outcome.rung >= 0:
        _of_move(d, each, outcome)
    else:
        d.used = known or outcome.rung < 0
        d.say("settled", 0, outcome.pass_, ended=outcome.ended)


def _of_step(d: Draft, each: Pass, outcome: Outcome) -> None:
    step = d.step(each.step)
    if outcome.ended != "failed":
        d.say(outcome.ended, step.place, each.number, **({"reason": outcome.reason} if outcome.reason else {}))
        complete(d, each, "done", **{**outcome.fields, "at": outcome.at})
        return
    late = outcome.code == "late"
    d.say("failed", step.place, each.number, failure=outcome.failure or "", code=outcome.code, tries=outcome.tries)
    name = d.key(each.step, each.items)
    d.results[name] = d.results.get(name, NOTHING).plus(
        {"failure": outcome.code or outcome.failure or "", "at": outcome.at}
    )
    ladder = step.contract.if_late if late else step.contract.if_fails
    if each.ladder >= 0:  # tried again from a rung: the next move follows
        climb(d, d.put(each, failed=True, late=each.late or late), each.ladder, each.rung + 1, outcome.at)
    elif ladder == NONE:
        complete(d, each, "skipped")
    else:
        climb(d, d.put(each, failed=True, late=each.late or late), ladder, 0, outcome.at)


def _of_move(d: Draft, each: Pass | None, outcome: Outcome) -> None:
    """A call or message of a ladder could not be done: a handoff beside the run; the ladder goes on."""
    d.say("failed", 0, outcome.pass_, failure=outcome.failure or "", code=outcome.code)
    if d.over:
        d.used = True
        return
    step = each.step if each is not None else d.plan.first
    hand_beside(d, (outcome.pass_, outcome.rung), step, each.items if each is not None else (), 0)


def journey_ended(d: Draft, ended: JourneyEnded) -> None:
    """The journey that a `run` step began is over."""
    each = d.passes.get(ended.pass_)
    if each is None or each.waiting != "journey":
        d.used = False
        return
    d.say("journey ended", d.step(each.step).place, each.number, outcome=ended.outcome, journey=ended.journey)
    complete(d, each, "done", outcome=ended.outcome, reason=ended.reason, at=ended.at)


def cohort_left(d: Draft, event: CohortEvent) -> None:
    """The cohort has left: the gather is over."""
    each = d.passes.get(event.pass_)
    if each is None or each.waiting != "cohort":
        d.used = False
        return
    d.say("cohort left", d.step(each.step).place, each.number, number=event.number, size=event.size)
    complete(d, each, "done", number=event.number, size=event.size, at=event.at)
