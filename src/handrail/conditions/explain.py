"""Why a condition came out as it did: each clause with its verdict, the values seen, their source and age.

Evaluates the very functions that `compiled` makes, clause by clause and without stopping early, so that what is
explained is what was decided. Sentences are made of it by insight.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from handrail.conditions.compare import Truth, all_of, any_of, negation
from handrail.conditions.compiled import compile_condition, compile_value
from handrail.conditions.printing import show
from handrail.conditions.scope import Scope, person_in
from handrail.terms.expression import All, Any, Call, Changed, Expression, NamedList, Not, Path, Span, walk
from handrail.terms.person import Origin, Person, origin_of
from handrail.terms.values import NOTHING, Fields, PersonRef, Value


class Clause(Struct, frozen=True, omit_defaults=True):
    """One clause: `text` in canonical form, `span` in the text as written, `verdict` (`UNSET`: unknown).

    `seen` holds what was read, by path, function or list as written, `origins` where the person's fields among
    them came from and as of when. A clause made of others (`joined`) has them as `children` and has seen nothing
    by itself.
    """

    text: str
    span: Span
    verdict: bool | UnsetType = UNSET
    joined: Literal["", "and", "or", "not"] = ""
    seen: Fields = NOTHING
    origins: Mapping[str, Origin] = {}
    children: tuple[Clause, ...] = ()


def explain(expression: Expression, scope: Scope) -> Clause:
    """The clauses of a condition with what each came to; the verdict is that of `compile_condition`."""
    match expression:
        case All(tests=tests):
            children = tuple(explain(test, scope) for test in tests)
            return _joined(expression, "and", children, all_of([child.verdict for child in children]))
        case Any(tests=tests):
            children = tuple(explain(test, scope) for test in tests)
            return _joined(expression, "or", children, any_of([child.verdict for child in children]))
        case Not(test=test):
            child = explain(test, scope)
            return _joined(expression, "not", (child,), negation(child.verdict))
        case _:
            return _leaf(expression, scope)


def would_flip(clause: Clause) -> tuple[Clause, ...]:
    """A smallest set of leaves that must come out otherwise for the whole to: to true if it is not, else to false."""
    return _flipped(clause, wanted=clause.verdict is not True)


def _joined(
    expression: Expression, joined: Literal["and", "or", "not"], children: tuple[Clause, ...], verdict: Truth
) -> Clause:
    return Clause(show(expression), expression.span, verdict, joined, children=children)


def _leaf(expression: Expression, scope: Scope) -> Clause:
    seen: dict[str, Value] = {}
    origins: dict[str, Origin] = {}
    for node in _read_by(expression):
        if not isinstance(node, Path | Call | NamedList):
            continue
        shown = show(node)
        seen[shown] = compile_value(node)(scope)
        origin = _origin(node, scope)
        if origin is not None:
            origins[shown] = origin
    verdict = compile_condition(expression)(scope)
    return Clause(show(expression), expression.span, verdict, seen=Fields(seen), origins=origins)


def _read_by(expression: Expression) -> tuple[Expression, ...]:
    """Every part of a test that reads something; of `changed` also what was before."""
    nodes = tuple(walk(expression))
    if isinstance(expression, Changed):
        rest = expression.path.names[1:]
        return (Path(("was", *rest)), Path(("person", *rest)), *nodes)
    return nodes


def _origin(node: Expression, scope: Scope) -> Origin | None:
    """Where a field of the person came from: of a path through others, the field of the last of them."""
    if not isinstance(node, Path) or len(node.names) < 2:
        return None
    owner = _owner(node.names[:-1], scope)
    if owner is None and node.names[-2] == "extra":
        owner = _owner(node.names[:-2], scope)
    return None if owner is None else origin_of(owner, node.names[-1])


def _owner(names: tuple[str, ...], scope: Scope) -> Person | None:
    """The person that the path `names` leads to, if it leads to one."""
    if not names:
        return None
    if names == ("was",):
        return scope.was
    found = compile_value(Path(names))(scope)
    return person_in(scope, found.id) if isinstance(found, PersonRef) else None


def _flipped(clause: Clause, *, wanted: bool) -> tuple[Clause, ...]:
    if clause.verdict is wanted:
        return ()
    if not clause.joined:
        return (clause,)
    if clause.joined == "not":
        return _flipped(clause.children[0], wanted=not wanted)
    ways = [_flipped(child, wanted=wanted) for child in clause.children]
    if (clause.joined == "and") is wanted:
        return tuple(leaf for way in ways for leaf in way)
    return min(ways, key=len)
