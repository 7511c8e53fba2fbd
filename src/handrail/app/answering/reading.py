"""What somebody answers, as it came, read as the handoff asks for it: which handoff, who, which word, the form with its kinds.

What cannot be read so is refused in a sentence. Nothing is decided or written here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from handrail.app.answering.refusing import NotTaken, WhoIsIt
from handrail.core.answers import form_of, offered
from handrail.core.inputs.forms import form_problems
from handrail.insight.answering.question import OpenHandoff
from handrail.insight.finding import find
from handrail.insight.lists import Names
from handrail.insight.past import Past
from handrail.intake.fitting import Misfit, fitted
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms.catalog import EventType, Kind
from handrail.terms.plan import NONE, FormField
from handrail.terms.values import Fields, PersonRef, Value

_SUGGESTED: Final = re.compile(r"\((P-\d{1,18})\)$")
"""Somebody as a page suggests them: `Ana Brown (P-12)`."""

_FILL: str = "Fill it in as the handoff asks."


def handoff_row(past: Past, run: int, name: str) -> HandoffRow:
    """The handoff of that run by the number of its pass or its step's name: the open one, else the last. Raises NotTaken."""
    kept = past.run(run) if run < 2**62 else None
    if kept is None:
        raise NotTaken("unknown", f"There is no run R-{run}.", "See which handoffs there are: GET /api/handoffs")
    return _named(past, kept, name)


def _named(past: Past, run: RunRow, name: str) -> HandoffRow:
    steps = past.plans[run.plan].plan.steps
    rows = sorted(past.store.handoffs_of_run(run.id), key=lambda row: (row.closed is None, row.pass_))
    names = {row.pass_: steps[row.step].name if row.step != NONE else "" for row in rows}
    found = [row for row in rows if name in (str(row.pass_), names[row.pass_])]
    if found:
        return found[-1]
    there = ", ".join(f"{number} ({name})" if name else str(number) for number, name in sorted(names.items())[:20])
    advice = f"Write the number of its pass or the step's name; there are: {there}." if there else "It has none."
    raise NotTaken("unknown", f'There is no handoff "{name[:100]}" of R-{run.id}.', advice)


def who_is(past: Past, text: str, field: str = "by") -> str:
    """Whoever is meant, as owners are written; `field` is where they are named. Raises NotTaken."""
    if text.startswith(("contact:", "email:")):
        return text
    suggested = _SUGGESTED.search(text)
    meant = f"P-{text.removeprefix('person:')}" if text.startswith("person:") else text
    found = find(past, suggested[1] if suggested else meant).persons
    if len(found) != 1:
        raise WhoIsIt(field, text, len(found))
    return f"person:{found[0]}"


def answer_of(past: Past, found: OpenHandoff, word: str, form: Mapping[str, Any]) -> tuple[str, Fields]:
    """The word, and the form with each value as the kind that it asks for. Raises NotTaken."""
    words = offered(found.plan, found.each)
    word = word or ("done" if "done" in words else "")
    if word not in words:
        said = f'"{word}" is not among the answers' if words else "Nobody is asked anything here"
        raise NotTaken("not right", f"{said}.", "Answer with one of `allowed`.", allowed=sorted(words))
    fields = form_of(found.plan, found.each)
    filled = _form(past, fields, form)
    problems = {name.removeprefix("field_"): str(wrong) for name, wrong in form_problems(fields, filled).items()}
    problems |= _themselves(past, found, filled)
    if problems:
        text = "; ".join(f'"{name}" {wrong}' for name, wrong in sorted(problems.items()))
        raise NotTaken("not right", f"The form is not right: {text}.", _FILL, fields=problems)
    return word, filled


def _themselves(past: Past, found: OpenHandoff, filled: Fields) -> dict[str, str]:
    """By field, that it names whom the run is about: a form asks for somebody beside them."""
    learner = found.run.person
    wrong = f"must name somebody else than {Names(past).of(learner)}, whom this is about"
    return {name: wrong for name, value in filled.items() if value == PersonRef(learner)}


def _form(past: Past, fields: Mapping[str, FormField], given: Mapping[str, Any]) -> Fields:
    """What was filled in, read as the kinds that the form has. Raises NotTaken."""
    read: dict[str, Value] = {}
    for name, value in given.items():
        if value is None or value == "":
            continue
        person = name in fields and fields[name].kind.name == "person" and isinstance(value, str)
        read[name] = PersonRef(int(who_is(past, value, name).removeprefix("person:"))) if person else _value(value)
    kinds: dict[str, Kind] = {name: Kind(field.kind.name, item=field.kind.item) for name, field in fields.items()}
    try:
        return fitted(EventType("answer", "", kinds), Fields(read))
    except Misfit as misfit:
        raise NotTaken("not right", f"The form is not right: {misfit}.", _FILL) from misfit


def _value(value: str | float | bool | list[str]) -> Value:  # noqa: FBT001 - a value of a form
    return tuple(value) if isinstance(value, list) else value
