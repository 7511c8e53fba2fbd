"""Climbing a list of moves: `if_late`, `if_fails`, `if_not`, an answer's, the run's own.

A ladder is climbed until a move blocks (somebody has it now, more time was given, a call is tried again) or ends
the step or the run. Every list ends: the checker proved it. Whoever had the step already is not handed it again.
While a run is paused no ladder climbs: it is kept for later.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from handrail.calendar.durations import retry_delays
from handrail.calendar.zones import shift_instant
from handrail.core.draft import Draft
from handrail.core.moves.finding import find_owner
from handrail.core.moves.going_back import go_back
from handrail.core.moves.handing import ends_after, hand_out, lend_again, not_too_soon, notify, reminders
from handrail.core.moves.passes import complete, end_run
from handrail.core.moves.sending import begin_journey, call_for, hand_beside, note_sent, tell
from handrail.core.moves.undoing import undo
from handrail.core.owners import calendar_of
from handrail.terms.effect import Measure
from handrail.terms.plan import (
    NONE,
    AnyMove,
    Ask,
    Assume,
    Check,
    Continue,
    Do,
    DoMove,
    End,
    Extend,
    GoBack,
    HandTo,
    RecordMove,
    Remind,
    Retry,
    RunMove,
    Skip,
    Tell,
    TellMove,
    Together,
    UndoMove,
)
from handrail.terms.state import Pass, Pending
from handrail.terms.values import NOTHING, Duration, Fields, Instant, Value

_NO_RESULT: Final = Fields({"at": None})


def climb(d: Draft, each: Pass, ladder: int, rung: int, since: Instant) -> None:
    """Climb `ladder` from `rung` on. `since` is when what set it off happened: an answer, a score, a passed limit."""
    number = each.number
    if d.phase == "paused":
        _keep(d, each, Pending(each.step, each.items, "climb", number, ladder, rung, since))
        return
    while number in d.passes and not d.over:
        moves = d.plan.ladders[ladder].moves
        if rung >= len(moves):
            ladder, rung = _off_the_top(d, d.passes[number], ladder)
            if ladder == NONE:
                return
            continue
        move = moves[rung]
        if _asked_for(d, move, d.passes[number]) and _take(d, d.passes[number], ladder, rung, since):
            return
        rung += 1


def _keep(d: Draft, each: Pass, task: Pending) -> None:
    """What goes on with the pass when the run is resumed."""
    d.pending += (task,)
    d.put(replace(each, waiting="nothing", due=None, left=None, reminders=()))


def _asked_for(d: Draft, move: AnyMove, each: Pass) -> bool:
    if move.only_if is None:
        return True
    wanted = d.test(move.only_if, d.scope(each.items, each.step, opening=each.opened))
    if wanted is not True:
        d.say("move not needed" if wanted is False else "move not known", move.place, each.number)
    return wanted is True


def _off_the_top(d: Draft, each: Pass, ladder: int) -> tuple[int, int]:
    """Where it goes on after the last move of a list that did not end: the rung above, the step's own ladder."""
    above = d.plan.ladders[ladder]
    if above.parent != NONE:
        return above.parent, above.parent_rung + 1
    if each.step == NONE:
        d.close(each.number, "done")
        return NONE, NONE
    if each.back is not None and each.back[0] != ladder:
        d.put(replace(each, back=None))
        return each.back[0], each.back[1] + 1
    late = d.step(each.step).contract.if_late
    if late not in (NONE, ladder) and each.back is None:
        d.put(replace(each, back=(late, NONE)))
        return late, 0
    d.say("nothing left to do", d.step(each.step).place, each.number)
    complete(d, each, "skipped")
    return NONE, NONE


def _take(d: Draft, each: Pass, ladder: int, rung: int, since: Instant) -> bool:  # noqa: PLR0911 - a kind of move a line
    """Make one move; whether the ladder stops here."""
    move = d.plan.ladders[ladder].moves[rung]
    match move:
        case Continue() | Skip() | End():
            _end(d, each, move)
            return True
        case TellMove() | DoMove() | RecordMove() | RunMove() | UndoMove():
            _at_once(d, each, move)
            return False
        case HandTo():
            return _hand_to(d, each, move, ladder, rung)
        case Extend():
            _extend(d, each, move, ladder, rung)
            return True
        case Retry():
            return _retry(d, each, move, ladder, rung)
        case GoBack():
            return go_back(d, each, move, since)
        case Assume():
            _assume(d, each, move, since)
            return True


