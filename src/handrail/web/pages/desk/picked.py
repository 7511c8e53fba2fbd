"""Handoffs that were *picked* from the list: one page that asks once more, naming how many, and one that says what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from handrail.app.answering.filled import FieldShown, answer_shown, fields_shown, filled, with_people
from handrail.app.answering.reading import answer_of
from handrail.app.answering.refusing import NotTaken
from handrail.app.answering.unclear import unclear
from handrail.app.handing.doing import AnswerGiven, Asked, Done, act_on
from handrail.core.answers import form_of
from handrail.insight.answering.question import OpenHandoff
from handrail.insight.desk.lines import Line, lines, opened
from handrail.insight.desk.persons.called import own_people
from handrail.insight.desk.waiting import by_key
from handrail.store.rows import HandoffRow
from handrail.terms.values import whole_number
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.desk.acting import look_at, may_act, must_act
from handrail.web.pages.desk.handoff import Sent, give_field, giving, snoozing
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PATH: Final = "/handoffs/picked"
PAGE: Final = Page(
    "picked", "Picked handoffs", PATH, right="answer", within="handoffs", example=f"{PATH}?pick=1.1&pick=2.1"
)
PICKED_MAX: Final = 200


class PickedShown(Struct, frozen=True):
    """What the page shows: the handoffs, the answers that all of them offer, and the fields when all ask the same.

    `foreign` counts those that are not the viewer's to act on: then nothing is offered.
    """

    lines: tuple[Line, ...]
    gone: int
    foreign: int
    choices: tuple[tuple[str, str], ...]
    fields: tuple[FieldShown, ...]
    teams: tuple[str, ...]
    give_to: FieldShown
    wrong: str = ""
    what_to_do: str = ""
    done: Done | None = None


@router.get(PATH)
def show(visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Ask once more."""
    rows = _rows(visit, visit.request.query_params.getlist("pick"))
    return visit.show(PAGE, of(visit, rows), title=_title(rows))


@router.post(PATH + "/{what}")
async def act(what: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Do it with all of them, and say what became of each."""
    form = await request.form()
    return await run_in_threadpool(_act, visit, what, form)


def of(visit: Visit, rows: Sequence[HandoffRow], sent: Sent | None = None, done: Done | None = None) -> PickedShown:
    """What the page shows; `sent` is what came back with a form that was not right."""
    sent = sent or Sent()
    still = [row for row in rows if row.closed is None]
    found = lines(visit.past, still, visit.now)
    alike = _alike(visit, still)
    common = [word for word in found[0].answers if all(word in line.answers for line in found)] if found else []
    if alike is None and any(line.has_form for line in found):
        common = []
    return PickedShown(
        lines=found,
        gone=len(rows) - len(found),
        foreign=sum(may_act(visit, row) is None for row in still),
        choices=tuple((word, answer_shown(word)) for word in common),
        fields=with_people(
            fields_shown(form_of(alike.plan, alike.each), sent.values, sent.wrong)
            if alike is not None and common
            else (),
            own_people(visit.past, visit.viewer),
            sent.candidates,
            {row.person for row in still},
        ),
        teams=tuple(sorted(visit.organization.teams)),
        give_to=give_field(visit, sent.given, sent.wrong, sent.candidates),
        wrong=sent.error,
        what_to_do=sent.what_to_do,
        done=done,
    )


def _alike(visit: Visit, rows: Sequence[HandoffRow]) -> OpenHandoff | None:
    """The first of them, when all ask the same thing of the same journey: then one form does for all."""
    found = [each for each in opened(visit.past, rows) if each is not None]
    same = {(each.run.plan, each.each.step, each.each.question, each.each.beside is None) for each in found}
    return found[0] if len(same) == 1 else None


def _rows(visit: Visit, picked: Sequence[str]) -> list[HandoffRow]:
    """The handoffs that were picked, each of which the visitor may look at. Raises Refused."""
    if not picked:
        raise Refused(422, "No handoff was picked.", "Go back to the list, and pick those that you mean.")
    if len(picked) > PICKED_MAX:
        raise Refused(422, f"{len(picked)} are more than can be picked at once.", f"Pick {PICKED_MAX} at most.")
    rows = by_key(visit.past, [_key(text) for text in picked])
    if not rows:
        raise Refused(404, "None of these handoffs is there.", "Go back to the list, and pick anew.")
    look_at(visit, rows)
    return rows


def _key(text: str) -> tuple[int, int]:
    """Run and pass of `12.1`. Raises Refused."""
    run, pass_ = (whole_number(part) for part in text.partition(".")[::2])
    if run is not None and pass_ is not None:
        return run, pass_
    raise Refused(422, f'"{text[:100]}" is no handoff.', "Go back to the list, and pick anew.")


def _act(visit: Visit, what: str, form: FormData) -> Response:
    rows = _rows(visit, [str(one) for one in form.getlist("pick")])
    by = must_act(visit, rows)
    kinds: dict[str, Callable[[], Asked]] = {
        "answer": lambda: _answer(visit, rows, form),
        "give": lambda: giving(visit, form),
        "snooze": lambda: snoozing(visit, form),
    }
    if what not in kinds:
        raise Refused(404, f'"{what[:100]}" cannot be done with handoffs.', "Open the page again: /handoffs")
    try:
        done = act_on(visit.runtime, rows, kinds[what](), by)
    except NotTaken as refused:
        said = unclear(visit.past, visit.viewer, refused)
        given = {name: str(value)[:500] for name, value in reversed(form.multi_items())}
        values = _values(_alike(visit, [row for row in rows if row.closed is None]), form)
        sent = Sent(said.error, said.what_to_do, values, said.wrong, said.candidates, given)
        return visit.show(PAGE, of(visit, rows, sent), 422, _title(rows))
    return visit.show(PAGE, of(visit, rows, done=done), title=_title(rows))


def _answer(visit: Visit, rows: Sequence[HandoffRow], form: FormData) -> AnswerGiven:
    """The answer, as it was sent. Raises NotTaken where it is right for none of them."""
    word, alike = str(form.get("answer", ""))[:200], _alike(visit, [row for row in rows if row.closed is None])
    values = _values(alike, form)
    if alike is not None:
        answer_of(visit.past, alike, word, values)
    return AnswerGiven(word, values)


def _values(alike: OpenHandoff | None, form: FormData) -> dict[str, object]:
    return filled(alike, form.multi_items()) if alike is not None else {}


def _title(rows: Sequence[HandoffRow]) -> str:
    return "1 handoff" if len(rows) == 1 else f"{len(rows)} handoffs"
