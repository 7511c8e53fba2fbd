"""Connections as somebody who answers for them sees them: whether each answers, its limit, what waits, how it is set up."""

from __future__ import annotations

import re

from tests.web.house import House


def words(page: str) -> str:
    """The text of a page, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_connection_that_was_asked_is_seen_to_answer(house: House) -> None:
    house.runtime.asking.ask()
    visitor = house.visitor("operations")
    listed = words(visitor.get("/connections").text)
    assert "It answers." in listed
    one = words(visitor.get("/connections/lms").text)
    assert "It is asked every minute what happened." in one
    assert re.search(r"a minute; [1-9][0-9]* used in the last minute", one)


def test_a_secret_is_named_by_its_place_and_never_shown(house: House) -> None:
    page = house.visitor("integration-admin").get("/connections/lms").text
    assert "file:secrets/lms-token" in page
    secret = (house.folder / "secrets" / "lms-token").read_text("utf-8").strip()
    assert secret not in page


def test_what_a_system_tells_by_itself_is_noted(house: House) -> None:
    visitor = house.visitor("operations")
    assert "by itself never yet" in words(visitor.get("/connections/lms").text)
    payload = {"user": "1011", "course": "WELCOME-1", "score": 90, "passed": True}
    house.deliver("lms", "course.completed", payload)
    assert "by itself now" in words(visitor.get("/connections/lms").text)


def test_a_connection_that_is_not_there_is_said(house: House) -> None:
    answer = house.visitor("operations").get("/connections/nothing")
    assert answer.status_code == 404
    assert "There is no connection" in answer.text
