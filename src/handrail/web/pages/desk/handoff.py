"""One *handoff*: what is asked, about whom, until when, what happens if nobody does anything; and the forms that act on it.

Its answer, to whom it is given and how long it snoozes are decisions of the engine; a page only brings them there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from handrail.app.answering.filled import FieldShown, answer_shown, fields_shown, filled, person_field, with_people
from handrail.app.answering.reading import answer_of, handoff_row
from handrail.app.answering.refusing import NotTaken
from handrail.app.answering.taking import in_name_of
from handrail.app.answering.unclear import LABELS, unclear
from handrail.app.handing.doing import AnswerGiven, Asked, act_on
from handrail.app.handing.naming import moment_named, owner_named, reason_given
from handrail.core.answers import form_of
from handrail.engine.by_hand.handing import Giving, Snoozing
from handrail.insight.answering.afterwards import answer_read, answered, goes_on, last_deed, was_asked
from handrail.insight.answering.links import over
from handrail.insight.answering.question import OpenHandoff, Question, open_handoff, question_of
from handrail.insight.desk.incidents import returned_letters
from handrail.insight.desk.lines import Line, lines, state_of
from handrail.insight.desk.persons.called import Candidate, own_people
from handrail.insight.desk.waiting import Waiting, how_many, waiting
from handrail.insight.lists import Names
from handrail.insight.past import then_of
from handrail.insight.telling.sentences import what_they_do
from handrail.store.rows import HandoffRow
from handrail.terms.event import Answer
from handrail.terms.values import Instant, whole_number
from handrail.web.access import past_of
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.pages.desk.acting import look_at, may_act, may_hand_over, may_look, must_act
from handrail.web.refusals import HANDOFF_STATUS, Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page(
    "handoff", "Handoff", "/handoffs/{run}/{pass_}", right="answer", within="handoffs", example="/handoffs/R-1/1"
)
THANKS: Final = {
    "answered": "{said} Your answer counts, and the journey goes on. {next}",
    "given": "You gave it to {owner}: it is theirs now, and they are told.",
    "snoozed": "Nobody is reminded of it before then.",
}


class NextUp(Struct, frozen=True):
    """What waits for the visitor after this one: `many` of them, `line` is the soonest due; `whose` says of which list."""

    many: int
    line: Line
    whose: str


class Awaited(Struct, frozen=True):
    """What ends a handoff that nobody answers: `what` whoever it is about does elsewhere (empty: it comes by itself), and their address.

    `reminded` is when its owner is reminded next.
    """

    what: str
    address: str
    reminded: Instant | None


class HandoffShown(Struct, frozen=True):
    """What the page shows. `question` while it is open, else `sentence` says how it ended, `asked` what was asked and `answer` what stands in the answer.

    `sees`: the visitor may look at it still; if not, it says only what they did with it. `acts`: they may answer it, `hands_over` give it away and snooze it;
    `for_` in whose name they would answer (empty: their own). `awaited` is what ends it, where nobody answers. `give_to` names to whom, and `given` is what had been written there. `to_do` is what they do elsewhere, where nothing is to be answered. `state` is how it stands in a word or two, `wrong` what was wrong with what they sent, `thanks`
    what they have just done and `next` what waits for them then. `unreached` says that no letter reaches its owner.
    """

    run: int
    pass_: int
    person: int
    person_name: str
    journey: str
    title: str
    question: Question | None
    sentence: str
    acts: bool
    for_: str
    choices: tuple[tuple[str, str], ...]
    fields: tuple[FieldShown, ...]
    teams: tuple[str, ...]
    snoozed: Instant | None
    state: str
    to_do: str = ""
    awaited: Awaited | None = None
    give_to: FieldShown | None = None
    given: Mapping[str, str] = {}
    wrong: str = ""
    what_to_do: str = ""
    thanks: str = ""
    unreached: str = ""
    next: NextUp | None = None
    hands_over: bool = False
    sees: bool = True
    asked: str = ""
    answer: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        return f"/handoffs/R-{self.run}/{self.pass_}"


class Sent(Struct, frozen=True):
    """What came back with a form that was not right: `values` of an answer, `given` of the other forms, as they were written."""

    error: str = ""
    what_to_do: str = ""
    values: Mapping[str, object] = {}
    wrong: Mapping[str, str] = {}
    candidates: Mapping[str, tuple[Candidate, ...]] = {}
    given: Mapping[str, str] = {}


@router.get(PAGE.path)
def show(run: str, pass_: str, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """The page."""
    row, done = _found(visit, run, pass_), visit.request.query_params.get("done", "")
    if not may_look(visit, row) and (said := _let_go(visit, row)):
        return visit.show(PAGE, _left(visit, row, said), title="It is somebody else’s now")
    look_at(visit, [row])
    return _page(visit, row, Sent(), thanks=_thanks(visit, row, done))


@router.post(PAGE.path + "/answer")
async def answer(run: str, pass_: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Answer it."""
    form = await request.form()
    return await run_in_threadpool(_answer, visit, run, pass_, form)


