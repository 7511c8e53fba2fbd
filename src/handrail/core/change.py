"""What moving a run to another plan comes to, compared: what stood open, what stands open after, which dates shift and why.

Made from the decision of `migrate`, so what is shown before is what is done. Nothing here decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from handrail.conditions.printing import show
from handrail.terms.change import Change, SetsOff, Shift, Stands
from handrail.terms.decision import Decision, Stays
from handrail.terms.effect import BeginRun, Call, Effect, Message, Withdraw
from handrail.terms.plan import NONE, Limit, Pause, Plan, Step
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant


def change_of(old: Plan, new: Plan, state: State, made: Decision | Stays) -> Change:
    """What `migrate` made of the run of `old`, in words of both plans."""
    before = tuple(_stands(old, each) for each in state.passes)
    if state.over:
        return Change("ended", f"{state.phase}: {state.reason}" if state.reason else state.phase)
    if isinstance(made, Stays):
        return Change("cannot", made.why, made.step, before, before)
    after = made.state
    return Change(
        "moves",
        before=before,
        after=tuple(_stands(new, each) for each in after.passes),
        shifts=tuple(_shifts(old, new, state, made)),
        sets_off=tuple(_sets_off(effect) for effect in made.effects if isinstance(effect, _LEAVE)),
        ends=(f"{after.phase}: {after.reason}" if after.reason else after.phase) if after.over else "",
    )


_LEAVE = (Call, Message, BeginRun, Withdraw)


def _stands(plan: Plan, each: Pass) -> Stands:
    return Stands(each.number, plan.steps[each.step].name if each.step != NONE else "", each.owner, each.due)


def _shifts(old: Plan, new: Plan, state: State, made: Decision) -> Iterator[Shift]:
    """Each open pass whose limit is another moment now."""
    before = {each.number: each for each in state.passes}
    around = {reason.pass_ for reason in made.reasons if reason.rule == "date moved"}
    for each in made.state.passes:
        was = before.get(each.number)
        if was is None or each.step == NONE or was.due == each.due:
            continue
        limits = limit_text(old.steps[was.step]), limit_text(new.steps[each.step])
        name = new.steps[each.step].name
        if limits[0] != limits[1] and each.ladder == NONE:
            yield Shift(each.number, name, was.due, each.due, "limit", *limits)
        elif each.owner != was.owner:
            yield Shift(each.number, name, was.due, each.due, "owner", was.owner, each.owner)
        else:
            yield Shift(each.number, name, was.due, each.due, "date" if each.number in around else "around")


def limit_text(step: Step) -> str:
    """The limit of a step as its author wrote it: `10 days`, `until 2026-03-20`; empty for none of its own."""
    limit: Limit | None = step.body.limit if isinstance(step.body, Pause) else step.contract.limit
    if limit is None:
        return ""
    if limit.within is not None:
        return str(limit.within)
    assert limit.until is not None, "a limit is a duration or a date"
    return f"until {show(limit.until)}"


def _sets_off(effect: Effect) -> SetsOff:
    match effect:
        case Call():
            return SetsOff("call", effect.action)
        case Message():
            return SetsOff("message", effect.template, effect.to)
        case BeginRun():
            return SetsOff("journey", effect.journey)
        case _:
            return SetsOff("withdrawal", "")


def due_shift_seconds(before: Instant | None, after: Instant | None) -> int:
    """By how many seconds a limit moves; less than 0: earlier. 0 where there was or is none."""
    return 0 if before is None or after is None else int((after - before).total_seconds())
