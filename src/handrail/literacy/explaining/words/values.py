"""Values of a plan as nouns: `person.manager.country` → *the manager's country*, `exam.at + 14 days` → *14 days after “Exam”*."""

from __future__ import annotations

from datetime import date
from typing import Final

from handrail.conditions.printing import show
from handrail.conditions.reading.values import MONTHS
from handrail.insight.telling.wording import path_text, words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.voice import WHOSE, listed
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
from handrail.terms.plan import Wait

_PEOPLE: Final = ("manager", "sponsor")
_DATES: Final = {"due": "due date", "expires": "expiry date", "opens": "opening date"}
_CALLS: Final = {
    "completed_on": "the day on which the course {} was completed",
    "passed_on": "the day on which the assessment {} was passed",
    "expires_on": f"the expiry date of {WHOSE}certificate {{}}",
    "finished_on": "the day on which the journey {} was finished",
    "holds": "whether the certificate {} is held",
    "running": "whether the journey {} is running",
    "in_team": "whether the team {} has them as a member",
    "earliest": "the earlier of {} and {}",
    "latest": "the later of {} and {}",
    "count": "the number of items in {}",
}


def value_said(t: Telling, value: Expression) -> str:  # noqa: PLR0911 - a kind of value a line
    """The value as a noun."""
    match value:
        case Constant():
            return constant_said(value)
        case Path(names=names):
            return path_said(t, names)
        case NamedList(name=name):
            return _list_said(t, name)
        case Listed(items=items):
            return listed([value_said(t, item) for item in items], "or")
        case Call(function=function, arguments=arguments):
            return _CALLS.get(function, show(value)).format(*(value_said(t, each) for each in arguments))
        case Shift(value=base, sign=sign, duration=duration):
            return shifted(f"{duration}", sign, moment_said(t, base))
        case Occurrence(which=which, month=month, day=day):
            side = "the first {} on or after" if which == "next" else "the last {} on or before"
            return f"{side.format(f'{day} {MONTHS[month - 1]}')} the day on which the run begins"
        case All() | Any() | Not() | Compare() | Is() | IsState() | In() | Changed():
            return f"whether {show(value)}"


def shifted(duration: str, sign: int, base: str) -> str:
    """`14 days after the first day`, `2 years from today`, `365 days ago`."""
    if base == "today":
        return f"{duration} from today" if sign > 0 else f"{duration} ago"
    return f"{duration} {'after' if sign > 0 else 'before'} {base}"


def moment_said(t: Telling, value: Expression) -> str:
    """A moment to count from: when a step happened is said by its name alone."""
    if isinstance(value, Path) and value.names[1:] == ("at",) and value.names[0] not in {"event", "person"}:
        return t.title(value.names[0])
    return value_said(t, value)


def constant_said(value: Constant) -> str:
    """A written value: a date in words, `yes` for true; a text that holds a comma, or that is empty, in quotes."""
    if value.kind == "date":
        return date_said(date.fromisoformat(value.text))
    if value.kind == "truth":
        return "yes" if value.text == "true" else "no"
    if value.kind == "text" and (not value.text.strip() or any(mark in value.text for mark in (",", " and ", " or "))):
        return f"“{value.text}”"
    return value.text


