"""Tree to text, in the one canonical form: what plans are hashed by and what screens show.

`parse_condition(show(tree))` gives the tree again, but for its spans. Reading is `parse`'s matter.
"""

from __future__ import annotations

from handrail.conditions.reading.values import MONTHS
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


def show(expression: Expression) -> str:
    """The canonical text of a condition or a value."""
    match expression:
        case All(tests=tests):
            return " and ".join(_inside(test) for test in tests)
        case Any(tests=tests):
            return " or ".join(_inside(test) for test in tests)
        case Not(test=test):
            return _negated(test)
        case Is() | In() | IsState() | Compare() | Changed():
            return _test(expression, "")
        case _:
            return _value(expression)


def show_text(parts: tuple[str | Slot, ...]) -> str:
    """The canonical form of a text with values in braces."""
    return "".join(_braces(part) if isinstance(part, str) else _slot(part) for part in parts)


def _braces(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _slot(slot: Slot) -> str:
    instead = "" if slot.instead is None else f" or {_quoted(slot.instead)}"
    return f"{{{show(slot.value)}{instead}}}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _inside(test: Expression) -> str:
    """A test among others: what holds `and` or `or` of its own stands in parentheses."""
    return f"({show(test)})" if isinstance(test, All | Any) else show(test)


def _negated(test: Expression) -> str:
    match test:
        case Is() | In() | IsState():
            return _test(test, "not ")
        case All() | Any() | Not():
            return f"not ({show(test)})"
        case _:
            return f"not {show(test)}"


def _test(test: Is | In | IsState | Compare | Changed, negation: str) -> str:
    match test:
        case Is(left=left, right=right):
            return f"{show(left)} is {negation}{show(right)}"
        case IsState(value=value, state=state):
            return f"{show(value)} is {negation}{state}"
        case In(value=value, items=items):
            return f"{show(value)} {negation}in {show(items)}"
        case Compare(op=op, left=left, right=right):
            return f"{show(left)} {op} {show(right)}"
        case Changed(path=path, before=before, after=after):
            if before is None or after is None:
                return f"{show(path)} changed"
            return f"{show(path)} changed from {show(before)} to {show(after)}"


def _value(value: Constant | Path | NamedList | Listed | Call | Shift | Occurrence) -> str:
    match value:
        case Listed(items=items):
            return f"[{', '.join(map(show, items))}]"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(show, arguments))})"
        case Shift(value=base, sign=sign, duration=duration):
            return f"{show(base)} {'+' if sign > 0 else '-'} {duration}"
        case _:
            return _word(value)


def _word(value: Constant | Path | NamedList | Occurrence) -> str:
    match value:
        case Constant(kind=kind, text=text):
            return _quoted(text) if kind == "text" else text
        case Path(names=names):
            return ".".join(names)
        case NamedList(name=name):
            return f"list:{name}"
        case Occurrence(which=which, month=month, day=day):
            return f"{which} {day} {MONTHS[month - 1]}"
