"""Which step, list of moves, rung or place of one plan is which of another.

Steps are matched by name, or by `was`, which counts in both directions; both must be of one kind and lie in matching steps. A list of moves is matched
by the way to it: whose it is, which key or answer it stands under. A rung is one where both plans make the same kind of
move; a way back where both go back to matching steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from handrail.terms.plan import NONE, Ask, Check, GoBack, GoBackStep, HandTo, Plan, Step


class Matching:
    """How the numbers of `old` are to be read in `new`; NONE or None where there is no such thing."""

    def __init__(self, old: Plan, new: Plan) -> None:
        self.old = old
        self.new = new
        self._steps = _by_name(old, new)
        self._steps = [self._confirmed(number) for number in range(len(old.steps))]
        names = {
            step.name: self.new.steps[to].name for step, to in zip(old.steps, self._steps, strict=True) if to != NONE
        }
        self._names = names
        ways = dict(_ladders(new, {}))
        self._ladders = {number: ways.get(way, NONE) for way, number in _ladders(old, names)}
        places = dict(_ways_back(new, {}))
        self._places = {place: places.get(way) for way, place in _ways_back(old, names)}

    def _confirmed(self, number: int) -> int:
        """The match, if both are of one kind and lie in matching steps."""
        to = self._steps[number]
        if to == NONE:
            return NONE
        before, after = self.old.steps[number], self.new.steps[to]
        if type(before.body) is not type(after.body) or before.branch != after.branch:
            return NONE
        if before.parent == NONE or after.parent == NONE:
            return to if before.parent == after.parent else NONE
        return to if self._confirmed(before.parent) == after.parent else NONE

    def step(self, number: int) -> int:
        return self._steps[number] if number != NONE else NONE

    def name(self, name: str) -> str:
        """The name of that step in the new plan, or the empty text."""
        return self._names.get(name, "")

    def ladder(self, number: int) -> int:
        return self._ladders.get(number, NONE)

    def rung(self, at: tuple[int, int]) -> tuple[int, int] | None:
        """The same rung, where it is of the same kind; a rung of -1 stands before the first."""
        ladder = self.ladder(at[0])
        if ladder == NONE:
            return None
        before, after = self.old.ladders[at[0]].moves, self.new.ladders[ladder].moves
        if at[1] == NONE:
            return ladder, NONE
        if at[1] >= len(after) or type(before[at[1]]) is not type(after[at[1]]):
            return None
        asked, asks = before[at[1]], after[at[1]]
        if isinstance(asked, HandTo) and isinstance(asks, HandTo) and bool(asked.answers) != bool(asks.answers):
            return None
        return ladder, at[1]

    def place(self, place: int) -> int | None:
        return self._places.get(place)


def _by_name(old: Plan, new: Plan) -> list[int]:
    """For each step of `old` the one of its name, or that says it was it; on the way back, the one that it says it was."""
    by_name = {step.name: number for number, step in enumerate(new.steps)}
    by_name |= {step.was: number for number, step in enumerate(new.steps) if step.was}
    found = [by_name.get(step.name, NONE) for step in old.steps]
    taken = set(found)
    for number, step in enumerate(old.steps):
        back = by_name.get(step.was, NONE) if step.was else NONE
        if found[number] == NONE and back not in taken:
            found[number] = back
            taken.add(back)
    return found


def matching_of(old: Plan, new: Plan) -> Matching:
    """How the two plans correspond, reckoned once for each pair; plans without a hash (in tests) are matched anew."""
    if not (old.hash and new.hash):
        return Matching(old, new)
    key = (old.hash, new.hash)
    found = _matchings.get(key)
    if found is None:
        if len(_matchings) >= _KEPT_MAX:
            _matchings.pop(next(iter(_matchings)))
        found = _matchings.setdefault(key, Matching(old, new))
    return found


_matchings: Final[dict[tuple[str, str], Matching]] = {}
_KEPT_MAX: Final = 64


def _ladders(plan: Plan, names: dict[str, str]) -> Iterator[tuple[str, int]]:
    """Every list of moves with the way to it, under the names that `names` says."""
    for step in plan.steps:
        for key, number in _own(step):
            yield from _inside(plan, f"{names.get(step.name, step.name)}/{key}", number)
    for key, number in (("when_no_longer", plan.when_no_longer), ("when_resumed", plan.when_resumed)):
        yield from _inside(plan, key, number)


def _own(step: Step) -> Iterator[tuple[str, int]]:
    yield "if_late", step.contract.if_late
    yield "if_fails", step.contract.if_fails
    if isinstance(step.body, Check):
        yield "if_not", step.body.if_not
    if isinstance(step.body, Ask):
        yield from step.body.answers.items()


def _inside(plan: Plan, way: str, number: int) -> Iterator[tuple[str, int]]:
    if number == NONE:
        return
    yield way, number
    for rung, move in enumerate(plan.ladders[number].moves):
        if isinstance(move, HandTo):
            for word, answer in move.answers.items():
                yield from _inside(plan, f"{way}/{rung}/{word}", answer)


def _ways_back(plan: Plan, names: dict[str, str]) -> Iterator[tuple[str, int]]:
    """The place of every `go_back_to`, with the way to it and where it leads."""
    for way, number in _ladders(plan, names):
        for move in plan.ladders[number].moves:
            if isinstance(move, GoBack):
                target = plan.steps[move.step].name
                yield f"{way}->{names.get(target, target)}", move.place
    for step in plan.steps:
        if isinstance(step.body, GoBackStep):
            yield names.get(step.name, step.name), step.place