def date_said(day: date) -> str:
    """`31 March 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def path_said(t: Telling, names: tuple[str, ...]) -> str:
    """A path as a noun; of the person it begins with a mark that `voice` replaces."""
    root, rest = names[0], tuple(name for name in names[1:] if name != "extra")
    if not rest:
        return _alone(t, root)
    if root == "person":
        return _of_person(rest)
    if root == "was":
        whose = "the " if rest[-1] in _PEOPLE else WHOSE
        return f"{whose}{field_said(rest[-1])} before the change"
    if root == "event":
        return {"at": "the day on which it happened", "kind": "what is reported"}.get(
            rest[0], f"the {field_said(rest[0])}"
        )
    if root == "start":
        return f"{start_word(t)} {start_value(t, rest[0])}" + _deeper(rest[1:])
    return _result(t, root, rest[0]) + _deeper(rest[1:])


def named(t: Telling, noun: str, value: Expression) -> str:
    """What is meant by a value: `the course SAFE-010`, `the course named by this line`."""
    said = value_said(t, value)
    if isinstance(value, Constant):
        return f"the {noun} {said}"
    if isinstance(value, Path) and value.names[0] in t.step_names and value.names[1:] == (noun,):
        return f"the {noun} from {t.title(value.names[0])}"
    return said if said.startswith(f"the {noun} ") else f"the {noun} named by {said}"


def _alone(t: Telling, root: str) -> str:
    if root == "opening":
        return "the beginning of this step"
    return f"this {words_of(root)}" if root in t.item_names else words_of(root)


def _of_person(rest: tuple[str, ...]) -> str:
    if rest[0] not in _PEOPLE:
        return f"{WHOSE}{field_said(rest[0])}"
    return f"the {rest[0]}" + _deeper(rest[1:])


def _deeper(rest: tuple[str, ...]) -> str:
    return "".join(f"'s {field_said(name)}" for name in rest)


def field_said(name: str) -> str:
    """A field as a noun: `hired_on` → `first day`, `level`, `counts-from date`."""
    if name == "days":
        return "number of days"
    known = path_text(f"person.{name}")
    if known != words_of(name):
        return known
    return name.replace("_", "-") + " date" if name.endswith(("_on", "_from", "_until")) else words_of(name)


def start_word(t: Telling) -> str:
    """What a start gave is *the request's* where a run begins by request only, else *the start's*."""
    return "the request's" if t.plan.starts and all(start.request for start in t.plan.starts) else "the start's"


def start_value(t: Telling, name: str) -> str:
    """A value of the start as a noun: `due date`, `document`."""
    if name in _DATES and is_date(t, Path(("start", name))):
        return _DATES[name]
    said = field_said(name)
    return f"“{said}”" if " " in said and not said.endswith(" date") else said


def _result(t: Telling, step: str, field: str) -> str:
    title = t.title(step)
    said = {
        "at": f"the day of {title}",
        "by": f"whoever answered {title}",
        "times": f"the number of times {title} was done",
        "late": f"whether {title} was late",
        "answer": f"the answer to {title}",
        "ended_well": f"the number of {title} that ended well",
    }
    return said.get(field) or f"{field_of(t, step, field)} from {title}"


def field_of(t: Telling, step: str, field: str) -> str:
    """A field of a result: of a report it is `the score`, of a form or a call a name that somebody gave it, `“reserved”`."""
    waits = any(each.name == step and isinstance(each.body, Wait) for each in t.plan.steps)
    said = field_said(field)
    return f"the {said}" if waits or said.endswith(" date") else f"“{words_of(field)}”"


def _list_said(t: Telling, name: str) -> str:
    items = t.glossary.lists.get(name)
    return f"{listed(items, 'or')} (the list “{name}”)" if items else f"one of the list “{name}”"


# What kind of value it is


def is_date(t: Telling, value: Expression) -> bool:
    """Whether it is a day or a moment, as far as the plan tells."""
    match value:
        case Shift() | Occurrence():
            return True
        case Constant(kind=kind):
            return kind == "date"
        case Call(function=function):
            return function in {"completed_on", "passed_on", "expires_on", "finished_on", "earliest", "latest"}
        case Path(names=("start", name)):
            return any(is_date(t, slot.value) for slot in _given(t, name)) or _asked_as_date(t, name)
        case Path(names=names):
            return names[0] in {"today", "opening"} or names[-1] == "at" or names[-1].endswith(("_on", "_from", "_to"))
        case _:
            return False


def _given(t: Telling, name: str) -> list[Slot]:
    found = (start.values.get(name, ()) for start in t.plan.starts)
    return [parts[0] for parts in found if len(parts) == 1 and isinstance(parts[0], Slot)]


def _asked_as_date(t: Telling, name: str) -> bool:
    return any(name in start.form and start.form[name].kind.name in {"date", "moment"} for start in t.plan.starts)
