"""`ask`: hands a decision, a form, a task or a signature to somebody."""

from __future__ import annotations

from handrail.literacy.explaining.explanation import Sentence
from handrail.literacy.explaining.flow import goes_on
from handrail.literacy.explaining.ladders import answers_told
from handrail.literacy.explaining.parts import Spot, StepParts
from handrail.literacy.explaining.telling import Telling
from handrail.literacy.explaining.words.owners import as_subject, owner_said
from handrail.literacy.explaining.words.texts import form_said, text_said
from handrail.terms.plan import NONE, Ask


def told(t: Telling, step: int) -> StepParts:
    """Who is asked what, what they fill in or sign, and where each answer leads."""
    body = t.plan.steps[step].body
    assert isinstance(body, Ask), "the table leads here"
    who = owner_said(t, body.to, step)
    does = [t.of_step(step, _asked(t, body, who), "ask")]
    if body.form:
        does.append(t.of_step(step, f"The answer comes with a form: {form_said(body.form)}", "form"))
    if body.sign:
        does.append(
            t.of_step(step, f"It is signed electronically, with this meaning: {text_said(t, body.sign)}", "sign")
        )
    return StepParts(
        does=tuple(does),
        moves=(
            t.of_step(step, f"From Handrail to {who}: {_out(body)}, with a link to answer", "ask"),
            t.of_step(step, f"Back to Handrail: {_back(body)}, by whom and when", "ask"),
        ),
        decisions=_decisions(t, step, body, who),
        stalled="if it is not done {limit}" if body.todo else "if nobody has answered {limit}",
        never_fails="Asking cannot fail; it can only stall",
        owner=_owner(t, step, who),
    )


def _words(body: Ask) -> bool:
    """Whether the answers are words that lead somewhere, and not only `done`."""
    return any(ladder != NONE for ladder in body.answers.values())


def _asked(t: Telling, body: Ask, who: str) -> str:
    if body.todo:
        return f"{as_subject(who)} is given a task: {text_said(t, body.todo)}"
    return f"{as_subject(who)} is asked: {text_said(t, body.question)}"


def _out(body: Ask) -> str:
    what = "the task" if body.todo else "the question"
    return f"{what} and the form" if body.form else what


def _back(body: Ask) -> str:
    parts = ["that it is done" if body.todo else "the answer"] if _words(body) or not body.form else []
    parts += ["what was filled in"] if body.form else []
    parts += ["the signature"] if body.sign else []
    return " and ".join(parts)


def _decisions(t: Telling, step: int, body: Ask, who: str) -> tuple[Sentence, ...]:
    if _words(body):
        inside = answers_told(t, body.answers, Spot("answer", step))
        return (
            t.say(
                f"{as_subject(who)} decides:", t.plan.steps[step].place, f"{t.plan.steps[step].name}.answers", inside
            ),
        )
    return (t.of_step(step, f"There is nothing to decide, only {_only(body)}; {goes_on(t, step)}"),)


def _only(body: Ask) -> str:
    return "to sign" if body.sign else "to fill in" if body.form and not body.todo else "to say that it is done"


def _owner(t: Telling, step: int, who: str) -> str:
    inside = owner_said(t, t.plan.steps[step].contract.owner, step)
    return (
        f"{as_subject(who)} answers for it"
        if inside == who
        else f"{as_subject(who)} is asked, and {inside} answers for it inside"
    )
