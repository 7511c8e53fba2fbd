"""How a run goes on: a step opens, ends, and the next opens, as far as one decision can take it.

Each kind of step has a module in `handrail.core.steps` with `open_step(d, pass-to-be)`; this module knows only
that some end at once and some stay open. Nothing here knows what a kind of step means.
"""

from __future__ import annotations

from typing import Final

from handrail.core.draft import Draft
from handrail.core.inputs.cohorts import cohort_of, stand_in_line
from handrail.core.inputs.told import CORRECTION, ask_about
from handrail.core.moves.handing import welcome
from handrail.core.moves.ladders import again, climb, hand_back
from handrail.core.moves.passes import end_run, wait_for_value
from handrail.core.moves.sending import hand_beside
from handrail.core.steps import OPENERS
from handrail.core.steps.together import branch_ended
from handrail.terms.plan import NONE, Choose, Step, Together
from handrail.terms.state import OVER, Pending
from handrail.terms.values import UNKNOWN

STEPS_MAX: Final = 10_000
"""No decision opens more steps than this: a plan that would is broken, and the checker refuses it."""


def run_on(d: Draft) -> None:
    """Work off what is to go on. While a run is paused it is kept for later."""
    for _ in range(STEPS_MAX):
        if not d.todo or d.phase in OVER:
            return
        task = d.todo.pop(0)
        if d.phase == "paused":
            d.pending += (task,)
        elif task.how == "open":
            _open(d, task.step, task.items)
        elif task.how == "beside":
            _beside(d, task)
        elif task.pass_:
            _take_up(d, task)
        else:
            _after(d, task)
    raise AssertionError(f"run {d.state.run} did not come to rest after {STEPS_MAX} steps")


def _open(d: Draft, number: int, items: tuple[int, ...]) -> None:
    """Ask `only_if` and `credit_if`, then open the step, or stand in line for it where the cohort does it once."""
    step = d.plan.steps[number]
    if (step.only_if is not None or step.credit_if is not None) and not _asked_for(d, step, number, items):
        return
    cohort = cohort_of(d, number, items) if step.once_for else None
    if cohort is not None:
        stand_in_line(d, number, items, cohort)
    else:
        OPENERS[type(step.body)](d, number, items)


def _asked_for(d: Draft, step: Step, number: int, items: tuple[int, ...]) -> bool:
    """Whether the step is to be opened; where it is not, the run goes on, or waits for the value."""
    scope = d.scope(items, number, opening=d.now)
    if step.only_if is not None:
        wanted = d.test(step.only_if, scope)
        if wanted is UNKNOWN:
            wait_for_value(d, number, items)
            return False
        if not wanted:
            d.say("not needed", step.place)
            d.go_on(number, items, "not needed")
            return False
    if step.credit_if is not None and d.test(step.credit_if, scope) is True:
        d.say("credited", step.place)
        d.go_on(number, items, "credited")
        return False
    return True


def _take_up(d: Draft, task: Pending) -> None:
    """A pass goes on with what came about during a pause: a ladder is climbed, a call tried again or handed back."""
    each = d.passes.get(task.pass_)
    if each is None:
        return
    if task.how == "climb":
        climb(d, each, task.ladder, task.rung, task.since or d.now)
    elif task.how == "again":
        again(d, each, None)
    elif task.how == "tell":
        welcome(d, each)
    else:
        hand_back(d, each)


def _beside(d: Draft, task: Pending) -> None:
    if task.rung == CORRECTION:
        ask_about(d, task.pass_, task.step, task.items)
    else:
        hand_beside(d, (task.pass_, task.rung), task.step, task.items)


def _after(d: Draft, task: Pending) -> None:
    """What follows a step that ended: the next of its list, or the end of the list."""
    step = d.plan.steps[task.step]
    if step.next != NONE:
        if d.todo:
            d.go_on(step.next, task.items, "open")
        else:  # nothing has its turn before it
            _open(d, step.next, task.items)
    elif step.parent == NONE:
        end_run(d, "finished", "")
    else:
        _list_ended(d, step.parent, task)


def _list_ended(d: Draft, parent: int, task: Pending) -> None:
    body = d.step(parent).body
    if isinstance(body, Choose):
        d.go_on(parent, task.items, task.how)
        return
    assert isinstance(body, Together), f"{d.step(parent).name} has no lists of steps"
    branch_ended(d, parent, task.items, task.how)
