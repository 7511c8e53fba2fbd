"""*Why, and why not* as a page: every answer of the scenes can be shown, and nobody is told of whom they may not see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.unit.insight.company import march
from tests.unit.insight.scenes import SCENES
from tests.web.house import House

from handrail.insight.answer import Answer, Because, Link, WaitingFor
from handrail.web.kit.environment import ENVIRONMENT, Frame
from handrail.web.kit.visit import PAGE_HEADERS

KAYA = 23
PANEL = "{% import 'parts/why.html' as why with context %}{{ why.panel(answer) }}"


def shown(answer: Answer) -> str:
    """The panel as HTML, with its white space and marks as plain text has them."""
    frame = Frame(
        "Why", "people", here=True, menu=(), viewer=None, organization="Acme", now=march(9), zone="Europe/Berlin"
    )
    html = ENVIRONMENT.from_string(PANEL).render(frame=frame, answer=answer)
    return html.replace("&#34;", '"').replace("&#39;", "'")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_every_answer_is_shown_whole(scene: Callable[[], Answer]) -> None:
    answer = scene()
    html = shown(answer)
    assert answer.sentence in html
    for each in answer.because:
        assert each.text in html
        assert each.place in html
    for waiting in answer.waiting_for:
        assert waiting.owner in html
        assert waiting.otherwise in html


def test_what_is_told_is_never_taken_for_a_mark_of_the_page() -> None:
    html = shown(Answer("seen", "<b>Ann</b>", because=(Because("held", "<script>"),)))
    assert "&lt;b&gt;Ann" in html
    assert "<script>" not in html


def test_each_kind_of_thing_has_its_page() -> None:
    links = (Link("run", "R-88", "R-88"), Link("handoff", "R-88/3", "time off"), Link("event", "E-411", "E-411"))
    html = shown(Answer("waiting", "It waits.", links=links, waiting_for=(WaitingFor("an answer", handoff="R-88/3"),)))
    for address in ('href="/runs/R-88"', 'href="/handoffs/R-88/3"', 'href="/why?of=E-411"'):
        assert address in html


def test_an_operations_lead_asks_why_somebody_is_in_a_journey(house: House) -> None:
    page = house.visitor("operations").get("/why", params={"of": "hris:1011", "journey": "welcome"})
    assert page.status_code == 200
    assert page.headers["cache-control"] == PAGE_HEADERS["Cache-Control"]
    assert "waits at “Buddy” for Ben Okoro" in page.text
    assert "if nothing comes before" in page.text


def test_a_past_day_is_answered_as_it_was_known_then(house: House) -> None:
    page = house.visitor("operations").get(
        "/why", params={"of": "hris:1011", "journey": "welcome", "day": "2020-01-01"}
    )
    assert "was not known on Wednesday 1 January 2020" in page.text


def test_a_day_that_is_none_is_said_to_be_none(house: House) -> None:
    page = house.visitor("operations").get("/why", params={"of": "hris:1011", "day": "soon"})
    assert page.status_code == 422
    assert "“soon” is no day" in page.text


def test_nobody_asks_about_whom_they_may_not_see(house: House) -> None:
    manager = house.visitor("manager", person=0)
    for asked in ("hris:1011", "R-1", "E-1"):
        assert manager.get("/why", params={"of": asked}).status_code == 403


def test_without_a_question_the_page_says_what_may_be_asked(house: House) -> None:
    page = house.visitor("operations").get("/why")
    assert "Ask about a person and a journey" in page.text


def test_who_asks_about_a_name_of_several_goes_on_to_one_of_them_and_keeps_journey_and_day(house: House) -> None:
    asked = {"of": "a", "journey": "welcome", "day": "2030-01-01"}
    page = house.visitor("operations").get("/why", params=asked).text
    assert "Whom do you mean?" in page
    assert f'<a href="/why?of=P-{KAYA}&amp;journey=welcome&amp;day=2030-01-01">P-{KAYA}: Kaya Demir' in page
    plain = house.visitor("operations").get("/why", params={"of": "a"}).text
    assert f'<a href="/why?of=P-{KAYA}">' in plain
