"""The tree of a condition, or of a value written in one (LANGUAGE.md, "Conditions").

Only the shape: `handrail.conditions` parses text into it, checks it, compiles it and explains it. `span` is
where the node stands in its text (start and end offset); it is no part of the meaning and equality ignores it
in the printed form, which is what plans are hashed by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from handrail.terms.values import Duration

Span: TypeAlias = tuple[int, int]


class Node(Struct, frozen=True, kw_only=True):
    span: Span = (0, 0)


class Constant(Node, frozen=True, tag="constant"):
    """A value as written; `text` in the canonical form of its kind ("truth": true/false, "duration": 14 days)."""

    kind: Literal["text", "number", "truth", "date", "money", "duration"]
    text: str


class Path(Node, frozen=True, tag="path"):
    """`person.manager.email` as its names; one name: a keyword (`today`, `opening`) or the item of an `each`."""

    names: tuple[str, ...]


class NamedList(Node, frozen=True, tag="list:"):
    """`list:NAME` of handrail.yaml."""

    name: str


class Listed(Node, frozen=True, tag="listed"):
    """`[ "DE", "FR" ]`."""

    items: tuple[Expression, ...]


class Call(Node, frozen=True, tag="call"):
    """`completed_on("COC-101")`."""

    function: str
    arguments: tuple[Expression, ...]


class Shift(Node, frozen=True, tag="shift"):
    """`value + 14 days`; `sign` is 1 or -1."""

    value: Expression
    sign: int
    duration: Duration


class Occurrence(Node, frozen=True, tag="occurrence"):
    """`next 31 March`, `last 1 November`: the first on or after, the last on or before, the day the run began."""

    which: Literal["next", "last"]
    month: int
    day: int


class Compare(Node, frozen=True, tag="compare"):
    op: Literal["<", "<=", ">", ">="]
    left: Expression
    right: Expression


class Is(Node, frozen=True, tag="is"):
    left: Expression
    right: Expression


class IsState(Node, frozen=True, tag="is_state"):
    """`value is empty`, `value is known`."""

    value: Expression
    state: Literal["empty", "known"]


class In(Node, frozen=True, tag="in"):
    value: Expression
    items: Expression


class Changed(Node, frozen=True, tag="changed"):
    """`person.department changed [from a to b]`: `was` against `person`."""

    path: Path
    before: Expression | None = None
    after: Expression | None = None


class Not(Node, frozen=True, tag="not"):
    """`not test`, and `is not`, `not in`."""

    test: Expression


class All(Node, frozen=True, tag="and"):
    tests: tuple[Expression, ...]


class Any(Node, frozen=True, tag="or"):
    tests: tuple[Expression, ...]


Expression: TypeAlias = (
    Constant
    | Path
    | NamedList
    | Listed
    | Call
    | Shift
    | Occurrence
    | Compare
    | Is
    | IsState
    | In
    | Changed
    | Not
    | All
    | Any
)


class Slot(Node, frozen=True):
    """`{value}` or `{value or "instead"}` in a text; `instead` is written where the value is empty."""

    value: Expression
    instead: str | None = None


def children(node: Expression) -> tuple[Expression, ...]:
    """The trees directly under `node`, in the order in which they are written."""
    match node:
        case Listed(items=inside) | Call(arguments=inside) | All(tests=inside) | Any(tests=inside):
            return inside
        case Shift(value=one) | IsState(value=one) | Not(test=one):
            return (one,)
        case Compare(left=first, right=second) | Is(left=first, right=second) | In(value=first, items=second):
            return (first, second)
        case Changed(path=path, before=before, after=after):
            return (path, *(value for value in (before, after) if value is not None))
        case Constant() | Path() | NamedList() | Occurrence():
            return ()


def walk(node: Expression) -> Iterator[Expression]:
    """`node` and everything under it, each before what it holds."""
    yield node
    for child in children(node):
        yield from walk(child)
