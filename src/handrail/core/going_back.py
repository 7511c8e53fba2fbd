"""Going back to an earlier step: everything from there is done anew, with new results and new calls.

Only events that happened after what sent the run back count then, also while it waits to go back.
"""

from __future__ import annotations

from handrail.calendar.limits import wake_after
from handrail.core.draft import Draft
from handrail.core.owners import owner_of
from handrail.core.passes import close_pass
from handrail.terms.plan import NONE
from handrail.terms.state import Again, Pass
from handrail.terms.values import Duration, Instant


def go_back(  # noqa: PLR0913 - one move, its four keys, where it stands and what set it off
    d: Draft, each: Pass | None, target: int, after: Duration | None, at_most: int, place: int, since: Instant
) -> bool:
    """Go back to `target`; false when that was used up and the next move follows."""
    items = _items_of(d, each.items if each is not None else (), target)
    count = f"@{place}" + "".join(f".{item}" for item in items)
    if d.jumps.get(count, 0) >= at_most:
        d.say("used up", place, each.number if each is not None else 0, times=at_most)
        return False
    d.jumps[count] = d.jumps.get(count, 0) + 1
    d.say("went back", place, each.number if each is not None else 0, to=d.step(target).name, times=d.jumps[count])
    again = _from(d, target)
    for number, other in list(d.passes.items()):
        if other.step in again and other.items[: len(items)] == items:
            close_pass(d, number, "went back")
    d.again = [mark for mark in d.again if mark.step not in again or mark.items[: len(items)] != items]
    d.again.append(Again(target, items, since))
    for step in again:
        counter = "#" + d.key(step, items)
        if d.key(step, items) in d.results or step == target:
            d.jumps[counter] = d.jumps.get(counter, 0) + 1
    if after is None:
        d.go_on(target, items, "open")
    else:
        _later(d, target, items, after)
    return True


def _later(d: Draft, target: int, items: tuple[int, ...], after: Duration) -> None:
    """Keep the way back open until `after` has passed."""
    step = d.step(target)
    owner = owner_of(step.contract.owner or d.plan.defaults.owner, d.program, d.scope(items, target), d.world)
    due = wake_after(d.now, after, d.calendar(owner))
    d.open_pass(target, items, "time", owner=owner, due=due, limit=after, ladder=BACK)


BACK = -2
"""The ladder of a pass that only waits to open its step."""


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
    moments = [mark.since for mark in d.again if step in _from(d, mark.step) and items[: len(mark.items)] == mark.items]
    return max(moments, default=None)
