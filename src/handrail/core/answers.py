"""What somebody's answer does: the first valid one counts, a later one is kept and told so.

`offered` says what may be answered now; pages, mails and commands ask it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handrail.core.draft import Draft
from handrail.core.forms import form_problems
from handrail.core.ladders import follow, had_by
from handrail.core.passes import complete, end_run
from handrail.core.steps.do import send
from handrail.terms.event import Answer
from handrail.terms.plan import NONE, Ask, Do, FormField, HandTo, Plan
from handrail.terms.state import Pass

DONE, TRY_AGAIN, DONE_BY_HAND, SKIP, STOP = -2, -3, -4, -5, -6
_FAILED_DO: Final = {"try_again": TRY_AGAIN, "done_by_hand": DONE_BY_HAND, "skip": SKIP, "stop": STOP}
_BESIDE: Final = {"done_by_hand": DONE_BY_HAND, "skip": SKIP}


def offered(plan: Plan, each: Pass) -> Mapping[str, int]:
    """The answers that may be given to the handoff now, with the list of moves each leads to (or a code above)."""
    if each.beside is not None:
        return _BESIDE
    if each.ladder >= 0 and each.rung >= 0:
        move = plan.ladders[each.ladder].moves[each.rung]
        if isinstance(move, HandTo) and move.answers:
            return move.answers
    body = plan.steps[each.step].body if each.step != NONE else None
    if isinstance(body, Do):
        return _FAILED_DO if each.failed else {}
    if not isinstance(body, Ask):
        return {}
    if body.answers:
        return {word: ladder for word, ladder in body.answers.items() if ladder != each.ladder}
    return {"done": DONE}


def form_of(plan: Plan, each: Pass) -> Mapping[str, FormField]:
    """The fields that come with every answer."""
    body = plan.steps[each.step].body if each.step != NONE else None
    return body.form if isinstance(body, Ask) and each.beside is None else {}


def answered(d: Draft, answer: Answer) -> None:
    """Take the answer, or say why it does not count."""
    each = d.passes.get(answer.pass_)
    if each is None or each.waiting == "outcome":
        _too_late(d, answer)
        return
    words = offered(d.plan, each)
    word = answer.word or ("done" if "done" in words else "")
    problems = form_problems(form_of(d.plan, each), answer.form)
    if word not in words or problems:
        d.used = False
        d.say("answer not valid", _place(d, each), each.number, word=word, **problems)
        return
    _take(d, each, answer, word, words[word])


def _place(d: Draft, each: Pass) -> int:
    return d.step(each.step).place if each.step != NONE else 0


def _too_late(d: Draft, answer: Answer) -> None:
    """The handoff is closed: nothing changes, and whoever answered is told by whom it was answered before."""
    d.used = False
    d.say("answered too late", 0, answer.pass_, by=answer.by)


def _take(d: Draft, each: Pass, answer: Answer, word: str, leads_to: int) -> None:
    late = each.late or (each.due is not None and answer.at > each.due)
    each = d.put(each, late=late)
    d.say("answered", _place(d, each), each.number, by=answer.by, word=word)
    if each.beside is not None:
        d.close(each.number, word)
        return
    name = d.key(each.step, each.items) if each.step != NONE else ""
    if leads_to >= 0:
        if answer.form and name:
            d.results[name] = d.results.get(name, answer.form).plus(answer.form)
        follow(d, each, word, leads_to, answer.by, answer.at)
    elif leads_to == DONE:
        complete(d, each, "done", **{**answer.form, "answer": word, "by": answer.by, "at": answer.at})
    else:
        _failed_do(d, each, answer, leads_to)


def _failed_do(d: Draft, each: Pass, answer: Answer, leads_to: int) -> None:
    """What becomes of a call that could not be done, in the hands of a person."""
    if leads_to == TRY_AGAIN:
        send(d, d.put(each, asked=had_by(d, each), ladder=NONE, rung=NONE))
    elif leads_to == DONE_BY_HAND:
        complete(d, each, "done", by=answer.by, at=answer.at, answer="done_by_hand")
    elif leads_to == SKIP:
        complete(d, each, "skipped")
    else:
        end_run(d, "stopped", f"stopped by {answer.by}")
