"""Texts with values in braces, arguments of calls, forms and messages, as they are read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail.conditions.parse import parse_text
from handrail.conditions.problems import ConditionError
from handrail.insight.telling.wording import words_of
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.values import field_said, value_said
from handrail.literacy.explaining.words.voice import listed, spoken
from handrail.terms.expression import Constant, Expression, Slot
from handrail.terms.plan import Argument, FormField, Text

_KINDS: Final = {
    "truth": "yes or no",
    "moment": "a moment",
    "date": "a date",
    "number": "a number",
    "money": "an amount of money",
    "person": "a person",
    "email": "an e-mail address",
    "file": "a file",
    "text": "text",
}


def text_said(t: Telling, parts: Text) -> str:
    """The text in quotes; a value stands in brackets, in words."""
    return f"“{''.join(part if isinstance(part, str) else f'[{spoken(slot_said(t, part))}]' for part in parts)}”"


def slot_said(t: Telling, slot: Slot) -> str:
    """A value, and what is written where it is empty."""
    return value_said(t, slot.value) + (f", or else “{slot.instead}”" if slot.instead is not None else "")


def argument_said(t: Telling, parts: Argument) -> str:
    """What is handed to a system: a value in words, a written text as it stands."""
    if len(parts) == 1 and isinstance(parts[0], Slot):
        return spoken(slot_said(t, parts[0]))
    if all(isinstance(part, str) for part in parts):
        return "".join(map(str, parts)) or "nothing"
    return text_said(t, parts)


def only_value(parts: Argument) -> Expression | None:
    """The value that an argument is, if it is nothing else."""
    return parts[0].value if len(parts) == 1 and isinstance(parts[0], Slot) and parts[0].instead is None else None


def arguments_said(t: Telling, arguments: Mapping[str, Argument], without: str = "") -> str:
    """`due: the start's due date; edition: …`, in the order of their names."""
    return "; ".join(
        f"{words_of(name)}: {argument_said(t, parts)}" for name, parts in arguments.items() if name != without
    )


def measures_said(t: Telling, values: Mapping[str, Argument], phase: str) -> str:
    """What is recorded for the reports, and for which side of a comparison."""
    said = listed([f"“{words_of(name)}” ({_measure(t, parts)})" for name, parts in values.items()], "and")
    return f"{said}{f', measured {phase} the program' if phase else ''}"


def _measure(t: Telling, parts: Argument) -> str:
    if len(parts) == 1 and isinstance(parts[0], Slot) and isinstance(parts[0].value, Constant):
        return value_said(t, parts[0].value)
    return argument_said(t, parts)


def form_said(form: Mapping[str, FormField]) -> str:
    """The fields of a form: `“observed” (text), and “confidence” (1 to 5)`."""
    return listed([f"“{words_of(name)}” ({field_asked(field)})" for name, field in form.items()], "and")


def field_asked(field: FormField) -> str:
    """What one field takes."""
    return _kind_asked(field) + ("; optional" if field.optional else "")


def _kind_asked(field: FormField) -> str:
    kind = field.kind
    if kind.low is not None and kind.high is not None:
        return f"{kind.low:g} to {kind.high:g}"
    if field.how_many > 1:
        return f"{field.how_many} of {listed(kind.choices, 'and')}"
    if kind.choices:
        return f"one of {listed(kind.choices, 'and')}"
    return _KINDS.get(kind.name, field_said(kind.name))


def message_said(t: Telling, name: str) -> str:
    """A message by its subject, with its name for whoever looks for it."""
    subject = t.glossary.messages.get(name)
    return f"the message {text_said(t, _parsed(subject))} ({name})" if subject else f"the message “{name}”"


def _parsed(text: str) -> Text:
    """A text with values in braces, as a plan holds it; as it stands, where it cannot be read."""
    try:
        return parse_text(text)
    except ConditionError:
        return (text,)
