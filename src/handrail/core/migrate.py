"""A run goes on by another plan: its open handoffs move to the steps of the same name, or of the one that says `was`.

What is open keeps its owner's question and the rung at which it stands; a limit whose contract changed is reckoned
again from its opening. What cannot move without losing something stays, and says why. How steps and lists of moves of
two plans correspond is in `matching`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypeVar

from msgspec import structs

from handrail.calendar.limits import deadline, deadline_of, left, wake, wake_after
from handrail.core.draft import Draft
from handrail.core.flow import run_on
from handrail.core.inputs.cohorts import cohort_of, take_turn
from handrail.core.inputs.lives import limit_in_force, person_changed
from handrail.core.inputs.ticks import next_moment
from handrail.core.matching import Matching, matching_of
from handrail.core.moves.handing import lend_again, not_too_soon, reminders
from handrail.core.owners import calendar_of
from handrail.core.program import program_of
from handrail.core.size import STATE_MAX
from handrail.core.steps.gather import take_place
from handrail.terms.decision import Decision, Stays
from handrail.terms.plan import NONE, Gather, Limit, Pause, Plan, Together
from handrail.terms.state import Again, Pass, Pending, Sent, State, Used
from handrail.terms.values import Fields, Instant
from handrail.terms.world import World

T = TypeVar("T")
TOO_LARGE: Final = "it would become larger than a run may be"


class _CannotMove(Exception):
    """What hinders the move; caught where the answer is given."""

    def __init__(self, why: str, step: str = "") -> None:
        super().__init__(why)
        self.stays = Stays(why, step)


def migrate(old: Plan, new: Plan, state: State, world: World, now: Instant) -> Decision | Stays:
    """The decision by which the run of `old` goes on by `new`, or why it stays. Pure and total, as `decide` is."""
    if state.over:
        return Stays("the run is over")
    matching = matching_of(old, new)
    try:
        moved = _moved(matching, state)
    except _CannotMove as hindered:
        return hindered.stays
    d = Draft(program_of(new), moved, world, now)
    d.was_open = {each.number: each for each in state.passes}
    d.say("moved", 0, 0, **{"from": old.hash, "to": new.hash})
    if d.phase != "waiting for release":
        for each in state.passes:
            _reckon_again(d, matching, each)
            _stand_again(d, d.passes[each.number])
        person_changed(d)
        run_on(d)
    made = d.decision(next_moment(d))
    return Stays(TOO_LARGE) if len(made.packed) > STATE_MAX else made


# The state in the numbers of the new plan


def _moved(matching: Matching, state: State) -> State:
    """The state with every number of a step, a list of moves or a place as it is in the new plan."""
    return structs.replace(
        state,
        plan=matching.new.hash,
        passes=tuple(_pass(matching, each) for each in state.passes),
        results=_results(matching, state),
        sent=tuple(_sent(matching, each) for each in state.sent),
        used=tuple(_used(matching, each) for each in state.used if matching.step(each.step) != NONE),
        again=tuple(_again(matching, state)),
        pending=tuple(_pending(matching, each) for each in state.pending),
        jumps=_jumps(matching, state),
    )


def _step(matching: Matching, step: int, why: str) -> int:
    if step == NONE:
        return NONE
    found = matching.step(step)
    if found == NONE:
        raise _CannotMove(why, matching.old.steps[step].name)
    return found


def _pass(matching: Matching, each: Pass) -> Pass:
    step = _step(matching, each.step, "the step that is open is not in that version")
    if each.step != NONE and isinstance(matching.old.steps[each.step].body, Together):
        _same_branches(matching, each.step, step)
    if each.step != NONE and not _same_cohort(matching, each.step, step):
        hindered = "it is done once for another cohort in that version, or for none"
        raise _CannotMove(hindered, matching.old.steps[each.step].name)
    if each.ladder < 0:
        return structs.replace(each, step=step)
    return structs.replace(
        each,
        step=step,
        ladder=_rung(matching, (each.ladder, each.rung), each)[0],
        question=None if each.question is None else _rung(matching, each.question, each),
        back=None if each.back is None else _rung(matching, each.back, each),
    )


def _rung(matching: Matching, at: tuple[int, int], each: Pass) -> tuple[int, int]:
    found = matching.rung(at)
    if found is None:
        name = matching.old.steps[each.step].name if each.step != NONE else ""
        raise _CannotMove("the moves that are being made for it are others in that version", name)
    return found


def _same_cohort(matching: Matching, old: int, new: int) -> bool:
    """Whether what is done once for a cohort is so for the same one in that version."""
    gather = matching.old.steps[old].once_for
    return not gather or matching.name(gather) == matching.new.steps[new].once_for


def _same_branches(matching: Matching, old: int, new: int) -> None:
    before, after = matching.old.steps[old].body, matching.new.steps[new].body
    assert isinstance(before, Together), "asked of a `together` only"
    assert isinstance(after, Together), "a step moves to one of its kind"
    names = [sorted(branch.name for branch in body.branches) for body in (before, after)]
    if names[0] != names[1] or bool(before.item) != bool(after.item):
        raise _CannotMove("its branches are others in that version", matching.old.steps[old].name)


def _results(matching: Matching, state: State) -> dict[str, Fields]:
    """By the new names; of a step that is gone the result is set aside for the way back, where nothing reads it."""
    return _kept(state.results, matching, lambda key: _renamed(matching, key))


def _renamed(matching: Matching, key: str) -> str:
    """A result's key (`exam`, `site[2]`) by the new name of its step; empty where the step is gone."""
    name, bracket, rest = key.partition("[")
    renamed = matching.name(name)
    return f"{renamed}{bracket}{rest}" if renamed else ""


