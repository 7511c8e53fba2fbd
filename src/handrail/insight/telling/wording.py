"""How values, moments, owners, fields and clauses are written for a person who does not program.

Only words: which of them to say, and what they mean together, is `sentences`' and `why`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from msgspec import UNSET

from handrail.conditions.explain import Clause
from handrail.conditions.printing import show
from handrail.terms.expression import (
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
    Shift,
    walk,
)
from handrail.terms.person import own_id_of
from handrail.terms.values import PersonRef

A_CHANGE: Final = "a change"
"""What a `changed` asks for."""

NameOf: TypeAlias = Callable[[int], str]
"""The name of a person by own id."""

_EVENTS: Final = {
    "person.appeared": "first appearance",
    "person.hired": "hire",
    "person.changed": "change of the person",
    "person.left": "leaving",
    "person.leave_began": "beginning of a leave",
    "person.leave_ended": "end of a leave",
    "lms.enrolled": "enrollment",
    "lms.completed": "course completion",
    "lms.withdrawn": "withdrawal from a course",
    "assessment.scored": "exam result",
    "certificate.issued": "certificate",
    "certificate.expired": "end of a certificate",
    "certificate.revoked": "loss of a certificate",
}
ABOUT: Final = ("course", "assessment", "certificate", "session", "document")
_MORE: Final = {">=": "{} or more", ">": "more than {}", "<=": "{} or less", "<": "less than {}"}
_LATER: Final = {">=": "{} or later", ">": "later than {}", "<=": "{} or earlier", "<": "earlier than {}"}
_FIELDS: Final = {
    "hired_on": "first day",
    "left_on": "last day",
    "ends_on": "end date",
    "leave_from": "leave from",
    "leave_to": "leave to",
    "fte": "FTE",
}


def moment_text(moment: datetime, zone: str) -> str:
    """`Monday 16 March 2026, 06:00` in the zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_text(local.date())}, {local:%H:%M}"


END_OF_DAY: Final = "24:00"


def due_day(moment: datetime, zone: str) -> tuple[date, str]:
    """The last day of a limit, and the time on it: midnight is the end of the day before (`24:00`, as ISO 8601 has it)."""
    local = moment.astimezone(ZoneInfo(zone))
    if local.hour == local.minute == 0:
        return local.date() - timedelta(days=1), END_OF_DAY
    return local.date(), f"{local:%H:%M}"


def due_text(moment: datetime, zone: str) -> str:
    """A limit: midnight is said as the end of the day before."""
    day, time = due_day(moment, zone)
    return f"the end of {day_text(day)}" if time == END_OF_DAY else f"{day_text(day)}, {time}"


def event_said(kind: str, fields: Mapping[str, object]) -> str:
    """What came, with what it was about: `course completion (CODE-2026, score 83)`."""
    about = [str(fields[name]) for name in ABOUT if fields.get(name)]
    if fields.get("score") is not None:
        about.append(f"score {value_text(fields['score'], str)}")
    if fields.get("passed") is False:
        about.append("not passed")
    return _EVENTS.get(kind, kind) + (f" ({', '.join(about)})" if about else "")


def event_text(kind: str) -> str:
    """A kind of event in words: `hire`; one of an author's own as it stands."""
    return _EVENTS.get(kind, kind)


def day_of(moment: datetime, zone: str) -> str:
    """`Monday 16 March 2026`, the day that it was in the zone."""
    return day_text(moment.astimezone(ZoneInfo(zone)).date())


def day_text(day: date) -> str:
    """`Monday 16 March 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def call_name(action: str) -> str:
    """What a call does, and at which system: `lms.create_account` → `“create account” at lms`."""
    connection, _, verb = action.partition(".")
    return f"“{words_of(verb)}” at {connection}" if verb else f"“{words_of(action)}”"


def words_of(name: str) -> str:
    """A name of the journey file as words: `two_more_weeks` → `two more weeks`."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """The text as a sentence of its own."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def sentence_case(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]


def unreadable_text(reason: str, field: str) -> str:
    """Why a row of a file could not be applied, as the second half of a sentence."""
    named, told, why = reason.rstrip(".").partition(": ")
    if not told or named != field:
        return reason.rstrip(".")
    value = why.removeprefix("unknown value ")
    why = f"the mapping does not say what {value} means" if value != why else why
    return f"the {field_words(field)} is not known: {why}"


def field_words(field: str) -> str:
    """A field of a person in words: `hired_on` → `first day`."""
    return _FIELDS.get(field, words_of(field))


