"""What the outcome of an effect does: the step goes on, climbs `if_fails`, or a handoff opens beside the run."""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.ladders import climb, hand_back
from handrail.core.moves.passes import complete
from handrail.core.moves.sending import hand_beside
from handrail.core.moves.undoing import sent_of, settle_sent
from handrail.terms.event import JourneyEnded, Outcome
from handrail.terms.plan import NONE, HandTo
from handrail.terms.state import Pass, Pending
from handrail.terms.values import NOTHING, Value


def came_out(d: Draft, outcome: Outcome) -> None:
    """Settle the call and go on; one whose pass is no longer open changes nothing but the account of it."""
    known = bool(d.sent) and settle_sent(d, outcome)
    each = d.passes.get(outcome.pass_)
    waits = each is not None and each.call == outcome.rung
    if each is not None and waits and each.waiting == "outcome":
        _of_step(d, each, outcome)
    elif each is not None and waits and each.waiting == "journey" and outcome.ended == "failed":
        _failed(d, each, outcome)
    elif outcome.ended == "failed":
        _of_move(d, each, outcome)
    else:
        d.used = _settled(d, outcome, known=known)


def _of_step(d: Draft, each: Pass, outcome: Outcome) -> None:
    if outcome.ended == "failed":
        _failed(d, each, outcome)
        return
    place = d.plan.steps[each.step].place
    if outcome.reason:
        d.say(outcome.ended, place, each.number, reason=outcome.reason)
    else:
        d.say(outcome.ended, place, each.number)
    complete(d, each, "done", outcome.fields, outcome.at)


def _failed(d: Draft, each: Pass, outcome: Outcome) -> None:
    """`if_fails`, or `if_late` where its time ran out; tried again from a rung, what follows that rung."""
    step = d.step(each.step)
    late = outcome.code == "late"
    failure = outcome.failure or ""
    d.say("failed", step.place, each.number, failure=failure, code=outcome.code, tries=outcome.tries)
    name = d.key(each.step, each.items)
    found: dict[str, Value] = {"failure": failure, "code": outcome.code, "at": outcome.at, "times": each.times}
    d.results[name] = d.results.get(name, NOTHING).plus(found)
    each = d.put(replace(each, failed=True, late=each.late or late))
    move = d.move_in_force(each)
    ladder = step.contract.if_late if late else step.contract.if_fails
    if isinstance(move, HandTo):
        hand_back(d, each)
    elif move is not None:
        climb(d, each, each.ladder, each.rung + 1, outcome.at)
    elif ladder == NONE:
        complete(d, each, "skipped")
    else:
        climb(d, each, ladder, 0, outcome.at)


def _of_move(d: Draft, each: Pass | None, outcome: Outcome) -> None:
    """A call or message of a ladder, or an undo, could not be done: a handoff beside the run; the run goes on.

    Of an undo also when the run is over: it was promised to be taken back, and somebody must see to it.
    """
    d.say("failed", 0, outcome.pass_, failure=outcome.failure or "", code=outcome.code, tries=outcome.tries)
    undone = sent_of(d, outcome) if outcome.rung < 0 else None
    if d.over and undone is None:
        d.used = False
        return
    step, items = (NONE, ()) if each is None else (each.step, each.items)
    if undone is not None:
        step, items = undone.step, undone.items
    if d.phase == "paused":
        d.pending += (Pending(step, items, "beside", outcome.pass_, rung=outcome.rung),)
    else:
        hand_beside(d, (outcome.pass_, outcome.rung), step, items)


def after_the_end(d: Draft, outcome: Outcome) -> bool:
    """What a late outcome still does in a run that is over; whether it made a difference."""
    known = settle_sent(d, outcome)
    if outcome.rung < 0 and outcome.ended == "failed":
        _of_move(d, None, outcome)
        return d.used
    return (known or outcome.rung < 0) and _settled(d, outcome, known=known)


def _settled(d: Draft, outcome: Outcome, *, known: bool) -> bool:
    """A call that nobody waits for ended, or what was undone is taken back; whether it was one of this run's."""
    undone = sent_of(d, outcome) if outcome.rung < 0 else None
    if undone is None:
        d.say("settled", 0, outcome.pass_, ended=outcome.ended)
    else:
        d.say("taken back", 0, outcome.pass_, step=d.step(undone.step).name)
    return known or undone is not None


def journey_ended(d: Draft, ended: JourneyEnded) -> None:
    """The journey that a `run` step began is over."""
    each = d.passes.get(ended.pass_)
    if each is None or each.waiting != "journey":
        d.used = False
        return
    d.say("journey ended", d.step(each.step).place, each.number, outcome=ended.outcome, journey=ended.journey)
    complete(d, each, "done", {"outcome": ended.outcome, "reason": ended.reason}, ended.at)