def _kept(before: Mapping[str, T], matching: Matching, as_now: Callable[[str], str]) -> dict[str, T]:
    """Each value under its key in that version; what has none there is set aside as `HASH/KEY`, and is back with that hash."""
    found: dict[str, T] = {}
    aside: dict[str, T] = {}
    for key, value in before.items():
        version, slash, inner = key.partition("/")
        if slash and version == matching.new.hash:
            aside[inner] = value
        elif slash:
            found[key] = value
        else:
            found[as_now(key) or f"{matching.old.hash}/{key}"] = value
    return {**aside, **found}


def _sent(matching: Matching, sent: Sent) -> Sent:
    step = matching.step(sent.step)
    if step == NONE and sent.ended not in ("", "confirmed", "to undo"):
        step = 0  # it will not be undone: only the account of it is kept
    if step == NONE:
        raise _CannotMove("what it did could not be undone by that version", matching.old.steps[sent.step].name)
    return structs.replace(sent, step=step)


def _used(matching: Matching, used: Used) -> Used:
    return structs.replace(used, step=matching.step(used.step))


def _again(matching: Matching, state: State) -> Iterator[Again]:
    """Where the run went back to; a step that is gone is stood for by the next of its list that is there."""
    for mark in state.again:
        step = mark.step
        while step != NONE and matching.step(step) == NONE:
            step = matching.old.steps[step].next
        if step != NONE:
            yield structs.replace(mark, step=matching.step(step))


def _pending(matching: Matching, task: Pending) -> Pending:
    step = _step(matching, task.step, "the step that goes on after the pause is not in that version")
    if task.ladder < 0:
        return structs.replace(task, step=step)
    ladder = matching.ladder(task.ladder)
    if ladder == NONE:
        raise _CannotMove(
            "the moves that are being made for it are others in that version", matching.old.steps[task.step].name
        )
    return structs.replace(task, step=step, ladder=ladder)


def _jumps(matching: Matching, state: State) -> dict[str, int]:
    """How often each step was done by its new name, and each way back was gone by its new place."""
    return _kept(state.jumps, matching, lambda key: _jump(matching, key))


def _jump(matching: Matching, key: str) -> str:
    if key.startswith("#"):
        renamed = _renamed(matching, key[1:])
        return f"#{renamed}" if renamed else ""
    place, dot, items = key[1:].partition(".")
    moved = matching.place(int(place))
    return "" if moved is None else f"@{moved}{dot}{items}"


# Cohorts


def _stand_again(d: Draft, each: Pass) -> None:
    """A place in a cohort, or in line for what one does once, is one of that version from now on."""
    if each.waiting != "cohort":
        return
    if isinstance(d.step(each.step).body, Gather):
        take_place(d, each.number)
    else:
        take_turn(d, each.number, cohort_of(d, each.step, each.items))


# Limits


def _reckon_again(d: Draft, matching: Matching, before: Pass) -> None:
    """A limit of the step's own that is another now is reckoned from the opening; its reminders with it."""
    each = d.passes[before.number]
    if each.step == NONE or each.beside is not None or each.ladder != NONE or each.waiting in ("outcome", "nothing"):
        return
    old, new = matching.old.steps[before.step], matching.new.steps[each.step]
    limit = limit_in_force(d, each)
    was = old.body.limit if isinstance(old.body, Pause) and each.waiting == "time" else old.contract.limit
    if limit == was and (old.contract.remind == new.contract.remind or each.waiting == "time"):
        return
    due = each.due if limit == was else _due(d, each, limit, was)
    remind = new.contract.remind if each.waiting != "time" else ()
    coming = reminders(remind, each.opened, due, calendar_of(each.owner, d.world), d.now)
    within = limit.within if limit is not None else None
    d.say("moved step", new.place, each.number, step=new.name, before=each.due, after=due)
    rest = None
    if d.phase == "paused" and due is not None and within is not None:
        stopped = left(d.paused_at or d.now, due, within, d.calendar(each.owner))
        rest = (stopped.count, stopped.unit)
    changed = d.put(structs.replace(each, due=due, limit=within, left=rest, reminders=coming))
    if each.aside is not None and (due is None or each.aside >= due):
        changed = d.put(structs.replace(changed, aside=None, aside_at_most=None))
    lend_again(d, changed)


def _due(d: Draft, each: Pass, limit: Limit | None, was: Limit | None) -> Instant | None:
    """When it is late by that limit, counted from its opening; a date that is not there leaves it as it was.

    What it was given since (a pause, a new owner's business day, a snooze) it keeps.
    """
    if limit is None:
        return None
    calendar = d.calendar(each.owner)
    if limit.within is not None:
        reckon = wake_after if each.waiting == "time" else deadline
        due, given = reckon(each.opened, limit.within, calendar), timedelta()
        if was is not None and was.within is not None and each.due is not None:
            given = each.due - reckon(each.opened, was.within, calendar)
        return not_too_soon(d, due + max(given, timedelta()))
    assert limit.until is not None, "a limit is a duration or a date"
    value = d.program.value(limit.until, d.scope(each.items, each.step, opening=each.opened))
    if not isinstance(value, date | datetime):
        return each.due
    return wake(value, calendar) if each.waiting == "time" else not_too_soon(d, deadline_of(value, calendar))
