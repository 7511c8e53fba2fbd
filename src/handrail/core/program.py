"""A plan with its conditions compiled: closures beside the trees, kept by plan hash.

Compiling is a matter of speed only: what a program answers depends on its plan alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from handrail.calendar.zones import local_day
from handrail.conditions.compiled import compile_condition, compile_value, value_of_with
from handrail.conditions.scope import Scope
from handrail.terms.expression import Expression, Slot
from handrail.terms.plan import NONE, Plan
from handrail.terms.values import NOTHING, UNKNOWN, Fields, Unknown, Value

_KEPT_MAX: Final = 512
_programs: Final[dict[str, Program]] = {}


class Program:
    """`test` and `value` answer an expression of the plan; the tree's identity is the key, so it must be the plan's own."""

    __slots__ = ("_conditions", "_values", "_written", "ancestors", "parents", "plan")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._conditions: dict[int, Callable[[Scope], bool | Unknown]] = {}
        self._values: dict[int, Callable[[Scope], Value]] = {}
        self._written: dict[int, Fields | None] = {}
        self.parents = frozenset(step.parent for step in plan.steps)
        """The steps that have others inside."""
        self.ancestors: tuple[tuple[int, ...], ...] = tuple(_ancestors(plan, step) for step in range(len(plan.steps)))

    def test(self, expression: Expression, scope: Scope) -> bool | Unknown:
        """What the condition comes to: true, false or unknown."""
        closure = self._conditions.get(id(expression))
        if closure is None:
            closure = self._conditions.setdefault(id(expression), compile_condition(expression))
        return closure(scope)

    def value(self, expression: Expression, scope: Scope) -> Value:
        """The value of the expression."""
        closure = self._values.get(id(expression))
        if closure is None:
            closure = self._values.setdefault(id(expression), compile_value(expression))
        return closure(scope)

    def text(self, parts: tuple[str | Slot, ...], scope: Scope) -> Value:
        """The text with its values in it; a text that is nothing but one value keeps its kind."""
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        closure = self._values.get(id(parts))
        if closure is None:
            closure = self._values.setdefault(id(parts), value_of_with(parts))
        return closure(scope)

    def written(self, named: Mapping[str, tuple[str | Slot, ...]]) -> Fields | None:
        """The values of `with` or `record` where all are written down in the journey; None: some are to be looked up."""
        try:
            return self._written[id(named)]
        except KeyError:
            return self._written.setdefault(id(named), _written_down(named))

    def arguments(
        self, named: Mapping[str, tuple[str | Slot, ...]], scope: Scope, days: tuple[str, ...] = ()
    ) -> Fields:
        """The values of `with` or `record`, by name; of `days` a moment is its day where the learner is."""
        found = {name: self.text(parts, scope) for name, parts in named.items()}
        for name in days:
            value = found[name]
            if isinstance(value, datetime):
                found[name] = local_day(value, scope.zone)
        return Fields.of(found) if found else NOTHING

    def reason(self, parts: tuple[str | Slot, ...], scope: Scope) -> str:
        """A reason as text; what is empty or unknown in it is left out."""
        value = self.text(parts, scope)
        return value if isinstance(value, str) else "" if value is None or value is UNKNOWN else str(value)


def _written_down(named: Mapping[str, tuple[str | Slot, ...]]) -> Fields | None:
    if not named:
        return NOTHING
    texts = {name: parts[0] for name, parts in named.items() if len(parts) == 1 and isinstance(parts[0], str)}
    return Fields(texts) if len(texts) == len(named) else None


def _ancestors(plan: Plan, step: int) -> tuple[int, ...]:
    """The steps that `step` lies in, innermost first."""
    found: list[int] = []
    while (step := plan.steps[step].parent) != NONE:
        found.append(step)
    return tuple(found)


def program_of(plan: Plan) -> Program:
    """The program of a plan; plans without a hash (in tests) are compiled anew."""
    if not plan.hash:
        return Program(plan)
    program = _programs.get(plan.hash)
    if program is None:
        if len(_programs) >= _KEPT_MAX:
            _programs.pop(next(iter(_programs)))
        program = _programs.setdefault(plan.hash, Program(plan))
    return program
