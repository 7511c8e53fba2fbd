"""A changed journey and overrides as an operations lead has them done: by commands, at rest and beside `serve`, and over HTTP."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

from tests.web.house import House
from tests.web.test_process import handrail, served

from handrail.app.moving.changing import begin_move, begin_revert, finish, preview
from handrail.app.runtime import Runtime


def change(folder: Path, before: str = "within: 14 days", after: str = "within: 21 days") -> None:
    """Somebody edits the journey: the step that both people are in gets another limit, and another name."""
    file = folder / "journeys" / "welcome.yaml"
    text = file.read_text("utf-8").replace(before, after).replace("  buddy:\n", "  helper:\n    was: buddy\n")
    file.write_text(text.replace("    remind: [ after 1 business day ]\n", "    within: 8 business days\n", 1), "utf-8")
    hello = folder / "messages" / "hello.md"
    hello.write_text(hello.read_text("utf-8").replace("buddy.", "helper."), "utf-8")


def sentences(done: str) -> list[str]:
    return [each["sentence"] for each in json.loads(done)["movings"]]


MOVED = "Of 2 open runs, 2 moved, 0 stayed by choice, 0 could not move, 0 had ended meanwhile."
BACK = "Of 2 that had moved, 2 moved back, 0 could not, 0 had ended."


def test_a_change_is_seen_applied_and_taken_back_by_commands(company: Path) -> None:
    change(company)
    seen = handrail(company, "publish", "--preview", "--json").stdout
    assert sentences(seen) == ["Of 2 open runs, 2 would move, 0 would stay by choice, 0 cannot move."]
    assert "Helper: 2 dates move" in seen
    but = handrail(company, "publish", "--preview", "--but", "R-1").stdout
    assert "1 would move, 1 would stay by choice" in but
    assert "Do it: handrail publish --move --only welcome --but R-1 --yes-by NAME" in but, "who stays is not forgotten"
    assert "Say who answers" in handrail(company, "publish", "--move", "--json", code=2).stderr.replace("say", "Say")
    assert sentences(handrail(company, "publish", "--move", "--yes-by", "Ana", "--json").stdout) == [MOVED]
    assert "R-1/helper" in handrail(company, "handoffs").stdout
    assert "Every open run has the version" in handrail(company, "publish", "--preview").stdout
    assert sentences(handrail(company, "publish", "--revert", "M-3", "--yes-by", "Ana", "--json").stdout) == [BACK]
    assert "R-1/buddy" in handrail(company, "handoffs").stdout
    assert "only what was applied" in handrail(company, "publish", "--revert", "3", "--yes-by", "Ana", code=1).stderr


def test_beside_serve_the_commands_ask_it_and_it_goes_on_by_itself(company: Path) -> None:
    with served(company):
        change(company)
        assert "2 would move" in handrail(company, "publish", "--preview").stdout
        assert sentences(handrail(company, "publish", "--move", "--yes-by", "Ana", "--json").stdout) == [MOVED]
        assert sentences(handrail(company, "publish", "--revert", "M-2", "--yes-by", "Ana", "--json").stdout) == [BACK]
        held = handrail(
            company, "override", "set", "anybody", "--journey", "welcome", "--reason", "rest", "--yes-by", "Ana"
        )
        assert "until somebody ends it" in held.stdout
        assert "rest" in handrail(company, "override", "list").stdout
        assert "has ended" in handrail(company, "override", "end", "1", "--yes-by", "Ana").stdout
        assert (
            "no journey"
            in handrail(
                company, "override", "set", "hris:1005", "--journey", "x", "--reason", "r", "--yes-by", "Ana", code=1
            ).stderr
        )


def test_a_move_that_was_cut_off_is_finished_by_whoever_comes_next(company: Path) -> None:
    change(company)
    runtime = Runtime.at_rest(company, f"sqlite:///{company / 'handrail.db'}")
    begin_move(runtime, preview(runtime, "welcome", "Ana"), "Ana")
    runtime.close()
    done = handrail(company, "publish", "--preview")
    assert "M-1 was begun and not finished" in done.stderr
    assert "R-1/helper" in handrail(company, "handoffs").stdout


def test_over_http_a_move_goes_on_by_itself_and_is_looked_at_later(house: House) -> None:
    client = house.client("publish", "read", "operate")
    change(house.folder)
    (moving,) = client.post("/api/movings", json={}).json()["movings"]
    path = f"/api/movings/{moving['number']}"
    assert client.post(f"{path}/apply", json={"by": "Ana", "wait": False}).status_code == 200
    house.settle()
    while client.get(path).json()["state"] != "applied":
        house.settle()
    assert client.get(path).json()["sentence"] == MOVED
    assert [each["number"] for each in client.get("/api/movings?journey=welcome").json()["movings"]] == [
        moving["number"]
    ]
    assert client.post(f"{path}/apply", json={"by": "Ana"}).status_code == 409
    assert client.get("/api/movings/99").status_code == 404
    assert client.post(f"{path}/revert", json={"by": "Ana"}).json()["sentence"] == BACK


def test_what_a_moving_did_to_many_is_one_line_of_what_changed_and_a_line_each_in_its_file(house: House) -> None:
    change(house.folder)
    house.runtime.read_again()
    begin_move(house.runtime, preview(house.runtime, "welcome", "Ana"), "Ana")
    finish(house.runtime, 1)
    begin_revert(house.runtime, 1, "Ben")
    finish(house.runtime, 1)
    lead = house.visitor("operations", "designer")
    for path in ("/changes", "/changes?kind=moved"):
        assert re.findall(r'data-label="What">(.*?)</td>', unescape(lead.get(path).text))[:2] == [
            '<a href="/movings/M-1">Ben moved 2 runs of “Welcome” back to the version before</a>',
            '<a href="/movings/M-1">Ana moved 2 runs of “Welcome” to another version</a>',
        ]
        told = lead.get(f"{path}{'&' if '?' in path else '?'}format=csv").text
        assert len(re.findall(r"moved it to another version", told)) == 4
    assert "Ana moved 2 runs" in house.visitor("auditor").get("/changes").text
    assert "/movings/M-1" not in house.visitor("auditor").get("/changes").text


def test_whoever_sees_one_of_those_who_moved_reads_of_that_one(house: House) -> None:
    change(house.folder)
    house.runtime.read_again()
    begin_move(house.runtime, preview(house.runtime, "welcome", "Ana"), "Ana")
    finish(house.runtime, 1)
    own = house.runtime.store.database.read("SELECT person FROM run WHERE id = 1")[0][0]
    (said,) = re.findall(
        r'data-label="What">(.*?)</td>', house.visitor("manager", person=int(own)).get("/changes?kind=moved").text
    )
    assert said == "Ana moved it to another version"


def test_over_http_something_is_held_back_and_let_go(house: House) -> None:
    client = house.client("operate", "read")
    body = {"person": "P-3", "object": "WELCOME-1", "by": "Ana", "reason": "did it elsewhere"}
    number = client.post("/api/overrides", json=body).json()["override"]
    (seen,) = client.get("/api/overrides").json()["overrides"]
    assert (seen["number"], seen["reason"], seen["in_force"]) == (number, "did it elsewhere", True)
    assert client.post(f"/api/overrides/{number}/end", json={"by": "Ana"}).json() == {"override": number}
    assert client.get("/api/overrides").json()["overrides"] == []
    assert [each["ended_by"] for each in client.get("/api/overrides?everything=true").json()["overrides"]] == ["Ana"]
    assert client.post(f"/api/overrides/{number}/end", json={"by": "Ana"}).status_code == 409
    assert client.post("/api/overrides", json={**body, "journey": "welcome"}).status_code == 409


def test_what_is_wrong_in_the_folder_is_said_on_the_page_as_check_says_it(house: House) -> None:
    file = house.folder / "journeys" / "welcome.yaml"
    file.write_text(file.read_text("utf-8").replace("    owner: learner\n", "    owner: team:lerning\n", 1), "utf-8")
    page = unescape(house.visitor("designer").get("/journeys/welcome/versions").text)
    assert "There is 1 problem in the folder." in page
    assert "there is no such team" in page
    assert "owner: team:lerning\n" in page
    assert "^^^" in page
    assert "journeys/welcome.yaml:" in page
    (said,) = re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)
    assert said in handrail(house.folder, "check", ".", code=1).stdout


def test_the_versions_of_a_journey_have_the_date_and_time_from_which_they_were_current(house: House) -> None:
    page = house.visitor("designer").get("/journeys/welcome/versions").text
    (since,) = re.findall(r'data-label="Current from">(.*?)</td>', page)
    assert re.search(r">\w+day \d+ \w+ \d{4}, \d\d:\d\d \w+</time>", since), since
