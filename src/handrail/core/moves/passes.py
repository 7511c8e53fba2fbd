"""How a pass ends, and how a run ends: results are kept, what is open is closed, what was not sent is withdrawn.

What comes next is put into the draft's `todo` and is the flow's matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import hand_out
from handrail.terms.effect import LeaveCohort, StopRun, Withdraw
from handrail.terms.plan import NONE
from handrail.terms.state import USUAL, Pass
from handrail.terms.values import NOTHING, Fields, Instant, Value


def end_run(d: Draft, how: str, reason: str) -> None:
    """The run is over: what is open is closed, what was not sent is withdrawn."""
    assert how in ("finished", "stopped", "not released"), how
    d.phase = how  # type: ignore[assignment]
    d.reason = reason
    if reason:
        d.say(how, 0, 0, reason=reason)
    else:
        d.say(how)
    for number in list(d.passes):
        close_pass(d, number, how)
    d.todo.clear()
    d.pending = d.early = ()


def close_pass(d: Draft, number: int, how: str) -> None:
    """Close an open pass that did not end by itself: withdraw its call, stop its journey, give its place back."""
    each = d.passes[number]
    if each.waiting == "outcome":
        withdraw(d, number, each.call)
    elif each.waiting == "journey":
        d.effects.append(StopRun(number, d.next_rung(number), each.call, how))
    give_place_back(d, each)
    d.close(number, how)


def give_place_back(d: Draft, each: Pass) -> None:
    """The run holds no place in a cohort, or in line for what a cohort does once, by this pass any more."""
    if each.step == NONE or each.beside is not None:
        return
    step = d.step(each.step)
    if step.once_for or each.waiting == "cohort":
        d.effects.append(LeaveCohort(each.number, d.next_rung(each.number), step.name))


def withdraw(d: Draft, number: int, rung: int) -> None:
    """What is not sent yet is not to be sent; said once."""
    effect = Withdraw(number, rung)
    if effect not in d.effects:
        d.effects.append(effect)


def complete(d: Draft, each: Pass, how: str, result: Mapping[str, Value] = NOTHING, at: Instant | None = None) -> None:
    """The pass ends its step: its result is kept, as of `at` or what it says itself, else of now, and the flow goes on."""
    if each.beside is not None or each.step == NONE:
        d.close(each.number, how)
        return
    name = d.key(each.step, each.items)
    if how == "skipped":
        d.results.pop(name, None)
    elif result is NOTHING and each.times == 1 and not each.late and name not in d.results:  # as `USUAL` has it
        d.results[name] = _ended_at(d.now if at is None else at)
    else:
        d.results[name] = _result(d, each, d.results.get(name), result, at)
    if how != "done" or d.plan.steps[each.step].once_for:
        give_place_back(d, d.passes[each.number])
    d.close(each.number, how)
    if each.step in d.program.parents:
        _close_inside(d, each)
    d.go_on(each.step, each.items, how)


@lru_cache(maxsize=1024)
def _ended_at(at: Instant) -> Fields:
    """What is kept of a step that ended as usual. A batch has one `now`, and so one such result, which is packed once."""
    return Fields.of({"at": at})


def _result(d: Draft, each: Pass, before: Fields | None, more: Mapping[str, Value], at: Instant | None) -> Fields:
    """What was kept of the step, with what it ends with; what is as usual is not kept."""
    found: dict[str, Value] = {} if before is None else dict(before.items())
    found["at"] = d.now
    found["times"] = each.times
    found["late"] = each.late
    found.update(more.items())
    if at is not None:
        found["at"] = at
    for key, usual in USUAL.items():
        if found[key] == usual:
            del found[key]
    return Fields.of(found)


def _close_inside(d: Draft, ended: Pass) -> None:
    """What is open, or was to open, inside a step that is over is no longer needed."""
    depth = len(ended.items)
    for other in list(d.passes.values()):
        inside = other.step != NONE and d.within(other.step, ended.step)
        if inside and other.items[:depth] == ended.items and other.beside is None:
            close_pass(d, other.number, "no longer needed")
    d.drop(lambda task: d.within(task.step, ended.step) and task.items[:depth] == ended.items)


def done_at_once(d: Draft, step: int, items: tuple[int, ...], result: Fields = NOTHING) -> None:
    """A step that opens and ends in one moment: its result, then the next."""
    d.results[d.key(step, items)] = Fields.of({"at": d.now, "times": d.times(step, items)}).plus(result)
    d.go_on(step, items, "done")


def wait_for_value(d: Draft, step: int, items: tuple[int, ...]) -> Pass:
    """Open the step as a handoff to its owner: what a condition must know has not arrived."""
    contract = d.step(step).contract
    opened = d.open_pass(step, items, "value")
    owner = find_own(d, opened)
    d.say("value not known", d.step(step).place, opened.number)
    return hand_out(d, opened, owner, contract.limit or d.plan.defaults.limit, contract.remind)
