"""Going back to an earlier step: everything from there is done anew, with new results and new calls.

What those steps had as results is empty until they are done again; how often each was done is kept. Only events that
happened after what sent the run back count then, also while it waits to go back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from handrail.calendar.durations import is_exact
from handrail.calendar.limits import wake_after
from handrail.core.draft import Draft, suffix
from handrail.core.moves.finding import find_own
from handrail.core.moves.handing import counted_from
from handrail.core.moves.passes import close_pass
from handrail.terms.plan import NONE, GoBack
from handrail.terms.state import Again, Pass
from handrail.terms.values import Duration, Instant

BACK: Final = -2
"""The ladder of a pass that only waits to open its step."""


def go_back(d: Draft, each: Pass | None, move: GoBack, since: Instant, items: tuple[int, ...] = ()) -> bool:
    """Go back to the move's step; false when that was used up and the next move follows.

    `each` is the pass that is sent back; for a `go_back_to` that is a step, it is None and `items` are its own.
    """
    number = 0 if each is None else each.number
    items = _items_of(d, items if each is None else each.items, move.step)
    count = f"@{move.place}" + "".join(f".{item}" for item in items)
    times = d.jumps.get(count, 0)
    if times >= move.at_most:
        d.say("used up", move.place, number, times=move.at_most)
        return False
    d.jumps = {**d.jumps, count: times + 1}
    d.say("went back", move.place, number, to=d.step(move.step).name, times=times + 1)
    begin_anew(d, move.step, items, since)
    if move.after is None:
        d.go_on(move.step, items, "open")
    else:
        _later(d, (move.step, items), move.after, each)
    return True


def begin_anew(d: Draft, target: int, items: tuple[int, ...], since: Instant) -> None:
    """Close what is open from the step on, empty its results, and let only events after `since` count."""
    again = _from(d, target)
    depth = len(items)
    for number, other in list(d.passes.items()):
        if other.step in again and other.items[:depth] == items and other.beside is None:
            _count(d, d.key(other.step, other.items), other.times if other.ladder != BACK else other.times - 1)
            close_pass(d, number, "went back")
    d.drop(lambda task: task.step in again and task.items[:depth] == items and task.how != "beside")
    belongs = _belonging(d, again, items)
    for name in [name for name in d.results if belongs(name)]:
        times = d.results.pop(name).get("times")
        _count(d, name, times if isinstance(times, int) else 1)
    others = [mark for mark in d.again if mark.step not in again or mark.items[:depth] != items]
    d.again = (*others, Again(target, items, since))


def _count(d: Draft, name: str, times: int) -> None:
    """So often the step was done by now."""
    if times > d.jumps.get(f"#{name}", 0):
        d.jumps = {**d.jumps, f"#{name}": times}


def _belonging(d: Draft, again: frozenset[int], items: tuple[int, ...]) -> Callable[[str], bool]:
    """Whether a result is of one of these steps, of this item or one within it."""
    names = {d.step(number).name for number in again}
    inside = suffix(items)[:-1]

    def belongs(key: str) -> bool:
        name, bracket, rest = key.partition("[")
        ending = bracket + rest
        return name in names and (not inside or ending == f"{inside}]" or ending.startswith(f"{inside}."))

    return belongs


def _later(d: Draft, to: tuple[int, tuple[int, ...]], after: Duration, sent_back: Pass | None) -> None:
    """Keep the way back open until `after` has passed."""
    opened = d.open_pass(*to, "time")
    owner = find_own(d, opened)
    calendar = d.calendar(owner)
    since = d.now if is_exact(after) else counted_from(d, sent_back, calendar)
    d.put(replace(opened, owner=owner, due=wake_after(since, after, calendar), limit=after, ladder=BACK))


def _from(d: Draft, target: int) -> frozenset[int]:
    """The step, those after it in its list, and all that lie in them."""
    listed = []
    step = target
    while step != NONE:
        listed.append(step)
        step = d.step(step).next
    return frozenset(
        number
        for number in range(len(d.plan.steps))
        if number in listed or any(above in listed for above in d.program.ancestors[number])
    )


def _items_of(d: Draft, items: tuple[int, ...], target: int) -> tuple[int, ...]:
    """The items of the lists that the target lies in."""
    depth = sum(1 for above in d.program.ancestors[target] if getattr(d.step(above).body, "item", ""))
    return items[:depth]


def counts_since(d: Draft, step: int, items: tuple[int, ...]) -> Instant | None:
    """The last moment at which the run was sent back to this step or an earlier one of its list, if it was."""
    if not d.again:
        return None
    moments = [mark.since for mark in d.again if step in _from(d, mark.step) and items[: len(mark.items)] == mark.items]
    return max(moments, default=None)
