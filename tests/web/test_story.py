"""One newcomer's welcome, told over HTTP from the first event to the answer to why."""

from __future__ import annotations

from tests.web.house import House, moment, told


def test_a_newcomer_is_welcomed_over_http(house: House) -> None:
    reader, answerer = house.client("read"), house.client("answer")
    runs = reader.get("/api/runs").json()
    assert [(line["person"], line["journey"]) for line in runs["lines"]] == [
        ("Kaya Demir", "welcome"),
        ("Luis Costa", "welcome"),
    ]
    (handoff,) = reader.get("/api/handoffs", params={"who": "hris:1011"}).json()["lines"]
    assert (handoff["step"], handoff["owner"]) == ("buddy", "Ben Okoro")
    path = f"/api/handoffs/{handoff['run']}/{handoff['pass_number']}"
    assert reader.get(path).json()["form"]["who"]["kind"] == "text"
    answered = answerer.post(f"{path}/answer", json={"by": "hris:1002", "form": {"who": "Eva"}})
    assert answered.status_code == 200, answered.text
    assert reader.get(path).json()["handoff"]["ended"] == "done"
    assert "First day" in reader.get("/api/runs", params={"who": "hris:1011"}).json()["lines"][0]["waits_for"]


def test_what_the_lms_tells_reaches_the_run_that_waits_for_it(house: House) -> None:
    done = {"user": "1011", "course": "WELCOME-1", "completed_at": moment(), "completion": "c-1", "passed": True}
    answer = house.deliver("lms", "course.completed", done)
    assert answer.status_code == 200, answer.text
    (event,) = answer.json()["events"]
    assert (event["became"], event["runs"]) == ("matched", ["R-1"])


def test_why_opens_with_a_sentence_a_manager_understands(house: House) -> None:
    reader = house.client("read")
    answer = reader.get("/api/why", params={"who": "Kaya Demir", "journey": "welcome"}).json()
    assert answer["verdict"] == "waiting"
    assert "Ben Okoro" in answer["sentence"] or "Ben Okoro" in str(answer["waiting_for"])


def test_a_worker_who_left_is_told_by_the_hr_system_and_leaves_the_journey(house: House) -> None:
    fields = {"employee_id": "1011", "status": "terminated"}
    left = {"worker": "1011", "changed_at": moment(), "fields": fields}
    answer = house.deliver("hris", "worker.left", left)
    assert answer.status_code == 200, answer.text
    house.settle()
    reader = house.client("read")
    assert reader.get("/api/people/hris:1011").json()["status"] == "left"
    (run,) = reader.get("/api/runs", params={"who": "hris:1011", "phase": "all"}).json()["lines"]
    assert run["phase"] == "stopped"


def test_a_doubled_delivery_makes_no_second_difference(house: House) -> None:
    left = {"worker": "1011", "changed_at": moment(), "fields": {"employee_id": "1011", "status": "terminated"}}
    house.deliver("hris", "worker.left", left)
    again = house.deliver("hris", "worker.left", left).json()
    assert again["events"][0]["became"] in ("ignored", "duplicate")


def test_lists_go_on_where_the_last_page_ended(house: House) -> None:
    reader = house.client("read")
    first = reader.get("/api/people", params={"limit": 5}).json()
    second = reader.get("/api/people", params={"limit": 5, "after": first["next"]}).json()
    third = reader.get("/api/people", params={"limit": 5, "after": second["next"]}).json()
    ids = [line["id"] for page in (first, second, third) for line in page["lines"]]
    assert len(ids) == len(set(ids)) == 12
    assert third["next"] == ""
    pages = [reader.get("/api/handoffs", params={"limit": 1}).json()]
    pages.append(reader.get("/api/handoffs", params={"limit": 1, "after": pages[0]["next"]}).json())
    assert {page["lines"][0]["run"] for page in pages} == {"R-1", "R-2"}


def test_an_event_is_confirmed_only_when_it_is_in_the_ledger(house: House) -> None:
    sender = house.client("events")
    (event,) = sender.post("/api/events", json=told("e1")).json()["events"]
    rows = house.runtime.store.ledger_rows([event["number"]])
    assert rows[event["number"]].kind == "lms.completed"
