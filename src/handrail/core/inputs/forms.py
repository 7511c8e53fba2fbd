"""Whether what was filled in fits the form: what is missing, what is of the wrong kind, what is out of range."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handrail.terms.plan import FormField
from handrail.terms.values import Money, PersonRef, Value

_CLASSES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "file": (str,),
    "email": (str,),
    "number": (int, float),
    "truth": (bool,),
    "date": (date,),
    "money": (Money,),
    "person": (PersonRef,),
    "list": (tuple,),
}


def form_problems(form: Mapping[str, FormField], filled: Mapping[str, Value]) -> dict[str, Value]:
    """By field, what is wrong with it; nothing where the form is rightly filled. Fields of no form are wrong too."""
    problems: dict[str, Value] = {}
    for name, field in form.items():
        wrong = _wrong(field, filled.get(name))
        if wrong:
            problems[f"field_{name}"] = wrong
    for name in filled:
        if name not in form:
            problems[f"field_{name}"] = "there is no such field"
    return problems


def _wrong(field: FormField, value: Value) -> str:
    if value is None or value == "":
        return "" if field.optional else "must be filled in"
    kind = field.kind
    if not isinstance(value, _CLASSES.get(kind.name, (str,))) or (kind.name != "truth" and isinstance(value, bool)):
        return f"must be a {kind.name}"
    if kind.name == "date" and isinstance(value, datetime):
        return "must be a date"
    return _out_of_range(field, value)


def _out_of_range(field: FormField, value: Value) -> str:
    kind = field.kind
    if isinstance(value, int | float) and kind.low is not None and kind.high is not None:
        fits = kind.low <= value <= kind.high
        return "" if fits else f"must be {kind.low:g} to {kind.high:g}"
    if kind.choices:
        chosen = value if isinstance(value, tuple) else (value,)
        if any(each not in kind.choices for each in chosen):
            return f"must be of {', '.join(kind.choices)}"
        if isinstance(value, tuple) and len(set(value)) != field.how_many:
            return f"must be {field.how_many} of {', '.join(kind.choices)}"
    return ""