def _at_once(d: Draft, each: Pass, move: TellMove | DoMove | RecordMove | RunMove | UndoMove) -> None:
    """A move that does not wait for its own end."""
    scope = d.scope(each.items, each.step, opening=each.opened)
    match move:
        case TellMove():
            if tell(d, each, move.to, move.message, move.by, news=each.late is False):
                d.say("told", move.place, each.number, message=move.message)
            else:
                d.say("nobody reachable", move.place, each.number)
                if each.step != NONE:
                    hand_beside(d, (each.number, d.next_rung(each.number)), each.step, each.items)
        case DoMove():
            arguments = d.program.arguments(move.arguments, scope, move.days)
            call_for(d, each, d.next_rung(each.number), move, arguments)
            d.say("asked for", move.place, each.number, action=move.action)
        case RecordMove():
            values = d.program.arguments(move.values, scope)
            d.effects.append(Measure(each.number, d.next_rung(each.number), _name(d, each), move.phase, values))
            d.say("recorded", move.place, each.number)
        case RunMove():
            begin_journey(d, each, move.journey, d.program.arguments(move.arguments, scope), tied=False)
            d.say("begun", move.place, each.number, journey=move.journey)
        case UndoMove():
            undo(d, move.step, move.place, items=each.items)


def _name(d: Draft, each: Pass) -> str:
    return d.step(each.step).name if each.step != NONE else ""


def _hand_to(d: Draft, each: Pass, move: HandTo, ladder: int, rung: int) -> bool:
    """Hand the step on, unless whoever it would be had it already."""
    owner = find_owner(d, each, move.to)
    had = had_by(d, each)
    if owner in had:
        d.say("passed over", move.place, each.number, owner=owner)
        return False
    waiting = "answer" if each.waiting in ("outcome", "time", "nothing") or each.failed else each.waiting
    remind = _reminders_for(d, each)
    question = (ladder, rung) if move.answers else each.question
    changed = d.put(
        replace(each, ladder=ladder, rung=rung, waiting=waiting, asked=(*had, owner), question=question, given=False)
    )
    d.say("handed to", move.place, each.number, before=each.owner, after=owner)
    hand_out(d, changed, owner, move.limit, remind)
    notify(d, d.passes[each.number], "handoff", "escalation")
    return True


def _reminders_for(d: Draft, each: Pass) -> tuple[Remind, ...]:
    """Those of the step; a `together` of its own has none of the defaults, but whoever it is handed to has them."""
    if each.step == NONE:
        return ()
    step = d.step(each.step)
    inherited = d.plan.defaults.remind if isinstance(step.body, Together) else ()
    return step.contract.remind or inherited


def had_by(d: Draft, each: Pass) -> tuple[str, ...]:
    """Who was asked or handed this step. The owner of a step that asks nothing was asked nothing."""
    if each.asked:
        return each.asked
    asks = each.step != NONE and isinstance(d.step(each.step).body, Ask) and each.waiting != "value"
    return (each.owner,) if asks and each.owner and not each.owner.startswith(("email:", "contact:")) else ()


def _extend(d: Draft, each: Pass, move: Extend, ladder: int, rung: int) -> None:
    """Same owner, so much more time from now. Of a whole run: no limit ends sooner than that."""
    due = not_too_soon(d, ends_after(d, move.by, each, d.calendar(each.owner)))
    d.say("extended", move.place, each.number, until=due)
    if each.step == NONE:
        d.not_before = due
        for other in list(d.passes.values()):
            if other.due is not None and other.due < due and other.waiting != "time":
                lend_again(d, d.put(replace(other, due=due, reminders=_before(d, other, due))))
        climb(d, each, ladder, rung + 1, d.now)
        return
    body = d.step(each.step).body
    if isinstance(body, Do) and each.waiting == "outcome":  # its time ran out at the far side: so much more of it
        again(d, d.put(replace(each, ladder=ladder, rung=rung)), None, move.by)
        return
    changed = d.put(
        replace(each, ladder=ladder, rung=rung, due=due, limit=move.by, reminders=_before(d, each, due), aside=None)
    )
    lend_again(d, changed)
    if changed.waiting == "nothing":
        d.put(replace(changed, waiting="answer"))


def _before(d: Draft, each: Pass, due: Instant) -> tuple[Instant, ...]:
    """The reminders before a new limit; those after the opening had their day."""
    remind = d.step(each.step).contract.remind if each.step != NONE else ()
    wanted = tuple(one for one in remind if one.relation == "before")
    return reminders(wanted, d.now, due, calendar_of(each.owner, d.world), d.now)


