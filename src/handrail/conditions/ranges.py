"""What values a test leaves open: which conditions can never be true, or never be false.

A simple analysis of what stands beside constants, subject by subject: ranges of numbers, dates and money, closed
lists, emptiness. What it does not understand it takes to leave everything open, so it never calls a sound condition
wrong. Kinds have been checked before (`types`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from handrail.conditions.printing import show
from handrail.terms.catalog import Kind
from handrail.terms.expression import (
    All,
    Any,
    Call,
    Compare,
    Constant,
    Expression,
    In,
    Is,
    IsState,
    Listed,
    Not,
    Path,
    Shift,
)

Point: TypeAlias = "str | bool | Decimal | date"
KindOf: TypeAlias = "Callable[[Expression], Kind | None]"
Bound: TypeAlias = "tuple[Point, bool] | None"

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class Domain(Struct, frozen=True):
    """The values that one subject may still have. A bound is its point and whether the point itself is in.

    `only` are the points left of a closed list, `never` single points ruled out.
    """

    low: Bound = None
    high: Bound = None
    only: frozenset[Point] | None = None
    never: frozenset[Point] = frozenset()
    empty: bool = True


def can_be_true(tests: Iterable[Expression], kind_of: KindOf) -> bool:
    """Whether all `tests` may be true together; true where the analysis cannot tell."""
    domains: dict[str, Domain] = {}
    for test in tests:
        for subject, narrowed in _narrowings(test, kind_of):
            before = domains.get(subject)
            domains[subject] = narrowed if before is None else _both(before, narrowed)
    return all(_is_open(domain) for domain in domains.values())


def can_be_false(test: Expression, kind_of: KindOf) -> bool:
    """Whether `test` may come out false; true where the analysis cannot tell."""
    return can_be_true([Not(test)], kind_of)


def never_empty(condition: Expression) -> frozenset[str]:
    """The paths and functions, as shown, that cannot be empty where `condition` is true."""
    match condition:
        case All(tests=tests):
            return frozenset().union(*map(never_empty, tests))
        case Any(tests=tests):
            first, *others = map(never_empty, tests)
            return first.intersection(*others)
        case Not(test=IsState(value=value, state="empty")):
            return _subjects(value)
        case Not(test=Not(test=test)):
            return never_empty(test)
        case _:
            return frozenset().union(*map(_subjects, _asked_about(condition)))


def _asked_about(test: Expression) -> tuple[Expression, ...]:
    """The values of which one that is empty makes the test false."""
    match test:
        case Is(left=left, right=right) | Compare(left=left, right=right):
            return (left, right)
        case In(value=value) | (Path() as value):
            return (value,)
        case _:
            return ()


def _subjects(value: Expression) -> frozenset[str]:
    while isinstance(value, Shift):
        value = value.value
    return frozenset({show(value)}) if isinstance(value, Path | Call) else frozenset()


def _narrowings(test: Expression, kind_of: KindOf) -> Iterator[tuple[str, Domain]]:
    """Each subject that `test` says something about, with what it leaves open."""
    match test:
        case All(tests=tests):
            for one in tests:
                yield from _narrowings(one, kind_of)
        case Not(test=Any(tests=tests)):
            for one in tests:
                yield from _narrowings(Not(one), kind_of)
        case Not(test=Not(test=one)):
            yield from _narrowings(one, kind_of)
        case Not(test=one):
            yield from _of_leaf(one, kind_of, said=False)
        case _:
            yield from _of_leaf(test, kind_of, said=True)


def _of_leaf(test: Expression, kind_of: KindOf, *, said: bool) -> Iterator[tuple[str, Domain]]:
    """What a single test leaves open where it is true (`said`) or where it is not true."""
    match test:
        case Is(left=left, right=Constant() as right) | Is(left=Constant() as right, right=left):
            yield from _among(left, (right,), kind_of, said=said)
        case In(value=value, items=Listed(items=items)):
            yield from _among(value, items, kind_of, said=said)
        case Compare(op=op, left=left, right=Constant() as right):
            yield from _beside(left, op if said else _OPPOSITE[op], right, kind_of, said=said)
        case Compare(op=op, left=Constant() as left, right=right):
            mirrored = _MIRRORED[op]
            yield from _beside(right, mirrored if said else _OPPOSITE[mirrored], left, kind_of, said=said)
        case IsState(value=value, state="empty"):
            yield from _emptied(value, kind_of, said=said)
        case Path() | Call():
            yield from _among(test, (Constant("truth", "true"),), kind_of, said=said)
        case _:
            return


def _emptied(value: Expression, kind_of: KindOf, *, said: bool) -> Iterator[tuple[str, Domain]]:
    for subject, start in _start(value, "", kind_of):
        yield subject, replace(start, only=frozenset()) if said else replace(start, empty=False)


def _among(
    value: Expression, items: tuple[Expression, ...], kind_of: KindOf, *, said: bool
) -> Iterator[tuple[str, Domain]]:
    constants = [item for item in items if isinstance(item, Constant)]
    if len(constants) < len(items) or any(_point(item) is None for item in constants):
        return
    points = frozenset(point for point in map(_point, constants) if point is not None)
    currencies = {_currency(item) for item in constants}
    for subject, start in _start(value, currencies.pop() if len(currencies) == 1 else "?", kind_of):
        yield subject, _pointed(start, points, said=said)


def _pointed(start: Domain, points: frozenset[Point], *, said: bool) -> Domain:
    if not said:
        return replace(start, never=points)
    return replace(start, only=points if start.only is None else points & start.only, empty=False)


def _beside(
    value: Expression, op: str, constant: Constant, kind_of: KindOf, *, said: bool
) -> Iterator[tuple[str, Domain]]:
    point = _point(constant)
    if point is None:
        return
    bound = (point, op in {"<=", ">="})
    for subject, start in _start(value, _currency(constant), kind_of):
        side = Domain(low=bound) if op in {">", ">="} else Domain(high=bound)
        yield subject, replace(_both(start, side), empty=start.empty and not said)


def _start(value: Expression, currency: str, kind_of: KindOf) -> Iterator[tuple[str, Domain]]:
    """The subject, if it is one, and everything that its kind leaves open; money of each currency by itself."""
    if not isinstance(value, Path | Call):
        return
    kind = kind_of(value)
    if kind is None:
        return
    only: frozenset[Point] | None = frozenset(kind.choices) if kind.choices else None
    if kind.name == "truth":
        only = frozenset({True, False})
    yield (
        f"{show(value)} {currency}",
        Domain(
            low=None if kind.low is None else (Decimal(str(kind.low)), True),
            high=None if kind.high is None else (Decimal(str(kind.high)), True),
            only=only,
            empty=kind.may_be_empty,
        ),
    )


def _point(constant: Constant) -> Point | None:
    match constant.kind:
        case "text":
            return constant.text
        case "truth":
            return constant.text == "true"
        case "number" | "money":
            return Decimal(constant.text.split(" ")[0])
        case "date":
            return date.fromisoformat(constant.text)
        case "duration":
            return None


def _currency(constant: Constant) -> str:
    return constant.text.split(" ")[1] if constant.kind == "money" else ""


def _both(one: Domain, other: Domain) -> Domain:
    """What both leave open."""
    only = one.only if other.only is None else other.only if one.only is None else one.only & other.only
    return Domain(
        low=_tighter(one.low, other.low, lambda left, right: left > right),
        high=_tighter(one.high, other.high, lambda left, right: left < right),
        only=only,
        never=one.never | other.never,
        empty=one.empty and other.empty,
    )


def _tighter(one: Bound, other: Bound, is_tighter: Callable[..., bool]) -> Bound:
    if one is None or other is None:
        return one or other
    if one[0] == other[0]:
        return one if not one[1] else other
    return one if is_tighter(one[0], other[0]) else other


def _is_open(domain: Domain) -> bool:
    """Whether any value is left."""
    if domain.empty:
        return True
    if domain.only is not None:
        return any(point not in domain.never and _lies_in(point, domain) for point in domain.only)
    if domain.low is None or domain.high is None:
        return True
    low, high = domain.low, domain.high
    if low[0] == high[0]:
        return low[1] and high[1] and low[0] not in domain.never
    return bool(low[0] < high[0])  # type: ignore[operator]


def _lies_in(point: Point, domain: Domain) -> bool:
    low, high = domain.low, domain.high
    above = low is None or point > low[0] or (low[1] and point == low[0])  # type: ignore[operator]
    below = high is None or point < high[0] or (high[1] and point == high[0])  # type: ignore[operator]
    return above and below
