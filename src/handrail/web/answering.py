"""`/a/TOKEN`, where a link in a mail leads: GET shows the one handoff and never acts, POST answers it as its owner, once.

Neither session nor JavaScript is needed. The link is the proof: it answers this handoff and opens nothing else. Whether it
still counts is `insight.answering.links`, taking the answer `app.answering`; forms are read in `app.answering.filled`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from msgspec import Struct, structs
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from handrail.app.answering.filled import FieldShown, answer_shown, fields_shown, filled, with_people
from handrail.app.answering.refusing import NotTaken
from handrail.app.answering.taking import Given, take_answer
from handrail.app.answering.unclear import Unclear, unclear
from handrail.app.mailing.tokens import PATH, tokens_of
from handrail.app.runtime import Runtime
from handrail.insight.answering.afterwards import answered as answered_with
from handrail.insight.answering.afterwards import goes_on
from handrail.insight.answering.links import LinkStands, Stands, link_stands
from handrail.insight.answering.question import Question, question_of
from handrail.insight.lists import Names
from handrail.insight.past import Past, then_of
from handrail.insight.rights import Grant, Viewer
from handrail.people.worlds import zone_for
from handrail.store.kept.links import LinkRow
from handrail.terms.person import own_id_of
from handrail.terms.values import Instant
from handrail.web.kit.environment import Frame, render
from handrail.web.kit.page import MenuEntry
from handrail.web.refusals import HANDOFF_STATUS
from handrail.web.tries import Tries

router: Final = APIRouter(include_in_schema=False)
HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
TITLES: Final[dict[Stands, str]] = {
    "open": "Your answer, please",
    "answered": "Already answered",
    "moved": "Somebody else has it now",
    "over": "This is over",
    "taken back": "This link was taken back",
    "expired": "This link is too old",
}
STATUS: Final[dict[Stands, int]] = {"taken back": 410, "expired": 410}


class AnswerShown(Struct, frozen=True):
    """What the page shows: the question while it is open, else the sentence that says why there is nothing to answer.

    `reader` is who answers by it, `for_` in whose name (empty: their own); `choices` are words with their buttons' texts;
    `next` is what comes of an answer that was given just now.
    """

    stands: Stands
    sentence: str
    what_to_do: str
    reader: str
    for_: str
    question: Question | None
    choices: tuple[tuple[str, str], ...]
    fields: tuple[FieldShown, ...]
    wrong: str = ""
    next: str = ""
    sign_in: str = "/handoffs"


class _Link(Struct, frozen=True):
    """A link that was found, in what is known now; `zone` is that of whoever reads it."""

    runtime: Runtime
    past: Past
    row: LinkRow
    now: Instant
    zone: str
    stands: LinkStands


def install(application: FastAPI) -> None:
    """Add what links in mail lead to."""
    application.state.link_tries = Tries()
    application.include_router(router)


@router.get(PATH + "{token}")
def shown(token: str, request: Request) -> Response:
    """What the link is about. Nothing is changed by looking, whoever or whatever looks."""
    found = _found(request, token)
    if found is None:
        return _unknown(request)
    thanks = found.stands.stands == "answered" and request.query_params.get("thanks") == "1"
    page = _shown(found)
    if thanks:
        told = answered_with(found.past, found.stands.handoff, found.zone)
        text = f"{told.text if told is not None else ''} Your answer counts.".lstrip()
        page = structs.replace(
            page,
            sentence=text,
            what_to_do="You need not do anything else, and may close this page.",
            next=goes_on(found.past, found.row.run, found.now),
        )
    return _page(request, found, page, title="Thank you" if thanks else "")


@router.post(PATH + "{token}")
async def answered(token: str, request: Request) -> Response:
    """The answer; after its commit the page says that it counts, or whose did."""
    form = await request.form(max_files=0, max_fields=200)
    return await run_in_threadpool(_answer, token, request, form)


def _answer(token: str, request: Request, form: FormData) -> Response:
    found = _found(request, token)
    if found is None:
        return _unknown(request)
    if found.stands.stands != "open" or found.stands.found is None:
        return _page(request, found, _shown(found), 409)
    values = filled(found.stands.found, form.multi_items())
    word = str(form.get("answer", ""))[:200]
    try:
        take_answer(found.runtime, found.stands.handoff, Given(found.row.reader, word, values, found.row))
    except NotTaken as refused:
        if refused.why == "over":
            return _page(request, again := _again(found), _shown(again), 409)
        return _page(request, found, _shown(found, refused, values), HANDOFF_STATUS[refused.why])
    return RedirectResponse(f"{PATH}{token}?{urlencode({'thanks': 1})}", 303, HEADERS)


def _found(request: Request, token: str) -> _Link | None:
    runtime: Runtime = request.app.state.runtime
    id_ = tokens_of(runtime.store).id_of(token)
    row = runtime.store.link(id_) if id_ is not None else None
    return _looked_at(runtime, row) if row is not None else None


def _looked_at(runtime: Runtime, row: LinkRow) -> _Link | None:
    organization, now = runtime.engine.worlds.organization, runtime.clock()
    past = runtime.past()
    number = own_id_of(row.reader)
    person = past.person(number, then_of(now)) if number is not None else None
    zone = zone_for(person, organization)
    stands = link_stands(past, row, now, zone)
    return None if stands is None else _Link(runtime, past, row, now, zone, stands)


def _again(found: _Link) -> _Link:
    """The same link as it stands after somebody else was first."""
    row = found.runtime.store.link(found.row.id)
    return (_looked_at(found.runtime, row) if row is not None else None) or found


def _shown(found: _Link, refused: NotTaken | None = None, values: dict[str, object] | None = None) -> AnswerShown:
    """The page; `refused` and `values`: what was wrong with an answer, and what had been filled in."""
    stands, names = found.stands, Names(found.past)
    is_open = stands.stands == "open" and stands.found is not None
    question = question_of(found.past, stands.found, found.now) if is_open and stands.found is not None else None
    said = unclear(found.past, _reader(found), refused) if refused is not None else Unclear()
    fields = fields_shown(question.form, values or {}, said.wrong) if question is not None else ()
    return AnswerShown(
        stands.stands,
        stands.sentence,
        stands.what_to_do,
        names.owner(found.row.reader),
        names.owner(found.row.owner) if found.row.owner != found.row.reader else "",
        question,
        tuple((word, answer_shown(word)) for word in question.answers) if question is not None else (),
        with_people(fields, (), said.candidates, (question.person,) if question is not None else ()),
        f"{said.error} {said.what_to_do}" if said.candidates else said.error,
    )


def _reader(found: _Link) -> Viewer:
    """Whoever reads it, as far as a link goes: they see themselves and who reports to them."""
    person = own_id_of(found.row.reader) or 0
    return Viewer(0, "", "", person, (Grant("manager"),) if person else ())


def _page(request: Request, found: _Link, page: AnswerShown, status: int = 0, title: str = "") -> HTMLResponse:
    frame = _frame(request, found.now, found.zone, title or TITLES[page.stands])
    return HTMLResponse(render("answer.html", frame, page), status or STATUS.get(page.stands, 200), HEADERS)


class UnknownShown(Struct, frozen=True):
    """A link that is none of ours: the same for whatever was guessed, mistyped or cut off."""

    status: int
    title: str
    error: str
    what_to_do: tuple[tuple[str, str], ...]
    more: tuple[tuple[str, str], ...] = ()
    entries: tuple[MenuEntry, ...] = ()


def _unknown(request: Request) -> HTMLResponse:
    """The same page for every link that is none of ours; after many of them from one address, not even that."""
    runtime: Runtime = request.app.state.runtime
    tries: Tries = request.app.state.link_tries
    wait = tries.failed(request.client.host if request.client is not None else "", runtime.clock())
    title, headers = "This is no link of ours", dict(HEADERS)
    error = "This link is not known here. It may have been cut off at the end of a line."
    advice = "Open it from the mail again, as a whole; or sign in and answer under “handoffs”."
    if wait:
        title, error = "Too many links that are none of ours", "Links that do not exist were tried too often from here."
        advice = f"Wait {wait} seconds. A link that is right works nevertheless."
        headers["Retry-After"] = str(wait)
    frame = _frame(request, runtime.clock(), runtime.engine.worlds.organization.zone, title)
    status = 429 if wait else 404
    return HTMLResponse(
        render("wrong.html", frame, UnknownShown(status, title, error, ((advice, ""),))), status, headers
    )


def _frame(request: Request, now: Instant, zone: str, title: str) -> Frame:
    """Around the page stands nothing but the organization's name: whoever has a link is not signed in."""
    runtime: Runtime = request.app.state.runtime
    name = runtime.engine.worlds.organization.name
    return Frame(title=title, current="", here=False, menu=(), viewer=None, organization=name, now=now, zone=zone)
