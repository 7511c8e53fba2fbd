"""A call as an effect's row keeps it: what has a column of its own stands there, and not in the body again."""

from __future__ import annotations

from typing import Final, TypeAlias, get_args

from msgspec import Struct

from handrail.store.rows import EffectRow
from handrail.terms import coding
from handrail.terms.effect import Call, RetryRule
from handrail.terms.values import NOTHING, Duration, Fields, Unit

_UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
"""The units by the number that rows keep: new ones are added at the end, and none is ever taken away or moved."""

_NUMBERS: Final = {unit: number for number, unit in enumerate(_UNITS)}
_Span: TypeAlias = tuple[int, int]
"""A duration: how many of which unit, by its number."""


class Body(Struct, frozen=True, array_like=True):
    """What no column says. `retry` is how often, and over how long; `undoes` and `given` are those of a call that takes one back."""

    step: str
    object: str
    arguments: Fields = NOTHING
    retry: tuple[int, _Span] | None = None
    within: _Span | None = None
    undoes: tuple[int, int] | None = None
    given: Fields = NOTHING


def body_of(call: Call) -> bytes:
    """The body of the call's row."""
    retry = None if call.retry is None else (call.retry.times, _span(call.retry.over))
    within = None if call.within is None else _span(call.within)
    arguments = None if call.arguments is NOTHING else call.arguments
    given = None if call.given is NOTHING else call.given
    return coding.pack((call.step, call.object, arguments, retry, within, call.undoes, given))  # a `Body`, in its order


def call_of(row: EffectRow) -> Call:
    """The call that a row keeps."""
    body = coding.unpack(row.body, Body)
    retry = None if body.retry is None else RetryRule(body.retry[0], _duration(body.retry[1]))
    within = None if body.within is None else _duration(body.within)
    return Call(
        row.pass_, row.rung, body.step, row.connection, row.action, row.person, body.object, body.arguments, retry,
        body.undoes, body.given, within,
    )  # fmt: skip


def _span(of: Duration) -> _Span:
    return of.count, _NUMBERS[of.unit]


def _duration(span: _Span) -> Duration:
    return Duration(span[0], _UNITS[span[1]])