def _retry(d: Draft, each: Pass, move: Retry, ladder: int, rung: int) -> bool:
    """Try the call again; the tries that a list begins with are the dispatcher's and are used up by now."""
    body = d.step(each.step).body if each.step != NONE else None
    if isinstance(body, Tell):
        return _tell_later(d, each, move, ladder, rung)
    if not isinstance(body, Do):
        return False
    first = d.step(each.step).contract.if_fails == ladder and rung == 0 and move.only_if is None
    failure = d.results.get(d.key(each.step, each.items), NOTHING).get("failure")
    if first or failure == "permanent":
        return False
    again(d, d.put(replace(each, ladder=ladder, rung=rung)), move)
    return True


def _tell_later(d: Draft, each: Pass, move: Retry, ladder: int, rung: int) -> bool:
    """Look for an address again later; false when that was done as often as the move says."""
    tries = each.tries if (each.ladder, each.rung) == (ladder, rung) else 0
    delays = retry_delays(move.rule)
    if tries >= len(delays):
        return False
    due = shift_instant(d.now, delays[tries])
    d.put(replace(each, ladder=ladder, rung=rung, waiting="time", due=due, limit=None, tries=tries + 1))
    d.say("looked for later", move.place, each.number, until=due)
    return True


def again(d: Draft, each: Pass, move: Retry | None, within: Duration | None = None) -> None:
    """Send the step's call anew; the pass waits for its outcome at the rung where it stands."""
    body = d.step(each.step).body
    assert isinstance(body, Do), f"{d.step(each.step).name} is no `do`"
    if d.phase == "paused":
        _keep(d, each, Pending(each.step, each.items, "again", each.number))
        return
    scope = d.scope(each.items, each.step, opening=each.opened)
    arguments = d.program.arguments(body.arguments, scope, body.days)
    call = d.next_rung(each.number)
    call_for(d, each, call, body, arguments, (move.rule if move is not None else None, within))
    note_sent(d, each, call, arguments)
    d.put(replace(d.passes[each.number], waiting="outcome", call=call, due=None, left=None, reminders=(), failed=False))


def hand_back(d: Draft, each: Pass) -> None:
    """Somebody had it tried again, and it failed again: it is theirs still, with a new limit."""
    move = d.move_in_force(each)
    assert isinstance(move, HandTo), "only who had it has it back"
    if d.phase == "paused":
        _keep(d, each, Pending(each.step, each.items, "back", each.number))
        return
    hand_out(d, d.put(replace(each, waiting="answer")), each.owner, move.limit, d.step(each.step).contract.remind)
    d.say("handed back", move.place, each.number, owner=each.owner)
    notify(d, d.passes[each.number], "handoff", "first")


def _assume(d: Draft, each: Pass, move: Assume, since: Instant) -> None:
    """As if so answered; marked assumed."""
    body = d.step(each.step).body
    assert isinstance(body, Ask), "only an `ask` has answers to assume"
    d.say("assumed", move.place, each.number, answer=move.answer)
    leads_to = body.answers.get(move.answer, NONE)
    if leads_to != NONE:
        follow(d, each, move.answer, leads_to, "assumed", since)
    else:
        complete(d, each, "done", {"answer": move.answer, "by": "assumed"}, since)


def follow(d: Draft, each: Pass, word: str, ladder: int, by: str, since: Instant) -> None:
    """Keep an answer as the step's result and climb what it leads to."""
    if each.step != NONE:
        name = d.key(each.step, each.items)
        before = d.results.get(name) or NOTHING
        found: dict[str, Value] = {"answer": word, "by": by, "at": since, "times": each.times, "late": each.late}
        if not isinstance(d.step(each.step).body, Ask) and "at" in before:
            del found["at"]  # when the event happened, or the call was made
        d.results[name] = before.plus(found)
    on_own = d.plan.ladders[ladder].parent == NONE and each.ladder >= 0 and each.back is None
    back = (each.ladder, each.rung) if on_own else each.back
    climb(d, d.put(replace(each, asked=had_by(d, each) or (each.owner,), back=back)), ladder, 0, since)


def _end(d: Draft, each: Pass, move: Continue | Skip | End) -> None:
    match move:
        case Continue():
            d.say("continued", move.place, each.number)
            if each.step == NONE:
                d.close(each.number, "continued")
            else:
                complete(d, each, "done", d.results.get(d.key(each.step, each.items), _NO_RESULT))
        case Skip():
            reason = _reason(d, each, move)
            d.say("skipped", move.place, each.number, reason=reason)
            complete(d, each, "skipped")
        case End():
            d.say("ends the run", move.place, each.number)
            if move.how == "stop" and each.step != NONE and isinstance(d.step(each.step).body, Check):
                d.counts = d.left_already()
            end_run(d, "finished" if move.how == "finish" else "stopped", _reason(d, each, move))


def _reason(d: Draft, each: Pass, move: Skip | End) -> str:
    return d.program.reason(move.reason, d.scope(each.items, each.step, opening=each.opened))