@router.post(PAGE.path + "/give")
async def give(run: str, pass_: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Give it to somebody else."""
    form = await request.form()

    def asked() -> Asked:
        return giving(visit, form)

    return await run_in_threadpool(_hand_over, visit, (run, pass_), asked, form)


@router.post(PAGE.path + "/snooze")
async def snooze(run: str, pass_: str, request: Request, visit: Annotated[Visit, visiting(PAGE)]) -> Response:
    """Snooze it."""
    form = await request.form()

    def asked() -> Asked:
        return snoozing(visit, form)

    return await run_in_threadpool(_hand_over, visit, (run, pass_), asked, form)


def giving(visit: Visit, form: FormData) -> Giving:
    """To whom, and why, as the form says it. Raises NotTaken."""
    persons = [text for each in form.getlist("person") if (text := str(each).strip())]
    to = persons[-1] if persons else str(form.get("team", "")).strip()  # who was chosen comes after what was written
    if not to:
        raise NotTaken("not right", "It is not said to whom.", "Choose a team, or write a person's name or number.")
    return Giving(
        owner_named(visit.past, to[:400], visit.organization, "person"), reason_given(str(form.get("reason", "")))
    )


def snoozing(visit: Visit, form: FormData) -> Snoozing:
    """Until when, and why, as the form says it. Raises NotTaken."""
    until = moment_named(str(form.get("until", ""))[:40], visit.organization)
    return Snoozing(until, reason_given(str(form.get("reason", ""))))


def of(visit: Visit, row: HandoffRow, sent: Sent, thanks: str = "") -> HandoffShown:
    """What the page shows."""
    found = open_handoff(visit.past, row) if row.closed is None else None
    question = question_of(visit.past, found, visit.now) if found is not None else None
    run = visit.past.run(row.run)
    assert run is not None, f"R-{row.run} has a handoff"
    plan = visit.past.plans[run.plan].plan
    told = answered(visit.past, row, visit.zone) if question is None else None
    form = form_of(found.plan, found.each) if found is not None else {}
    suggested = own_people(visit.past, visit.viewer) if found is not None else ()
    return HandoffShown(
        run=row.run,
        pass_=row.pass_,
        person=row.person,
        person_name=question.about if question is not None else Names(visit.past).of(row.person),
        journey=plan.journey,
        title=plan.title,
        question=question,
        sentence="" if question is not None else over(visit.past, row, visit.zone).sentence,
        acts=found is not None and may_act(visit, row) is not None,
        for_=_in_name_of(visit, row),
        choices=tuple((word, answer_shown(word)) for word in question.answers) if question is not None else (),
        fields=with_people(fields_shown(form, sent.values, sent.wrong), suggested, sent.candidates, (row.person,)),
        give_to=give_field(visit, sent.given, sent.wrong, sent.candidates) if found is not None else None,
        given=sent.given,
        teams=tuple(sorted(visit.organization.teams)),
        snoozed=found.each.aside if found is not None else None,
        state=state_of(found, visit.now) if found is not None else "",
        to_do=_to_do(found) if found is not None else "",
        awaited=_awaited(visit, found) if found is not None and question is not None and not question.answers else None,
        wrong=sent.error,
        what_to_do=sent.what_to_do,
        thanks=thanks,
        unreached=returned_letters(visit.past, visit.viewer, visit.now, [row.owner]).get(row.owner, "")
        if question is not None
        else "",
        next=_next(visit, row) if thanks else None,
        hands_over=found is not None and may_hand_over(visit, row) is not None,
        asked="" if question is not None else was_asked(visit.past, row, visit.now),
        answer=told.lines if told is not None else (),
    )


def give_field(
    visit: Visit, given: Mapping[str, str], wrong: Mapping[str, str], candidates: Mapping[str, tuple[Candidate, ...]]
) -> FieldShown:
    """The field that says to whom a handoff is given."""
    field = person_field("person", LABELS["person"], given.get("person", ""), wrong.get("person", ""))
    return with_people((field,), own_people(visit.past, visit.viewer), candidates)[0]


def _awaited(visit: Visit, found: OpenHandoff) -> Awaited:
    person = visit.past.person(found.row.person, then_of(visit.now))
    seen = person if visit.viewer.sees(found.row.person, person) else None
    address = seen.email if seen is not None and isinstance(seen.email, str) else ""
    coming = [moment for moment in found.each.reminders if moment > visit.now]
    what = what_they_do(found.plan, found.each)
    return Awaited(what[:1].lower() + what[1:], address, min(coming) if coming else None)


def _to_do(found: OpenHandoff) -> str:
    """What whoever it is about does for it, while it is theirs."""
    return what_they_do(found.plan, found.each) if found.row.owner == f"person:{found.row.person}" else ""


def _left(visit: Visit, row: HandoffRow, said: str) -> HandoffShown:
    """What the page shows to somebody who had it, and may not look at it any more: only what they did."""
    run = visit.past.run(row.run)
    assert run is not None, f"R-{row.run} has a handoff"
    plan, name = visit.past.plans[run.plan].plan, Names(visit.past).of(row.person)
    return HandoffShown(
        row.run, row.pass_, row.person, name, plan.journey, plan.title, None, said, False, "", (), (), (), None, "",  # noqa: FBT003 - they may not act
        next=_next(visit, row), sees=False,
    )  # fmt: skip


def _let_go(visit: Visit, row: HandoffRow) -> str:
    """What the visitor did last with a handoff that is nobody's whom they see; empty: nothing."""
    deed = last_deed(visit.past, row, visit.viewer.author)
    if deed is None:
        return ""
    names = Names(visit.past)
    if isinstance(deed, Answer):
        said, done = answer_read(visit.past, deed, visit.zone).text, "answered"
        return THANKS[done].format(said=said, next="").rstrip()
    asked = was_asked(visit.past, row, visit.now)
    about = (
        f"You gave “{asked}”, about {names.of(row.person)}," if asked else f"You gave it, about {names.of(row.person)},"
    )
    return f"{about} to {names.owner(deed.to)}. They are told, and answer for it now."


def _next(visit: Visit, row: HandoffRow) -> NextUp | None:
    """The soonest due of what waits for the visitor beside this one: of their own, else of their teams'."""
    for which, said in ((Waiting("mine"), "for you"), (Waiting("team"), "for your team")):
        others = [each for each in waiting(visit.past, visit.desk, which, 2).rows if each[:2] != row[:2]]
        if found := lines(visit.past, others[:1], visit.now):
            own = row.closed is None and row.owner in (visit.desk.own if which.whose == "mine" else visit.desk.teams)
            return NextUp(how_many(visit.past, visit.desk, which) - own, found[0], said)
    return None


def _page(visit: Visit, row: HandoffRow, sent: Sent, status: int = 200, thanks: str = "") -> Response:
    shown = of(visit, row, sent, thanks)
    title = f"{shown.person_name}: {shown.title}"
    return visit.show(PAGE, shown, status, title)


def _thanks(visit: Visit, row: HandoffRow, done: str) -> str:
    """What they have just done, and what comes of it."""
    said = THANKS.get(done, "")
    if done == "answered":
        told = answered(visit.past, row, visit.zone)
        following = goes_on(visit.past, row.run, visit.now)
        return said.format(said=told.text if told is not None else "", next=following).strip()
    return said.format(owner=Names(visit.past).owner(row.owner))


def _in_name_of(visit: Visit, row: HandoffRow) -> str:
    """In whose name the visitor would answer it, by name; empty for their own."""
    by = may_act(visit, row)
    if by is None:
        return ""
    names = Names(visit.past)
    if by.for_others:
        return names.owner(row.owner)
    if row.closed is not None:
        return ""
    for_ = in_name_of(visit.runtime, visit.past, row.owner, visit.viewer.author)
    return names.owner(for_) if for_ else ""


def _row(visit: Visit, run: str, pass_: str) -> HandoffRow:
    """The handoff, if the visitor may look at it. Raises NotTaken, Refused."""
    row = _found(visit, run, pass_)
    look_at(visit, [row])
    return row


def _found(visit: Visit, run: str, pass_: str) -> HandoffRow:
    """The handoff of that name, whoever's it is. Raises NotTaken, Refused."""
    number = whole_number(run.removeprefix("R-"))
    if number is None:
        raise Refused(404, f'There is no run "{run[:100]}".', "See which handoffs there are: /handoffs")
    return handoff_row(visit.past, number, pass_)


def _answer(visit: Visit, run: str, pass_: str, form: FormData) -> Response:
    row = _row(visit, run, pass_)
    by = must_act(visit, [row])
    found = open_handoff(visit.past, row) if row.closed is None else None
    word, values = str(form.get("answer", ""))[:200], dict[str, object]()
    if found is not None:
        values = filled(found, form.multi_items())
        sent = _not_right(visit, found, word, values)
        if sent is not None:
            return _page(visit, row, sent, 422)
    became = act_on(visit.runtime, [row], AnswerGiven(word, values), by).outcomes[0]
    if became.done:
        return _done(row, "answered")
    return _again(visit, row, Sent(became.why, became.what_to_do, values), HANDOFF_STATUS[became.kind])


def _not_right(visit: Visit, found: OpenHandoff, word: str, values: Mapping[str, object]) -> Sent | None:
    """What is wrong with the form, field by field."""
    try:
        answer_of(visit.past, found, word, values)
    except NotTaken as refused:
        said = unclear(visit.past, visit.viewer, refused)
        return Sent(said.error, said.what_to_do, values, said.wrong, said.candidates)
    return None


def _hand_over(visit: Visit, named: tuple[str, str], asked: Callable[[], Asked], form: FormData) -> Response:
    row = _row(visit, *named)
    by = must_act(visit, [row], may_hand_over)
    given = {name: str(value)[:500] for name, value in reversed(form.multi_items())}
    try:
        wish = asked()
        became = act_on(visit.runtime, [row], wish, by).outcomes[0]
    except NotTaken as refused:
        said = unclear(visit.past, visit.viewer, refused)
        sent = Sent(said.error, said.what_to_do, {}, said.wrong, said.candidates, given)
        return _page(visit, row, sent, HANDOFF_STATUS[refused.why])
    if became.done:
        return _done(row, "given" if isinstance(wish, Giving) else "snoozed")
    return _again(visit, row, Sent(became.why, became.what_to_do, given=given), HANDOFF_STATUS[became.kind])


def _again(visit: Visit, row: HandoffRow, sent: Sent, status: int) -> Response:
    """The page as it stands after somebody else was first, with what became of this."""
    later = Visit(visit.request, visit.runtime, past_of(visit.runtime), visit.viewer, visit.now)
    fresh = next(each for each in later.past.store.handoffs_of_run(row.run) if each.pass_ == row.pass_)
    return _page(later, fresh, sent, status)


def _done(row: HandoffRow, what: str) -> Response:
    return RedirectResponse(f"/handoffs/R-{row.run}/{row.pass_}?done={what}", 303)
