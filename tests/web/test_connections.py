"""Connections as somebody who answers for them sees them: whether each answers, its limit, what waits, how it is set up."""

from __future__ import annotations

import re
from datetime import timedelta

from msgspec import structs
from tests.web.house import House

from handrail.store.batch import Batch
from handrail.store.moments import to_millis
from handrail.store.rows import MessageRow


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


def test_a_connection_is_paused_with_a_reason_and_goes_on(house: House) -> None:
    visitor = house.visitor("operations")
    paused = visitor.post("/connections/lms/pause", data={"reason": "the LMS is being moved"}, follow_redirects=True)
    assert "the LMS is being moved" in words(paused.text)
    assert "It is paused" in words(paused.text)
    assert house.runtime.drivers[[each.name for each in house.runtime.drivers].index("lms")].permit(house.runtime.clock()) is False  # fmt: skip
    assert re.search(r"paused lms Paused by .+: the LMS is being moved", words(visitor.get("/today").text))
    assert "Paused by" not in words(house.visitor("designer").get("/today").text)
    again = visitor.post("/connections/lms/pause", data={"reason": "twice"})
    assert (again.status_code, "is paused already" in again.text) == (409, True)
    assert "It goes on." in words(visitor.post("/connections/lms/resume", follow_redirects=True).text)


def test_a_pause_without_a_reason_is_not_taken(house: House) -> None:
    answer = house.visitor("operations").post("/connections/lms/pause", data={"reason": " "})
    assert answer.status_code == 409
    assert "A pause has a reason" in answer.text


def test_a_program_pauses_one_bulk_and_lets_it_go_on(house: House) -> None:
    client = house.client("operate", "read")
    asked = {"by": "Ana", "action": "lms.enroll", "object": "WELCOME-1"}
    assert client.post("/api/connections/lms/pause", json={**asked, "reason": "wrong course"}).status_code == 200
    found = {one["declared"]["name"]: one for one in client.get("/api/connections").json()["connections"]}
    assert found["lms"]["paused"][0]["reason"] == "wrong course"
    assert client.post("/api/connections/lms/resume", json=asked).status_code == 200
    assert client.post("/api/connections/lms/resume", json=asked).status_code == 409
    wrong = client.post("/api/connections/nothing/pause", json={"by": "Ana", "reason": "x"})
    assert "There is no connection" in wrong.json()["error"]


def test_mail_that_waits_says_for_what(house: House) -> None:
    rows = [(1, "first", 3), (2, "escalation", 4), (3, "reminder", 5), (4, "first", None)]
    now = house.runtime.clock()
    messages = [
        MessageRow(run, 1, 1, "person:23", 1, urgency, "look", to_millis(now), days and to_millis(now + timedelta(days=days)), 0, 0, 0, b"", "")
        for run, urgency, days in rows
    ]  # fmt: skip
    house.runtime.do(lambda engine, at: engine.store.commit(Batch(at=to_millis(at), messages=messages)))
    page = words(house.visitor("operations").get("/connections/mail").text)
    boxes, *parts = (int(many) for many in re.findall(r"(\d+) messages? waits? (?:in|for|as|to|until)", page))
    assert boxes == sum(parts)
    assert "for their readers&#39; working time: nobody is written to at night" in page
    assert "1 message waits as reminders and news do" in page
    assert "1 message waits until somebody lets the messages of a new journey go" in page


def test_a_source_that_brings_files_is_known_by_its_last_file(house: House) -> None:
    visitor = house.visitor("operations")
    listed, one = words(visitor.get("/connections").text), words(visitor.get("/connections/hris").text)
    said = r"Its last file was taken in: workers-\S+\.csv, 12 rows, nothing of it held\."
    assert re.search(said, listed)
    assert re.search(said, one)
    assert "never yet It is called" not in listed
    assert re.search(r"Its last file workers-\S+\.csv came", one)


def test_a_source_without_a_connection_is_in_the_list_with_where_its_files_come_from(house: House) -> None:
    workspace = house.runtime.workspace
    drafts = {name: draft for name, draft in workspace.settings.connections.items() if name != "hris"}
    settings = structs.replace(workspace.settings, connections=drafts)
    house.runtime.workspace = structs.replace(workspace, settings=settings)
    visitor = house.visitor("operations")
    assert "Its files come by handrail sync; nothing says when the next one is due." in words(
        visitor.get("/connections").text
    )
    one = words(visitor.get("/connections/hris").text)
    assert "Its files are called workers-{date}.csv" in one
    assert "Requests at once" not in one
    assert "hris" in visitor.get("/connections?format=csv").text
