"""`together`: branches side by side, or the same steps for `each` item of a list.

Over when as many branches as it `needs` ended well: their last step done, credited or not needed, but not
skipped. When too few can, `if_fails`.
"""

from __future__ import annotations

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import hand_out
from handrail.core.moves.ladders import climb
from handrail.core.moves.passes import complete, wait_for_value
from handrail.core.moves.undoing import undo
from handrail.terms.plan import NONE, Together
from handrail.terms.state import Pass
from handrail.terms.values import UNKNOWN, Fields, Value

ITEMS_MAX = 100


def open_step(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Open the first step of every branch, or of every item."""
    here = d.step(step)
    body = here.body
    assert isinstance(body, Together), f"{here.name} is no `together`"
    listed: tuple[Value, ...] = ()
    if body.items is not None:
        found = d.program.value(body.items, d.scope(items, step, opening=d.now))
        if found is UNKNOWN:
            wait_for_value(d, step, items)
            return
        listed = found[:ITEMS_MAX] if isinstance(found, tuple) else ()
    opened = d.open_pass(step, items, "branches")
    owner = find_own(d, opened)
    d.say("opened", here.place, opened.number, branches=len(listed) if body.item else len(body.branches))
    hand_out(d, opened, owner, here.contract.limit, here.contract.remind)
    d.results[d.key(step, items)] = Fields({"ended_well": 0, "ended": 0, "items": listed, "times": opened.times})  # type: ignore[dict-item]
    _open_branches(d, body, step, items, len(listed))


def _open_branches(d: Draft, body: Together, step: int, items: tuple[int, ...], count: int) -> None:
    if body.item:
        for item in range(count):
            d.go_on(body.branches[0].first, (*items, item), "open")
        if not count:
            _judge(d, step, items)
        return
    for branch in body.branches:
        if branch.first != NONE:
            d.go_on(branch.first, items, "open")
    for _ in (branch for branch in body.branches if branch.first == NONE):
        branch_ended(d, step, items, "done")


def branch_ended(d: Draft, step: int, items: tuple[int, ...], how: str) -> None:
    """One branch or item is over."""
    body = d.step(step).body
    assert isinstance(body, Together), f"{d.step(step).name} has no branches"
    outer = items[:-1] if body.item else items
    if _pass_of(d, step, outer) is None:
        return
    name = d.key(step, outer)
    before = d.results[name]
    well = how != "skipped"
    d.results[name] = before.plus(
        {"ended": _count(before, "ended") + 1, "ended_well": _count(before, "ended_well") + well}
    )
    _judge(d, step, outer)


def _count(result: Fields, name: str) -> int:
    value = result.get(name, 0)
    return value if isinstance(value, int) else 0


def _judge(d: Draft, step: int, items: tuple[int, ...]) -> None:
    """Whether enough branches ended well, or too few still can."""
    body = d.step(step).body
    opened = _pass_of(d, step, items)
    assert isinstance(body, Together), f"{d.step(step).name} has no branches"
    if opened is None:
        return
    result = d.results[d.key(step, items)]
    listed = result.get("items", ())
    of = len(listed) if body.item and isinstance(listed, tuple) else len(body.branches)
    needs = min(body.needs, of) if body.needs and body.item else (body.needs or of)
    well, ended = _count(result, "ended_well"), _count(result, "ended")
    if well >= needs:
        _undo_rest(d, step, items, body)
        complete(d, d.passes[opened.number], "done")
    elif well + of - ended < needs and not opened.failed:
        d.say("too few", d.step(step).place, opened.number, ended_well=well, needs=needs)
        failing = d.step(step).contract.if_fails
        climb(d, d.put(replace(opened, failed=True)), failing, 0, d.now)


def _undo_rest(d: Draft, step: int, items: tuple[int, ...], body: Together) -> None:
    """Undo what the branches or items brought about that are not over, if the journey says so."""
    if not body.undo_the_rest:
        return
    depth = len(items) + bool(body.item)
    going = [(each.step, each.items) for each in d.passes.values() if each.step != NONE and each.beside is None]
    going += [(task.step, task.items) for task in (*d.todo, *d.pending) if task.how != "tell"]
    rest = {(_branch_of(d, number, step), at[:depth]) for number, at in going if at[: len(items)] == items}
    rest -= {("", at) for _, at in rest}
    if rest:
        undo(
            d,
            NONE,
            d.step(step).place,
            inside=lambda sent: (_branch_of(d, sent.step, step), sent.items[:depth]) in rest,
        )


def _branch_of(d: Draft, number: int, step: int) -> str:
    """The branch of `step` that the step `number` lies in, or the empty text."""
    chain = (number, *d.program.ancestors[number])
    return next((d.step(each).branch or "each" for each in chain if d.step(each).parent == step), "")


def _pass_of(d: Draft, step: int, items: tuple[int, ...]) -> Pass | None:
    return next(
        (
            each
            for each in d.passes.values()
            if each.step == step and each.items == items and each.waiting == "branches"
        ),
        None,
    )
