"""Why a condition came out as it did: each clause with its verdict, the values seen, their source and age.

Evaluates the very functions that `compiled` makes, clause by clause and without stopping early, so that what is
explained is what was decided. Sentences are made of it by insight.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import UNSET, Struct, UnsetType

from handrail.conditions.compare import Truth, all_of, any_of, negation
from handrail.conditions.compiled import compile_condition, compile_value
from handrail.conditions.printing import show
from handrail.conditions.scope import Scope, person_in
from handrail.terms.expression import All, Any, Call, Changed, Expression, NamedList, Not, Path, Span, walk
from handrail.terms.person import Origin, origin_of
from handrail.terms.values import NOTHING, Fields, PersonRef


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
    return explainer(expression)(scope)


def explainer(expression: Expression) -> Callable[[Scope], Clause]:
    """`explain` for many scopes: the tree is taken apart once. It never raises."""
    match expression:
        case All(tests=tests):
            return _joined(expression, "and", tests, all_of)
        case Any(tests=tests):
            return _joined(expression, "or", tests, any_of)
        case Not(test=test):
            return _joined(expression, "not", (test,), lambda verdicts: negation(verdicts[0]))
        case _:
            return _leaf(expression)


def would_flip(clause: Clause) -> tuple[Clause, ...]:
    """A smallest set of leaves that must come out otherwise for the whole to: to true if it is not, else to false."""
    return _flipped(clause, wanted=clause.verdict is not True)


def _joined(
    expression: Expression,
    joined: Literal["and", "or", "not"],
    tests: tuple[Expression, ...],
    verdict_of: Callable[[list[Truth]], Truth],
) -> Callable[[Scope], Clause]:
    text, span, parts = show(expression), expression.span, [explainer(test) for test in tests]

    def clause(scope: Scope) -> Clause:
        children = tuple([part(scope) for part in parts])
        return Clause(text, span, verdict_of([child.verdict for child in children]), joined, children=children)

    return clause


def _leaf(expression: Expression) -> Callable[[Scope], Clause]:
    text, span, verdict = show(expression), expression.span, compile_condition(expression)
    reads = [(show(node), compile_value(node)) for node in _read_by(expression)]
    sources = [(show(node), _origin_of(node)) for node in _read_by(expression) if isinstance(node, Path)]

    def clause(scope: Scope) -> Clause:
        origins = {path: origin for path, source in sources if (origin := source(scope)) is not None}
        seen = Fields({path: read(scope) for path, read in reads}) if reads else NOTHING
        return Clause(text, span, verdict(scope), seen=seen, origins=origins)

    return clause


def _read_by(expression: Expression) -> tuple[Expression, ...]:
    """Every part of a test that reads something; of `changed` also what was before."""
    nodes = [node for node in walk(expression) if isinstance(node, Path | Call | NamedList)]
    if isinstance(expression, Changed):
        return (Path(("was", *expression.path.names[1:])), *nodes)
    return tuple(nodes)


def _origin_of(path: Path) -> Callable[[Scope], Origin | None]:
    """Where a field of a person came from: of a path through others, the field of the last of them."""
    owner, field = path.names[:-1], path.names[-1]
    if owner[-1:] == ("extra",):
        owner = owner[:-1]
    if not owner:
        return lambda _: None
    read = compile_value(Path(owner))

    def origin(scope: Scope) -> Origin | None:
        if owner == ("was",):
            return None if scope.was is None else origin_of(scope.was, field)
        found = read(scope)
        person = person_in(scope, found.id) if isinstance(found, PersonRef) else None
        return None if person is None else origin_of(person, field)

    return origin


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
