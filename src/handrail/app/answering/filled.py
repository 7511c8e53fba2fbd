"""Forms that come with an answer, as a page shows them and as it sends them back: a field of HTML for each kind.

Whether what was filled in is right is the core's to say; here texts become the kinds that the form asks for, as far as they can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Literal, TypeAlias

from msgspec import Struct, structs

from handrail.core.answers import form_of
from handrail.insight.answering.question import OpenHandoff
from handrail.insight.desk.persons.called import Candidate
from handrail.terms.plan import FormField

Input: TypeAlias = Literal["text", "long text", "number", "date", "email", "yes or no", "one of", "some of", "person"]
PREFIX: Final = "field."
_INPUTS: Final[Mapping[str, Input]] = {
    "number": "number",
    "date": "date",
    "email": "email",
    "truth": "yes or no",
    "person": "person",
    "text": "long text",
}
TEXT_MAX: Final = 10_000


class FieldShown(Struct, frozen=True):
    """One field as a page shows it: `name` as it is sent, `label` as it is read; `value` is what had been filled in.

    Of one that names somebody: `candidates` are those who may be meant by what was filled in, `suggested` whom they name most.
    """

    name: str
    label: str
    input: Input
    optional: bool
    choices: tuple[str, ...]
    how_many: int
    low: float | None
    high: float | None
    value: tuple[str, ...] = ()
    wrong: str = ""
    candidates: tuple[Candidate, ...] = ()
    suggested: tuple[Candidate, ...] = ()


def answer_shown(word: str) -> str:
    """`not_now` as it stands on a button: `Not now`."""
    return word.replace("_", " ").capitalize()


def fields_shown(
    form: Mapping[str, FormField], values: Mapping[str, object], wrong: Mapping[str, str]
) -> tuple[FieldShown, ...]:
    """The fields in the order of the form."""
    return tuple(_field(name, field, values.get(name), wrong.get(name, "")) for name, field in form.items())


def person_field(name: str, label: str, value: str = "", wrong: str = "") -> FieldShown:
    """A field of a page's own that names somebody."""
    return FieldShown(name, label, "person", True, (), 1, None, None, (value,) if value else (), wrong)  # noqa: FBT003 - it may stay empty


def with_people(
    fields: Iterable[FieldShown],
    suggested: tuple[Candidate, ...],
    candidates: Mapping[str, tuple[Candidate, ...]],
    about: Collection[int] = (),
) -> tuple[FieldShown, ...]:
    """The same; those that name somebody with whom to choose from, by the field's name in the form, but for those whom it is `about`."""
    left_out = {f"P-{person}" for person in about}

    def others(people: Iterable[Candidate]) -> tuple[Candidate, ...]:
        return tuple(one for one in people if one.key not in left_out)

    return tuple(
        structs.replace(
            each, suggested=others(suggested), candidates=others(candidates.get(each.name.removeprefix(PREFIX), ()))
        )
        if each.input == "person"
        else each
        for each in fields
    )


def _field(name: str, field: FormField, value: object, wrong: str) -> FieldShown:
    kind = field.kind
    shown: Input = _INPUTS.get(kind.name, "text")
    if kind.choices:
        shown = "some of" if kind.name == "list" else "one of"
    texts = tuple(map(str, value)) if isinstance(value, list | tuple) else () if value is None else (_text(value),)
    return FieldShown(
        PREFIX + name, answer_shown(name), shown, field.optional, kind.choices, field.how_many, kind.low, kind.high, texts, wrong
    )  # fmt: skip


def _text(value: object) -> str:
    return "yes" if value is True else "no" if value is False else str(value)


def filled(found: OpenHandoff, sent: Iterable[tuple[str, object]]) -> dict[str, object]:
    """What was sent, by field, as the kinds that can be told from a text; what cannot stays text, and is refused with a reason."""
    texts: dict[str, list[str]] = {}
    for name, value in sent:
        if name.startswith(PREFIX) and isinstance(value, str):
            texts.setdefault(name.removeprefix(PREFIX), []).append(value.strip()[:TEXT_MAX])
    form = form_of(found.plan, found.each)
    return {name: _value(form[name], values) for name, values in texts.items() if name in form}


def _value(field: FormField, texts: list[str]) -> object:
    if field.kind.name == "list":
        return [text for text in texts if text]
    text = texts[-1]
    if field.kind.name == "number":
        return _number(text)
    if field.kind.name == "person":
        return next((text for text in reversed(texts) if text), "")  # who was chosen comes after what was written
    if field.kind.name == "truth":
        return {"yes": True, "no": False}.get(text, text)
    return text


def _number(text: str) -> int | float | str:
    for read in (int, float):
        try:
            return read(text.replace(",", "."))
        except ValueError:
            continue
    return text
