"""Every small change to what a journey promises: an owner, a limit, a move, a condition, a trigger, one at a time.

A change is made in the plan and need not be one that the checker would let through. What means nothing to a reader (places,
numbers of steps, what the compiler keeps beside) is left alone, and so is a part of a contract that never takes effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from msgspec import Struct, structs

from handrail.language.contract import may_be_unknown
from handrail.terms import plan as p
from handrail.terms.catalog import Kind
from handrail.terms.expression import Constant, Is, Path
from handrail.terms.values import Duration

Edit = tuple[str, Any]

NOT_READ: Final = {
    p.Plan: {"journey", "hash", "first", "waits_for", "looks_at_today", "needs", "steps", "ladders", "defaults", "when_no_longer", "when_resumed"},
    p.Step: {"name", "next", "parent", "branch", "place", "contract"},
    p.Contract: {"if_late", "if_fails"},
    p.Do: {"object", "days"},
    p.DoMove: {"object", "days", "place"},
    p.Branch: {"first", "place"},
    p.GoBack: {"step", "place"},
    p.GoBackStep: {"step"},
    p.Check: {"if_not"},
    p.Ask: {"answers"},
    p.HandTo: {"answers", "place"},
    p.UndoMove: {"step", "place"},
    p.Start: {"place"},
    p.Ladder: {"parent", "parent_rung"},
    p.OwnerPath: {"kind"},
    Kind: {"name", "item", "may_be_empty"},
    Constant: {"kind"},
}  # fmt: skip
"""Fields that a reader is not told of, or that are changed by `in_step` and `in_ladder` where they take effect."""

WORDS: Final = {
    "relation": {"after": "before", "before": "after"},
    "how": {"finish": "stop", "stop": "finish"},
    "op": {"<": "<=", "<=": ">", ">": ">=", ">=": "<"},
    "state": {"empty": "known", "known": "empty"},
    "if_missed": {"once": "each", "each": "skip", "skip": "once"},
    "phase": {"": "before", "before": "after", "after": "before"},
    "period": {"": "year", "hour": "day", "day": "week", "week": "hour", "month": "quarter", "quarter": "year", "year": "month"},
    "which": {"next": "last", "last": "next"},
    "unit": {"days": "weeks"},
}  # fmt: skip
A_CONDITION: Final = Is(left=Path(("person", "country")), right=Constant("text", "NO"))
LIGHT: Final = (p.Check, p.Choose, p.Pause, p.RecordStep, p.GoBackStep, p.EndStep)


def edits(plan: p.Plan) -> Iterator[Edit]:
    """Each changed plan with what was changed in it."""
    yield from _changed(plan, "")
    for number, step in enumerate(plan.steps):
        for what, other in in_step(step):
            yield f"{step.name}.{what}", structs.replace(plan, steps=_with(plan.steps, number, other))
    for number in sorted(climbed(plan)):
        for what, ladder in in_ladder(plan, number):
            yield f"ladder {number}{what}", structs.replace(plan, ladders=_with(plan.ladders, number, ladder))


def in_step(step: p.Step) -> Iterator[Edit]:
    """Changes of what the step says and of the parts of its contract that take effect."""
    yield from _changed(step, "")
    for condition in ("only_if", "credit_if"):
        if getattr(step, condition) is None:
            yield condition, structs.replace(step, **{condition: A_CONDITION})
    contract = step.contract
    for name in contract_parts(step):
        for what, value in _changed(getattr(contract, name), name):
            yield what, structs.replace(step, contract=structs.replace(contract, **{name: value}))


def contract_parts(step: p.Step) -> tuple[str, ...]:
    """What of its contract takes effect. A `tell` waits for nothing; a gate has one only for what is not known."""
    if isinstance(step.body, p.Tell):
        return ("owner",)
    if isinstance(step.body, LIGHT):
        return ("owner", "limit", "remind") if _may_wait(step) and step.contract.limit is not None else ()
    return ("owner", "limit", "remind")


def climbed(plan: p.Plan) -> set[int]:
    """The lists of moves that can be climbed. Asking does not fail, a message does not stall, nor does what has no limit."""
    found = {plan.when_no_longer, plan.when_resumed}
    for step in plan.steps:
        body, contract = step.body, step.contract
        late = _may_wait(step) if isinstance(body, LIGHT) else contract.limit is not None
        found.add(contract.if_late if late and not isinstance(body, p.Tell) else p.NONE)
        found.add(contract.if_fails if not isinstance(body, p.Ask) else p.NONE)
        found |= {body.if_not} if isinstance(body, p.Check) else set()
        found |= set(body.answers.values()) if isinstance(body, p.Ask) else set()
    while more := {answer for number in found - {p.NONE} for answer in _answers(plan, number)} - found:
        found |= more
    return found - {p.NONE}


def in_ladder(plan: p.Plan, number: int) -> Iterator[Edit]:
    """Changes of its moves, moves taken out, and conditions put before them."""
    ladder, over = plan.ladders[number], passed_over(plan, number)
    for rung, move in enumerate(ladder.moves):
        if rung not in over:
            for what, other in _of_move(plan, move):
                yield f".{rung}{what}", structs.replace(ladder, moves=_with(ladder.moves, rung, other))
        if len(ladder.moves) > 1:
            yield f" without {rung}", structs.replace(ladder, moves=ladder.moves[:rung] + ladder.moves[rung + 1 :])


def _of_move(plan: p.Plan, move: p.AnyMove) -> Iterator[Edit]:
    yield from _changed(move, "")
    if isinstance(move, p.GoBack | p.UndoMove) and (elsewhere := _elsewhere(plan, move)) != move.step:
        yield ".step", structs.replace(move, step=elsewhere)
    if move.only_if is None:
        yield ".only_if", structs.replace(move, only_if=A_CONDITION)


def passed_over(plan: p.Plan, number: int) -> set[int]:
    """The rungs that hand an asked step to somebody who certainly had it already: nothing of them can happen."""
    had: list[p.Owner] = [
        step.body.to for step in plan.steps if isinstance(step.body, p.Ask) and _is_of(plan, step, number)
    ]
    found: set[int] = set()
    for rung, move in enumerate(plan.ladders[number].moves if had else ()):
        if isinstance(move, p.HandTo) and (move.to in had or move.to == (p.OwnerPath("owner"),)):
            found.add(rung)
        elif isinstance(move, p.HandTo):
            had.append(move.to)
    return found


def _elsewhere(plan: p.Plan, move: p.GoBack | p.UndoMove) -> int:
    """Another step to go back to; another call to take back, or all of them."""
    if isinstance(move, p.GoBack):
        return (move.step + 1) % len(plan.steps) if len(plan.steps) > 1 else move.step
    calls = [number for number, step in enumerate(plan.steps) if isinstance(step.body, p.Do) and step.body.undo]
    return p.NONE if move.step != p.NONE or not calls else calls[0]


def _is_of(plan: p.Plan, step: p.Step, number: int) -> bool:
    mine = {step.contract.if_late, step.contract.if_fails}
    mine |= set(step.body.answers.values()) if isinstance(step.body, p.Ask) else set()
    while number != p.NONE:
        if number in mine:
            return True
        number = plan.ladders[number].parent
    return False


def _answers(plan: p.Plan, number: int) -> Iterator[int]:
    over = passed_over(plan, number)
    for rung, move in enumerate(plan.ladders[number].moves):
        yield from move.answers.values() if isinstance(move, p.HandTo) and rung not in over else ()


def _may_wait(step: p.Step) -> bool:
    asked = [step.only_if]
    body = step.body
    asked += [body.condition] if isinstance(body, p.Check) else []
    asked += [branch.condition for branch in body.branches] if isinstance(body, p.Choose) else []
    asked += [body.limit.until] if isinstance(body, p.Pause) else []
    return any(one is not None and may_be_unknown(one) for one in asked)


# One value and what it may be changed to


def _with(values: tuple[Any, ...], number: int, other: object) -> tuple[Any, ...]:
    return (*values[:number], other, *values[number + 1 :])


def _changed(value: object, at: str) -> Iterator[Edit]:
    """Every value that differs from this one in one thing."""
    match value:
        case Struct():
            yield from _in_struct(value, at)
        case tuple():
            yield from _in_tuple(value, at)
        case Mapping():
            for key in value:
                yield from ((what, {**value, key: other}) for what, other in _changed(value[key], f"{at}.{key}"))
                yield f"{at} without {key}", {name: one for name, one in value.items() if name != key}
        case None:
            pass
        case _:
            yield at, _other(at.rpartition(".")[2], value)


def _other(field: str, value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        return _other_word(field, value)
    assert isinstance(value, int | float), f"{field} is something else"
    return -value if field == "sign" else value + 1


def _in_struct(value: Struct, at: str) -> Iterator[Edit]:
    match value:
        case Duration():
            yield at, Duration(value.count + 1, value.unit)
            return
        case Constant():
            yield at, structs.replace(value, text=_other_text(value))
            return
        case Path():
            yield at, Path((*value.names[:-1], f"{value.names[-1]}x"))
            return
        case p.OwnerPath():
            yield at, p.OwnerPath("team", name="others")
        case _:
            pass
    for field in structs.fields(value):
        if field.name in NOT_READ.get(type(value), ()) or field.name in {"span", "place"}:
            continue
        here = getattr(value, field.name)
        if not _counts(value, field.name):
            continue
        for what, other in _changed(here, f"{at}.{field.name}"):
            yield what, structs.replace(value, **{field.name: other})


COUNTS: Final[dict[tuple[type[Struct], str], Callable[[Any], object]]] = {
    (p.OwnerPath, "up"): lambda path: path.kind == "manager",
    (p.OwnerPath, "name"): lambda path: path.name,
    (p.Start, "if_missed"): lambda start: start.every,
    (p.Start, "event"): lambda start: start.event,
    (p.Start, "every"): lambda start: start.every,
    (p.Gather, "at_least"): lambda gather: gather.or_every,
    (p.Together, "item"): lambda together: together.item,
    (p.Branch, "name"): lambda branch: branch.name != "each",
    (p.Once, "period"): lambda once: not once.at_a_time and once.within is None,
    (p.FormField, "how_many"): lambda field: field.kind.choices,
}
"""When a field makes a difference beside the others."""


def _counts(value: Struct, field: str) -> bool:
    return bool(COUNTS.get((type(value), field), lambda _: True)(value))


def _in_tuple(value: tuple[Any, ...], at: str) -> Iterator[Edit]:
    for number, one in enumerate(value):
        yield from ((what, _with(value, number, other)) for what, other in _changed(one, f"{at}.{number}"))
        if len(value) > 1 and not isinstance(one, p.Branch) and not at.endswith(".arguments"):
            yield f"{at} without {number}", (*value[:number], *value[number + 1 :])


def _other_word(field: str, value: str) -> str:
    if value in WORDS.get(field, {}):
        return WORDS[field][value]
    if field in {"every", "or_every"}:
        return "Monday at 06:00" if not value else f"{value[:-2]}{(int(value[-2:]) + 1) % 60:02}"
    return f"{value}x"


def _other_text(constant: Constant) -> str:
    match constant.kind:
        case "number":
            return f"{float(constant.text) + 1:g}"
        case "truth":
            return "false" if constant.text == "true" else "true"
        case "date":
            return (date.fromisoformat(constant.text) + timedelta(days=1)).isoformat()
        case _:
            return f"{constant.text}x"
