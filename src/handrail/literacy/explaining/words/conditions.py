"""Conditions as clauses that are read aloud: *their level is 4 or more, and they do not hold the certificate WELDER*.

The canonical text of a condition is `handrail.conditions.printing`'s; here it is said to somebody who does not program.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from handrail.conditions.printing import show
from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.events import happening
from handrail.literacy.explaining.words.values import field_of, field_said, is_date, value_said
from handrail.literacy.explaining.words.voice import WHO, WHOSE, listed, relative, verb, with_article
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
    Path,
)
from handrail.terms.plan import Ask

Leaf: TypeAlias = Callable[[str], str]

_MORE: Final = {">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "less than {}"}
_LATER: Final = {">=": "no earlier than {}", ">": "later than {}", "<=": "no later than {}", "<": "earlier than {}"}
_STATUS: Final = {
    "active": ("is active", "are active", "is not active", "are not active"),
    "on leave": ("is on leave", "are on leave", "is not on leave", "are not on leave"),
    "left": (
        "has left the organization",
        "have left the organization",
        "has not left the organization",
        "have not left the organization",
    ),
    "preboarding": (
        "is still in preboarding",
        "are still in preboarding",
        "is not in preboarding",
        "are not in preboarding",
    ),
}
_TRUTHS: Final = {
    ("event", "passed"): ("it was passed", "it was not passed"),
    ("event", "again"): (
        f"{WHO} {verb('comes', 'come')} back after having left",
        f"{WHO} {verb('has', 'have')} not been here before",
    ),
}
_DONE: Final = {"completed_on": ("completed", "the course"), "passed_on": ("passed", "the assessment")}


def condition_said(t: Telling, condition: Expression) -> str:
    """The condition as a clause after *if*, with marks for the person; `spoken` makes them *the learner*, then *they*."""
    return _said(t, condition, str)


def everyone_said(t: Telling, condition: Expression) -> str:
    """The condition after *everyone*: `whose level is 4 or more and who does not hold the certificate WELDER`."""
    return _said(t, condition, relative)


def _said(t: Telling, condition: Expression, leaf: Leaf) -> str:
    match condition:
        case All(tests=tests):
            return listed([_inside(t, each, leaf) for each in _pairs(t, tests)], "and")
        case Any(tests=tests):
            return listed([_inside(t, each, leaf) for each in tests], "or")
        case Not(test=All() | Any() | Not() as inner):
            return f"it is not so that {_said(t, inner, leaf)}"
        case _:
            return leaf(clause_said(t, condition))


def _inside(t: Telling, condition: Expression | str, leaf: Leaf) -> str:
    if isinstance(condition, str):
        return leaf(condition)
    said = _said(t, condition, leaf)
    if isinstance(condition, All):
        return f"{'both' if len(condition.tests) == 2 else 'all of this:'} {said}"
    return f"either {said}" if isinstance(condition, Any) else said


def _pairs(t: Telling, tests: tuple[Expression, ...]) -> list[Expression | str]:
    """The tests, with two about one field before and after a change said in one breath."""
    found: list[Expression | str] = []
    waiting = list(tests)
    while waiting:
        first = waiting.pop(0)
        said = _pair(t, first, waiting[0]) if waiting else ""
        if said:
            waiting.pop(0)
        found.append(said or first)
    return found


def _pair(t: Telling, first: Expression, second: Expression) -> str:
    if isinstance(first, Compare) and isinstance(second, Compare):
        before, after = first.left, second.left
        if isinstance(before, Path) and isinstance(after, Path) and before.names == ("was", *after.names[1:]):
            was, now = _compared(t, first), _compared(t, second)
            return f"{value_said(t, after)} was {was} before and is {now} now" if after.names[0] == "person" else ""
    if (
        isinstance(first, Changed)
        and isinstance(second, Is)
        and first.before is None
        and show(first.path) == show(second.left)
    ):
        return f"{value_said(t, first.path)} changed and is {value_said(t, second.right)} now"
    return ""


def clause_said(t: Telling, test: Expression, *, negated: bool = False) -> str:  # noqa: PLR0911 - a kind of test a line
    """One test as a clause, with marks for the person (`voice`)."""
    match test:
        case Not(test=inner):
            return clause_said(t, inner, negated=not negated)
        case Is():
            return _is(t, test, negated=negated)
        case IsState(value=value, state="empty"):
            return _empty(t, value, negated=negated)
        case IsState(value=value):
            return f"{value_said(t, value)} is {'not ' * negated}known"
        case In(value=value, items=items):
            return _in(t, value, items, negated=negated)
        case Compare(left=left):
            return _compare(t, test, left, negated=negated)
        case Changed():
            return _changed(t, test, negated=negated)
        case Call() | Path():
            return _truth(t, test, holds=not negated)
        case _:
            return f"it is {'not ' * negated}so that {_said(t, test, str)}"


def _is(t: Telling, test: Is, *, negated: bool) -> str:
    left, right = test.left, test.right
    if isinstance(right, Constant) and right.kind == "truth":
        return _truth(t, left, holds=(right.text == "true") is not negated)
    if isinstance(left, Path) and left.names == ("person", "status") and isinstance(right, Constant):
        known = _STATUS.get(right.text)
        if known is not None:
            return f"{WHO} {verb(known[2], known[3]) if negated else verb(known[0], known[1])}"
    if isinstance(left, Path) and left.names == ("event", "kind") and isinstance(right, Constant):
        return f"{'it is not so that ' * negated}{happening(right.text)}"
    was = isinstance(left, Path) and left.names[0] == "was"
    if (
        isinstance(left, Path)
        and left.names[0] in t.step_names
        and isinstance(right, Constant)
        and right.kind == "text"
    ):
        return f"{value_said(t, left)} is {'not ' * negated}“{right.text}”"
    return f"{value_said(t, left)} {'was' if was else 'is'} {'not ' * negated}{value_said(t, right)}"


def _truth(t: Telling, value: Expression, *, holds: bool) -> str:
    if isinstance(value, Path) and value.names in _TRUTHS:
        return _TRUTHS[value.names][0 if holds else 1]
    if isinstance(value, Path) and value.names[1:] == ("late",):
        return f"{t.title(value.names[0])} was {'not ' * (not holds)}late"
    if isinstance(value, Path) and len(value.names) == 2 and value.names[0] in t.step_names:
        return f"“{words_of(value.names[1])}” from {t.title(value.names[0])} is {'yes' if holds else 'no'}"
    if isinstance(value, Call) and value.arguments:
        return _called(t, value, holds=holds)
    return f"{value_said(t, value)} is {'yes' if holds else 'no'}"


def _called(t: Telling, call: Call, *, holds: bool) -> str:
    about = value_said(t, call.arguments[0])
    match call.function:
        case "holds":
            has = verb("holds", "hold") if holds else verb("does not hold", "do not hold")
            return f"{WHO} {has} the certificate {about}"
        case "running":
            return f"{WHO} {verb('is', 'are')} {'not ' * (not holds)}in the journey “{about}”"
        case "in_team":
            return f"{WHO} {verb('is', 'are')} {'not ' * (not holds)}in the {about} team"
        case _:
            return f"{value_said(t, call)} is {'yes' if holds else 'no'}"


def _empty(t: Telling, value: Expression, *, negated: bool) -> str:
    has = verb("has", "have") if negated else verb("has no", "have no")
    if isinstance(value, Call) and value.function in _DONE:
        done, what = _DONE[value.function]
        have = verb("has", "have") if negated else verb("has not", "have not")
        return f"{WHO} {have} {done} {what} {value_said(t, value.arguments[0])}"
    if isinstance(value, Path) and value.names[1:] == ("at",) and value.names[0] in t.step_names:
        return f"{t.title(value.names[0])} has {'' if negated else 'not '}happened"
    if isinstance(value, Path) and len(value.names) == 2 and value.names[0] in t.step_names:
        return _result(t, value.names[0], value.names[1], there=negated)
    if isinstance(value, Path) and value.names[0] == "person" and len(value.names) == 2:
        field = field_said(value.names[1])
        return f"{WHO} {has} {with_article(field) if negated else field}"
    return f"{value_said(t, value)} is {'not ' * negated}empty"


def _result(t: Telling, step: str, name: str, *, there: bool) -> str:
    """Whether a step left a value: `“Exam” gave no score`, `“Buddy” has an answer for “who”`."""
    field = field_of(t, step, name)
    if field.startswith("the "):
        noun = field.removeprefix("the ")
        return f"{t.title(step)} gave {with_article(noun) if there else f'no {noun}'}"
    asks = any(each.name == step and isinstance(each.body, Ask) for each in t.plan.steps)
    if asks:
        return f"{t.title(step)} has {'an' if there else 'no'} answer for {field}"
    return f"{t.title(step)} gave back {'a value for' if there else 'no'} {field}"


def _in(t: Telling, value: Expression, items: Expression, *, negated: bool) -> str:
    subject = value_said(t, value)
    if isinstance(value, Path) and value.names == ("person", "status") and isinstance(items, Listed):
        words = [_status_word(item) for item in items.items]
        if all(words) and not negated:
            return f"{WHO} {verb('is', 'are')} {listed(words, 'or')}"
    said = value_said(t, items)
    if not isinstance(items, Listed | NamedList):
        return f"{subject} is {'not ' * negated}among {said}"
    if negated:
        return (
            f"{subject} is not {said}"
            if " or " not in said
            else f"{subject} is none of {said.replace(' or ', ' and ')}"
        )
    return f"{subject} is {said}"


def _status_word(item: Expression) -> str:
    words = {"active": "active", "on leave": "on leave", "preboarding": "in preboarding"}
    return words.get(item.text, "") if isinstance(item, Constant) else ""


def _compare(t: Telling, test: Compare, left: Expression, *, negated: bool) -> str:
    said = _compared(t, test)
    if isinstance(left, Call) and left.function in _DONE and not negated:
        done, what = _DONE[left.function]
        return f"{WHO} {done} {what} {value_said(t, left.arguments[0])} {said}"
    was = " before" if isinstance(left, Path) and left.names[0] == "was" else ""
    subject = f"{WHOSE}{field_said(left.names[-1])}" if was and isinstance(left, Path) else value_said(t, left)
    return f"{subject} {'was' if was else 'is'} {'not ' * negated}{said}{was}"


def _compared(t: Telling, test: Compare) -> str:
    """What stands after *is*: `4 or more`, `no later than 60 days from today`."""
    dates = is_date(t, test.left) or is_date(t, test.right)
    return (_LATER if dates else _MORE)[test.op].format(value_said(t, test.right))


def _changed(t: Telling, test: Changed, *, negated: bool) -> str:
    field = value_said(t, test.path)
    if negated:
        return f"{field} did not change"
    if test.before is None or test.after is None:
        return f"{field} changed"
    return f"{field} changed from {value_said(t, test.before)} to {value_said(t, test.after)}"
