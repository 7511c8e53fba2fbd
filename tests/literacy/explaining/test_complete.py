"""Nothing is left out: every step with its line, every owner, every limit, every word that the author wrote for people."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec import Struct, structs
from tests.literacy.explaining.edits import climbed
from tests.literacy.explaining.examples import EXAMPLES, NAMES, found, text_of, told

from handrail.literacy.explaining import FOUR, QUESTIONS, Sentence, StepTold
from handrail.terms.expression import Constant
from handrail.terms.plan import Ask, OwnerPath, Step
from handrail.terms.values import Duration

WORDS = {
    "learner": "learner",
    "manager": "manager",
    "sponsor": "sponsor",
    "accountable": "(accountable)",
    "path": "",
    "email": "",
}


def said(sentences: tuple[Sentence, ...]) -> str:
    """Sentences and all below them, in one line."""
    return " ".join(f"{each.text} {said(each.inside)}" for each in sentences)


def said_of(step: StepTold) -> str:
    return " ".join([step.title, said(step.does), *(said(question.sentences) for question in step.answers())])


def inside(value: object, kind: type) -> Iterator[object]:
    """Every part of a plan that is of this kind."""
    if isinstance(value, kind):
        yield value
    if isinstance(value, Struct) and not isinstance(value, Duration):
        for field in structs.fields(value):
            yield from inside(getattr(value, field.name), kind)
    if isinstance(value, dict | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from inside(one, kind)


def steps_of(name: str) -> Iterator[tuple[Step, StepTold]]:
    yield from zip(found(name).compiled.plan.steps, told(name).steps, strict=True)


@pytest.mark.parametrize("name", NAMES)
def test_every_step_is_told_in_its_order_with_its_line_in_the_file(name: str) -> None:
    lines = (EXAMPLES / name.replace("/", "/journeys/")).with_suffix(".yaml")
    written = lines.read_text(encoding="utf-8").splitlines() if lines.exists() else None
    for step, one in steps_of(name):
        assert f"{one.number}. {one.title}  (line {one.line})" in text_of(name)
        assert written is None or f"{step.name}:" in written[one.line - 1]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_answers_every_question(name: str) -> None:
    for _, one in steps_of(name):
        assert all(question.sentences for question in one.answers()), one.name
        assert [question.name for question in one.answers()] == list(QUESTIONS)
        assert [question.name for question in one.four()] == list(FOUR)
        assert said(one.stalls) in said(one.four()[-1].sentences)


@pytest.mark.parametrize("name", NAMES)
def test_every_owner_and_every_limit_of_a_handoff_occurs(name: str) -> None:
    for step, one in steps_of(name):
        if step.contract.limit is None or one.kind in {"check", "choose", "pause", "record", "finish", "stop", "tell"}:
            continue
        for path in step.contract.owner:
            assert _word(path) in said(one.owner), f"{name}: {step.name}"
        assert step.contract.limit.within is None or f"{step.contract.limit.within}" in said(one.owner)
        assert step.contract.limit.until is None or "until" in said(one.owner)
        assert all(f"{remind.duration}" in said(one.owner) for remind in step.contract.remind)


def _word(path: OwnerPath) -> str:
    return WORDS.get(path.kind) if path.kind in WORDS else path.name.split("-")[-1]  # type: ignore[return-value]


@pytest.mark.parametrize("name", NAMES)
def test_what_the_author_wrote_for_people_or_systems_stands_in_the_text_of_its_step(name: str) -> None:
    for step, one in steps_of(name):
        for text in _written_in(step):
            assert text in said_of(one), f"{name}: {step.name} says nothing of {text!r}"


def _written_in(step: Step) -> Iterator[str]:
    """Questions, tasks, courses, badges and values that are compared with."""
    for constant in inside(step.body, Constant):
        assert isinstance(constant, Constant)
        yield from (
            [constant.text] if constant.kind in {"text", "number", "money"} and "session." not in constant.text else []
        )
    body = step.body
    if isinstance(body, Ask):
        yield from (part for part in (*body.question, *body.todo, *body.sign) if isinstance(part, str))
        yield from (word.replace("_", " ") for word in body.form)
    for arguments in (getattr(body, "arguments", {}),):
        yield from (part for parts in arguments.values() for part in parts if isinstance(part, str))


@pytest.mark.parametrize("name", NAMES)
def test_every_move_that_can_happen_has_its_reason_and_its_time(name: str) -> None:
    plan, text = found(name).compiled.plan, " ".join(text_of(name).split())
    for number in climbed(plan):
        for move in plan.ladders[number].moves:
            durations = [each for each in inside(move, Duration) if isinstance(each, Duration)]
            assert all(f"{duration}" in text for duration in durations), move
            reasons = [part for part in getattr(move, "reason", ()) if isinstance(part, str)]
            assert all(" ".join(part.split()) in text for part in reasons), move


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_that_the_file_says_leads_to_a_line_of_it(name: str) -> None:
    one, keyless = told(name), 0
    for step in one.steps:
        for question in step.answers():
            keyless += sum(1 for each in question.sentences if not each.line)
    assert keyless == 0
    begins = one.before[0].sentences
    assert all(each.line for each in begins if "ways to begin" not in each.text), [each.text for each in begins]
