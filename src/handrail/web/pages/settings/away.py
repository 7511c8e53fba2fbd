"""*Away*: who is away, and who acts in their name meanwhile. One's own is said by oneself, others' by whoever answers for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from pydantic import BaseModel, Field

from handrail.app.answering.refusing import NotTaken
from handrail.app.answering.unclear import Unclear, unclear
from handrail.app.handing.absences import AwayAsked, absences_shown, end_by_hand, set_by_hand
from handrail.app.handing.naming import person_named
from handrail.insight.desk.away import AwayLine
from handrail.insight.desk.persons.called import Candidate
from handrail.insight.past import then_of
from handrail.web.kit.page import Page
from handrail.web.kit.visit import Visit, visiting
from handrail.web.refusals import Refused

router: Final = APIRouter(include_in_schema=False)
PAGE: Final = Page("away", "Away, and delegates", "/away", right="answer", entry="beside")
DONE: Final = {
    "set": "It is kept, and handoffs go to whoever acts in their name.",
    "ended": "They are back, and handoffs come to them again.",
}
LINES_MAX: Final = 500


Named = Annotated[str, Field(max_length=400)]


class AwayForm(BaseModel):
    """The form. `person` empty: oneself; `delegate` empty: nobody acts in their name. Whom somebody chose comes after what they wrote."""

    person: list[Named] = Field(default_factory=list, max_length=2)
    first: str = Field(default="", max_length=10)
    last: str = Field(default="", max_length=10)
    delegate: list[Named] = Field(default_factory=list, max_length=2)
    reason: str = Field(default="", max_length=500)


class AwayShown(Struct, frozen=True):
    """What the page shows: absences, each with whether the viewer may end it. `others`: they may say it of others, too.

    `one`: they are one of the people; `typed` is what was not right, to be mended; `candidates`
    are those who may be meant, of `away` and of `delegate`.
    """

    lines: tuple[tuple[AwayLine, bool], ...]
    more: int
    one: bool
    others: bool
    typed: AwayForm
    done: str = ""
    wrong: str = ""
    what_to_do: str = ""
    candidates: Mapping[str, tuple[Candidate, ...]] = {}


Seen = Annotated[Visit, visiting(PAGE)]


@router.get(PAGE.path)
def show(visit: Seen) -> Response:
    """The page."""
    return _page(visit, AwayForm(), done=DONE.get(visit.request.query_params.get("done", ""), ""))


@router.post(PAGE.path)
def begin(visit: Seen, form: Annotated[AwayForm, Form()]) -> Response:
    """Say that somebody is away."""
    try:
        set_by_hand(visit.runtime, _asked(visit, form), visit.viewer.author)
    except NotTaken as refused:
        return _page(visit, form, wrong=refused)
    return RedirectResponse(f"{PAGE.path}?done=set", 303)


@router.post(PAGE.path + "/end")
def end(visit: Seen, number: Annotated[int, Form(ge=0, lt=2**62)] = 0) -> Response:
    """They are back, or never went."""
    line = next((each for each in absences_shown(visit.past, visit.now) if each.number == number), None)
    if line is None or not _says(visit, line.person):
        raise Refused(404, "There is no such absence that you may end.", "See which there are: /away")
    try:
        end_by_hand(visit.runtime, number, visit.viewer.author)
    except NotTaken as refused:
        return _page(visit, AwayForm(), wrong=refused)
    return RedirectResponse(f"{PAGE.path}?done=ended", 303)


def _asked(visit: Visit, form: AwayForm) -> AwayAsked:
    """Raises NotTaken, Refused."""
    person = _meant(visit, form.person, "away") or visit.viewer.person
    if not person:
        raise NotTaken("not right", "It is not said who is away.", "Write a name, a number or an address.")
    if not _says(visit, person):
        raise NotTaken("not theirs", "You may say it of yourself only.", "Ask them, or whoever answers for others.")
    delegate = _meant(visit, form.delegate, "delegate")
    return AwayAsked(person, _day(form.first, "first"), _day(form.last or form.first, "last"), delegate, form.reason)


def _meant(visit: Visit, texts: Sequence[str], field: str) -> int:
    """The own id of whom somebody wrote, or chose of those who are called so; 0: nobody. Raises NotTaken."""
    text = next((text.strip() for text in reversed(texts) if text.strip()), "")
    return person_named(visit.past, text, field) if text else 0


def _says(visit: Visit, person: int) -> bool:
    """Whether the viewer may say of this person that they are away."""
    known = visit.past.person(person, then_of(visit.now))
    return person == visit.viewer.person or visit.viewer.acts("answer for others", person, known)


def _sees(visit: Visit, line: AwayLine) -> bool:
    people = (line.person, line.delegate)
    if visit.viewer.person and visit.viewer.person in people:
        return True
    return visit.viewer.sees(line.person, visit.past.person(line.person, then_of(visit.now)))


def _day(text: str, which: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        advice = "Write it as in 2026-03-16."
        raise NotTaken("not right", f"The {which} day is missing, or is no day.", advice) from None


def _page(visit: Visit, typed: AwayForm, done: str = "", wrong: NotTaken | None = None) -> Response:
    there = absences_shown(visit.past, visit.now)
    visit.past.fetch(line.person for line in there)
    seen = [line for line in there if _sees(visit, line)]
    said = unclear(visit.past, visit.viewer, wrong) if wrong is not None else Unclear()
    shown = AwayShown(
        tuple((line, _says(visit, line.person)) for line in seen[:LINES_MAX]),
        max(len(seen) - LINES_MAX, 0),
        visit.viewer.person != 0,
        visit.viewer.may("answer for others"),
        typed,
        done,
        said.error,
        said.what_to_do,
        said.candidates,
    )
    return visit.show(PAGE, shown, 422 if wrong is not None else 200)
