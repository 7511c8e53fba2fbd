"""What comes of what somebody did with a handoff: what they answered, to whom they gave it, where the run stands since.

That an answer counts, and whose did where one does not, is `links`' matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from handrail.core.draft import Draft
from handrail.core.program import program_of
from handrail.insight.answering.links import answers_of
from handrail.insight.asking import Asking
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.standing import about_run
from handrail.insight.telling.wording import sentence_case, value_text, words_of
from handrail.store.moments import DISPOSITION
from handrail.store.rows import HandoffRow
from handrail.terms import coding
from handrail.terms.event import Answer, Reassigned
from handrail.terms.plan import NONE, Ask
from handrail.terms.state import State
from handrail.terms.values import Instant, PersonRef


class Answered(Struct, frozen=True):
    """An answer that counts, as it is read: its word (empty where only a form was asked), and each field with its value.

    `persons` are those fields whose value is somebody.
    """

    word: str
    persons: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """As it is said to whoever answered: `You answered “approve”; reason: the site.`."""
        said = [f"answered “{self.word}”"] if self.word else []
        if self.persons:
            named = (f"{name} as {label}" if label not in ("who", "person") else name for label, name in self.persons)
            said.append(f"named {' and '.join(named)}")
        rest = "; ".join(f"{label}: {value}" for label, value in self.fields)
        text = " and ".join(said) or ("wrote this" if rest else "said that it is done")
        return f"You {text}{'; ' if rest and said else ': ' if rest else ''}{rest.rstrip('.')}."

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """Everything that stands in it, each with its label."""
        word = (("Answer", sentence_case(self.word)),) if self.word else ()
        return (*word, *((sentence_case(label), value) for label, value in (*self.persons, *self.fields)))


def goes_on(past: Past, run: int, now: Instant) -> str:
    """Where the run stands now, in a sentence: what it waits for and of whom, or how it ended. Empty: it is not known."""
    row = past.run(run)
    return about_run(Asking(past, row.person, now), row).sentence if row is not None and row.state else ""


def answered(past: Past, row: HandoffRow, zone: str) -> Answered | None:
    """The last answer to the handoff that counts; None: nobody answered it."""
    found = list(answers_of(past, row))
    return answer_read(past, found[-1], zone) if found else None


def answer_read(past: Past, answer: Answer, zone: str) -> Answered:
    """An answer as it is read. Moments are told in `zone`."""
    names = Names(past)
    given = {words_of(name): value for name, value in answer.form.items() if value is not None and value != ""}
    persons = tuple((label, names.of(value.id)) for label, value in given.items() if isinstance(value, PersonRef))
    rest = ((label, value) for label, value in given.items() if not isinstance(value, PersonRef))
    word = "" if answer.word == "done" else words_of(answer.word)
    return Answered(word, persons, tuple((label, value_text(value, names.of, zone)) for label, value in rest))


def last_deed(past: Past, row: HandoffRow, by: str) -> Answer | Reassigned | None:
    """The last that `by`, written as owners are, did with the handoff: answered it, or gave it away. None: neither."""
    return next((deed for deed in reversed(list(_deeds(past, row))) if deed.by == by), None)


def _deeds(past: Past, row: HandoffRow) -> Iterator[Answer | Reassigned]:
    for kept in past.rows_of_run(row.run):
        if kept.kind in ("answer", "reassigned") and kept.disposition == DISPOSITION["matched"]:
            event = past.event_of(kept)
            if isinstance(event, Answer | Reassigned) and event.pass_ == row.pass_:
                yield event


def was_asked(past: Past, row: HandoffRow, now: Instant) -> str:
    """What the step asked, also when it is over, with its values as they are now; empty where nobody was asked anything."""
    run = past.run(row.run)
    plan = past.plans[run.plan].plan if run is not None else None
    if run is None or plan is None or row.step == NONE or not run.state:
        return ""
    body, person = plan.steps[row.step].body, past.person(run.person, then_of(now))
    program = program_of(plan)
    each = any(getattr(plan.steps[around].body, "item", "") for around in program.ancestors[row.step])
    if not isinstance(body, Ask) or person is None or each:  # of which item it was, a handoff that is over does not say
        return ""
    state = coding.unpack(run.state, State)
    draft = Draft(program, state, past.world(person, plan, then_of(now), state), now)
    return program.reason(body.question or body.todo or body.sign, draft.scope((), row.step))
