"""What a kind of step says of itself, and a step laid out before it is compiled.

The kinds themselves are a module each under `steps`; none knows another.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map

from msgspec import Struct

from handrail.language.draft import Draft, Keys
from handrail.language.expressions import Spot
from handrail.language.names import Names
from handrail.language.source.tree import Mapping, Node, Scalar
from handrail.terms.catalog import Kind
from handrail.terms.plan import NONE, StepBody
from handrail.terms.problem import Place

WHOLE = ("owner", "within", "until", "remind", "if_late", "if_fails")
LIGHT = ("owner", "within", "remind", "if_late")
"""What a step may say that needs an owner only while something that it must know is unknown."""


class Nested(Struct, frozen=True):
    """A branch: its name, the steps in it (None: the journey goes on), and where it stands."""

    name: str
    place: Place
    steps: Mapping | None
    condition: Scalar | None = None


class Outline(Struct):
    """A step with its place in the file's order and the lists around it. `inner`: branches, with their first steps."""

    name: str
    key: Scalar
    keys: Keys
    kind: StepKind
    number: int
    parent: int = NONE
    branch: str = ""
    next: int = NONE
    inner: tuple[tuple[Nested, int], ...] = ()
    items: tuple[str, ...] = ()
    results: Map[str, Kind] = {}

    def node(self, key: str) -> Node | None:
        """What stands under one of the step's keys."""
        entry = self.keys.get(key)
        return None if entry is None else entry.value


class Work(Struct, frozen=True):
    """A step to be compiled: the journey around it, the names it may use, the defaults."""

    draft: Draft
    outline: Outline
    names: Names
    defaults: Keys
    in_together: bool = False

    @property
    def own_result(self) -> Names:
        """The names with the step's own result and the event it looks at: what its `if_fails` may speak of."""
        return self.names.with_roots({self.outline.name: self.outline.results})

    def spot(self, key: str, names: Names | None = None, *, result: bool = False) -> Spot:
        """The place of one of the step's keys."""
        return Spot(names or self.names, self.outline.number, key, result)

    def place(self, key: str) -> Place:
        """Where a key of the step stands; without it, the step's name."""
        entry = self.outline.keys.get(key)
        return (entry.key if entry else self.outline.key).place


def no_results(_draft: Draft, _outline: Outline) -> dict[str, Kind]:
    """Of a step that leaves nothing but when and how often."""
    return {}


def no_branches(_draft: Draft, _outline: Outline) -> tuple[Nested, ...]:
    """Of a step that holds no others."""
    return ()


class StepKind(Struct, frozen=True):
    """A kind of step. `contract` are the keys of the contract it may have.

    `keys` its own, with the one that names it; `whole`: it is always a handoff; `own_limit`, `own_fails`: it writes its own; `fails`:
    it can fail, so that `if_fails` of the defaults counts.
    """

    key: str
    keys: tuple[str, ...]
    compile: Callable[[Work], StepBody]
    results: Callable[[Draft, Outline], dict[str, Kind]] = no_results
    nested: Callable[[Draft, Outline], tuple[Nested, ...]] = no_branches
    whole: bool = False
    own_limit: bool = False
    fails: bool = False
    own_fails: bool = False
    cohort: bool = False

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every key a step of this kind may have."""
        contract = WHOLE if self.whole else LIGHT
        once_for = ("once_for",) if self.cohort else ()
        return (*self.keys, "only_if", "credit_if", "was", *once_for, *contract)
