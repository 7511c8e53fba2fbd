"""Trees made into functions of a scope: fast, total, in three-valued logic.

A tree is taken apart once; what is asked often (a field of the person beside a constant) gets a short way of its own,
and all else goes through `compare`. Neither raises, whatever the scope holds. Why a condition came out as it did is
`explain`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final, TypeAlias

from handrail.calendar.dates import add, occurrence
from handrail.calendar.durations import parse_duration
from handrail.conditions.compare import (
    ORDERS,
    Truth,
    as_truth,
    differs,
    equal,
    is_empty,
    is_known,
    ordered,
    within,
)
from handrail.conditions.functions import FUNCTIONS
from handrail.conditions.scope import Getter, Scope, getter_of, person_in
from handrail.terms.expression import (
    All,
    Any,
    Call,
    Changed,
    Compare,
    Constant,
    Expression,
    In,
    Is,
    IsState,
    Listed,
    NamedList,
    Not,
    Occurrence,
    Path,
    Shift,
    Slot,
)
from handrail.terms.values import UNKNOWN, Money, PersonRef, Unknown, Value

Test: TypeAlias = "Callable[[Scope], Truth]"


def compile_condition(expression: Expression) -> Test:
    """A function that says whether the condition is true, false or `UNKNOWN` in a scope. It never raises."""
    match expression:
        case All(tests=tests):
            return _all([compile_condition(test) for test in tests])
        case Any(tests=tests):
            return _any([compile_condition(test) for test in tests])
        case Not(test=test):
            return _not(compile_condition(test))
        case Is() | In() | Compare():
            return _compared(expression)
        case IsState() | Changed():
            return _stated(expression)
        case _:
            read = compile_value(expression)
            return lambda scope: as_truth(read(scope))


def compile_value(expression: Expression) -> Getter:
    """A function that reads the value in a scope; what cannot be known is `UNKNOWN`. It never raises."""
    match expression:
        case Constant() | NamedList():
            return _written_down(expression)
        case Path(names=names):
            return getter_of(names)
        case Listed(items=items):
            return _listed(tuple(compile_value(item) for item in items))
        case Call():
            return _call(expression)
        case Shift() | Occurrence():
            return _dated(expression)
        case _:
            return compile_condition(expression)


def constant_of(constant: Constant) -> Value:
    """The value that a constant names."""
    return _CONSTANTS[constant.kind](constant.text)


def _money(text: str) -> Money:
    amount, currency = text.split(" ")
    return Money(Decimal(amount), currency)


_CONSTANTS: Final[Mapping[str, Callable[[str], Value]]] = {
    "text": str,
    "number": lambda text: float(text) if "." in text else int(text),
    "truth": lambda text: text == "true",
    "date": date.fromisoformat,
    "money": _money,
    "duration": parse_duration,
}


# What joins tests


def _all(tests: list[Test]) -> Test:
    def every(scope: Scope) -> Truth:
        verdict: Truth = True
        for test in tests:
            one = test(scope)
            if one is False:
                return False
            if one is UNKNOWN:
                verdict = UNKNOWN
        return verdict

    return every


def _any(tests: list[Test]) -> Test:
    def some(scope: Scope) -> Truth:
        verdict: Truth = False
        for test in tests:
            one = test(scope)
            if one is True:
                return True
            if one is UNKNOWN:
                verdict = UNKNOWN
        return verdict

    return some


def _not(test: Test) -> Test:
    def opposite(scope: Scope) -> Truth:
        one = test(scope)
        return UNKNOWN if one is UNKNOWN else not one

    return opposite


# Tests


def _compared(test: Is | In | Compare) -> Test:
    match test:
        case Is(left=left, right=Constant(kind="text", text=text)):
            return _is_text(compile_value(left), text)
        case Is(left=left, right=right):
            return _is(compile_value(left), compile_value(right))
        case In(value=value, items=Listed(items=items)) if all(_is_text_constant(item) for item in items):
            return _in_texts(compile_value(value), tuple(item.text for item in items if isinstance(item, Constant)))
        case In(value=value, items=items):
            return _in(compile_value(value), compile_value(items))
        case Compare(op=op, left=left, right=Constant(kind="number") as number):
            return _beside_number(op, compile_value(left), constant_of(number))
        case Compare(op=op, left=left, right=right):
            return _ordered(op, compile_value(left), compile_value(right))


def _is_text_constant(item: Expression) -> bool:
    return isinstance(item, Constant) and item.kind == "text"


def _is_text(read: Getter, text: str) -> Test:
    def test(scope: Scope) -> Truth:
        value = read(scope)
        return value == text if value.__class__ is str else equal(value, text, scope)

    return test


def _is(left: Getter, right: Getter) -> Test:
    return lambda scope: equal(left(scope), right(scope), scope)


def _in_texts(read: Getter, texts: tuple[str, ...]) -> Test:
    known = frozenset(texts)

    def test(scope: Scope) -> Truth:
        value = read(scope)
        return value in known if value.__class__ is str else within(value, texts, scope)

    return test


def _in(read: Getter, items: Getter) -> Test:
    return lambda scope: within(read(scope), items(scope), scope)


def _beside_number(op: str, read: Getter, number: Value) -> Test:
    order = ORDERS[op]

    def test(scope: Scope) -> Truth:
        value = read(scope)
        plain = value.__class__ is int or (value.__class__ is float and value == value)
        return order(value, number) if plain else ordered(op, value, number, scope)

    return test


def _ordered(op: str, left: Getter, right: Getter) -> Test:
    return lambda scope: ordered(op, left(scope), right(scope), scope)


def _stated(test: IsState | Changed) -> Test:
    match test:
        case IsState(value=value, state=state):
            read, asked = compile_value(value), is_empty if state == "empty" else is_known
            return lambda scope: asked(read(scope))
        case Changed():
            return _changed(test)


def _changed(test: Changed) -> Test:
    """`was` beside `person`; with values, also from the one to the other."""
    root, rest = test.path.names[0], test.path.names[1:]
    if root not in {"person", "was"} or not rest:
        return lambda _: UNKNOWN
    was, now = getter_of(("was", *rest)), getter_of(("person", *rest))
    moved: Test = lambda scope: differs(was(scope), now(scope), scope)  # noqa: E731 - one of three of a kind
    if test.before is None or test.after is None:
        return moved
    return _all([moved, _is(was, compile_value(test.before)), _is(now, compile_value(test.after))])


# Values


def _written_down(value: Constant | NamedList) -> Getter:
    match value:
        case Constant():
            constant = constant_of(value)
            return lambda _: constant
        case NamedList(name=name):
            return lambda scope: scope.organization.lists.get(name, UNKNOWN)


def _listed(items: tuple[Getter, ...]) -> Getter:
    def read(scope: Scope) -> Value:
        return tuple([item(scope) for item in items])  # type: ignore[misc]

    return read


def _call(call: Call) -> Getter:
    function = FUNCTIONS.get(call.function)
    if function is None or len(function.takes) != len(call.arguments):
        return lambda _: UNKNOWN
    arguments, reckon = _listed(tuple(compile_value(argument) for argument in call.arguments)), function.reckon
    return lambda scope: reckon(scope, arguments(scope))  # type: ignore[arg-type]


def _dated(value: Shift | Occurrence) -> Getter:
    match value:
        case Shift():
            return _shift(value)
        case Occurrence(which=which, month=month, day=day):
            return lambda scope: occurrence(which, month, day, scope.begun)


def _shift(shift: Shift) -> Getter:
    read, sign, duration = compile_value(shift.value), shift.sign, shift.duration

    def moved(scope: Scope) -> Value:
        base = read(scope)
        if base is None:
            return None
        if not isinstance(base, date) or (isinstance(base, datetime) and base.tzinfo is None):
            return UNKNOWN
        try:
            return add(base, sign, duration, scope.calendar)
        except (ValueError, OverflowError):
            return UNKNOWN

    return moved


# Texts


def value_of_with(parts: tuple[str | Slot, ...]) -> Getter:
    """A function that reads an argument: one `{value}` and nothing else keeps its type, else it is a text.

    In a text, an empty value is written as nothing, a date and a moment as ISO 8601, a person by name; if one value
    is unknown, so is the whole.
    """
    if len(parts) == 1 and isinstance(parts[0], Slot):
        return _slot(parts[0])
    read = [part if isinstance(part, str) else _slot(part) for part in parts]

    def text(scope: Scope) -> str | Unknown:
        written = [part if isinstance(part, str) else _plain(part(scope), scope) for part in read]
        return "".join(part for part in written if isinstance(part, str)) if UNKNOWN not in written else UNKNOWN

    return text


def _slot(slot: Slot) -> Getter:
    read, instead = compile_value(slot.value), slot.instead
    if instead is None:
        return read

    def value(scope: Scope) -> Value:
        found = read(scope)
        return instead if found is None or found is UNKNOWN else found

    return value


def _plain(value: Value, scope: Scope) -> str | Unknown:
    """One value for a system outside; a list has its items side by side, with commas."""
    if isinstance(value, PersonRef):
        person = person_in(scope, value.id)
        value = UNKNOWN if person is None else person.name
    if value is UNKNOWN or isinstance(value, str):
        return value
    if isinstance(value, tuple):
        items = [_plain(item, scope) for item in value]
        return UNKNOWN if UNKNOWN in items else ", ".join(map(str, items))
    return _one(value)


def _one(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime) else str(value)
