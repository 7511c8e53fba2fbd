"""Dates that are certainly past, evidence of the year before, and what `while` and `pause_while` make of each other."""

from __future__ import annotations

from handrail.calendar.durations import approximate_seconds
from handrail.language.draft import Draft, Keys
from handrail.language.outline import Outline
from handrail.terms.expression import (
    All,
    Any,
    Constant,
    Expression,
    In,
    Is,
    Listed,
    Not,
    Occurrence,
    Path,
    Shift,
    Slot,
    walk,
)
from handrail.terms.person import STATUSES
from handrail.terms.plan import Pause, Plan, Step, Wait
from handrail.terms.problem import Place

_YEAR_SECONDS = 360 * 86_400
_ALL = frozenset(STATUSES)


def check(draft: Draft, plan: Plan, outlines: list[Outline], keys: Keys) -> None:
    """Says which dates cannot be meant, and which states of a person no run can be in."""
    for step, outline in zip(plan.steps, outlines, strict=True):
        until = _until(step)
        if until is not None and _certainly_past(until):
            draft.say(
                "J145",
                _place(outline, "until", "pause"),
                f'the limit of "{step.name}" is past before the step can begin',
                advice="Write a date to come.",
            )
        if (
            isinstance(step.body, Wait)
            and step.body.counts_from is not None
            and _reaches_back(plan, step.body.counts_from)
        ):
            draft.say(
                "J146",
                _place(outline, "counts_from"),
                f'in a yearly journey, an event of the year before would count for "{step.name}"',
                advice="Reach back less than a year, as in last 1 November.",
            )
    _pause(draft, plan, keys)


def _place(outline: Outline, *keys: str) -> Place:
    return next(outline.keys[key].value.place for key in keys if key in outline.keys)


def _until(step: Step) -> Expression | None:
    if isinstance(step.body, Pause):
        return step.body.limit.until
    return step.contract.limit.until if step.contract.limit else None


def _certainly_past(date: Expression) -> bool:
    match date:
        case Shift(value=Path(names=("today",)), sign=-1):
            return True
        case Shift(value=Occurrence(which="last"), sign=-1) | Occurrence(which="last"):
            return True
        case _:
            return False


def _reaches_back(plan: Plan, counts_from: Expression) -> bool:
    yearly = [start for start in plan.starts if start.every.startswith("year")]
    if isinstance(counts_from, Path) and counts_from.names[0] == "start":
        given = [start.values.get(counts_from.names[1], ()) for start in yearly]
        slots = [parts[0] for parts in given if len(parts) == 1]
        return any(isinstance(slot, Slot) and _a_year_ago(slot.value) for slot in slots)
    return bool(yearly) and _a_year_ago(counts_from)


def _a_year_ago(date: Expression) -> bool:
    if not isinstance(date, Shift) or date.sign > 0:
        return False
    soon = isinstance(date.value, Path) and date.value.names in {("today",), ("opening",)}
    return soon and approximate_seconds(date.duration) >= _YEAR_SECONDS


def _pause(draft: Draft, plan: Plan, keys: Keys) -> None:
    if plan.pause_while is None or plan.while_ is None:
        return
    pausing, staying = _statuses(plan.pause_while), _statuses(plan.while_)
    written = keys.get("pause_while") or keys.get("while")
    if written is None or not _speaks_of_status(plan.pause_while):
        return
    place = written.value.place
    if pausing <= {"left"}:
        draft.say(
            "J144", place, "`pause_while` is never reached: leaving ends a pause", advice="Write pause_while: never."
        )
    elif not pausing & staying:
        names = ", ".join(sorted(pausing))
        advice = "Let `while` hold of them too, or write pause_while: never."
        draft.say("J144", place, f"`pause_while` waits for who is {names}, and `while` forbids it", advice=advice)


def _speaks_of_status(condition: Expression) -> bool:
    return any(isinstance(node, Path) and node.names == ("person", "status") for node in walk(condition))


def _statuses(condition: Expression) -> frozenset[str]:
    """The statuses with which a condition can be true."""
    match condition:
        case All(tests=tests):
            found = _ALL
            for test in tests:
                found &= _statuses(test)
            return found
        case Any(tests=tests):
            return frozenset(status for test in tests for status in _statuses(test))
        case Is(left=Path(names=("person", "status")), right=Constant(text=text)):
            return frozenset({text})
        case In(value=Path(names=("person", "status")), items=Listed(items=items)):
            return frozenset(item.text for item in items if isinstance(item, Constant))
        case Not(test=Is(left=Path(names=("person", "status"))) | In(value=Path(names=("person", "status"))) as test):
            return _ALL - _statuses(test)
        case _:
            return _ALL
