"""What somebody's answer does: the first valid one counts, a later one is kept and told so.

`offered` says what may be answered now; pages, mails and commands ask it too. Who may answer is the edge's to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec.structs import replace

from handrail.core.draft import Draft
from handrail.core.inputs.forms import form_problems
from handrail.core.inputs.told import CORRECTION
from handrail.core.moves.going_back import begin_anew
from handrail.core.moves.ladders import again, follow, had_by
from handrail.core.moves.passes import complete, end_run
from handrail.terms.event import Answer
from handrail.terms.plan import NONE, Ask, Do, FormField, HandTo, Plan, Tell
from handrail.terms.state import Pass

DONE, TRY_AGAIN, DONE_BY_HAND, SKIP, STOP, KEEP, GO_BACK = NONE, -3, -4, -5, -6, -7, -8
_FAILED_DO: Final = {"try_again": TRY_AGAIN, "done_by_hand": DONE_BY_HAND, "skip": SKIP, "stop": STOP}
_FAILED_TELL: Final = {"done_by_hand": DONE_BY_HAND, "skip": SKIP, "stop": STOP}
_BESIDE: Final = {"done_by_hand": DONE_BY_HAND, "skip": SKIP}
_CORRECTED: Final = {"keep": KEEP, "go_back": GO_BACK, "stop": STOP}
_DONE: Final = {"done": DONE}
_NONE_OFFERED: Final[Mapping[str, int]] = {}


def offered(plan: Plan, each: Pass) -> Mapping[str, int]:
    """The answers that may be given to the handoff now, with the list of moves each leads to (or a code above)."""
    if each.beside is not None:
        return _CORRECTED if each.beside[1] == CORRECTION else _BESIDE
    if each.waiting in ("outcome", "nothing", "time", "value") or (each.waiting == "cohort" and _in_line(plan, each)):
        return _NONE_OFFERED
    asked = _asked(plan, each)
    if asked is not None:
        taken = _taken(plan, each) if each.ladder >= 0 else None
        return {word: ladder for word, ladder in asked.items() if ladder not in taken} if taken else asked
    body = plan.steps[each.step].body if each.step != NONE else None
    if isinstance(body, Ask):
        return _DONE
    if each.failed and each.waiting == "answer":
        return _FAILED_DO if isinstance(body, Do) else _FAILED_TELL if isinstance(body, Tell) else _NONE_OFFERED
    return _NONE_OFFERED


def _in_line(plan: Plan, each: Pass) -> bool:
    """Whether, as it waits for a cohort, another run of it does the step, and nobody was asked anything here."""
    return each.question is None and bool(plan.steps[each.step].once_for)


def _asked(plan: Plan, each: Pass) -> Mapping[str, int] | None:
    """The answers of the question in force: a rung's own, else the step's."""
    if each.question is not None:
        move = plan.ladders[each.question[0]].moves[each.question[1]]
        assert isinstance(move, HandTo), "only a `hand_to` asks a question"
        return move.answers
    body = plan.steps[each.step].body if each.step != NONE else None
    return (body.answers or None) if isinstance(body, Ask) else None


def _taken(plan: Plan, each: Pass) -> frozenset[int]:
    """The lists of moves that it stands in: an answer that led there is not offered again."""
    found = []
    ladder = each.ladder
    while ladder >= 0:
        found.append(ladder)
        ladder = plan.ladders[ladder].parent
    return frozenset(found)


def form_of(plan: Plan, each: Pass) -> Mapping[str, FormField]:
    """The fields that come with every answer to the step's own question."""
    body = plan.steps[each.step].body if each.step != NONE else None
    own = each.beside is None and each.question is None
    return body.form if isinstance(body, Ask) and own else {}


def answered(d: Draft, answer: Answer) -> None:
    """Take the answer, or say why it does not count."""
    each = d.passes.get(answer.pass_)
    if each is None or each.waiting in ("outcome", "nothing"):
        d.used = False
        d.say("answered too late", 0, answer.pass_, by=answer.by)
        return
    words = offered(d.plan, each)
    word = answer.word or ("done" if "done" in words else "")
    problems = form_problems(form_of(d.plan, each), answer.form)
    if word not in words or problems:
        d.used = False
        d.say("answer not valid", _place(d, each), each.number, word=word, **problems)
        return
    late = each.late or (each.due is not None and answer.at > each.due)
    d.say("answered", _place(d, each), each.number, by=answer.by, word=word, **_in_name(answer))
    _take(d, each if late == each.late else d.put(replace(each, late=late)), answer, word, words[word])


def _in_name(answer: Answer) -> dict[str, str]:
    return {"in_the_name_of": answer.for_} if answer.for_ else {}


def _place(d: Draft, each: Pass) -> int:
    return d.step(each.step).place if each.step != NONE else 0


def _take(d: Draft, each: Pass, answer: Answer, word: str, leads_to: int) -> None:
    if each.beside is not None:
        _beside(d, each, answer, leads_to)
        return
    if leads_to >= 0:
        if answer.form:
            name = d.key(each.step, each.items)
            d.results[name] = d.results.get(name, answer.form).plus(answer.form)
        follow(d, each, word, leads_to, answer.by, answer.at)
    elif leads_to == DONE:
        complete(d, each, "done", answer.form.plus({"answer": word, "by": answer.by}), answer.at)
    else:
        _failed_do(d, each, answer, leads_to)


def _beside(d: Draft, each: Pass, answer: Answer, leads_to: int) -> None:
    """What becomes of a handoff beside the run: it is closed, and only a correction can turn the run."""
    d.close(each.number, "answered")
    if d.over:
        return
    if leads_to == STOP:
        end_run(d, "stopped", f"stopped by {answer.by}")
    elif leads_to == GO_BACK:
        d.say("went back", _place(d, each), each.number, to=d.step(each.step).name)
        begin_anew(d, each.step, each.items, answer.at)
        d.go_on(each.step, each.items, "open")


def _failed_do(d: Draft, each: Pass, answer: Answer, leads_to: int) -> None:
    """What becomes of a call that could not be done, in the hands of a person."""
    if leads_to == TRY_AGAIN:
        again(d, d.put(replace(each, asked=had_by(d, each))), None)
    elif leads_to == DONE_BY_HAND:
        complete(d, each, "done", {"by": answer.by, "answer": "done_by_hand"}, answer.at)
    elif leads_to == SKIP:
        complete(d, each, "skipped")
    else:
        end_run(d, "stopped", f"stopped by {answer.by}")