def age_text(since: datetime, until: datetime) -> str:
    """`3 days`, `5 hours`, `1 minute`: how long ago, in the largest unit that fits."""
    passed = max(until - since, timedelta())
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if passed >= length:
            return count_text(passed // length, unit)
    return "a moment"


_MANY: Final = {"person": "people", "try": "tries"}


def count_text(many: int, noun: str) -> str:
    """`1 person`, `1,204 people`."""
    if many == 1:
        return f"1 {noun}"
    return f"{many:,} {_MANY.get(noun, noun + 's')}"


def owner_text(owner: str, name_of: NameOf) -> str:
    """Who it is: a person by name, a team as such, an address or contact as it stands."""
    number = own_id_of(owner)
    if number is not None:
        return name_of(number)
    kind, _, name = owner.partition(":")
    if kind == "team":
        return f"team {name}"
    return name or owner or "nobody"


def value_text(value: object, name_of: NameOf, zone: str = "UTC") -> str:  # noqa: PLR0911 - a kind of value a line
    """A value as it is read aloud: `empty` and `not known` are words of their own."""
    match value:
        case None:
            return "empty"
        case _ if value is UNSET:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment_text(value, zone)
        case date():
            return day_text(value)
        case PersonRef():
            return name_of(value.id)
        case float():
            return f"{value:g}"
        case tuple() | list():
            return ", ".join(value_text(item, name_of, zone) for item in value) or "an empty list"
        case _:
            return str(value)


_FUNCTIONS: Final = {
    "holds": "the certificate {}",
    "running": "the journey {}",
    "completed_on": "the completion of {}",
    "passed_on": "the passing of {}",
    "expires_on": "the expiry of {}",
    "finished_on": "the end of the journey {}",
    "in_team": "membership of team {}",
}
_STATES: Final = {"holds": ("held", "not held"), "running": ("running", "not running")}


def fact_text(subject: str, value: str) -> str:
    """What was seen, in words: `level is 3`, `the certificate people-manager is not held`."""
    return f"{path_text(subject)} is {state_text(subject, value)}"


def state_text(subject: str, value: str) -> str:
    """The value as it is said of its subject: a certificate is `held`, not `yes`."""
    held, not_held = _STATES.get(subject.partition("(")[0], ("yes", "no"))
    return {"yes": held, "no": not_held}.get(value, value)


def path_text(text: str) -> str:  # noqa: PLR0911 - a root a line
    """What a path of the journey file is in words: `person.manager.contract` → `the manager's contract`."""
    names = text.split(".")
    function, _, argument = text.partition("(")
    if argument:
        return _FUNCTIONS.get(function, text).format(argument.rstrip(")").strip('"'))
    if len(names) < 2:
        return text
    root, rest = names[0], [_FIELDS.get(name, name.replace("_", " ")) for name in names[1:] if name != "extra"]
    if not rest:
        return text
    whose = "".join(f"the {name}'s " if index == 0 else f"{name}'s " for index, name in enumerate(rest[:-1]))
    match root:
        case "person":
            return f"{whose}{rest[-1]}"
        case "was":
            return f"{whose}{rest[-1]} before"
        case "event" if rest == ["again"]:
            return "a return after having left"
        case "event":
            return f"the event's {' '.join(rest)}"
        case "start":
            return f"the start's {' '.join(rest)}"
        case _:
            return f"{' '.join(rest)} of step {root}"


def leaf_of(expression: Expression, clause: Clause) -> Expression | None:
    """The test that a leaf of an explanation is of."""
    return next((node for node in walk(expression) if show(node) == clause.text), None)


def needed_text(test: Expression | None, lists: Mapping[str, str], *, wanted: bool) -> str:
    """What the test asks for: `permanent`, `one of DE, FR, NL`, `4 or more`; not that, when it should be false.

    `lists` are the named lists that were read, as text, by `list:NAME`.
    """
    if isinstance(test, In) and isinstance(test.items, NamedList) and (items := lists.get(show(test.items))):
        return f"one of {items}" if wanted else f"none of {items}"
    if isinstance(test, Call):
        return state_text(show(test), "yes" if wanted else "no")
    said = _asked_for(test)
    return said if wanted else f"not {said}"


def _asked_for(test: Expression | None) -> str:  # noqa: PLR0911 - a kind of test a line
    match test:
        case Is(right=right):
            return _written(right)
        case In(items=Listed(items=items)):
            return "one of " + ", ".join(_written(item) for item in items)
        case Compare(op=op, right=right):
            return (_LATER if isinstance(right, Shift) else _MORE)[op].format(_written(right))
        case IsState(state=state):
            return state
        case Changed():
            return A_CHANGE
        case Call() | Path():
            return "yes"
        case Not(test=inner):
            return f"not {_asked_for(inner)}"
        case None:
            return "that"
        case _:
            return show(test)


def _written(expression: Expression) -> str:
    if isinstance(expression, Constant):
        return {"true": "yes", "false": "no"}.get(expression.text, expression.text)
    if isinstance(expression, Shift):
        return _shifted(show(expression))
    return path_text(show(expression)) if isinstance(expression, Path) else show(expression)


def _shifted(text: str) -> str:
    """`today + 90 days` as `90 days from today`."""
    from_, plus, length = text.partition(" + ")
    if plus:
        return f"{length} from {path_text(from_)}"
    from_, minus, length = text.partition(" - ")
    return f"{length} before {path_text(from_)}" if minus else text


def subject_of(test: Expression | None, clause: Clause) -> str:
    """The key in `clause.seen` that the test is about: its left side."""
    left = getattr(test, "left", None) or getattr(test, "value", None) or getattr(test, "path", None) or test
    text = show(left) if left is not None else ""
    return text if text in clause.seen else next(iter(clause.seen), "")
