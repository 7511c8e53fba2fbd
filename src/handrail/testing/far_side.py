"""The connected systems of a stage: each does what it is asked and says so, unless a test has it answer otherwise.

Nothing here speaks HTTP: that connectors do is proved by their own contract suite, against the practice systems.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct, structs

from handrail.connect.port import Item, ItemOutcome
from handrail.connect.silent import Silent
from handrail.terms.catalog import ActionType
from handrail.terms.values import Fields, Value

FailsAs = Literal["transient", "permanent"]


class Refusal(Struct, frozen=True):
    """What the system says instead of doing it. `permanent`: it never will; `transient`: try again."""

    failure: FailsAs
    code: str
    left: int | None = None


class FarSide(Silent):
    """One system. Each action that gives texts gives `VERB-1`, `VERB-2` …; a truth value it gives is true."""

    asks_nobody = True

    def __init__(self, name: str, actions: Sequence[ActionType]) -> None:
        self.name = name
        self._actions = tuple(structs.replace(each, read_back=False, bulk=1) for each in actions)
        self._gives = {each.name: each.gives for each in actions}
        self._replies: dict[str, Fields] = {}
        self._refusals: dict[str, Refusal] = {}
        self._counts: dict[str, int] = {}
        self.on_asked: Callable[[Item], None] | None = None

    def actions(self) -> tuple[ActionType, ...]:
        """Those of the connection; it takes one at a time."""
        return self._actions

    def replies(self, action: str, fields: dict[str, Value]) -> None:
        """From now on it gives these values when asked for `action`. LookupError: it has no such action."""
        self._has(action)
        self._replies[action] = Fields(fields)

    def refuses(self, action: str, refusal: Refusal) -> None:
        """From now on it does not do `action`, as often as `refusal.left` says (None: ever)."""
        self._has(action)
        self._refusals[action] = refusal

    def send(self, items: Sequence[Item]) -> Sequence[ItemOutcome]:
        """Do it, or refuse it."""
        return [self._one(item) for item in items]

    def _has(self, action: str) -> None:
        if action not in self._gives:
            raise LookupError(f'The practice {self.name} cannot "{action}". It can: {", ".join(sorted(self._gives))}.')

    def _one(self, item: Item) -> ItemOutcome:
        if self.on_asked is not None:
            self.on_asked(item)
        refusal = self._refusals.get(item.action)
        if refusal is not None and refusal.left != 0:
            left = None if refusal.left is None else refusal.left - 1
            self._refusals[item.action] = structs.replace(refusal, left=left)
            reason = f"The practice {self.name} was told to refuse it."
            return ItemOutcome(item.key, "failed", failure=refusal.failure, code=refusal.code, reason=reason)
        return ItemOutcome(item.key, "confirmed", self._given(item.action))

    def _given(self, action: str) -> Fields:
        told = self._replies.get(action)
        if told is not None:
            return told
        count = self._counts[action] = self._counts.get(action, 0) + 1
        verb = action.partition(".")[2]
        given: dict[str, Value] = {}
        for name, kind in self._gives[action].items():
            if kind.name == "text":
                given[name] = f"{verb}-{count}"
            elif kind.name == "truth":
                given[name] = True
        return Fields(given)
