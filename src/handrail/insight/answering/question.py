"""One open handoff as whoever has it sees it: what is asked, about whom, until when, what may be answered, and what if not.

For mails, for pages and for the API; who may answer and what becomes of it is `handrail.app.answering`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from handrail.conditions.parse import parse_text
from handrail.core.answers import form_of, offered
from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.insight.answering.before import had_before
from handrail.insight.answering.otherwise import Otherwise, otherwise
from handrail.insight.lists import Names
from handrail.insight.past import Past, PlanKept, then_of
from handrail.insight.telling.sentences import what_is_awaited
from handrail.store.rows import HandoffRow, RunRow
from handrail.terms import coding
from handrail.terms.person import Person
from handrail.terms.plan import NONE, Ask, FormField, HandTo, Plan, Text
from handrail.terms.state import Pass, State
from handrail.terms.values import Instant

Translated: TypeAlias = Callable[[str], str]
_KINDS: Final = ("question", "todo", "sign")


class OpenHandoff(Struct, frozen=True):
    """A handoff that is open, with the run and the plan that it stands in."""

    row: HandoffRow
    run: RunRow
    kept: PlanKept
    state: State
    each: Pass

    @property
    def plan(self) -> Plan:
        return self.kept.plan


class Question(Struct, frozen=True):
    """What is asked. `asked` is the author's own text, empty where nobody is asked; then `waits_for` says what is awaited.

    `answers` are the words that may be answered now, `form` the fields that come with them. `before` names who had it before
    its owner, the latest last. `late`: the moment that is due now is past. `otherwise` says what happens if nothing is done.
    """

    run: int
    pass_: int
    step: str
    journey: str
    title: str
    person: int
    about: str
    owner: str
    owner_name: str
    asked: str
    waits_for: str
    answers: tuple[str, ...]
    form: Mapping[str, FormField]
    opened: Instant
    due: Instant | None
    late: bool
    otherwise: Otherwise
    before: tuple[str, ...] = ()


def open_handoff(past: Past, row: HandoffRow) -> OpenHandoff | None:
    """The handoff as it stands in its run; None when it is over."""
    run = past.run(row.run)
    if run is None or not run.state:
        return None
    state = coding.unpack(run.state, State)
    each = next((each for each in state.passes if each.number == row.pass_), None)
    return None if each is None else OpenHandoff(row, run, past.plans[run.plan], state, each)


def question_of(past: Past, found: OpenHandoff, now: Instant, translated: Translated | None = None) -> Question:
    """What is asked of whoever has it; `translated` gives a text of the journey's file in their language, or nothing."""
    plan, each, names = found.plan, found.each, Names(past)
    learner = past.person(found.run.person, then_of(now))
    step = plan.steps[each.step].name if each.step != NONE else ""
    due = None if found.state.phase == "paused" else each.due
    draft = _draft(past, found, learner, now) if learner is not None else None
    return Question(
        found.run.id,
        each.number,
        step,
        plan.journey,
        plan.title,
        found.run.person,
        names.of(found.run.person),
        each.owner,
        names.owner(each.owner),
        asked_text(found, draft, translated) if draft is not None else "",
        what_is_awaited(plan, each),
        tuple(offered(plan, each)),
        form_of(plan, each),
        each.opened,
        due,
        due is not None and due <= now,
        otherwise(draft, each, names) if draft is not None else Otherwise(due),
        tuple(names.owner(owner) for owner in had_before(past, [found.row])[found.row[:2]]),
    )


def _draft(past: Past, found: OpenHandoff, learner: Person, now: Instant) -> Draft:
    world = past.world(learner, found.plan, then_of(now), found.state)
    return Draft(program_of(found.plan), found.state, world, now)


def asked_text(found: OpenHandoff, draft: Draft, translated: Translated | None = None) -> str:
    """The question or task in force, with its values; empty where nobody is asked anything."""
    text, key = _text_in_force(found.plan, found.each)
    own = translated(key) if translated is not None and key else ""
    if own:
        text = parse_text(own)
    if not text:
        return ""
    return draft.program.reason(text, draft.scope(found.each.items, found.each.step, opening=found.each.opened))


def _text_in_force(plan: Plan, each: Pass) -> tuple[Text, str]:
    """A rung's own question, else the step's; with the key of its translation."""
    if each.question is not None:
        move = plan.ladders[each.question[0]].moves[each.question[1]]
        assert isinstance(move, HandTo), "only a `hand_to` asks a question"
        return move.question, ""
    body = plan.steps[each.step].body if each.step != NONE and each.beside is None else None
    if not isinstance(body, Ask):
        return (), ""
    kind = next((kind for kind in _KINDS if getattr(body, kind)), "")
    return (getattr(body, kind), f"{plan.steps[each.step].name}.{kind}") if kind else ((), "")
